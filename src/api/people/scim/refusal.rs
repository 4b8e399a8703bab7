//! What SCIM answers have in common: their form, and how something is refused in it.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    api::http::{problem::Problem, state::AppState},
    model::people::scim::{Object, RefusalKind, ScimRefused},
    service::Error,
};

/// What errors are.
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// The kind of every body.
const SCIM_JSON: &str = "application/scim+json";

/// How something is refused, in SCIM's own form.
#[derive(Debug)]
pub struct Refusal {
    pub(super) status: StatusCode,
    kind: Option<RefusalKind>,
    detail: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, kind: None, detail: detail.to_owned() }
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such resource here.")
    }

    pub(super) fn not_implemented() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here.")
    }

    /// RFC 7644, 3.4.3: this service does not search all kinds of resources at once.
    pub(super) fn search() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "Search people and teams apart.")
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Show the token of the directory.")
    }
}

impl From<ScimRefused> for Refusal {
    fn from(why: ScimRefused) -> Self {
        let status = match why.kind {
            RefusalKind::Uniqueness => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, kind: Some(why.kind), detail: why.detail }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let kind = (problem.code == "email-taken").then_some(RefusalKind::Uniqueness);
        Self { status: problem.status, kind, detail: problem.detail }
    }
}

impl From<Error> for Refusal {
    fn from(why: Error) -> Self {
        match why {
            Error::NotFound => Self::not_found(),
            Error::Directory(why) => why.into(),
            why => Problem::from(why).into(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorView {
    detail: String,
    schemas: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    scim_type: Option<&'static str>,
    status: String,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = ErrorView {
            detail: self.detail,
            schemas: [ERROR],
            scim_type: self.kind.map(RefusalKind::name),
            status: self.status.as_u16().to_string(),
        };
        let mut response = answer(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An answer in SCIM's own kind of JSON.
pub(super) fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let body = serde_json::to_string(body).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, SCIM_JSON)], body).into_response()
}

/// The object of a request's body.
pub(super) fn object(body: &[u8]) -> Result<Object, Refusal> {
    let read = serde_json::from_slice::<Value>(body).ok();
    match read {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(ScimRefused::new(RefusalKind::InvalidSyntax, "The body is a JSON object.").into()),
    }
}

/// Where a resource of this kind lies.
pub(super) fn address(app: &AppState, kind: &str, id: impl std::fmt::Display) -> String {
    format!("{}/scim/v2/{kind}/{id}", app.settings.public_url)
}
