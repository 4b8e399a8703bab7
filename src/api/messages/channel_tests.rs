//! Tests of my channels: asked for, and how they fared.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::Body,
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::MessageId,
        messages::{Channel, MessageState},
    },
    service::messages::channel_tests,
    store::people::channel_tests::Tested,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list, ask))
}

/// The tests of the past day, newest first, and the channels that this service uses.
#[derive(Serialize, ToSchema)]
struct ChannelTests {
    channels: Vec<Channel>,
    items: Vec<ChannelTest>,
}

/// A message to myself, and how far it is. A call is delivered when it is answered.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelTest {
    id: MessageId,
    channel: Channel,
    asked_at: Instant,
    state: MessageState,
    /// Who took it, as in `/health/ready`; null until somebody did.
    carrier: Option<String>,
    handed_over_at: Option<Instant>,
    delivered_at: Option<Instant>,
}

impl ChannelTests {
    fn of(tests: Vec<Tested>, app: &AppState) -> Self {
        let items = tests.into_iter().take(20).map(Into::into).collect();
        Self { channels: app.settings.channels.clone(), items }
    }
}

impl From<Tested> for ChannelTest {
    fn from(it: Tested) -> Self {
        Self {
            id: it.id,
            channel: it.channel,
            asked_at: it.asked_at,
            state: it.state,
            carrier: it.carrier,
            handed_over_at: it.handed_over_at,
            delivered_at: it.delivered_at,
        }
    }
}

/// See how the tests of my channels fared
#[utoipa::path(get, path = "/me/channel-tests", operation_id = "listMyChannelTests", tag = "me",
    responses((status = 200, body = ChannelTests)))]
async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<ChannelTests>, Problem> {
    let tests = channel_tests::list(&app, caller.person).await?;
    Ok(Json(ChannelTests::of(tests, &app)))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelTestInput)]
struct TestInput {
    channel: Channel,
}

/// Be called, texted, mailed or notified right now
///
/// The message goes the way of every other one. At most three tests of a channel in ten minutes: 429
/// `tested-often`. 409 says why it cannot reach me: `no-number`, `texts-stopped`, `no-device` or
/// `channel-not-in-use`.
#[utoipa::path(post, path = "/me/channel-tests", operation_id = "testMyChannel", tag = "me",
    params(OnceHeader), request_body = TestInput,
    responses((status = 202, body = ChannelTests), (status = 403), (status = 409), (status = 429)))]
async fn ask(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<TestInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/me/channel-tests", &said)?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let tests = channel_tests::ask(tx, &at, &caller.person, said.channel).await?;
            Ok(ChangeReply::of(StatusCode::ACCEPTED, ChannelTests::of(tests, &at)))
        })
    })
    .await
}
