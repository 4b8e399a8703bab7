//! A letter goes out, and is delivered.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::{Body, Id},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
        register::{
            PATH,
            entry_view::{EntryView, view},
        },
    },
    model::{ids::EntryId, privacy::access::Action},
    service::incidents::{
        letter_mail::{self, Mailing},
        letters,
    },
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(mail)).routes(routes!(deliver))
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisteredMailInput)]
struct MailInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 60)]
    tracking_number: Option<String>,
    #[schema(required, nullable = false, format = Date)]
    sent_on: Option<String>,
}

/// Note that the letter went out by registered mail
#[utoipa::path(post, path = "/register-entries/{id}/registered-mail", operation_id = "sendByRegisteredMail",
    tag = "register", params(OnceHeader), request_body = MailInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn mail(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<MailInput>,
) -> Result<Response, Problem> {
    let desk = letters::authorise(&app, &caller, Action::MeasureChanged)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/registered-mail"), &input)?;
    let mailing = Mailing { tracking_number: input.tracking_number, sent_on: input.sent_on };
    let ctx = app.context.clone();
    once(&app, request, move |tx| {
        Box::pin(async move {
            let seen = letter_mail::note_sent(tx, &ctx, &caller, &desk, (id, &mailing)).await?;
            Ok(ChangeReply::ok(view(&seen)))
        })
    })
    .await
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeliveryInput {
    #[schema(required, nullable = false, format = Date)]
    delivered_on: Option<String>,
}

/// Note on which day the letter was delivered
#[utoipa::path(post, path = "/register-entries/{id}/delivery", operation_id = "noteDelivery",
    tag = "register", params(OnceHeader), request_body = DeliveryInput,
    responses((status = 200, body = EntryView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn deliver(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<DeliveryInput>,
) -> Result<Response, Problem> {
    let desk = letters::authorise(&app, &caller, Action::MeasureChanged)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/delivery"), &input)?;
    once(&app, request, move |tx| {
        Box::pin(async move {
            let day = input.delivered_on.as_deref();
            let seen = letter_mail::note_delivered(tx, &caller, &desk, id, day).await?;
            Ok(ChangeReply::ok(view(&seen)))
        })
    })
    .await
}
