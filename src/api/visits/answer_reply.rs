//! How the app hears what came of an answer.
//!
//! A refused PIN is written down on the timeline, so the unit of work is kept and the refusal made
//! afterwards; the reply in between carries it.

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};

use super::visit_view;
use crate::{
    api::{
        alarms::alarm_view,
        http::{idempotency, problem::Problem},
    },
    model::{messages::texts::Words, visits::answers::Reply},
    service::visits::answers::AnswerOutcome,
};

/// The reply to an answer.
pub fn reply(outcome: &AnswerOutcome, words: &Words) -> idempotency::ChangeReply {
    let seen = &outcome.seen;
    let visit = || visit_view::visit(seen, words);
    let problem = match outcome.reply {
        Reply::HelpComing => {
            return match seen.watch.alarm.as_ref() {
                Some(alarm) => idempotency::ChangeReply::created(alarm_view::alarm(
                    alarm,
                    1,
                    None,
                    &[],
                    seen.viewer,
                )),
                None => idempotency::ChangeReply::created(visit()),
            };
        }
        Reply::PinNeeded => {
            Problem::new(StatusCode::FORBIDDEN, "pin-needed", "This visit asks for your PIN.")
        }
        Reply::PinWrong => {
            Problem::new(StatusCode::FORBIDDEN, "pin-wrong", "This PIN is not right.")
        }
        Reply::PinWaits => Problem::new(
            StatusCode::FORBIDDEN,
            "pin-wrong",
            "Too many PINs were wrong. None counts for a while: try again in a quarter of an hour.",
        ),
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
        _ => return idempotency::ChangeReply::ok(visit()),
    };
    idempotency::ChangeReply::of(problem.status, problem.body())
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
