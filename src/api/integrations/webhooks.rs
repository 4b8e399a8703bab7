//! The systems that are told what happened, as an administrator sees them; whoever runs the service
//! adds them. What did not arrive can be told again.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once, respond},
            json::{Draft, Id},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::{EventId, WebhookId},
        input::faults::{Fault, Faults},
        integrations::webhooks::Webhook,
        people::Role,
    },
    service::integrations::webhooks,
    store::integrations::deliveries::{Backlog, Dead},
};

const PATH: &str = "/v1/webhooks";

/// No request names more events than this; without names it is all of them.
const MOST: usize = 1_000;

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(undelivered))
        .routes(routes!(replay))
}

/// The systems that are told what happened (administrators)
///
/// Whoever runs the service adds them on the command line. Each gets CloudEvents, signed per Standard
/// Webhooks.
#[utoipa::path(get, path = "/webhooks", operation_id = "listWebhooks", tag = "events",
    params(PageQuery), responses((status = 200, body = Items<WebhookView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<WebhookId>,
) -> Result<Response, Problem> {
    let (all, backlogs) = webhooks::list(&app, &caller).await?;
    Ok(respond(ChangeReply::ok(page.of_all(&all, |it| it.id, |it| view(it, &backlogs))), PATH))
}

/// A system that is told what happened. Neither its address nor its secret is shown.
// The address of some systems is a secret as well.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
struct WebhookView<'a> {
    id: WebhookId,
    name: &'a str,
    host: String,
    /// Of what it is told; of everything when empty.
    types: Vec<&'static str>,
    with_personal_data: bool,
    with_silent_alarms: bool,
    created_at: Instant,
    /// What waits, or is being told.
    waiting: i64,
    /// What was given up.
    undelivered: i64,
}

fn view<'a>(it: &'a Webhook, backlogs: &[Backlog]) -> WebhookView<'a> {
    let backlog = backlogs.iter().find(|backlog| backlog.webhook == it.id);
    WebhookView {
        id: it.id,
        name: &it.name,
        host: it.target.url.host(),
        types: it.kinds.iter().map(|kind| kind.name()).collect(),
        with_personal_data: it.target.personal,
        with_silent_alarms: it.silent_alarms,
        created_at: it.created_at,
        waiting: backlog.map_or(0, |backlog| backlog.waiting),
        undelivered: backlog.map_or(0, |backlog| backlog.dead),
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UndeliveredEvent<'a> {
    id: EventId,
    r#type: &'a str,
    at: Instant,
    attempts: i32,
    /// What the system said last.
    failure: Option<&'a str>,
    failed_at: Option<Instant>,
}

impl<'a> From<&'a Dead> for UndeliveredEvent<'a> {
    fn from(it: &'a Dead) -> Self {
        Self {
            id: it.event,
            r#type: &it.kind,
            at: it.at,
            attempts: it.attempts,
            failure: it.failure.as_deref(),
            failed_at: it.failed_at,
        }
    }
}

/// What a system was told in vain for half a day, and is told no more (administrators)
#[utoipa::path(get, path = "/webhooks/{id}/undelivered-events",
    operation_id = "listUndeliveredEvents", tag = "events", params(PageQuery),
    responses((status = 200, body = Items<UndeliveredEvent>), (status = 403), (status = 404)))]
async fn undelivered(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    page: Page<EventId>,
) -> Result<Response, Problem> {
    let place = (page.after, page.fetch());
    let found = webhooks::undelivered(&app, &caller, id, place).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |it| it.event, UndeliveredEvent::from)), PATH))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplayInput {
    /// Which; all of them when left out.
    #[schema(value_type = Option<Vec<EventId>>, min_items = 1, max_items = 1000)]
    event_ids: Option<Vec<String>>,
}

impl ReplayInput {
    fn read(self) -> Result<Option<Vec<EventId>>, Vec<Fault>> {
        let mut faults = Faults::default();
        let Some(given) = &self.event_ids else { return Ok(None) };
        let some = (1..=MOST).contains(&given.len());
        faults.require(some, "eventIds", "invalid", "between 1 and 1000, or left out for all");
        let read = |(at, id): (usize, &String)| {
            faults.take(format!("eventIds[{at}]"), id.parse().map_err(|_| "is not an id"))
        };
        let ids: Vec<EventId> = given.iter().take(MOST).enumerate().filter_map(read).collect();
        faults.done()?;
        Ok(Some(ids))
    }
}

/// How many are told again.
#[derive(Serialize, ToSchema)]
struct Replayed {
    replayed: u64,
}

/// Tell a system again what it was told in vain, under the same ids (administrators)
#[utoipa::path(post, path = "/webhooks/{id}/replays", operation_id = "replayEvents",
    tag = "events", params(OnceHeader), request_body = ReplayInput,
    responses((status = 200, body = Replayed), (status = 403), (status = 404), (status = 409)))]
async fn replay(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    headers: HeaderMap,
    draft: Draft<ReplayInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/replays"), &draft.said)?;
    let events = draft.read(ReplayInput::read).map_err(Problem::invalid)?;
    let at = app.clone();
    once(&app, request, move |tx| {
        Box::pin(async move {
            let replayed = webhooks::replay(tx, &at, &caller, id, events.as_deref()).await?;
            Ok(ChangeReply::ok(Replayed { replayed }))
        })
    })
    .await
}
