//! Reading JSON bodies, path ids and headers, each refused with a problem.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::{
    problem::Problem,
    shape::{self, Shaped},
};
use crate::model::input::faults::Fault;

/// A JSON body of this type; an empty body reads as `{}`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        of_value(object(request, state).await?).map(Self)
    }
}

/// A JSON body that is read further, so that a wrong type is told beside whatever else is wrong.
#[derive(Debug)]
pub struct Draft<T> {
    /// As it came, which tells this request from another one.
    pub said: Value,
    shaped: Shaped<T>,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Draft<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let said = object(request, state).await?;
        Ok(Self { shaped: shape::read(said.clone()), said })
    }
}

impl<T> Draft<T> {
    /// Reads it.
    ///
    /// # Errors
    /// Every fault: of the types, and what `read` finds in the rest.
    pub fn read<U>(self, read: impl FnOnce(T) -> Result<U, Vec<Fault>>) -> Result<U, Vec<Fault>> {
        let Shaped { input, mut faults, torn } = self.shaped;
        let Some(input) = input else { return Err(faults) };
        let found = match read(input) {
            Ok(good) if faults.is_empty() => return Ok(good),
            Ok(_) => vec![],
            Err(found) => found,
        };
        let is_new = |fault: &Fault| {
            faults.iter().all(|known| known.field != fault.field)
                && !torn.iter().any(|place| fault.field.starts_with(place))
        };
        let found: Vec<_> = found.into_iter().filter(is_new).collect();
        faults.extend(found);
        Err(faults)
    }
}

async fn object(request: Request, state: &(impl Send + Sync)) -> Result<Value, Problem> {
    let bytes = Bytes::from_request(request, state).await.map_err(|why| {
        let status = axum::response::IntoResponse::into_response(why).status();
        Problem::new(status, "unreadable-body", "The body could not be read.")
    })?;
    shape::object(&bytes).map_err(|fault| Problem::invalid(vec![fault]))
}

/// Reads a JSON value that was taken in whole.
///
/// # Errors
/// A problem 400 that names every field that has another type than asked for.
pub fn of_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    let Shaped { input, faults, .. } = shape::read(value);
    input.filter(|_| faults.is_empty()).ok_or_else(|| Problem::invalid(faults))
}

/// Tells a field that is `null` from one that is left out, which `#[serde(default)]` makes `None`.
///
/// # Errors
/// When it is of another type.
pub fn double_option<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from).map(Some)
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
