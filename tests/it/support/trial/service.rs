//! The real program as it runs for real (`serve`), in a process that can be killed or stopped.

use std::{process::Stdio, time::Duration};

use reqwest::Client;
use rugdekking::model::{clock::testing::data_key, ids::VisitId};
use serde_json::json;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use super::{
    company::{ACCOUNT, Company, TOKEN},
    ground::WORKER,
};

/// An instance on a port of its own.
#[derive(Debug)]
pub struct Service {
    pub url: String,
    database: String,
    company: String,
    client: Client,
    child: Child,
}

impl Service {
    /// Starts one, and waits until it watches.
    pub async fn start(database: &str, company: &Company) -> Self {
        let url = format!("http://localhost:{}", free_port());
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(5)).build().unwrap();
        let child = spawn(&url, database, &company.url);
        let (database, company) = (database.to_owned(), company.url.clone());
        let service = Self { url, database, company, client, child };
        service.is_up().await;
        service
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Kills it where it stands.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again at the same address.
    pub fn start_again(&mut self) {
        assert!(self.child.try_wait().unwrap().is_some(), "it ended");
        self.child = spawn(&self.url, &self.database, &self.company);
    }

    /// Sends it a signal.
    pub async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it runs").to_string();
        assert!(Command::new("kill").args([name, &id]).status().await.unwrap().success());
    }

    /// Waits until it answers.
    pub async fn is_up(&self) {
        let begun = Instant::now();
        while self.get("/health/live").await.is_none() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not come up");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// What it answers with success.
    pub async fn get(&self, path: &str) -> Option<String> {
        let answer = self.client.get(format!("{}{path}", self.url)).send().await.ok()?;
        answer.error_for_status().ok()?.text().await.ok()
    }

    /// A figure of its metrics: the sum over all labels.
    pub async fn figure(&self, name: &str) -> f64 {
        let page = self.get("/metrics").await.expect("metrics");
        let lines = page.lines().filter(|l| l.starts_with(name));
        lines.filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// Whoever calls it from another task.
    pub fn caller(&self) -> Caller {
        Caller { url: self.url.clone(), client: self.client.clone() }
    }

    /// The worker says that all is well; whether that was heard.
    pub async fn all_is_well(&self, visit: VisitId) -> bool {
        self.caller().all_is_well(visit).await
    }
}

/// Whoever speaks for the worker.
#[derive(Clone, Debug)]
pub struct Caller {
    url: String,
    client: Client,
}

impl Caller {
    /// The worker says that all is well; whether that was heard.
    pub async fn all_is_well(&self, visit: VisitId) -> bool {
        let said = self.client.post(format!("{}/v1/visits/{visit}/check-ins", self.url));
        let answer = said.bearer_auth(WORKER).json(&json!({})).send().await;
        answer.is_ok_and(|a| a.status().is_success())
    }
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

fn spawn(url: &str, database: &str, company: &str) -> Child {
    let port = url.rsplit(':').next().expect("a port");
    let settings = [
        ("ADDR", format!("127.0.0.1:{port}")),
        ("DATABASE_URL", database.to_owned()),
        ("DATA_KEY", data_key().write().expose().to_owned()),
        ("PUBLIC_URL", url.to_owned()),
        ("ORGANISATION__NAME", "Proef".into()),
        ("ORGANISATION__CALL_NUMBER", "+31534818181".into()),
        ("TWILIO__ACCOUNT_SID", ACCOUNT.into()),
        ("TWILIO__AUTH_TOKEN", TOKEN.into()),
        ("TWILIO__FROM", "+3197010200000".into()),
        ("TWILIO__BASE_URL", company.to_owned()),
        ("OIDC__ISSUER", "http://localhost:1".into()),
        ("OIDC__CLIENT_ID", "rugdekking".into()),
        ("OIDC__CLIENT_SECRET", "secret".into()),
        ("PUSH__ENABLED", "false".into()),
        ("LOG__FILTER", std::env::var("TRIAL_LOG").unwrap_or_else(|_| "off".into())),
    ];
    // A file that may not grow any more is told of, rather than being the end of the process.
    Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; exec "$0" serve"#, env!("CARGO_BIN_EXE_rugdekking")])
        .envs(settings.map(|(name, value)| (format!("RUGDEKKING_{name}"), value)))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}
