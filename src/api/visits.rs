//! Visits: registered, listed, looked at, approved, changed, and told to the district officer.

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    auth::Caller,
    idempotency::{Once, Reply, respond},
    json::{Body, Id, if_match},
    officer_notices,
    problem::Problem,
    registering, replanning,
    state::House,
    visit_input::{OfficerInput, VisitInput, times_of},
    visit_list,
    watching::{act, named, see},
};
use crate::model::{faults::Faults, ids::VisitId};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/visits", get(visit_list::list).post(register))
        .route("/visits/{id}", get(show).patch(change))
        .route("/visits/{id}/approval", post(approve))
        .route("/visits/{id}/officer-notice", post(notify_officer))
        .route("/visits/{id}/cancellation", post(cancel))
        .route("/visits/{id}/timeline", get(visit_list::timeline))
}

async fn register(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<serde_json::Value>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/visits", &input)?;
    let input: VisitInput = super::json::of_value(input)?;
    let read = input.read(None, house.now()).map_err(Problem::invalid)?;
    registering::register(&house, caller, key, read).await
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let at = house.clone();
    let body =
        house.db.read(move |tx| Box::pin(async move { see(tx, &at, &caller, id).await })).await?;
    Ok(respond(Reply::ok(body), "/v1/visits"))
}

async fn change(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(input): Body<serde_json::Value>,
) -> Result<Response, Problem> {
    let version = if_match(&headers)?;
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}"), &input)?;
    let input: VisitInput = super::json::of_value(input)?;
    replanning::change(&house, caller, key, id, version, input).await
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
struct ApprovalInput {
    check_in_times: Vec<String>,
    note: Option<String>,
}

async fn approve(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(input): Body<ApprovalInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/approval"), &input)?;
    let mut faults = Faults::default();
    let times = times_of(&input.check_in_times, None, "checkInTimes", &mut faults);
    let note = note(input.note, &mut faults);
    faults.done().map_err(Problem::invalid)?;
    let by = named(&caller);
    let manages = caller.teams.iter().filter(|t| caller.manages(t.id)).map(|t| t.id).collect();
    act(
        &house,
        caller,
        key,
        id,
        StatusCode::OK,
        Box::new(move |watch, scene, _| {
            let manages: Vec<_> = manages;
            // Whoever goes on the visit hears that from the model; others need to manage it.
            if !manages.contains(&watch.visit.team) && !watch.visit.people_out().contains(&by.id) {
                return Err(Problem::forbidden("Only a manager of the team approves its visits."));
            }
            Ok(watch.approve(by, times, note, scene)?)
        }),
    )
    .await
}

/// A remark that may be left out.
pub(super) fn note(given: Option<String>, faults: &mut Faults) -> Option<String> {
    let given = given.filter(|n| !n.trim().is_empty())?;
    faults.text("note", Some(&given), 2000)
}

async fn notify_officer(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(input): Body<OfficerInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/officer-notice"), &input)?;
    let mut faults = Faults::default();
    let choice = input.read(&mut faults);
    faults.done().map_err(Problem::invalid)?;
    let choice = choice.ok_or_else(Problem::not_found)?;
    officer_notices::notify_officer(&house, caller, key, id, choice).await
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default, deny_unknown_fields)]
struct CancellationInput {
    reason: Option<String>,
}

async fn cancel(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(input): Body<CancellationInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/cancellation"), &input)?;
    let mut faults = Faults::default();
    let given = input.reason.filter(|r| !r.trim().is_empty());
    let reason = given.and_then(|r| faults.text("reason", Some(&r), 500));
    faults.done().map_err(Problem::invalid)?;
    let by = caller.person.name.clone();
    act(
        &house,
        caller,
        key,
        id,
        StatusCode::OK,
        Box::new(move |watch, scene, _| Ok(watch.cancel(&by, reason, scene)?)),
    )
    .await
}

/// What a list of visits may be narrowed by.
#[derive(Debug, Default, Deserialize)]
pub struct Narrow {
    /// `mine` (the default) or `team`.
    pub scope: Option<String>,
    /// A status.
    pub status: Option<String>,
}

/// Reads the query of a list.
///
/// # Errors
/// 400 with every fault.
pub fn narrow(Query(asked): Query<Narrow>) -> Result<(bool, String), Problem> {
    let mut faults = Faults::default();
    let team = match asked.scope.as_deref() {
        None | Some("mine") => false,
        Some("team") => true,
        Some(_) => {
            faults.add("scope", "invalid", "mine or team");
            false
        }
    };
    let known = ["awaiting-approval", "planned", "under-way", "ended", "cancelled"];
    let is_known = asked.status.as_deref().is_none_or(|status| known.contains(&status));
    faults.require(is_known, "status", "invalid", "is no status");
    faults.done().map_err(Problem::invalid)?;
    let status = asked.status.unwrap_or_default();
    Ok((team, status))
}

/// A page of items.
pub(super) fn page(items: Vec<serde_json::Value>, next: Option<String>) -> Response {
    respond(Reply::ok(json!({ "items": items, "next": next })), "")
}
