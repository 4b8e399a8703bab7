//! The register of measures, for the aggression desk alone: propose, approve with other eyes,
//! withdraw. Every look is logged by the transaction that looks.

pub mod addresses;
pub(super) mod entry_view;
pub mod exports;
pub mod imports;
pub mod register_checks;

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use self::entry_view::{EntryView, view};
use super::{
    http::{
        idempotency::{ChangeReply, Once, OnceHeader, once, respond},
        json::{Body, Draft, Id},
        pages::{Items, Page, PageQuery},
        parts::Empty,
        problem::Problem,
        state::AppState,
    },
    people::auth::Caller,
};
use crate::{
    model::{ids::EntryId, input::faults::Fault, privacy::access::Action, register::EntryInput},
    service::register::entries::{self, EntryStatus},
};

pub(super) use crate::service::register::looks::Desk;

pub(super) const PATH: &str = "/v1/register-entries";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list, propose))
        .routes(routes!(show))
        .routes(routes!(approve))
        .routes(routes!(withdraw))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RegisterFilter {
    /// Only entries in this state.
    #[param(value_type = Option<EntryStatus>, nullable = false)]
    status: Option<String>,
}

/// List entries (aggression desk)
#[utoipa::path(get, path = "/register-entries", operation_id = "listRegisterEntries",
    tag = "register", params(RegisterFilter, PageQuery),
    responses((status = 200, body = Items<EntryView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<EntryId>,
    Query(filter): Query<RegisterFilter>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::EntriesListed)?;
    let status = filter.status.as_deref().map(status).transpose()?;
    let found = entries::list(&app, desk, status, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |seen| seen.entry.item.id, view)), PATH))
}

fn status(name: &str) -> Result<EntryStatus, Problem> {
    match name {
        "proposed" => Ok(EntryStatus::Proposed),
        "approved" => Ok(EntryStatus::Approved),
        "withdrawn" => Ok(EntryStatus::Withdrawn),
        "ended" => Ok(EntryStatus::Ended),
        _ => {
            let fault = Fault::new("status", "invalid", "proposed, approved, withdrawn or ended");
            Err(Problem::invalid(vec![fault]))
        }
    }
}

/// Look at an entry (logged)
#[utoipa::path(get, path = "/register-entries/{id}", operation_id = "getRegisterEntry",
    tag = "register",
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::EntryRead)?;
    Ok(respond(ChangeReply::ok(view(&entries::see(&app, desk, id).await?)), PATH))
}

/// Propose an entry
///
/// It shows up in no check until somebody else approves it.
#[utoipa::path(post, path = "/register-entries", operation_id = "proposeRegisterEntry",
    tag = "register", params(OnceHeader), request_body = EntryInput,
    responses((status = 201, body = EntryView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn propose(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<EntryInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::EntryProposed)?;
    let request = Once::new(&caller, &headers, PATH, &draft.said)?;
    let input = draft.read(Ok).map_err(Problem::invalid)?;
    let entry = entries::draft(&app, &desk, &input).await?;
    once(&app, request, move |tx| {
        Box::pin(async move {
            Ok(ChangeReply::created(view(&entries::propose(tx, &desk, entry).await?)))
        })
    })
    .await
}

/// Approve an entry that somebody else proposed
#[utoipa::path(post, path = "/register-entries/{id}/approval",
    operation_id = "approveRegisterEntry", tag = "register", params(OnceHeader),
    request_body = Option<Empty>,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn approve(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::EntryApproved)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/approval"), &())?;
    let ctx = app.context.clone();
    once(&app, request, move |tx| {
        Box::pin(
            async move { Ok(ChangeReply::ok(view(&entries::approve(tx, &ctx, &desk, id).await?))) },
        )
    })
    .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct WithdrawalInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 1000)]
    why: Option<String>,
}

/// Withdraw an entry, with the reason
#[utoipa::path(post, path = "/register-entries/{id}/withdrawal",
    operation_id = "withdrawRegisterEntry", tag = "register", params(OnceHeader),
    request_body = WithdrawalInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn withdraw(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<WithdrawalInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&app, &caller, Action::EntryWithdrawn)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/withdrawal"), &input)?;
    let (ctx, why) = (app.context.clone(), input.why.unwrap_or_default());
    once(&app, request, move |tx| {
        Box::pin(async move {
            Ok(ChangeReply::ok(view(&entries::withdraw(tx, &ctx, &desk, id, &why).await?)))
        })
    })
    .await
}
