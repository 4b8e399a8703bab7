//! Kannel with an operator behind it, and a house that texts by it.

use std::{
    fs,
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use reqwest::Client;
use rugdekking::carrier::{
    providers::kannel::{Kannel, KannelConfig},
    setup::Secret,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{sleep, timeout},
};

use super::{answer::granted, fakesmsc::FakeSmsc, peers::Peer};

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
    operator: Operator,
    boxes: Vec<Child>,
    home: TempDir,
}

/// Who brings the texts.
enum Operator {
    /// One that speaks SMPP.
    Smpp(Peer),
    /// The one that Kannel pretends.
    Fake(FakeSmsc),
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
    /// Starts it, tied by SMPP. It reports to `callbacks`, the house's own address.
    pub async fn start(callbacks: &str) -> Self {
        let mut operator = Peer::start("operator.js", "smpp", &[]);
        let listens: Value = serde_json::from_str(&operator.says().await).unwrap();
        let ports = free_ports().await;
        let written = settings(ports, listens["listens"].as_u64().unwrap(), callbacks);
        Self::running(ports, &written, |_| Operator::Smpp(operator)).await
    }

    /// The same, tied to the operator that Kannel pretends.
    pub async fn start_pretending(callbacks: &str) -> Self {
        let ports = free_ports().await;
        let written = pretending(&settings(ports, 2775, callbacks), ports[3]);
        Self::running(ports, &written, |port| Operator::Fake(FakeSmsc::start(port))).await
    }

    async fn running(
        [admin, _, sendsms, fake]: [u16; 4],
        written: &str,
        operator: impl FnOnce(u16) -> Operator,
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("kannel.conf"), written).unwrap();
        let boxes = vec![start("bearerbox", &home)];
        let status_url = format!("http://127.0.0.1:{admin}");
        shows(&status_url, "").await; // it listens
        let mut gateway = Self {
            url: format!("http://127.0.0.1:{sendsms}"),
            status_url,
            operator: operator(fake),
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
        match &mut self.operator {
            Operator::Smpp(peer) => {
                let said = timeout(patience, peer.says()).await.ok()?;
                Some(serde_json::from_str(&said).unwrap())
            }
            Operator::Fake(fake) => timeout(patience, fake.arrives()).await.ok(),
        }
    }

    /// Somebody texts us.
    pub async fn texts(&mut self, from: &str, body: &str) {
        let to = OURS.trim_start_matches('+');
        match &mut self.operator {
            Operator::Smpp(peer) => {
                peer.hears(&json!({ "text": { "from": from, "to": to, "body": body } })).await;
            }
            Operator::Fake(fake) => fake.texts(from, to, body).await,
        }
    }

    /// What becomes of texts from now on: `DELIVRD`, `UNDELIV`, or nothing is heard of them.
    pub async fn reports(&mut self, what: Option<&str>) {
        self.smpp().hears(&json!({ "receipts": what })).await;
    }

    /// The operator breaks off its line.
    pub async fn loses_its_line(&mut self) {
        self.smpp().hears(&json!({ "line": "down" })).await;
        self.shows("re-connecting").await;
    }

    /// The operator is there again.
    pub async fn gets_its_line_back(&mut self) {
        self.smpp().hears(&json!({ "line": "up" })).await;
        self.shows("online").await;
    }

    /// Somebody tells it to do something: `suspend`, `isolate`, `resume`.
    pub async fn is_told(&self, what: &str, status: &str) {
        let url = format!("{}/{what}?password=geheim", self.status_url);
        granted(Client::new().get(url)).await;
        self.shows(status).await;
    }

    /// Both its halves die.
    pub async fn dies(&mut self) {
        for child in &mut self.boxes {
            child.kill().await.unwrap();
        }
    }

    fn smpp(&mut self) -> &mut Peer {
        match &mut self.operator {
            Operator::Smpp(peer) => peer,
            Operator::Fake(_) => panic!("only one that speaks SMPP can do this"),
        }
    }

    async fn shows(&self, status: &str) {
        shows(&self.status_url, &format!("<status>{status}")).await;
    }
}

/// Waits until the gateway's page of how it is says this.
async fn shows(status_url: &str, what: &str) {
    let url = format!("{status_url}/status.xml");
    let looking = async {
        loop {
            if let Ok(page) = Client::new().get(&url).send().await
                && page.text().await.is_ok_and(|page| page.contains(what))
            {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("the gateway never told {what}"));
}

/// Ports that are free, below those that the system hands out meanwhile.
async fn free_ports() -> [u16; 4] {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut found = vec![];
    while found.len() < 4 {
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
fn settings([admin, inner, sendsms, _]: [u16; 4], smpp: u64, callbacks: &str) -> String {
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

/// The same, with the operator that Kannel pretends.
fn pretending(settings: &str, port: u16) -> String {
    let from = settings.find("group = smsc\n").unwrap();
    let until = settings.find("group = smsbox").unwrap();
    let fake = "group = smsc\nsmsc = fake\nsmsc-id = operator\nconnect-allow-ip = 127.0.0.1\n";
    format!("{}{fake}port = {port}\n\n{}", &settings[..from], &settings[until..])
}
