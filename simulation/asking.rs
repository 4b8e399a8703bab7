//! What people and providers bring to the service, and how it is brought to an instance.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use rugdekking::{
    api::http::{problem::Problem, state::AppState},
    model::{clock::Instant, ids::MessageId, messages::Receipt, phone::Phone},
    service::{
        Error,
        messages::{inbound_calls, inbound_texts, receipts},
    },
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

/// What somebody asks, sent again until it is answered.
#[derive(Clone, Debug)]
pub struct Asked {
    pub what: What,
    /// What it means for the truth.
    pub means: Means,
    /// How often it was tried in vain.
    pub tries: u32,
}

/// How it is brought.
#[derive(Clone, Debug)]
pub enum What {
    /// A request of the app.
    App { token: String, method: &'static str, path: String, key: Option<String>, body: Value },
    /// The button behind a one-time link.
    Press { path: String, body: Value },
    /// A robot looks at a link for a preview.
    Preview { path: String },
    /// A text comes in.
    Text { from: Phone, body: String, name: String },
    /// Keys on a call.
    Keys { message: MessageId, digits: String },
    /// A provider tells how a message fared.
    Receipt { message: MessageId, receipt: Receipt },
}

/// What a human meant. Only this may confirm, take or close.
#[derive(Clone, Debug)]
pub enum Means {
    /// Nothing that changes a visit or an alarm.
    Nothing,
    /// A visit is registered, by this worker.
    Registers(usize),
    /// Somebody who is out there says something, about one of these visits.
    Says { visits: Vec<Uuid>, tapped: Instant, saying: Saying, pin: Option<&'static str> },
    /// Somebody takes an alarm.
    Takes(usize),
    /// Somebody closes this alarm.
    Closes(Uuid),
}

/// What somebody who is out there says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saying {
    Starts,
    Well,
    More,
    Ends,
    Help,
    Undo,
}

impl Asked {
    /// What tells no moment of its own counts from when it arrives.
    pub fn is_said_at(&mut self, now: Instant) {
        let own = matches!(&self.what, What::App { body, .. } if body.get("tappedAt").is_some());
        if let (Means::Says { tapped, .. }, false) = (&mut self.means, own) {
            *tapped = now;
        }
    }
}

/// What was answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    fn of(done: Result<(), Error>) -> Self {
        let status = done.map_or_else(|why| Problem::from(why).status.as_u16(), |()| 204);
        Self { status, body: Value::Null }
    }

    pub fn is_well(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Brings it to an instance.
pub async fn bring(what: What, router: Router, app: AppState) -> Answer {
    match what {
        What::App { token, method, path, key, body } => {
            let mut request = Request::builder()
                .method(method)
                .uri(path)
                .header("authorization", format!("Bearer {token}"))
                .header("content-type", "application/json");
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            send(router, request, body).await
        }
        What::Press { path, body } => {
            let request = Request::builder().method("POST").uri(path);
            send(router, request.header("content-type", "application/json"), body).await
        }
        What::Preview { path } => send(router, Request::builder().uri(path), Value::Null).await,
        What::Text { from, body, name } => {
            Answer::of(inbound_texts::receive(&app, &from, &body, Some(&name)).await)
        }
        What::Keys { message, digits } => {
            Answer::of(inbound_calls::press_keys(&app, message, &digits).await.map(drop))
        }
        What::Receipt { message, receipt } => {
            Answer::of(receipts::record(&app, message, &receipt).await)
        }
    }
}

async fn send(router: Router, request: axum::http::request::Builder, body: Value) -> Answer {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let Ok(request) = request.body(body) else {
        return Answer { status: 0, body: json!("this is no request") };
    };
    let response = match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
    Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}
