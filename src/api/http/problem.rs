//! How a request is refused: problem details (RFC 9457), with every fault at once.

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{clock::Instant, input::faults::Fault, people::Named, phone::Phone},
    service::register::file_imports::ImportReport,
};

/// How long to wait after too many requests, when nothing else is said.
const PATIENCE_SECONDS: u64 = 60;

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Problem {
    pub status: StatusCode,
    /// What it is, for programs; the last part of its `type`.
    pub code: &'static str,
    /// What it is, for people; never holds personal data beyond what the caller may see.
    pub detail: String,
    /// Everything that is wrong with the input.
    pub faults: Vec<Fault>,
    pub more: Box<ProblemExtras>,
}

/// What went wrong, RFC 9457.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDetails<'a> {
    /// A relative reference that names the kind of problem.
    #[schema(required = false)]
    r#type: String,
    title: &'a str,
    status: u16,
    /// Stable name of the problem, also the last part of `type`: `already-owned`, `nobody-to-call`.
    #[schema(required = false)]
    code: &'a str,
    detail: &'a str,
    /// Every faulty field.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [Fault],
    #[serde(flatten)]
    more: &'a ProblemExtras,
}

/// What some problems tell besides.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemExtras {
    /// Whom to call instead, when nobody can be promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub call_number: Option<Phone>,
    /// Who has the alarm already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub owner: Option<Named>,
    /// With `step-up-needed`: where to sign in again with an extra check, relative to the server.
    /// `&back=` names the screen to come back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub step_up_url: Option<&'static str>,
    /// After how many seconds it may be tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after: Option<u64>,
    /// What is wrong with the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub report: Option<Box<ImportReport>>,
    /// When the same file was imported before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub imported_before: Option<Instant>,
}

impl Problem {
    /// A problem without faults.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), faults: vec![], more: Box::default() }
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

    /// The same problem, which tells more.
    #[must_use]
    pub fn with(mut self, tell: impl FnOnce(&mut ProblemExtras)) -> Self {
        tell(&mut self.more);
        self
    }

    /// As it is sent.
    pub fn body(&self) -> ProblemDetails<'_> {
        ProblemDetails {
            r#type: format!("urn:rugdekking:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            faults: &self.faults,
            more: &self.more,
        }
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
            let seconds = HeaderValue::from(self.more.retry_after.unwrap_or(PATIENCE_SECONDS));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Bearer"));
        }
        response
    }
}
