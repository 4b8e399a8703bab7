//! How the app hears what came of an answer.
//!
//! A refused PIN is written down on the timeline, so the unit of work is kept and the refusal made
//! afterwards; the reply in between carries it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use super::{idempotency, problem::Problem};
use crate::model::answers::Reply;

/// The reply to an answer.
pub fn reply(reply: Reply, body: Value) -> idempotency::Reply {
    let problem = match reply {
        Reply::HelpComing => return idempotency::Reply::created(body),
        Reply::PinNeeded => {
            Problem::new(StatusCode::FORBIDDEN, "pin-needed", "This visit asks for your PIN.")
        }
        Reply::PinWrong => {
            Problem::new(StatusCode::FORBIDDEN, "pin-wrong", "This PIN is not right.")
        }
        Reply::HelpStays => Problem::conflict(
            "help-stays",
            "Help is on its way and cannot be undone. Your manager closes the alarm.",
        ),
        Reply::NoAlarm => Problem::conflict("no-alarm", "There is no call for help to undo."),
        Reply::NotUnderWay => Problem::conflict("not-under-way", "The visit is not under way."),
        Reply::GivenAhead => Problem::conflict(
            "tapped-ahead",
            "This was tapped after now: the clock of the phone is not right.",
        ),
        Reply::GivenBefore => {
            Problem::conflict("tapped-before-start", "This was tapped before the visit started.")
        }
        _ => return idempotency::Reply::ok(body),
    };
    idempotency::Reply { status: problem.status, body: problem.body() }
}

/// Gives a refusal the type of a problem.
///
/// # Errors
/// Never; the shape fits `and_then`.
pub fn refuse(response: Response) -> Result<Response, Problem> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let kind = axum::http::HeaderValue::from_static("application/problem+json");
    parts.headers.insert(axum::http::header::CONTENT_TYPE, kind);
    Ok(Response::from_parts(parts, body).into_response())
}
