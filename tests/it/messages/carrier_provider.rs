//! A telephone provider on loopback that checks what it is given as strictly as Twilio does, and
//! can have a bad day.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const TOKEN: &str = "provider-token";

/// How the provider feels.
#[derive(Clone, Copy, Debug, Default)]
pub enum Mood {
    /// It takes what is right.
    #[default]
    Well,
    /// Answers this status, perhaps asking to be left alone for so many seconds.
    Answers(u16, Option<u64>),
    /// Refuses with this error of its own.
    Refuses(u16, u32),
    /// Reads the request and never answers.
    Hangs,
    /// Begins its answer and never ends it.
    Drips,
    /// Takes it but says so with a page of HTML.
    TalksNonsense,
}

/// What the provider took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// `Messages.json` or `Calls.json`.
    pub resource: String,
    /// The form.
    pub form: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
pub struct Provider {
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Taken>>,
}

impl Provider {
    /// Opens for business; gives its address.
    pub async fn open() -> (Arc<Self>, String) {
        let provider = Arc::new(Self::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (provider, address)
    }

    pub fn feels(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("no panic").clone()
    }
}

async fn answer(
    State(provider): State<Arc<Provider>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let taken = match check(&method, &uri, &headers, &body) {
        Ok(taken) => taken,
        Err((status, code)) => return complain(status, code),
    };
    let mood = *provider.mood.lock().expect("no panic");
    match mood {
        Mood::Well => {
            let mut all = provider.taken.lock().expect("no panic");
            all.push(taken);
            let sid = format!("SM{:032}", all.len());
            (StatusCode::CREATED, Json(json!({"sid": sid, "status": "queued"}))).into_response()
        }
        Mood::Answers(status, None) => status_of(status).into_response(),
        Mood::Answers(status, Some(seconds)) => {
            (status_of(status), [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Mood::Refuses(status, code) => complain(status, code),
        Mood::Hangs => std::future::pending().await,
        Mood::Drips => {
            let begun = futures::stream::iter([Ok::<_, std::io::Error>("{\"sid\":")]);
            let never = futures::stream::once(async {
                tokio::time::sleep(Duration::from_secs(3600)).await;
                Ok("\"SM1\"}")
            });
            let body = Body::from_stream(futures::StreamExt::chain(begun, never));
            (StatusCode::CREATED, body).into_response()
        }
        Mood::TalksNonsense => {
            (StatusCode::OK, "<html>Sign in to the Wi-Fi</html>").into_response()
        }
    }
}

/// The provider's rules; the errors are Twilio's where it has one.
fn check(
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Taken, (u16, u32)> {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let base = format!("/2010-04-01/Accounts/{ACCOUNT}/");
    let resource = uri.path().strip_prefix(&base).ok_or((404, 20404))?;
    let key = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
    ensure(header(header::AUTHORIZATION) == key, (401, 20003))?;
    ensure(method == Method::POST, (405, 20004))?;
    ensure(header(header::CONTENT_TYPE) == "application/x-www-form-urlencoded", (415, 20415))?;
    let mut form = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        ensure(!value.is_empty(), (400, 90001))?;
        ensure(form.insert(name.into_owned(), value.into_owned()).is_none(), (400, 90002))?;
    }
    let has = |name: &str| form.contains_key(name);
    ensure(has("To"), (400, 21604))?;
    let known: &[&str] = match resource {
        "Messages.json" => {
            ensure(has("From") != has("MessagingServiceSid"), (400, 21603))?;
            ensure(has("Body"), (400, 21602))?;
            &["To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"]
        }
        "Calls.json" => {
            ensure(has("From"), (400, 21603))?;
            ensure(has("Url") != has("Twiml"), (400, 21205))?;
            check_call(&form)?;
            &[
                "To",
                "From",
                "Url",
                "Twiml",
                "StatusCallback",
                "StatusCallbackMethod",
                "StatusCallbackEvent",
                "MachineDetection",
                "MachineDetectionTimeout",
                "Timeout",
                "TimeLimit",
            ]
        }
        _ => return Err((404, 20404)),
    };
    ensure(form.keys().all(|name| known.contains(&name.as_str())), (400, 90003))?;
    let callback = form.get("StatusCallback").map(|to| url::Url::parse(to));
    ensure(callback.is_none_or(|to| to.is_ok()), (400, 21609))?;
    Ok(Taken { resource: resource.into(), form })
}

fn check_call(form: &BTreeMap<String, String>) -> Result<(), (u16, u32)> {
    let within = |name: &str, allowed: &[&str]| {
        form.get(name).is_none_or(|value| allowed.contains(&value.as_str()))
    };
    ensure(within("StatusCallbackMethod", &["GET", "POST"]), (400, 90004))?;
    let events = ["initiated", "ringing", "answered", "completed"];
    ensure(within("StatusCallbackEvent", &events), (400, 21626))?;
    ensure(within("MachineDetection", &["Enable", "DetectMessageEnd"]), (400, 90005))?;
    let timeout = form.get("Timeout").map(|t| t.parse::<u32>());
    ensure(timeout.is_none_or(|t| t.is_ok_and(|t| t <= 600)), (400, 90006))?;
    let twiml = form.get("Twiml").map_or(0, String::len);
    ensure(twiml <= 4000, (400, 21206))
}

fn ensure(well: bool, fault: (u16, u32)) -> Result<(), (u16, u32)> {
    if well { Ok(()) } else { Err(fault) }
}

/// Like Twilio, it repeats the number in its complaint.
fn complain(status: u16, code: u32) -> Response {
    let message = format!("The number {} is not fine", super::carrier_support::NUMBER);
    (status_of(status), Json(json!({"code": code, "message": message, "status": status})))
        .into_response()
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status")
}
