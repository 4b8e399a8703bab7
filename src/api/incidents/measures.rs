//! A measure after it was proposed: its reviews, objections, and a move. For the
//! aggression desk; each step is logged.

use axum::{extract::State, http::HeaderMap, response::Response};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::{Body, Draft, Id},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
        register::{
            Desk, PATH,
            entry_view::{EntryView, view},
        },
    },
    model::{
        ids::EntryId,
        input::faults::{Fault, Faults},
        privacy::{access::Action, terms::MoreTimeInput},
        register::address::{Address, AddressInput},
    },
    service::{
        Context, Error,
        incidents::measures::{self, NewReview, ObjectionDecision},
        register::entries::SeenEntry,
    },
    store::Tx,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(review))
        .routes(routes!(object))
        .routes(routes!(extend))
        .routes(routes!(decide))
        .routes(routes!(relocate))
}

/// Whoever is of the desk takes one step with a measure, under an idempotency key.
struct MeasureStep {
    app: AppState,
    desk: Desk,
    request: Once,
}

impl MeasureStep {
    fn new(
        app: AppState,
        caller: &Caller,
        headers: &HeaderMap,
        (id, what): (EntryId, &str),
        said: &impl Serialize,
    ) -> Result<Self, Problem> {
        let desk = Desk::new(&app, caller, Action::MeasureChanged)?;
        let request = Once::new(caller, headers, format!("{PATH}/{id}/{what}"), said)?;
        Ok(Self { app, desk, request })
    }

    async fn take<F>(self, step: F) -> Result<Response, Problem>
    where
        F: for<'t> FnOnce(
                &'t mut Tx,
                &'t Context,
                &'t Desk,
            ) -> BoxFuture<'t, Result<SeenEntry, Error>>
            + Send
            + 'static,
    {
        let Self { app, desk, request } = self;
        let ctx = app.context.clone();
        once(&app, request, move |tx| {
            Box::pin(async move { Ok(ChangeReply::ok(view(&step(tx, &ctx, &desk).await?))) })
        })
        .await
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReviewInput {
    #[schema(required, nullable = false, format = Date)]
    review_on: Option<String>,
    #[schema(required, nullable = false, min_length = 1, max_length = 1000)]
    because: Option<String>,
}

/// Keep a measure until its next review
#[utoipa::path(post, path = "/register-entries/{id}/review", operation_id = "reviewRegisterEntry",
    tag = "register", params(OnceHeader), request_body = ReviewInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn review(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ReviewInput>,
) -> Result<Response, Problem> {
    let step = MeasureStep::new(app, &caller, &headers, (id, "review"), &input)?;
    let review = NewReview { next: input.review_on, because: input.because };
    step.take(move |tx, ctx, desk| Box::pin(measures::note_review(tx, ctx, desk, id, review))).await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ObjectionInput {
    #[schema(required, nullable = false, format = Date)]
    received_on: Option<String>,
}

/// Note an objection
///
/// The measure goes on until it is decided.
#[utoipa::path(post, path = "/register-entries/{id}/objection", operation_id = "objectToRegisterEntry",
    tag = "register", params(OnceHeader), request_body = ObjectionInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn object(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ObjectionInput>,
) -> Result<Response, Problem> {
    let step = MeasureStep::new(app, &caller, &headers, (id, "objection"), &input)?;
    let day = input.received_on;
    step.take(move |tx, ctx, desk| Box::pin(measures::note_objection(tx, ctx, desk, id, day))).await
}

/// Take more time for the open objection, once
///
/// Before its deadline, with the reason that the person was told.
#[utoipa::path(post, path = "/register-entries/{id}/objection-extension", operation_id = "extendObjection",
    tag = "register", params(OnceHeader), request_body = MoreTimeInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn extend(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    let step = MeasureStep::new(app, &caller, &headers, (id, "objection-extension"), &input)?;
    step.take(move |tx, ctx, desk| Box::pin(measures::extend_objection(tx, ctx, desk, id, input)))
        .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
struct ObjectionDecisionInput {
    #[schema(required, nullable = false)]
    upheld: Option<bool>,
    #[schema(required, nullable = false, min_length = 1, max_length = 1000)]
    because: Option<String>,
}

/// Decide on the open objection
///
/// By somebody who neither proposed nor approved the measure; one that is found right ends it.
#[utoipa::path(post, path = "/register-entries/{id}/objection-decision", operation_id = "decideObjection",
    tag = "register", params(OnceHeader), request_body = ObjectionDecisionInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn decide(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ObjectionDecisionInput>,
) -> Result<Response, Problem> {
    let step = MeasureStep::new(app, &caller, &headers, (id, "objection-decision"), &input)?;
    let decision = ObjectionDecision { upheld: input.upheld, because: input.because };
    step.take(move |tx, ctx, desk| {
        Box::pin(measures::decide_objection(tx, ctx, desk, id, decision))
    })
    .await
}

#[derive(Deserialize, ToSchema)]
struct MoveInput {
    #[schema(required, nullable = false, max_items = 10)]
    addresses: Option<Vec<AddressInput>>,
}

impl MoveInput {
    fn read(self) -> Result<Vec<Address>, Vec<Fault>> {
        let mut faults = Faults::default();
        // Without any address no check finds the person by one; that must be meant.
        faults.require(self.addresses.is_some(), "addresses", "required", "is required");
        let given = self.addresses.unwrap_or_default();
        faults.require(given.len() <= 10, "addresses", "too-many", "at most 10");
        let mut addresses = vec![];
        for (at, given) in given.iter().take(10).enumerate() {
            match Address::parse(given) {
                Ok(address) => addresses.push(address),
                Err(part) => faults.nest(&format!("addresses[{at}]"), part),
            }
        }
        faults.done().map(|()| addresses)
    }
}

/// Let the flag go along with a person who moves
#[utoipa::path(post, path = "/register-entries/{id}/move", operation_id = "moveRegisterEntry",
    tag = "register", params(OnceHeader), request_body = MoveInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn relocate(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    draft: Draft<MoveInput>,
) -> Result<Response, Problem> {
    let step = MeasureStep::new(app, &caller, &headers, (id, "move"), &draft.said)?;
    let addresses = draft.read(MoveInput::read).map_err(Problem::invalid)?;
    step.take(move |tx, ctx, desk| Box::pin(measures::relocate(tx, ctx, desk, id, addresses))).await
}
