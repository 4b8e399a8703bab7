//! The systems that are told what happened, as an administrator sees them; whoever runs the service
//! adds them. What did not arrive can be told again.

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        faults::Faults,
        ids::{EventId, WebhookId},
        people::Role,
        webhooks::Webhook,
    },
    store::{
        Error,
        deliveries::{self, Backlog, Dead},
        webhooks,
    },
};

const PATH: &str = "/v1/webhooks";

/// No request names more events than this; without names it is all of them.
const MOST: usize = 1_000;

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/webhooks", get(list))
        .route("/webhooks/{id}/undelivered-events", get(undelivered))
        .route("/webhooks/{id}/replays", post(replay))
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<WebhookId>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let work = house.db.read::<_, Error, _>(|tx| {
        Box::pin(async move { Ok((webhooks::all(tx).await?, deliveries::backlogs(tx).await?)) })
    });
    let (all, backlogs) = work.await?;
    Ok(respond(Reply::ok(page.of_all(&all, |it| it.id, |it| view(it, &backlogs))), PATH))
}

/// Neither the address nor the secret: the address of some systems is a secret as well.
fn view(it: &Webhook, backlogs: &[Backlog]) -> Value {
    let backlog = backlogs.iter().find(|backlog| backlog.webhook == it.id);
    json!({
        "id": it.id,
        "name": it.name,
        "host": it.target.url.host(),
        "types": it.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "withPersonalData": it.target.personal,
        "withSilentAlarms": it.silent_alarms,
        "createdAt": it.created_at,
        "waiting": backlog.map_or(0, |backlog| backlog.waiting),
        "undelivered": backlog.map_or(0, |backlog| backlog.dead),
    })
}

async fn undelivered(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    page: Page<EventId>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let (after, limit) = (page.after, page.fetch());
    let work = house.db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            webhooks::load(tx, id).await?;
            deliveries::dead(tx, id, after, limit).await
        })
    });
    let show = |it: &Dead| {
        json!({ "id": it.event, "type": it.kind, "at": it.at, "attempts": it.attempts,
            "failure": it.failure, "failedAt": it.failed_at })
    };
    Ok(respond(Reply::ok(page.answer(&work.await?, |it| it.event, show)), PATH))
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Input {
    event_ids: Option<Vec<String>>,
}

impl Input {
    fn read(&self) -> Result<Option<Vec<EventId>>, Problem> {
        let mut faults = Faults::default();
        let Some(given) = &self.event_ids else { return Ok(None) };
        let some = (1..=MOST).contains(&given.len());
        faults.require(some, "eventIds", "invalid", "between 1 and 1000, or left out for all");
        let read = |(at, id): (usize, &String)| {
            faults.take(format!("eventIds[{at}]"), id.parse().map_err(|_| "is not an id"))
        };
        let ids: Vec<EventId> = given.iter().take(MOST).enumerate().filter_map(read).collect();
        faults.done().map_err(Problem::invalid)?;
        Ok(Some(ids))
    }
}

async fn replay(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<WebhookId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/replays"), &input)?;
    let (events, now) = (input.read()?, house.now());
    once(&house, request, move |tx| {
        Box::pin(async move {
            webhooks::load(tx, id).await?;
            let replayed = deliveries::replay(tx, id, events.as_deref(), now).await?;
            Ok(Reply::ok(json!({ "replayed": replayed })))
        })
    })
    .await
}
