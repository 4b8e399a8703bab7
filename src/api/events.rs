//! The feed of what changes (`GET /events`): each listener hears of what it may see, and a beat.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    extract::{FromRequestParts as _, State},
    http::{StatusCode, request::Parts},
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use futures::stream::unfold;
use serde_json::{Value, json};
use tokio::{
    sync::broadcast::{Receiver, error::RecvError},
    time::{Instant, Interval, MissedTickBehavior, interval_at},
};

use super::{
    auth::Caller,
    changes::{Change, News, Seat},
    problem::Problem,
    state::House,
};

/// How often a listener hears that the line is alive, and is asked who it is.
pub const BEAT: Duration = Duration::from_secs(10);
/// How soon a browser comes back after a broken line.
const RETRY: Duration = Duration::from_secs(2);

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new().route("/events", get(listen))
}

async fn listen(State(house): State<House>, mut parts: Parts) -> Result<Response, Problem> {
    let caller = Caller::from_request_parts(&mut parts, &house).await?;
    let seat = house.changes.seat(caller.id()).ok_or_else(|| {
        let detail = "You have too many windows open. Close some of them.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-feeds", detail)
    })?;
    let mut beats = interval_at(Instant::now() + BEAT, BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let line = house.changes.listen(&house);
    let listener = Listener { house, parts, caller, line, beats, greeted: false, _seat: seat };
    let events = unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let mut response = Sse::new(events).into_response();
    // Proxies that gather answers would hold back what must come at once.
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

struct Listener {
    house: House,
    /// Of the request, by which it is known again.
    parts: Parts,
    caller: Caller,
    line: Receiver<News>,
    beats: Interval,
    greeted: bool,
    _seat: Seat,
}

impl Listener {
    /// The next event; `None` when the feed ends.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(self.hello());
        }
        loop {
            let house = self.house.clone();
            tokio::select! {
                biased;
                () = house.changes.stopped() => return None,
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
    fn hello(&self) -> Event {
        event("hello", &json!({ "now": self.house.now() })).retry(RETRY)
    }

    /// Who is signed out, or may see less than before, hears no more of it. A database that does not
    /// answer ends the feed too: a beat says that changes would be told.
    async fn beat(&mut self) -> Option<Event> {
        let asked = Caller::from_request_parts(&mut self.parts, &self.house).await;
        self.caller = asked.ok()?;
        self.house.changes.keep_looking(&self.house);
        Some(event("beat", &json!({ "now": self.house.now() })))
    }
}

fn changed(change: &Change) -> Event {
    event(change.kind, &json!({ "id": change.id, "version": change.version }))
}

fn event(kind: &str, data: &Value) -> Event {
    Event::default().event(kind).data(data.to_string())
}
