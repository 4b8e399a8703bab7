//! The log of every look, for auditors.

use std::{fmt, str::FromStr};

use axum::{extract::State, response::Response};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::{EntryId, LineId, VisitId},
        people::Named,
        privacy::access::Action,
    },
    service::privacy::access::{self, SeenLook},
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list))
}

/// A place in the log, as a cursor keeps it.
#[derive(Clone, Copy, Debug)]
struct LogPosition(Instant, LineId);

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.timestamp_micros(), self.1)
    }
}

impl FromStr for LogPosition {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once(' ').ok_or(())?;
        let at = at.parse().ok().and_then(Instant::from_timestamp_micros).ok_or(())?;
        Ok(Self(at, id.parse().map_err(|_| ())?))
    }
}

/// Read who looked at what, newest first (auditors; logged)
#[utoipa::path(get, path = "/access-log", operation_id = "listAccessLog", tag = "register",
    params(PageQuery), responses((status = 200, body = Items<LookView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<LogPosition>,
) -> Result<Response, Problem> {
    let before = page.after.map(|LogPosition(at, id)| (at, id));
    let found = access::list(&app, &caller, before, page.limit).await?;
    let body = page.answer(&found, |seen| LogPosition(seen.look.at, seen.look.id), view);
    Ok(respond(ChangeReply::ok(body), "/v1/access-log"))
}

/// One look, by whom and for which visit. Holds no names of residents.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AccessLine)]
struct LookView<'a> {
    id: LineId,
    at: Instant,
    /// Nobody when the service did it, or the reader has no account.
    by: Option<&'a Named>,
    action: Action,
    visit_id: Option<VisitId>,
    entry_id: Option<EntryId>,
    #[schema(value_type = Object)]
    details: &'a Value,
}

fn view(seen: &SeenLook) -> LookView<'_> {
    let look = &seen.look;
    LookView {
        id: look.id,
        at: look.at,
        by: seen.by.as_ref(),
        action: look.action,
        visit_id: look.visit,
        entry_id: look.entry,
        details: &look.details,
    }
}
