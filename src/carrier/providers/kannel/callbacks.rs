//! What a gateway of one's own sends: reports about texts, and texts that came in.
//!
//! It cannot sign. So it is believed only from this very machine, by a path that nobody guesses;
//! everybody else finds nothing at these addresses. It takes no other answer than 200 for a yes, and
//! sends everything again and again after any other.

use encoding_rs::{Encoding, UTF_8};
use subtle::ConstantTimeEq as _;

use super::Kannel;
use crate::model::{
    messages::{
        Receipt,
        callbacks::{
            CallbackEvent, CallbackReceiver, CallbackRefusal, CallbackReply, CallbackRequest,
        },
        calls_in::CallInStep,
    },
    phone::Phone,
};

impl CallbackReceiver for Kannel {
    fn path(&self) -> &'static str {
        "kannel"
    }

    fn receive(&self, request: &CallbackRequest<'_>) -> Result<CallbackEvent, CallbackRefusal> {
        let segments = request.segments();
        let (secret, rest) = segments.split_first().ok_or(CallbackRefusal::NotFound)?;
        if !is_from_here(request) || !self.knows(secret) {
            return Err(CallbackRefusal::NotFound);
        }
        let asked = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(request.query().as_bytes());
            pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
        };
        match (request.method, rest) {
            ("GET", ["receipts", id]) => {
                let status = asked("status").ok_or(CallbackRefusal::Unreadable)?;
                let message = id.parse().map_err(|_| CallbackRefusal::NotFound)?;
                Ok(CallbackEvent::Reported { message, receipt: text_receipt(&status) })
            }
            ("POST", ["texts"]) => Ok(CallbackEvent::TextReceived {
                name: asked("id").unwrap_or_default(),
                from: request.header("x-kannel-from").and_then(Phone::from_operator),
                body: words(request),
            }),
            (_, ["receipts", _]) => Err(CallbackRefusal::WrongMethod("GET")),
            (_, ["texts"]) => Err(CallbackRefusal::WrongMethod("POST")),
            _ => Err(CallbackRefusal::NotFound),
        }
    }

    fn reply(&self, _: &CallbackEvent, _: Option<&CallInStep>) -> CallbackReply {
        CallbackReply::Empty
    }
}

impl Kannel {
    /// Whether this is what the path of its callbacks holds; takes as long whatever is given.
    fn knows(&self, secret: &str) -> bool {
        self.config.callback_secret.expose().as_bytes().ct_eq(secret.as_bytes()).into()
    }
}

/// Whoever comes through a proxy is somebody else, also when we were not told of the proxy.
fn is_from_here(request: &CallbackRequest<'_>) -> bool {
    let forwarded = ["x-forwarded-for", "forwarded", "via"];
    request.client.is_some_and(|ip| ip.to_canonical().is_loopback())
        && forwarded.iter().all(|name| request.header(name).is_none())
}

/// The words, in whichever alphabet the gateway leaves them.
fn words(request: &CallbackRequest<'_>) -> String {
    let kind = request.header("content-type").unwrap_or_default();
    let named = kind.split_once("charset=").map(|(_, charset)| charset.trim_matches('"'));
    let charset = named.and_then(|name| Encoding::for_label(name.as_bytes())).unwrap_or(UTF_8);
    // No database need hold a NUL, and PostgreSQL cannot: then it would be sent for ever.
    charset.decode(request.body).0.replace('\0', "")
}

/// What a report about a text says; `None` while it is on its way.
fn text_receipt(status: &str) -> Option<Receipt> {
    match status {
        "1" => Some(Receipt::Delivered),
        "2" => Some(Receipt::Failed { permanent: false }),
        "16" => Some(Receipt::Failed { permanent: true }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::KannelConfig, *};
    use crate::carrier::setup::Secret;

    const SECRET: &str = "cGFkLWRhdC1uaWVtYW5kLXJhYWR0";

    fn request<'a>(headers: &'a [(&'a str, &'a str)], body: &'a [u8]) -> CallbackRequest<'a> {
        CallbackRequest { method: "POST", path_and_query: "/", headers, body, client: None }
    }

    #[test]
    fn only_the_whole_secret_opens() {
        let (password, secret) = (Secret::new("geheim"), Secret::new(SECRET));
        let config = KannelConfig::new("wacht", password, "+3197010200000", secret);
        let kannel = Kannel::new(config).unwrap();
        assert!(kannel.knows(SECRET));
        for wrong in ["", &SECRET[1..], &SECRET.to_lowercase(), &format!("{SECRET}x")] {
            assert!(!kannel.knows(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_text_is_delivered_only_when_the_phone_has_it() {
        assert_eq!(text_receipt("1"), Some(Receipt::Delivered));
        assert_eq!(text_receipt("2"), Some(Receipt::Failed { permanent: false }));
        assert_eq!(text_receipt("16"), Some(Receipt::Failed { permanent: true }));
        for on_its_way in ["4", "8", "", "%d", "17"] {
            assert_eq!(text_receipt(on_its_way), None, "{on_its_way}");
        }
    }

    #[test]
    fn words_are_read_in_the_alphabet_that_they_come_in() {
        let read = |kind: &str, body: &[u8]| words(&request(&[("content-type", kind)], body));
        assert_eq!(read("text/plain; charset=\"UTF-8\"", "één 👍".as_bytes()), "één 👍");
        assert_eq!(read("text/plain; charset=\"UTF-16BE\"", b"\0O\0K"), "OK");
        assert_eq!(read("application/octet-stream", b"OK"), "OK");
    }

    #[test]
    fn this_machine_has_several_names() {
        let comes_from = |ip: &str| {
            is_from_here(&CallbackRequest { client: ip.parse().ok(), ..request(&[], &[]) })
        };
        for here in ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
            assert!(comes_from(here), "{here}");
        }
        for elsewhere in ["10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "2001:db8::1", "0.0.0.0"] {
            assert!(!comes_from(elsewhere), "{elsewhere}");
        }
    }
}
