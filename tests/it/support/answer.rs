//! What was answered to a request. It tells nothing before it is said which status was expected, so
//! that no request of a test fails unseen.

use std::{fmt, net::Ipv4Addr};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    response::Response,
};
use http_body_util::BodyExt as _;
use rugdekking::api::http::limits::Client;
use serde_json::Value;

/// An answer of which only the status may be read so far.
#[must_use = "say which status was expected: ok(), expect(status), refused(status, code), or any()"]
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    request: String,
    content: Content,
}

/// The rest of an answer.
#[derive(Debug)]
pub struct Content {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// `null` when it is no JSON.
    pub body: Value,
    pub text: String,
}

impl Answer {
    /// Asks, and reads the whole answer.
    pub async fn to(
        request: Request<Body>,
        ask: impl AsyncFnOnce(Request<Body>) -> Response,
    ) -> Self {
        let mut request = request;
        // Whoever monitors asks on the machine itself.
        if ["/metrics", "/health/ready"].contains(&request.uri().path()) {
            request.extensions_mut().insert(Client(Ipv4Addr::LOCALHOST.into()));
        }
        let what = format!("{} {}", request.method(), request.uri());
        let (answer, body) = ask(request).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let content = Content { status: answer.status, headers: answer.headers, bytes, body, text };
        Self { status: answer.status, request: what, content }
    }

    /// A header, which tells nothing of what was asked for.
    pub fn header(&self, name: &str) -> &str {
        self.content.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// It was granted.
    #[track_caller]
    pub fn ok(self) -> Content {
        assert!(self.status.is_success(), "{self}");
        self.content
    }

    /// It has exactly this status.
    #[track_caller]
    pub fn expect<S: TryInto<StatusCode, Error: fmt::Debug>>(self, status: S) -> Content {
        let status = status.try_into().unwrap();
        assert!(self.status == status, "{self}\nexpected {status}");
        self.content
    }

    /// It was refused for this reason.
    #[track_caller]
    pub fn refused<S: TryInto<StatusCode, Error: fmt::Debug>>(
        self,
        status: S,
        code: &str,
    ) -> Content {
        let content = self.expect(status);
        assert_eq!(content.body["code"], code, "{}", content.text);
        content
    }

    /// Whatever its status is: it is compared with another answer, or does not matter.
    pub fn any(self) -> Content {
        self.content
    }
}

/// What a counterpart outside the program answers when it grants this.
pub async fn granted(request: reqwest::RequestBuilder) -> reqwest::Response {
    request.send().await.unwrap().error_for_status().unwrap()
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.request, self.status, self.content.text)
    }
}

impl Content {
    /// The `ETag`, to send back as `If-Match`.
    pub fn etag(&self) -> String {
        self.headers["etag"].to_str().unwrap().to_owned()
    }

    /// The fields that were faulty, sorted.
    pub fn faults(&self) -> Vec<&str> {
        let faults = self.body["faults"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut fields: Vec<_> = faults.iter().map(|f| f["field"].as_str().unwrap()).collect();
        fields.sort_unstable();
        fields
    }
}
