//! Kannel with an operator behind it that speaks SMPP, and a house that texts by it.

use std::{
    fs,
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use reqwest::Client;
use rugdekking::carrier::{
    kannel::{Kannel, KannelConfig},
    setup::Secret,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::peers::Peer;

/// What is in the path of the gateway's callbacks.
pub const SECRET: &str = "cGFkLWRhdC1uaWVtYW5kLXJhYWR0";
/// Our number.
pub const OURS: &str = "+3197010200000";
const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway, and the operator to which it is tied.
pub struct Gateway {
    /// Where its smsbox takes texts.
    pub url: String,
    /// Where its bearerbox tells how it is.
    pub status_url: String,
    operator: Peer,
    boxes: Vec<Child>,
    home: TempDir,
}

/// A text as it reached the operator.
#[derive(Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Arrived {
    /// To whom, without a plus.
    pub to: String,
    /// From whom, without a plus.
    pub from: String,
    /// The words, put together.
    pub text: String,
    /// `gsm7` or `ucs2`.
    pub alphabet: String,
    /// In how many segments it came.
    pub parts: usize,
    /// For how many minutes it may be brought.
    pub minutes: i64,
}

impl Gateway {
    /// Starts it. It reports to `callbacks`, the house's own address.
    pub async fn start(callbacks: &str) -> Self {
        let mut operator = Peer::start("operator.js", "smpp", &[]);
        let listens: Value = serde_json::from_str(&operator.says().await).unwrap();
        let [admin, inner, sendsms] = free_ports().await;
        let home = tempfile::tempdir().unwrap();
        let smpp = listens["listens"].as_u64().unwrap();
        let written = settings(admin, inner, sendsms, smpp, callbacks);
        fs::write(home.path().join("kannel.conf"), written).unwrap();
        let boxes = vec![start("bearerbox", &home)];
        let mut gateway = Self {
            url: format!("http://127.0.0.1:{sendsms}"),
            status_url: format!("http://127.0.0.1:{admin}"),
            operator,
            boxes,
            home,
        };
        gateway.shows("online").await;
        gateway.boxes.push(start("smsbox", &gateway.home)); // it gives up when it is first
        gateway.shows("on-line").await; // the smsbox
        gateway
    }

    /// A carrier over it.
    pub fn carrier(&self, change: impl FnOnce(&mut KannelConfig)) -> Kannel {
        let password = Secret::new("geheim");
        let mut config = KannelConfig::new("wacht", password, OURS, Secret::new(SECRET));
        config.url = self.url.clone();
        config.status_url = self.status_url.clone();
        change(&mut config);
        Kannel::new(config).unwrap()
    }

    /// The next text that reached the operator.
    pub async fn arrives(&mut self) -> Arrived {
        self.arrives_within(PATIENCE).await.expect("no text arrived")
    }

    /// The same, if it comes in time.
    pub async fn arrives_within(&mut self, patience: Duration) -> Option<Arrived> {
        let said = timeout(patience, self.operator.says()).await.ok()?;
        Some(serde_json::from_str(&said).unwrap())
    }

    /// Somebody texts us.
    pub async fn texts(&mut self, from: &str, body: &str) {
        let to = OURS.trim_start_matches('+');
        self.operator.hears(&json!({ "text": { "from": from, "to": to, "body": body } })).await;
    }

    /// What becomes of texts from now on: `DELIVRD`, `UNDELIV`, or nothing is heard of them.
    pub async fn reports(&mut self, what: Option<&str>) {
        self.operator.hears(&json!({ "receipts": what })).await;
    }

    /// The operator breaks off its line.
    pub async fn loses_its_line(&mut self) {
        self.operator.hears(&json!({ "line": "down" })).await;
        self.shows("re-connecting").await;
    }

    /// The operator is there again.
    pub async fn gets_its_line_back(&mut self) {
        self.operator.hears(&json!({ "line": "up" })).await;
        self.shows("online").await;
    }

    /// Somebody tells it to do something: `suspend`, `isolate`, `resume`.
    pub async fn is_told(&self, what: &str, status: &str) {
        let url = format!("{}/{what}?password=geheim", self.status_url);
        Client::new().get(url).send().await.unwrap().error_for_status().unwrap();
        self.shows(status).await;
    }

    /// Both its halves die.
    pub async fn dies(&mut self) {
        for child in &mut self.boxes {
            child.kill().await.unwrap();
        }
    }

    async fn shows(&self, status: &str) {
        let url = format!("{}/status.xml", self.status_url);
        let looking = async {
            loop {
                if let Ok(page) = Client::new().get(&url).send().await
                    && page.text().await.is_ok_and(|p| p.contains(&format!("<status>{status}")))
                {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("the gateway is not {status}"));
    }
}

/// Ports that are free, below those that the system hands out meanwhile.
async fn free_ports() -> [u16; 3] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut found = vec![];
    while found.len() < 3 {
        let nth = std::process::id().wrapping_mul(61) + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + u16::try_from(nth % 12_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).await.is_ok() {
            found.push(port);
        }
    }
    found.try_into().unwrap()
}

fn start(program: &str, home: &TempDir) -> Child {
    let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
    let found = path.split(':').map(|dir| format!("{dir}/{program}"));
    let program = found.into_iter().find(|file| fs::metadata(file).is_ok());
    Command::new(program.expect("Kannel is missing, run `make test`"))
        .arg("kannel.conf")
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// As `docs/operations.md` says, tied to an operator on this machine.
fn settings(admin: u16, inner: u16, sendsms: u16, smpp: u64, callbacks: &str) -> String {
    let documented = include_str!("../../../docs/operations.md");
    let from = documented.find("group = core").expect("the settings of Kannel are in the document");
    let until = documented[from..].find("```").unwrap() + from;
    let settings = documented[from..until]
        .replace("admin-port = 13000", &format!("admin-port = {admin}"))
        .replace("13001", &inner.to_string())
        .replace("sendsms-port = 13013", &format!("sendsms-port = {sendsms}"))
        .replace("host = smpp.operator.example", "host = 127.0.0.1\nreconnect-delay = 1")
        .replace("port = 2775", &format!("port = {smpp}"))
        .replace("username = rugdekking", "username = wacht")
        .replace("PASSWORD", "geheim")
        .replace("http://127.0.0.1:8080", callbacks)
        .replace("SECRET", SECRET);
    for expected in [admin.to_string(), inner.to_string(), sendsms.to_string(), smpp.to_string()] {
        assert!(settings.contains(&expected), "{settings}");
    }
    settings
}
