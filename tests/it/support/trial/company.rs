//! A telephone company that speaks like Twilio, notes what it took and when, and can fail.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use rugdekking::{
    app::serve::clock::SystemClock,
    model::clock::{Clock as _, Instant},
};
use serde_json::json;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const TOKEN: &str = "company-token";

/// How the company feels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It takes everything.
    #[default]
    Well,
    /// It answers this status and takes nothing.
    Answers(u16),
    /// It takes what it is given, and never says so.
    TakesAndHangs,
}

/// What the company took.
#[derive(Clone, Debug)]
pub struct Taken {
    /// When.
    pub at: Instant,
    /// The id of the message, by which receipts would name it.
    pub message: String,
    /// The instance that brought it, by its address.
    pub by: String,
    /// Whose phone.
    pub to: String,
    /// Whether it is a call.
    pub is_call: bool,
}

/// The company.
#[derive(Debug)]
pub struct Company {
    pub url: String,
    /// How long it takes to take something.
    pub pace: Mutex<Duration>,
    mood: Mutex<Mood>,
    taken: Mutex<Vec<Taken>>,
}

impl Company {
    /// Opens for business.
    pub async fn open() -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let company = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().expect("an address")),
            pace: Mutex::new(Duration::from_millis(20)),
            mood: Mutex::default(),
            taken: Mutex::default(),
        });
        let router = Router::new().fallback(answer).with_state(company.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        company
    }

    pub fn feels(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    pub fn takes_its_time(&self, pace: Duration) {
        *self.pace.lock().expect("no panic") = pace;
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("no panic").clone()
    }

    pub fn count(&self) -> usize {
        self.taken.lock().expect("no panic").len()
    }

    /// The phones to which it took a text.
    pub fn texted(&self) -> BTreeSet<String> {
        let all = self.taken.lock().expect("no panic");
        all.iter().filter(|t| !t.is_call).map(|t| t.to.clone()).collect()
    }

    /// What it took for these phones.
    pub fn taken_for(&self, numbers: &BTreeSet<String>) -> Vec<Taken> {
        let all = self.taken.lock().expect("no panic");
        all.iter().filter(|t| numbers.contains(&t.to)).cloned().collect()
    }

    /// Whether it took a text to this phone.
    pub fn has_texted(&self, number: &str) -> bool {
        self.taken.lock().expect("no panic").iter().any(|t| !t.is_call && t.to == number)
    }

    /// By message: every time that it was taken.
    pub fn by_message(&self) -> BTreeMap<String, Vec<Taken>> {
        let mut all: BTreeMap<String, Vec<Taken>> = BTreeMap::new();
        for taken in self.taken() {
            all.entry(taken.message.clone()).or_default().push(taken);
        }
        all
    }

    fn note(&self, form: &BTreeMap<String, String>, is_call: bool) -> usize {
        let callback: url::Url = form["StatusCallback"].parse().expect("an address");
        let taken = Taken {
            at: SystemClock.now(),
            message: callback.path().rsplit('/').next().unwrap_or_default().to_owned(),
            by: callback.origin().ascii_serialization(),
            to: form["To"].clone(),
            is_call,
        };
        let mut all = self.taken.lock().expect("no panic");
        all.push(taken);
        all.len()
    }
}

async fn answer(State(company): State<Arc<Company>>, uri: Uri, body: Bytes) -> Response {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let mood = *company.mood.lock().expect("no panic");
    if let Mood::Answers(status) = mood {
        return StatusCode::from_u16(status).expect("a status").into_response();
    }
    // It is theirs once it has arrived here, whatever becomes of the answer.
    let number = company.note(&form, uri.path().ends_with("/Calls.json"));
    if mood == Mood::TakesAndHangs {
        std::future::pending::<()>().await;
    }
    let pace = *company.pace.lock().expect("no panic");
    if !pace.is_zero() {
        tokio::time::sleep(pace).await;
    }
    let sid = format!("SM{number:032}");
    (StatusCode::CREATED, Json(json!({ "sid": sid, "status": "queued" }))).into_response()
}
