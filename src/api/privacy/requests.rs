//! Privacy requests, for the aggression desk: noted, extended, decided, answered.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once, respond},
            json::{Body, Draft, Id},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
        register::Desk,
    },
    model::{
        clock::Instant,
        ids::RequestId,
        incidents::Subject,
        input::faults::Fault,
        people::Named,
        privacy::{
            access::Action,
            requests::{
                Closure, RequestDecision, RequestDecisionInput, RequestInput, RequestKind,
                RequestState, ToldInput,
            },
            terms::{MoreTime, MoreTimeInput, Term},
        },
    },
    service::privacy::requests::{self, RequestStep, SeenRequest},
};

pub(super) const PATH: &str = "/v1/privacy-requests";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list, note))
        .routes(routes!(show))
        .routes(routes!(extend))
        .routes(routes!(decide))
        .routes(routes!(close))
        .routes(routes!(end_restriction))
}

/// A request as the desk sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PrivacyRequest)]
struct RequestView<'a> {
    id: RequestId,
    version: i64,
    kind: RequestKind,
    state: RequestState,
    person: &'a Subject,
    asked: &'a str,
    term: &'a Term,
    /// The last day has passed, and the person was not told yet.
    overdue: bool,
    noted_by: &'a Named,
    noted_at: Instant,
    decision: Option<&'a RequestDecision>,
    restriction_ended: Option<&'a MoreTime>,
    closed: Option<&'a Closure>,
}

fn view(seen: &SeenRequest) -> RequestView<'_> {
    let it = &seen.request.item;
    RequestView {
        id: it.id,
        version: seen.request.version,
        kind: it.kind,
        state: it.state(),
        person: &it.person,
        asked: &it.asked,
        term: &it.term,
        overdue: seen.is_overdue,
        noted_by: &it.noted_by,
        noted_at: it.noted_at,
        decision: it.decision(),
        restriction_ended: it.restriction_ended.as_ref(),
        closed: it.closure(),
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RequestFilter {
    /// Only requests in this state.
    #[param(value_type = Option<RequestState>, nullable = false)]
    state: Option<String>,
}

impl RequestFilter {
    fn read(&self) -> Result<Option<RequestState>, Problem> {
        let Some(name) = &self.state else { return Ok(None) };
        let why = "received, extended, granted, refused or closed";
        let unknown = || Problem::invalid(vec![Fault::new("state", "invalid", why)]);
        RequestState::from_name(name).ok_or_else(unknown).map(Some)
    }
}

/// List privacy requests, newest first (aggression desk; logged)
#[utoipa::path(get, path = "/privacy-requests", operation_id = "listPrivacyRequests",
    tag = "register", params(RequestFilter, PageQuery),
    responses((status = 200, body = Items<RequestView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<RequestId>,
    Query(filter): Query<RequestFilter>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::RequestsListed)?;
    let found = requests::list(&app, desk, filter.read()?, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |seen| seen.request.item.id, view)), PATH))
}

/// Look at a privacy request (logged)
#[utoipa::path(get, path = "/privacy-requests/{id}", operation_id = "getPrivacyRequest",
    tag = "register",
    responses((status = 200, body = RequestView, headers(("ETag"))), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::RequestRead)?;
    Ok(respond(ChangeReply::ok(view(&requests::see(&app, desk, id).await?)), PATH))
}

/// Note a privacy request
///
/// A track of its own beside objections: access, rectification, removal or restriction. It may be
/// about somebody who is not in the register.
#[utoipa::path(post, path = "/privacy-requests", operation_id = "notePrivacyRequest",
    tag = "register", params(OnceHeader), request_body = RequestInput,
    responses((status = 201, body = RequestView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn note(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<RequestInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::RequestChanged)?;
    let request = Once::new(&caller, &headers, PATH, &draft.said)?;
    let (ctx, at) = (app.context.clone(), (app.now(), app.settings.zone));
    let asked = draft.read(|input| input.read(at)).map_err(Problem::invalid)?;
    once(&app, request, move |tx| {
        Box::pin(async move {
            let noted = requests::note(tx, &ctx, &caller, &desk, asked).await?;
            Ok(ChangeReply::created(view(&noted)))
        })
    })
    .await
}

/// Takes one step with a request, under an idempotency key, and shows it.
async fn take<S: Serialize>(
    app: &AppState,
    caller: Caller,
    headers: &HeaderMap,
    (id, what): (RequestId, &str),
    input: S,
    step: fn(S) -> RequestStep,
) -> Result<Response, Problem> {
    let desk = Desk::new(app, &caller, Action::RequestChanged)?;
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), &input)?;
    let (ctx, step) = (app.context.clone(), step(input));
    once(app, request, move |tx| {
        Box::pin(async move {
            let seen = requests::take_step(tx, &ctx, &caller, &desk, (id, &step)).await?;
            Ok(ChangeReply::ok(view(&seen)))
        })
    })
    .await
}

/// Take more time for a request, once
///
/// Before its deadline, with the reason that the person was told.
#[utoipa::path(post, path = "/privacy-requests/{id}/extension", operation_id = "extendPrivacyRequest",
    tag = "register", params(OnceHeader), request_body = MoreTimeInput,
    responses((status = 200, body = RequestView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn extend(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    take(&app, caller, &headers, (id, "extension"), input, RequestStep::Extend).await
}

/// Grant or refuse a request, with the reason
///
/// A granted removal withdraws the entries that are named; a granted restriction keeps them, and a
/// check says no more of them than that the desk is to be called, or nothing at all when `shown` is
/// `nothing`.
#[utoipa::path(post, path = "/privacy-requests/{id}/decision", operation_id = "decidePrivacyRequest",
    tag = "register", params(OnceHeader), request_body = RequestDecisionInput,
    responses((status = 200, body = RequestView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn decide(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<RequestDecisionInput>,
) -> Result<Response, Problem> {
    take(&app, caller, &headers, (id, "decision"), input, RequestStep::Decide).await
}

/// Lift a restriction
///
/// After the person was told that it ends. The entries count as before.
#[utoipa::path(post, path = "/privacy-requests/{id}/restriction-end", operation_id = "endRestriction",
    tag = "register", params(OnceHeader), request_body = MoreTimeInput,
    responses((status = 200, body = RequestView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn end_restriction(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    take(&app, caller, &headers, (id, "restriction-end"), input, RequestStep::EndRestriction).await
}

/// Note that the person was told of the decision
#[utoipa::path(post, path = "/privacy-requests/{id}/closure", operation_id = "closePrivacyRequest",
    tag = "register", params(OnceHeader), request_body = ToldInput,
    responses((status = 200, body = RequestView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn close(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<ToldInput>,
) -> Result<Response, Problem> {
    take(&app, caller, &headers, (id, "closure"), input, RequestStep::Close).await
}
