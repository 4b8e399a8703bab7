//! The real program as the demo municipality, in a process that can be killed and started again.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use chrono::TimeDelta;
use reqwest::{Client, Method, StatusCode};
use rugdekking::model::clock::{Instant, testing::data_key};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::answer::granted;

/// The phones of the demo.
pub const WORKER: &str = "+31612345678";
pub const MANAGER: &str = "+31611223344";
pub const DEPUTY: &str = "+31622334455";

/// The demo as a process on a port of its own.
pub struct Demo {
    database: String,
    client: Client,
    child: Child,
    url: String,
}

impl Demo {
    /// Starts it on this database.
    pub async fn start(database: &str) -> Self {
        let client = Client::builder().no_proxy().build().unwrap();
        let (child, url) = spawn(database).await;
        Self { database: database.to_owned(), client, child, url }
    }

    /// Another one on the same database.
    pub async fn beside(&self) -> Self {
        Self::start(&self.database).await
    }

    /// Starts it again after it stopped or was killed.
    pub async fn start_again(&mut self) {
        let running = self.child.try_wait().unwrap().is_none();
        assert!(!running, "two of them would be another story");
        (self.child, self.url) = spawn(&self.database).await;
    }

    /// Kills it where it stands, and starts it again.
    pub async fn crash(&mut self) {
        self.kill().await;
        self.start_again().await;
    }

    /// Kills it where it stands: SIGKILL, so that it can finish nothing.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Asks it to stop, and waits until it did.
    pub async fn terminate(&mut self) -> ExitStatus {
        let id = self.child.id().expect("it runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let ended = tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await;
        ended.expect("it stops within seconds").unwrap()
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for something as a persona; fails when nothing answers.
    pub async fn ask(
        &self,
        who: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> reqwest::Result<(StatusCode, Value)> {
        let token = match who {
            "" => String::new(),
            persona => self.token(persona).await?,
        };
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// How much memory it has in use.
    pub async fn resident_kilobytes(&self) -> u64 {
        let id = self.child.id().expect("it runs").to_string();
        let told = Command::new("ps").args(["-o", "rss=", "-p", &id]).output().await.unwrap();
        String::from_utf8_lossy(&told.stdout).trim().parse().expect("ps tells it")
    }

    /// A session of a persona.
    pub async fn token(&self, persona: &str) -> reqwest::Result<String> {
        let sign_in = self.client.post(format!("{}/demo/sign-in", self.url));
        let answer = sign_in.json(&json!({ "persona": persona })).send().await?;
        let body: Value = answer.error_for_status()?.json().await?;
        Ok(body["token"].as_str().unwrap_or_default().to_owned())
    }

    /// Listens to what a persona is told of.
    pub async fn listen(&self, who: &str) -> reqwest::Response {
        let token = self.token(who).await.unwrap();
        let feed = self.client.get(format!("{}/v1/events", self.url)).bearer_auth(token);
        granted(feed).await
    }

    /// Reads something.
    pub async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.ask(who, Method::GET, path, Value::Null).await.unwrap();
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    /// Does something.
    pub async fn post(&self, who: &str, path: &str, body: Value) -> Value {
        let (status, body) = self.ask(who, Method::POST, path, body).await.unwrap();
        assert!(status.is_success(), "POST {path}: {status} {body}");
        body
    }

    /// Moves its clock.
    pub async fn skip(&self, seconds: i64) {
        self.post("", "/demo/skip", json!({ "seconds": seconds })).await;
    }

    /// Waits until a few milliseconds after that moment, when messages are in carriers' hands.
    pub async fn until_just_after(&self, due: Instant) {
        self.skip((due - self.now().await).num_seconds() - 1).await;
        let wait = (due - self.now().await).to_std().unwrap_or_default();
        tokio::time::sleep(wait + Duration::from_millis(3)).await;
    }

    /// How many texts with these words a phone got.
    pub async fn texts(&self, number: &str, words: &str) -> usize {
        self.phone(number).await.0.iter().filter(|text| text.contains(words)).count()
    }

    /// The time on its clock.
    pub async fn now(&self) -> Instant {
        self.get("", "/demo").await["now"].as_str().unwrap().parse().unwrap()
    }

    /// Registers a visit of the worker with its check-in so many seconds ahead; gives its id.
    pub async fn register(&self, seconds: i64) -> String {
        self.register_at(self.now().await + TimeDelta::seconds(seconds)).await
    }

    /// Registers a visit of the worker with its check-in at that moment; gives its id.
    pub async fn register_at(&self, due: Instant) -> String {
        let now = self.now().await;
        let address = json!({ "street": "Hengelosestraat", "houseNumber": 51,
            "postcode": "7514 AD", "city": "Enschede" });
        let visit = json!({
            "kind": "home-visit",
            "startsAt": now,
            "expectedMinutes": 45,
            "mobile": WORKER,
            "colleagues": [],
            "residents": [{ "name": "J. de Wit", "address": address }],
            "background": "",
            "expectsTrouble": false,
            "knownResident": false,
            "checkInTimes": [due],
        });
        let visit = self.post("worker", "/v1/visits", visit).await;
        visit["id"].as_str().unwrap().to_owned()
    }

    /// The visit as the manager sees it.
    pub async fn visit(&self, id: &str) -> Value {
        self.get("manager", &format!("/v1/visits/{id}")).await
    }

    /// The lines of its timeline as `(kind, text)`, as the manager sees them.
    pub async fn timeline(&self, id: &str) -> Vec<(String, String)> {
        let body = self.get("manager", &format!("/v1/visits/{id}/timeline")).await;
        let word = |line: &Value, field: &str| line[field].as_str().unwrap().to_owned();
        let lines = body["items"].as_array().unwrap().iter();
        lines.map(|line| (word(line, "kind"), word(line, "text"))).collect()
    }

    /// A phone: its texts and its calls.
    pub async fn phone(&self, number: &str) -> (Vec<String>, Vec<Value>) {
        let phones = self.get("", "/sandbox/phones").await;
        let found = phones.as_array().unwrap().iter().find(|p| p["number"] == number);
        let Some(phone) = found else { return (vec![], vec![]) };
        let texts = phone["texts"].as_array().unwrap().iter();
        let texts = texts.map(|t| t["body"].as_str().unwrap().to_owned()).collect();
        (texts, phone["calls"].as_array().unwrap().clone())
    }
}

/// Starts the program, and reads from what it prints where it listens.
async fn spawn(database: &str) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rugdekking"))
        .arg("demo")
        .env("RUGDEKKING_ADDR", "127.0.0.1:0")
        .env("RUGDEKKING_DATABASE_URL", database)
        .env("RUGDEKKING_DATA_KEY", data_key().write().expose())
        .env("RUGDEKKING_LOG_FILTER", "error")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = loop {
        let line = lines.next_line().await.unwrap().expect("it says where it listens");
        if let Some(url) = line.strip_prefix("Rugdekking demo: ") {
            break url.to_owned();
        }
    };
    // It goes on talking; a closed pipe would end it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (child, url)
}
