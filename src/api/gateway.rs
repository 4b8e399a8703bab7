//! What a gateway of one's own brings: reports about texts, and texts that came in.
//!
//! It cannot sign. So it is believed only from this very machine, by a path that nobody guesses;
//! everybody else finds nothing at these addresses.

use std::{fmt::Debug, net::IpAddr};

use axum::{
    Router,
    body::Bytes,
    extract::{Extension, Path, Query, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
};
use encoding_rs::{Encoding, UTF_8};
use serde::Deserialize;

use super::{
    callbacks::{is_known, note, note_heard},
    inbound_text,
    limits::Client,
    problem::Problem,
    state::House,
};
use crate::model::{messages::Receipt, phone::Phone};

/// A gateway's secret and its way of reporting; whoever wires the house knows it.
pub trait Gateway: Debug + Send + Sync {
    /// Whether this is the secret of its path.
    fn knows(&self, secret: &str) -> bool;
    /// What a report about a text says; nothing while it is on its way.
    fn text_receipt(&self, status: &str) -> Option<Receipt>;
}

/// The routes of this file. The gateway takes no other answer than 200 for a yes, and brings
/// everything again and again after any other.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/callbacks/kannel/{secret}/receipts/{id}", get(text_receipt))
        .route("/callbacks/kannel/{secret}/texts", post(text))
}

/// The gateway, when it is the one who asks.
fn admitted<'h>(
    house: &'h House,
    from: Option<Extension<Client>>,
    headers: &HeaderMap,
    secret: &str,
) -> Result<&'h dyn Gateway, Problem> {
    let gateway = house.provider.as_deref().and_then(|p| p.gateway());
    // Whoever comes through a proxy is somebody else, also when we were not told of the proxy.
    let forwarded =
        ["x-forwarded-for", "forwarded", "via"].iter().any(|h| headers.contains_key(*h));
    let here = from.is_some_and(|Extension(Client(ip))| is_this_machine(ip)) && !forwarded;
    gateway.filter(|gateway| here && gateway.knows(secret)).ok_or_else(Problem::not_found)
}

fn is_this_machine(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

#[derive(Deserialize)]
struct Report {
    status: String,
}

async fn text_receipt(
    State(house): State<House>,
    Path((secret, id)): Path<(String, String)>,
    from: Option<Extension<Client>>,
    headers: HeaderMap,
    Query(report): Query<Report>,
) -> Result<StatusCode, Problem> {
    let gateway = admitted(&house, from, &headers, &secret)?;
    note(&house, &id, gateway.text_receipt(&report.status)).await?;
    Ok(StatusCode::OK)
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
}

async fn text(
    State(house): State<House>,
    Path(secret): Path<String>,
    from: Option<Extension<Client>>,
    headers: HeaderMap,
    Query(Named { id }): Query<Named>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    admitted(&house, from, &headers, &secret)?;
    // An answer of long ago must not answer what was asked since.
    if is_known(&house, &id).await? {
        return Ok(StatusCode::OK);
    }
    let sender = headers.get("x-kannel-from").and_then(|from| from.to_str().ok());
    // A sender that is no phone number (a short code, a name) has nothing to answer for.
    if let Some(from) = sender.and_then(number) {
        let name = Some(id.as_str()).filter(|id| !id.is_empty());
        inbound_text::text(&house, &from, &words(&headers, &body), name).await?;
    }
    // Only now: when it could not be heard, the gateway brings it again.
    note_heard(&house, id).await?;
    Ok(StatusCode::OK)
}

/// Operators write an international number with or without its plus.
pub(super) fn number(sender: &str) -> Option<Phone> {
    sender.parse().or_else(|_| format!("+{sender}").parse()).ok()
}

/// The words, in whichever alphabet the gateway leaves them.
fn words(headers: &HeaderMap, body: &[u8]) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let named = kind.split_once("charset=").map(|(_, charset)| charset.trim_matches('"'));
    let charset = named.and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
    charset.decode(body).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_its_plus() {
        for written in ["+31612345678", "31612345678", "0612345678", "0031612345678"] {
            assert_eq!(number(written).unwrap().as_str(), "+31612345678", "{written}");
        }
        for nobody in ["", "Belastingdienst", "3669"] {
            assert_eq!(number(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn words_are_read_in_the_alphabet_that_they_come_in() {
        let read = |kind: &str, body: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            words(&headers, body)
        };
        assert_eq!(read("text/plain; charset=\"UTF-8\"", "één 👍".as_bytes()), "één 👍");
        assert_eq!(read("text/plain; charset=\"UTF-16BE\"", b"\0O\0K"), "OK");
        assert_eq!(read("application/octet-stream", b"OK"), "OK");
    }

    #[test]
    fn this_machine_has_several_names() {
        for here in ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
            assert!(is_this_machine(here.parse().unwrap()), "{here}");
        }
        for elsewhere in ["10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8::1", "0.0.0.0"] {
            assert!(!is_this_machine(elsewhere.parse().unwrap()), "{elsewhere}");
        }
    }
}
