//! The same request sent twice is done once and answered twice (`Idempotency-Key`).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use futures::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::{auth::Caller, problem::Problem, state::House};
use crate::{
    model::{clock::Instant, ids::digest},
    store::{Error, Tx, sessions},
};

/// What a change answers with.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

impl Reply {
    /// 200 with this body.
    pub fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body }
    }

    /// 201 with this body; `Location` follows from its `id`.
    pub fn created(body: Value) -> Self {
        Self { status: StatusCode::CREATED, body }
    }
}

/// A request that changes something: who sends it, to where, with what, under which key.
#[derive(Clone, Debug)]
pub struct Once {
    scope: String,
    key: Option<String>,
    fingerprint: String,
    path: String,
}

impl Once {
    /// Reads the key of a request. `said` is what tells this request from another one.
    ///
    /// # Errors
    /// When the key is not 1 to 128 visible characters.
    pub fn new(
        caller: &Caller,
        headers: &HeaderMap,
        path: impl Into<String>,
        said: &impl serde::Serialize,
    ) -> Result<Self, Problem> {
        let path = path.into();
        let key = match headers.get("idempotency-key") {
            None => None,
            Some(given) => Some(readable(given)?),
        };
        let said = serde_json::to_string(said).unwrap_or_default();
        Ok(Self {
            scope: caller.person.id.to_string(),
            key,
            fingerprint: digest(&format!("{path} {said}")),
            path,
        })
    }
}

impl Once {
    /// Where it was sent to.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whose key it is, and the key, when there is one.
    pub fn owned(&self) -> Option<(String, String)> {
        self.scope_and_key().map(|(scope, key)| (scope.to_owned(), key.to_owned()))
    }

    fn scope_and_key(&self) -> Option<(&str, &str)> {
        Some((&self.scope, self.key.as_deref()?))
    }
}

fn readable(given: &HeaderValue) -> Result<String, Problem> {
    let text = given.to_str().unwrap_or_default();
    if (1..=128).contains(&text.len()) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-idempotency-key",
        "An Idempotency-Key has 1 to 128 visible characters.",
    ))
}

/// Does `work` in one transaction, unless the same key was answered before: then that answer again.
/// Wakes the engine afterwards.
///
/// # Errors
/// What `work` says; 422 when the key was used for another request.
pub async fn once<F>(house: &House, once: Once, work: F) -> Result<Response, Problem>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<Reply, Problem>> + Send + 'static,
{
    let now = house.now();
    let path = once.path.clone();
    let reply = house
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(before) = given_before(tx, &[&once]).await?.pop().flatten() {
                    return before;
                }
                let reply = work(tx).await?;
                keep(tx, &[(&once, &reply)], now).await?;
                Ok(reply)
            })
        })
        .await?;
    house.wake.notify_one();
    Ok(respond(reply, &path))
}

/// What was replied before to each of these requests; nothing where that is yet to be done.
///
/// # Errors
/// When the store fails.
pub async fn given_before(
    tx: &mut Tx,
    all: &[&Once],
) -> Result<Vec<Option<Result<Reply, Problem>>>, Error> {
    let keys: Vec<_> = all.iter().filter_map(|once| once.scope_and_key()).collect();
    let mut answered = sessions::answered_all(tx, &keys).await?.into_iter();
    let before = |once: &&Once| {
        once.key.as_ref()?;
        answered.next().flatten().map(|before| again(before, &once.fingerprint))
    };
    Ok(all.iter().map(before).collect())
}

/// Keeps what is replied to requests, for whoever sends one again.
///
/// # Errors
/// When the store fails.
pub async fn keep(tx: &mut Tx, all: &[(&Once, &Reply)], now: Instant) -> Result<(), Error> {
    let kept = |(once, reply): &(&'_ Once, &'_ Reply)| {
        let answer = sessions::Answered {
            fingerprint: once.fingerprint.clone(),
            status: i32::from(reply.status.as_u16()),
            body: reply.body.clone(),
        };
        (answer, about(&once.path, &reply.body))
    };
    let all = all.iter().filter_map(|pair| {
        let ((scope, key), (answer, subject)) = (pair.0.scope_and_key()?, kept(pair));
        Some(sessions::Kept { scope, key, answer, subject })
    });
    sessions::keep_answers(tx, &all.collect::<Vec<_>>(), now).await
}

/// What a request was about: what its address names, or what came of it.
fn about(path: &str, answer: &Value) -> Option<Uuid> {
    let named = path.split('/').find_map(|part| part.parse().ok());
    named.or_else(|| answer.get("id").and_then(Value::as_str)?.parse().ok())
}

fn again(before: sessions::Answered, fingerprint: &str) -> Result<Reply, Problem> {
    if before.fingerprint != fingerprint {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "This Idempotency-Key was used for another request.",
        ));
    }
    let status = u16::try_from(before.status).ok().and_then(|s| StatusCode::from_u16(s).ok());
    Ok(Reply { status: status.unwrap_or(StatusCode::OK), body: before.body })
}

/// A reply with its `ETag` (from `version`) and, when created, its `Location` (from `id`).
pub fn respond(reply: Reply, path: &str) -> Response {
    let version = reply.body.get("version").and_then(Value::as_i64);
    let id = reply.body.get("id").and_then(Value::as_str).map(str::to_owned);
    if reply.status == StatusCode::NO_CONTENT {
        return reply.status.into_response();
    }
    let mut response = (reply.status, axum::Json(reply.body)).into_response();
    let headers = response.headers_mut();
    if let Some(etag) = version.and_then(|v| HeaderValue::from_str(&format!("\"{v}\"")).ok()) {
        headers.insert("etag", etag);
    }
    if let (StatusCode::CREATED, Some(id)) = (reply.status, id)
        && let Ok(location) = HeaderValue::from_str(&format!("{path}/{id}"))
    {
        headers.insert("location", location);
    }
    response
}
