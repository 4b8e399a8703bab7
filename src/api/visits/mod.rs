//! Visits: registered, listed, looked at, approved, changed, and told to the district officer.

mod alarm_link;
pub(crate) mod answer_reply;
pub mod answering;
pub mod link_page;
pub mod links;
pub(crate) mod officer_page;
pub mod officers;
pub(crate) mod reports;
pub mod visit_input;
pub mod visit_list;
pub(crate) mod visit_parts;
pub mod visit_view;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    http::{
        idempotency::{ChangeReply, IfMatchHeader, Once, OnceHeader, once, respond},
        json::{Draft, Id, if_match},
        problem::Problem,
        state::AppState,
    },
    people::auth::Caller,
    visits::{
        visit_input::{OfficerInput, VisitChange, VisitInput, allowed, times_of},
        visit_view::VisitView,
    },
};
use crate::{
    model::{
        ids::VisitId,
        input::faults::{Fault, Faults},
        visits::Plan,
    },
    service::{
        idempotency::Shown,
        visits::{
            actions::{self, NewApproval},
            officer_notices, registrations, replanning,
            viewer::SeenVisit,
        },
    },
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(visit_list::list, register))
        .routes(routes!(show, change))
        .routes(routes!(approve))
        .routes(routes!(notify_officer))
        .routes(routes!(cancel))
        .routes(routes!(visit_list::timeline))
}

/// Register a visit
///
/// Checks the residents against the register and answers with the hits, the risk, what is still
/// missing and the agreed check-ins. When nobody on any ladder can be reached at that time, nothing
/// is registered: 409 with code `nobody-to-call` with the reason and the number to call.
#[utoipa::path(post, path = "/visits", operation_id = "createVisit", tag = "visits",
    params(OnceHeader), request_body = VisitInput,
    responses((status = 201, body = VisitView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn register(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<VisitInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/visits", &draft.said)?;
    let countries = &app.settings.countries;
    let read = |input: VisitInput| allowed(input.read(None, app.now())?, None, countries);
    let visit = draft.read(read).map_err(Problem::invalid)?;
    let words = app.words(caller.person.language);
    let show = move |seen: &SeenVisit| ChangeReply::created(visit_view::visit(seen, &words)).into();
    let reply = registrations::register(&app, caller, visit, Shown::new(key, show)).await?;
    Ok(respond(reply.into(), "/v1/visits"))
}

/// Look at a visit
#[utoipa::path(get, path = "/visits/{id}", operation_id = "getVisit", tag = "visits",
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = app.words(caller.person.language);
    let seen = actions::see(&app, caller, id).await?;
    Ok(respond(ChangeReply::ok(visit_view::visit(&seen, &words)), "/v1/visits"))
}

/// Change what was registered
///
/// Any subset of the fields of a new visit. The register is checked again; an approval that no longer
/// covers the visit is withdrawn.
#[utoipa::path(patch, path = "/visits/{id}", operation_id = "changeVisit", tag = "visits",
    params(IfMatchHeader), request_body = VisitChange,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    draft: Draft<VisitInput>,
) -> Result<Response, Problem> {
    let version = if_match(&headers)?;
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}"), &draft.said)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let countries = at.settings.countries.clone();
            let change = Box::new(move |base: &Plan, now| {
                draft.read(|input| allowed(input.read(Some(base), now)?, Some(base), &countries))
            });
            let seen = replanning::change(tx, &at, &caller, (id, version), change).await?;
            Ok(shown(&at, &caller, &seen))
        })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApprovalInput {
    #[serde(default)]
    #[schema(value_type = Vec<Instant>, max_items = 48)]
    check_in_times: Vec<String>,
    #[schema(max_length = 2000)]
    note: Option<String>,
}

impl ApprovalInput {
    fn read(self) -> Result<NewApproval, Vec<Fault>> {
        let mut faults = Faults::default();
        let times = times_of(&self.check_in_times, None, "checkInTimes", &mut faults);
        let note = note(self.note, &mut faults);
        faults.done()?;
        Ok(NewApproval { times, note })
    }
}

/// Approve a risky visit, as its manager
///
/// Agrees the times at which the worker is called. Nobody approves their own visit.
#[utoipa::path(post, path = "/visits/{id}/approval", operation_id = "approveVisit", tag = "visits",
    params(OnceHeader), request_body = ApprovalInput,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn approve(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    draft: Draft<ApprovalInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/approval"), &draft.said)?;
    let approval = draft.read(ApprovalInput::read).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = actions::approve(tx, &at, &caller, id, approval).await?;
            Ok(shown(&at, &caller, &seen))
        })
    })
    .await
}

/// The visit as the caller may see it.
pub(super) fn shown(app: &AppState, caller: &Caller, seen: &SeenVisit) -> ChangeReply {
    ChangeReply::ok(visit_view::visit(seen, &app.words(caller.person.language)))
}

/// A remark that may be left out.
pub(super) fn note(given: Option<String>, faults: &mut Faults) -> Option<String> {
    let given = given.filter(|n| !n.trim().is_empty())?;
    faults.text("note", Some(&given), 2000)
}

/// Tell the district officer about the visit, or say why not
///
/// The officer gets the least that helps, with a link that expires a day after the visit. The
/// disclosure is logged.
#[utoipa::path(post, path = "/visits/{id}/officer-notice", operation_id = "noticeOfficer",
    tag = "visits", params(OnceHeader), request_body = OfficerInput,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn notify_officer(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    draft: Draft<OfficerInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/officer-notice"), &draft.said)?;
    let choice = draft.read(OfficerInput::choose).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = officer_notices::notify_officer(tx, &at, &caller, id, choice).await?;
            Ok(shown(&at, &caller, &seen))
        })
    })
    .await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CancellationInput {
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl CancellationInput {
    fn read(self) -> Result<Option<String>, Vec<Fault>> {
        let mut faults = Faults::default();
        let given = self.reason.filter(|r| !r.trim().is_empty());
        let reason = given.and_then(|r| faults.text("reason", Some(&r), 500));
        faults.done()?;
        Ok(reason)
    }
}

/// Cancel a visit that has not started
#[utoipa::path(post, path = "/visits/{id}/cancellation", operation_id = "cancelVisit",
    tag = "visits", params(OnceHeader), request_body = CancellationInput,
    responses((status = 200, body = VisitView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn cancel(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    draft: Draft<CancellationInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/cancellation"), &draft.said)?;
    let reason = draft.read(CancellationInput::read).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let seen = actions::cancel(tx, &at, &caller, id, reason).await?;
            Ok(shown(&at, &caller, &seen))
        })
    })
    .await
}
