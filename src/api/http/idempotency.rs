//! The same request sent twice is done once and answered twice (`Idempotency-Key`).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::{problem::Problem, state::AppState};
use crate::api::people::auth::Caller;
pub use crate::service::idempotency::Once;
use crate::{
    service::idempotency::{self, StoredReply},
    store::Tx,
};

/// The header of a request that may be sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct OnceHeader {
    /// Makes sure that a repeated request happens once; a UUID will do.
    #[param(rename = "Idempotency-Key", required = false, min_length = 1, max_length = 128)]
    _key: String,
}

/// The header of a change to what was read before.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct IfMatchHeader {
    /// The `ETag` of what was read.
    #[param(rename = "If-Match", required = false, max_length = 100)]
    _version: String,
}

/// What a change answers with.
#[derive(Clone, Debug)]
pub struct ChangeReply {
    pub status: StatusCode,
    pub body: Value,
}

impl ChangeReply {
    /// 200 with this body.
    pub fn ok(body: impl Serialize) -> Self {
        Self::of(StatusCode::OK, body)
    }

    /// 201 with this body; `Location` follows from its `id`.
    pub fn created(body: impl Serialize) -> Self {
        Self::of(StatusCode::CREATED, body)
    }

    /// This body, with this status.
    pub fn of(status: StatusCode, body: impl Serialize) -> Self {
        let body = serde_json::to_value(body).unwrap_or_else(|why| {
            // Only a map whose keys are no text cannot be written, and no answer has one.
            tracing::error!(%why, "failed to serialise an answer");
            Value::Null
        });
        Self { status, body }
    }
}

impl From<ChangeReply> for StoredReply {
    fn from(reply: ChangeReply) -> Self {
        Self { status: reply.status.as_u16(), body: reply.body }
    }
}

impl From<StoredReply> for ChangeReply {
    fn from(kept: StoredReply) -> Self {
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        Self { status, body: kept.body }
    }
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
        let key = headers.get("idempotency-key").map(readable).transpose()?;
        Ok(Self::keyed(caller, key, path.into(), said))
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
pub async fn once<F>(app: &AppState, once: Once, work: F) -> Result<Response, Problem>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<ChangeReply, Problem>> + Send + 'static,
{
    let path = once.path().to_owned();
    let reply = idempotency::once(app, once, work).await?;
    Ok(respond(ChangeReply::from(reply), &path))
}

/// A reply with its `ETag` (from `version`) and, when created, its `Location` (from `id`).
pub fn respond(reply: ChangeReply, path: &str) -> Response {
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
