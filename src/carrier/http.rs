//! Speaks HTTP with providers, and reads from their answer whether they took a message.

use std::time::Duration;

use chrono::DateTime;
use reqwest::{
    Client, Response, StatusCode,
    header::{DATE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};
use serde::Deserialize;

use super::{HandedOver, SendError, setup::Misconfigured};

/// No answer of a provider is longer than this.
const LONGEST_ANSWER: usize = 64 * 1024;

/// No provider keeps us silent for longer than this, whatever it asks.
const LONGEST_REST: Duration = Duration::from_secs(3600);

/// A client with its own pool of connections that gives each try at most `limit`.
pub(super) fn client(limit: Duration) -> Result<Client, Misconfigured> {
    Client::builder()
        .timeout(limit)
        .connect_timeout(limit / 2)
        .redirect(Policy::none()) // a redirected POST would lose its form
        .user_agent(concat!("rugdekking/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| Misconfigured(vec!["The HTTP client cannot be set up".into()]))
}

/// What came of a request. Errors are named by kind only: their own words hold addresses.
pub(super) async fn outcome(
    answer: Result<Response, reqwest::Error>,
) -> Result<HandedOver, SendError> {
    match answer {
        Ok(answer) if answer.status().is_success() => taken(answer).await,
        Ok(answer) => Err(refused(answer).await),
        Err(error) => Err(broken(&error)),
    }
}

/// What it means that no answer came.
pub(super) fn broken(error: &reqwest::Error) -> SendError {
    if error.is_connect() || error.is_builder() {
        return SendError::Temporary { reason: "no connection".into(), retry_after: None };
    }
    unknown(if error.is_timeout() { "no answer in time" } else { "the line broke" })
}

#[derive(Deserialize)]
struct AcceptedReply {
    sid: String,
}

#[derive(Deserialize)]
struct Complaint {
    code: Option<u32>,
}

/// It says that it took the message. Without the id that it should give along, something else
/// may have answered in its place, so nobody knows.
async fn taken(answer: Response) -> Result<HandedOver, SendError> {
    let status = answer.status().as_u16();
    let body = read(answer).await.ok_or_else(|| unknown("the answer broke off"))?;
    match serde_json::from_slice::<AcceptedReply>(&body) {
        Ok(AcceptedReply { sid }) if !sid.is_empty() => {
            Ok(HandedOver { provider_id: Some(sid), delivered: false })
        }
        _ => Err(unknown(&format!("answered {status} without an id"))),
    }
}

pub(super) async fn refused(answer: Response) -> SendError {
    let status = answer.status();
    let retry_after = retry_after(answer.headers());
    let complaint = match read(answer).await {
        Some(body) => serde_json::from_slice::<Complaint>(&body).ok(),
        None => None,
    };
    let reason = match complaint.and_then(|c| c.code) {
        Some(code) => format!("answered {}, error {code}", status.as_u16()),
        None => format!("answered {}", status.as_u16()),
    };
    if is_permanent(status) {
        SendError::Permanent { reason }
    } else {
        SendError::Temporary { reason, retry_after }
    }
}

/// Whether a status is about this message. Those about our account, our settings or the
/// provider's state pass when somebody mends them, and the message must still be there then.
fn is_permanent(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 404 | 407 | 408 | 425 | 429)
}

/// Reads an answer, unless it breaks off or never ends.
pub(super) async fn read(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.ok()? {
        if body.len() + part.len() > LONGEST_ANSWER {
            return None;
        }
        body.extend_from_slice(&part);
    }
    Some(body)
}

/// How long we are asked to wait: in seconds, or until a moment by the provider's own clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match asked.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = |text: &str| DateTime::parse_from_rfc2822(text).ok();
            let until = date(asked)? - date(headers.get(DATE)?.to_str().ok()?)?;
            until.to_std().unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_REST))
}

fn unknown(reason: &str) -> SendError {
    SendError::Unknown { reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(retry_after_header: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry_after_header.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers)
    }

    #[test]
    fn a_wait_is_asked_in_seconds_or_by_the_providers_clock() {
        assert_eq!(asked("7", None), Some(Duration::from_secs(7)));
        let now = Some("Mon, 23 Nov 2026 13:00:00 GMT");
        assert_eq!(asked("Mon, 23 Nov 2026 13:01:30 GMT", now), Some(Duration::from_secs(90)));
        assert_eq!(asked("Mon, 23 Nov 2026 12:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(asked("Mon, 23 Nov 2026 13:01:30 GMT", None), None);
        assert_eq!(asked("soon", now), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn nobody_silences_us_for_a_day() {
        assert_eq!(asked("86400", None), Some(LONGEST_REST));
        assert_eq!(asked("18446744073709551615", None), Some(LONGEST_REST));
    }

    #[test]
    fn only_what_is_about_the_message_is_permanent() {
        let permanent = |code| is_permanent(StatusCode::from_u16(code).unwrap());
        for code in [400, 405, 410, 413, 422] {
            assert!(permanent(code), "{code}");
        }
        for code in [301, 307, 401, 403, 404, 408, 429, 500, 502, 503, 504] {
            assert!(!permanent(code), "{code}");
        }
    }
}
