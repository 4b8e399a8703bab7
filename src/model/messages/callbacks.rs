//! What providers send about messages and calls: a request in their form, and what it says in words
//! that are the same for all of them.

use std::{fmt::Debug, net::IpAddr};

use super::{
    Receipt,
    calls_in::{CallIn, CallInStep},
};
use crate::model::{ids::MessageId, phone::Phone};

/// The path below which providers send what they have to say.
const ROOT: &str = "/callbacks/";

/// A request of a provider, before anybody knows that it is genuine.
#[derive(Clone, Copy, Debug)]
pub struct CallbackRequest<'a> {
    /// Its method, in capitals.
    pub method: &'a str,
    /// Its path and query exactly as they came, for some providers sign them.
    pub path_and_query: &'a str,
    /// Its headers, named in small letters. A value that is not text is empty.
    pub headers: &'a [(&'a str, &'a str)],
    pub body: &'a [u8],
    /// Who asks, when that is known.
    pub client: Option<IpAddr>,
}

impl<'a> CallbackRequest<'a> {
    /// The path below that of its provider, in parts.
    pub fn segments(&self) -> Vec<&'a str> {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        path.strip_prefix(ROOT).unwrap_or_default().split('/').skip(1).collect()
    }

    /// The query without its question mark.
    pub fn query(&self) -> &'a str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

/// What a genuine request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackEvent {
    /// A text came in.
    TextReceived {
        /// The provider's own name for it, by which a text that comes twice is known. May be empty.
        name: String,
        /// From which number; a sender that is none (a short code, a name) has nothing to answer for.
        from: Option<Phone>,
        body: String,
    },
    /// Keys were pressed on a call.
    KeysPressed {
        /// The message that the call brought.
        message: MessageId,
        digits: String,
    },
    /// Somebody calls us, or pressed keys on such a call.
    CalledIn(CallIn),
    /// A message fared so; nothing is known while it is on its way.
    Reported {
        message: MessageId,
        /// How it fared.
        receipt: Option<Receipt>,
    },
}

/// Why a request says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackRefusal {
    /// There is nothing at this address, or not for whoever asks.
    NotFound,
    /// This address takes another method.
    WrongMethod(&'static str),
    /// The provider did not sign it.
    NotSigned,
    /// It is signed, and makes no sense all the same.
    Unreadable,
}

/// How a provider is told that what it sent was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackReply {
    /// 204, without a word.
    NoContent,
    /// 200, without a word.
    Empty,
    /// 200, with a document in XML.
    Xml(String),
}

/// A carrier that its provider tells how messages fare, and what people answer.
pub trait CallbackReceiver: Debug + Send + Sync {
    /// The first part of its addresses below `/callbacks/`. Accounts with one provider may share it.
    fn path(&self) -> &'static str;

    /// Reads a request, if it is genuine.
    ///
    /// # Errors
    /// Why it is not, or what is wrong with it.
    fn receive(&self, request: &CallbackRequest<'_>) -> Result<CallbackEvent, CallbackRefusal>;

    /// The answer in the provider's own form, once the event was taken in. On a call `next` is what is
    /// to be said.
    fn reply(&self, event: &CallbackEvent, next: Option<&CallInStep>) -> CallbackReply;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_parts_and_a_query() {
        let of = |path_and_query: &'static str| {
            let (headers, body) = ([("via", "x")].as_slice(), [].as_slice());
            CallbackRequest { method: "GET", path_and_query, headers, body, client: None }
        };
        let request = of("/callbacks/kannel/s/receipts/7?status=1&x=%2F");
        assert_eq!(request.segments(), ["s", "receipts", "7"]);
        assert_eq!((request.query(), request.header("via")), ("status=1&x=%2F", Some("x")));
        assert_eq!(of("/callbacks/kannel").segments(), Vec::<&str>::new());
        assert_eq!(of("/callbacks/kannel/texts/").segments(), ["texts", ""]);
        assert_eq!(of("/elsewhere").segments(), Vec::<&str>::new());
    }
}
