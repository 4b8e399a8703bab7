//! Alarms and drills: listed, looked at, taken, closed.

pub mod alarm_notes;
pub(crate) mod alarm_view;
pub mod coverage;
pub mod drills;

use alarm_view::{AlarmStateName, AlarmView, seen_alarm};
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    http::{
        idempotency::{ChangeReply, Once, OnceHeader, once, respond},
        json::{Body, Draft, Id},
        pages::Items,
        parts::Empty,
        problem::Problem,
        state::AppState,
    },
    people::auth::Caller,
    visits::{note, visit_list::page},
};
use crate::{
    model::{
        alarms::Outcome,
        ids::AlarmId,
        input::faults::{Fault, Faults},
    },
    service::alarms::{
        handling::{self, AlarmClosure},
        viewing,
    },
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(acknowledge))
        .routes(routes!(close))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AlarmQuery {
    /// Only alarms in this state.
    #[param(value_type = Option<AlarmStateName>, nullable = false)]
    state: Option<String>,
}

/// List alarms, newest first
///
/// All that are open or owned, and of those that are closed the last hundred of each team: an alarm on
/// a second page is one that nobody sees.
#[utoipa::path(get, path = "/alarms", operation_id = "listAlarms", tag = "alarms",
    params(AlarmQuery), responses((status = 200, body = Items<AlarmView>)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Query(asked): Query<AlarmQuery>,
) -> Result<Response, Problem> {
    let mut faults = Faults::default();
    let known = asked.state.as_deref().is_none_or(|s| ["open", "owned", "closed"].contains(&s));
    faults.require(known, "state", "invalid", "open, owned or closed");
    faults.done().map_err(Problem::invalid)?;
    let state = asked.state.unwrap_or_default();
    let found = viewing::list(&app, caller, state).await?;
    Ok(page(found.iter().map(seen_alarm).collect(), None))
}

/// Look at an alarm
#[utoipa::path(get, path = "/alarms/{id}", operation_id = "getAlarm", tag = "alarms",
    responses((status = 200, body = AlarmView), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<AlarmId>,
) -> Result<Response, Problem> {
    let seen = viewing::see(&app, caller, id).await?;
    Ok(respond(ChangeReply::ok(seen_alarm(&seen)), "/v1/alarms"))
}

/// Take an alarm
///
/// The first one owns it; for the others 409 with code `already-owned`, whose detail names the owner.
/// The worker of the visit cannot take it.
#[utoipa::path(post, path = "/alarms/{id}/acknowledgement", operation_id = "takeAlarm",
    tag = "alarms", params(OnceHeader), request_body = Option<Empty>,
    responses((status = 200, body = AlarmView), (status = 403), (status = 404), (status = 409)))]
async fn acknowledge(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/acknowledgement"), &said)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = handling::acknowledge(tx, &at, &caller, id).await?;
            Ok(ChangeReply::ok(seen_alarm(&seen)))
        })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ClosureInput)]
struct AlarmClosureInput {
    outcome: Outcome,
    /// Needed for a false alarm.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Whether the visit ends with it.
    #[serde(default)]
    visit_ended: bool,
}

impl AlarmClosureInput {
    fn read(self) -> Result<AlarmClosure, Vec<Fault>> {
        let mut faults = Faults::default();
        let note = note(self.note, &mut faults);
        faults.done()?;
        Ok(AlarmClosure { outcome: self.outcome, note, visit_ended: self.visit_ended })
    }
}

/// Close an alarm with its outcome
#[utoipa::path(post, path = "/alarms/{id}/closure", operation_id = "closeAlarm", tag = "alarms",
    params(OnceHeader), request_body = AlarmClosureInput,
    responses((status = 200, body = AlarmView), (status = 403), (status = 404), (status = 409)))]
async fn close(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<AlarmId>,
    headers: HeaderMap,
    draft: Draft<AlarmClosureInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/alarms/{id}/closure"), &draft.said)?;
    let closure = draft.read(AlarmClosureInput::read).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = handling::close(tx, &at, &caller, id, closure).await?;
            Ok(ChangeReply::ok(seen_alarm(&seen)))
        })
    })
    .await
}
