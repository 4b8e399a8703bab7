//! Lists of visits, and the timeline of one.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};

use super::visit_view::{self, VisitView};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            json::Id,
            pages::{self, Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::VisitId,
        input::faults::{Fault, Faults},
        visits::Status,
    },
    service::visits::{
        lists::{self, VisitQuery, VisitScope},
        timeline as lines,
    },
    store::visits::visit_lists::AfterVisit,
};

/// List visits
#[utoipa::path(get, path = "/visits", operation_id = "listVisits", tag = "visits",
    params(Narrow, PageQuery), responses((status = 200, body = Items<VisitView>)))]
pub async fn list(
    State(app): State<AppState>,
    caller: Caller,
    asked: Query<Narrow>,
    at: Page<String>,
) -> Result<Response, Problem> {
    let (scope, status) = narrow(asked)?;
    let after = at.after.as_deref().map_or(Some(AfterVisit::start()), cursor);
    let foreign = || Problem::invalid(vec![Fault::new("cursor", "invalid", "is not ours")]);
    let after = after.ok_or_else(foreign)?;
    let words = app.words(caller.person.language);
    let query = VisitQuery { scope, status, after, limit: at.limit };
    let (found, more) = lists::page(&app, caller, query).await?;
    let next = found.last().filter(|_| more).map(|seen| {
        let visit = &seen.watch.visit;
        pages::cursor(&format!("{} {}", visit.plan.starts_at.timestamp_micros(), visit.id))
    });
    Ok(page(found.iter().map(|seen| visit_view::visit(seen, &words)).collect(), next))
}

fn cursor(text: &str) -> Option<AfterVisit> {
    let (micros, id) = text.split_once(' ')?;
    let starts_at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some(AfterVisit { starts_at, id: id.parse().ok()? })
}

#[derive(Serialize, ToSchema)]
struct TimelineEntry {
    at: Instant,
    /// Stable name of what happened.
    kind: String,
    /// For people, in their language.
    text: String,
    /// Who did it; null for the service itself.
    by: Option<String>,
}

/// Read what happened, oldest first
// With what was said to whom in between.
#[utoipa::path(get, path = "/visits/{id}/timeline", operation_id = "getTimeline", tag = "visits",
    responses((status = 200, body = Items<TimelineEntry>), (status = 404)))]
pub async fn timeline(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = app.words(caller.person.language);
    let items = lines::read(&app, caller, id).await?;
    let items = items.into_iter().map(|(line, messages)| TimelineEntry {
        at: line.at,
        kind: if messages { "message".into() } else { line.fact.name() },
        text: words.fact(&line.fact),
        by: line.by,
    });
    Ok(page(items.collect(), None))
}

/// What a list of visits may be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrow {
    /// My own visits (also as a colleague), or those of my teams.
    #[param(schema_with = scope)]
    pub scope: Option<String>,
    /// Only visits in this state.
    #[param(value_type = Option<Status>, nullable = false)]
    pub status: Option<String>,
}

fn scope() -> Object {
    let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["mine", "team"]));
    names.default(Some("mine".into())).build()
}

fn narrow(Query(asked): Query<Narrow>) -> Result<(VisitScope, String), Problem> {
    let mut faults = Faults::default();
    let scope = match asked.scope.as_deref() {
        None | Some("mine") => VisitScope::Mine,
        Some("team") => VisitScope::Teams,
        Some(_) => {
            faults.add("scope", "invalid", "mine or team");
            VisitScope::Mine
        }
    };
    let known = ["awaiting-approval", "planned", "under-way", "ended", "cancelled"];
    let is_known = asked.status.as_deref().is_none_or(|status| known.contains(&status));
    faults.require(is_known, "status", "invalid", "is no status");
    faults.done().map_err(Problem::invalid)?;
    let status = asked.status.unwrap_or_default();
    Ok((scope, status))
}

/// A page of items.
pub(crate) fn page<V: serde::Serialize>(items: Vec<V>, next: Option<String>) -> Response {
    respond(ChangeReply::ok(Items { items, next }), "")
}
