//! How a request is refused: problem details (RFC 9457), with every fault at once.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{model::faults::Fault, store};

/// How long to wait after too many requests, when nothing else is said.
const PATIENCE_SECONDS: u64 = 60;

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// What it is, for programs; the last part of its `type`.
    pub code: &'static str,
    /// What it is, for people; never holds personal data beyond what the caller may see.
    pub detail: String,
    /// Everything that is wrong with the input.
    pub faults: Vec<Fault>,
    /// Further members.
    pub more: Map<String, Value>,
}

impl Problem {
    /// A problem without faults.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), faults: vec![], more: Map::new() }
    }

    /// 400: the input cannot be used, for these reasons.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, "invalid-input", "The input has faults.");
        Self { faults, ..problem }
    }

    /// 401: who are you?
    pub fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Sign in first.")
    }

    /// 403: not for you.
    pub fn forbidden(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: not there, or not for you to know.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is no such thing here.")
    }

    /// 409: it cannot be done now.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 412: somebody changed it first.
    pub fn stale() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "changed-in-between",
            "It was changed in between. Load it again.",
        )
    }

    /// The same problem with a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// As it is sent.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "type": format!("urn:rugdekking:problem:{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Problem"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Value::Object(members) = &mut body {
            if !self.faults.is_empty() {
                members.insert("faults".into(), json!(self.faults));
            }
            members.extend(self.more.clone());
        }
        body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if self.status.is_server_error() {
            tracing::error!(code = self.code, detail = %self.detail, "request failed");
        }
        let mut response = (self.status, axum::Json(self.body())).into_response();
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            let asked = self.more.get("retryAfter").and_then(Value::as_u64);
            let seconds = HeaderValue::from(asked.unwrap_or(PATIENCE_SECONDS));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<store::Error> for Problem {
    fn from(why: store::Error) -> Self {
        match why {
            store::Error::NotFound => Self::not_found(),
            store::Error::Stale => Self::stale(),
            other => {
                tracing::error!(why = %other, "the store failed");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store-unavailable",
                    "The service cannot remember anything right now. Try again, or call.",
                )
            }
        }
    }
}
