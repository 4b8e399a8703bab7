//! The feed of what changes (`GET /events`): each listener hears of what it may see, and a beat.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{FromRequestParts as _, State},
    http::{StatusCode, request::Parts},
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
};
use futures::stream::unfold;
use serde::Serialize;
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    api::{
        http::{problem::Problem, state::AppState},
        people::auth::Caller,
    },
    model::clock,
    service::integrations::changes::{Change, News, Seat},
};

/// How often a listener hears that the line is alive, and is asked who it is.
pub const BEAT: Duration = Duration::from_secs(10);
/// How many milliseconds after a broken line a browser comes back.
const RETRY: u32 = 2000;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(listen))
}

/// One event of the feed, by its fields.
#[derive(ToSchema)]
struct FeedEvent {
    #[schema(schema_with = event_names)]
    event: &'static str,
    /// JSON on one line.
    data: String,
    /// After how many milliseconds to come back when the line breaks.
    #[schema(nullable = false)]
    retry: Option<u32>,
}

fn event_names() -> Object {
    let names = ["hello", "beat", "visit", "alarm"];
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names)).build()
}

/// The data of an event: what changed, and to which version.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub struct Changed {
    id: Uuid,
    version: i64,
}

#[derive(Serialize)]
struct Alive {
    now: clock::Instant,
}

impl FeedEvent {
    fn new(event: &'static str, data: &impl Serialize) -> Self {
        let data = serde_json::to_string(data).unwrap_or_default();
        Self { event, data, retry: None }
    }
}

impl From<FeedEvent> for Event {
    fn from(it: FeedEvent) -> Self {
        let event = Self::default().event(it.event).data(it.data);
        match it.retry {
            Some(retry) => event.retry(Duration::from_millis(retry.into())),
            None => event,
        }
    }
}

/// Listen to what changes
///
/// Server-sent events for the visits and alarms that you may see. `hello` comes first, and again when
/// events may have been missed: load everything anew. A `beat` every ten seconds says that the line is
/// alive; without one for 25 seconds, say that what you show may be old. `visit` and `alarm` say what
/// changed. Signing out ends it.
#[utoipa::path(get, path = "/events", operation_id = "listen", tag = "events",
    responses((status = 200, description = "The feed. `data` is JSON: `{now}` with `hello` and `beat`, \
        like the schema Event with `visit` and `alarm`.",
        body = FeedEvent, content_type = "text/event-stream")))]
async fn listen(State(app): State<AppState>, mut parts: Parts) -> Result<Response, Problem> {
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let seat = app.changes.seat(caller.id()).ok_or_else(|| {
        let detail = "You have too many windows open. Close some of them.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-feeds", detail)
    })?;
    let mut beats = interval_at(Instant::now() + BEAT, BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let line = app.changes.listen(&app);
    let listener = EventListener { app, parts, caller, line, beats, greeted: false, _seat: seat };
    let events = unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(Event::from(event)), listener))
    });
    let mut response = Sse::new(events).into_response();
    // Proxies that gather answers would hold back what must come at once.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

struct EventListener {
    app: AppState,
    /// Of the request, by which it is known again.
    parts: Parts,
    caller: Caller,
    line: Receiver<News>,
    beats: Interval,
    greeted: bool,
    _seat: Seat,
}

impl EventListener {
    /// The next event; `None` when the feed ends.
    async fn next(&mut self) -> Option<FeedEvent> {
        if !self.greeted {
            self.greeted = true;
            return Some(self.hello());
        }
        loop {
            let app = self.app.clone();
            tokio::select! {
                biased;
                () = app.changes.stopped() => return None,
                _ = self.beats.tick() => return self.beat().await,
                news = self.line.recv() => match news {
                    Ok(News::Changed(change)) if change.is_for(&self.caller) => {
                        return Some(changed(&change));
                    }
                    Ok(News::Changed(_)) => {}
                    Ok(News::Everything) | Err(RecvError::Lagged(_)) => return Some(self.hello()),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// Load everything again: this is the first event, or some may be lost.
    fn hello(&self) -> FeedEvent {
        let alive = Alive { now: self.app.now() };
        FeedEvent { retry: Some(RETRY), ..FeedEvent::new("hello", &alive) }
    }

    /// Who is signed out, or may see less than before, hears no more of it. A database that does not
    /// answer ends the feed too: a beat says that changes would be told.
    async fn beat(&mut self) -> Option<FeedEvent> {
        let asked = Caller::from_request_parts(&mut self.parts, &self.app).await;
        self.caller = asked.ok()?;
        self.app.changes.keep_looking(&self.app);
        Some(FeedEvent::new("beat", &Alive { now: self.app.now() }))
    }
}

fn changed(change: &Change) -> FeedEvent {
    FeedEvent::new(change.kind, &Changed { id: change.id, version: change.version })
}
