//! Reading JSON bodies, path ids and headers, each refused with a problem.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, request::Parts},
};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::problem::Problem;
use crate::model::faults::Fault;

/// A JSON body of this shape; an empty body reads as `{}`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await.map_err(|why| {
            let status = axum::response::IntoResponse::into_response(why).status();
            Problem::new(status, "unreadable-body", "The body could not be read.")
        })?;
        read(&bytes).map(Self)
    }
}

/// Reads JSON, and says where it went wrong.
///
/// # Errors
/// A problem 400 that names the field and the fault.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    if !bytes.trim_ascii_start().starts_with(b"{") {
        // Serde would read a list as the fields of a struct, one after the other.
        let json = serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        let (code, text) =
            if json { ("invalid", "is a JSON object") } else { ("not-json", "is not valid JSON") };
        return Err(Problem::invalid(vec![Fault::new("body", code, text)]));
    }
    serde_json::from_slice(bytes).map_err(|why| fault(&why))
}

/// Reads a JSON value that was taken in whole.
///
/// # Errors
/// A problem 400 that names the field and the fault.
pub fn of_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    if !value.is_object() {
        return Err(Problem::invalid(vec![Fault::new("body", "invalid", "is a JSON object")]));
    }
    serde_json::from_value(value).map_err(|why| fault(&why))
}

fn fault(why: &serde_json::Error) -> Problem {
    let message = why.to_string();
    // Serde names the field between back-ticks; the value itself is never repeated.
    let field = message.split('`').nth(1).unwrap_or("body").to_owned();
    let (code, text) = match why.classify() {
        serde_json::error::Category::Data if message.starts_with("missing field") => {
            ("required", "is required")
        }
        serde_json::error::Category::Data if message.starts_with("unknown field") => {
            ("unknown", "is not known")
        }
        serde_json::error::Category::Data => ("invalid", "has another shape than asked for"),
        _ => ("not-json", "is not valid JSON"),
    };
    let field = if code == "not-json" { "body".to_owned() } else { field };
    Problem::invalid(vec![Fault::new(field, code, text)])
}

/// A path segment that is an id; what is no id is not there.
#[derive(Debug)]
pub struct Id<T>(pub T);

impl<T, S> FromRequestParts<S> for Id<T>
where
    T: std::str::FromStr + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(text) =
            axum::extract::Path::<String>::from_request_parts(parts, state)
                .await
                .map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The version that the caller last saw, from `If-Match`.
///
/// # Errors
/// 428 when it is missing, 412 when it is not one of ours.
pub fn if_match(headers: &HeaderMap) -> Result<i64, Problem> {
    let given = headers.get("if-match").ok_or_else(|| {
        Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if-match-required",
            "Send the ETag of what you saw as If-Match.",
        )
    })?;
    let text = given.to_str().ok().filter(|text| text.len() <= 100).unwrap_or_default();
    text.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| Problem::stale())
}
