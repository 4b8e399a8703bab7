//! Independent counterparts as processes: they start with a test and end with it.

use std::{path::Path, process::Stdio};

use reqwest::Client;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    sync::Mutex,
};

use super::answer::granted;

const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");

/// A script of `tests/peers`. It ends by itself once nobody holds its standard input any more.
pub struct Peer {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Peer {
    /// Starts it. A peer that is missing fails the test, for without it nothing is proven.
    pub fn start(script: &str, package: &str, args: &[&str]) -> Self {
        let modules = Path::new(PEERS).join("node_modules").join(package);
        assert!(modules.exists(), "{package} is missing in tests/peers: run `make test`");
        let mut child = Command::new("node")
            .current_dir(PEERS)
            .arg(script)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|e| panic!("Node is missing, run `make test`: {e}"));
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next line that it writes.
    pub async fn says(&mut self) -> String {
        self.lines.next_line().await.unwrap().expect("the peer ended")
    }

    /// Tells it something.
    pub async fn hears(&mut self, what: &Value) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(format!("{what}\n").as_bytes()).await.unwrap();
    }

    /// Its answer to a question, line for line.
    pub async fn answers(&mut self, question: &Value) -> Value {
        self.hears(question).await;
        serde_json::from_str(&self.says().await).unwrap()
    }
}

/// Twilio's REST interface, which refuses what does not fit Twilio's own description of it.
pub struct TwilioApi {
    /// Where it lives.
    pub address: String,
    _peer: Peer,
}

impl TwilioApi {
    /// For an account: `AC…` with Twilio, a project's UUID with SignalWire.
    pub async fn start(account: &str, token: &str) -> Self {
        let mut peer = Peer::start("twilio-api.js", "@stoplight/prism-cli", &[account, token]);
        let ready = peer.says().await;
        let address = ready.strip_prefix("ready ").expect("it tells where it listens").to_owned();
        Self { address, _peer: peer }
    }

    /// The forms that it took, the oldest first: the address and the fields as they came.
    pub async fn accepted(&self) -> Vec<(String, Vec<(String, String)>)> {
        let url = format!("{}/accepted", self.address);
        let all: Vec<Value> = granted(Client::new().get(url)).await.json().await.unwrap();
        let read = |it: Value| {
            let form = serde_json::from_value(it["form"].clone()).unwrap();
            (it["path"].as_str().unwrap().to_owned(), form)
        };
        all.into_iter().map(read).collect()
    }
}

/// KPN's SMS interface, which refuses what does not fit KPN's description of it.
pub struct KpnApi {
    /// Where it lives.
    pub address: String,
    peer: Mutex<Peer>,
}

impl KpnApi {
    /// For a project, and the key with which it signs what it brings.
    pub async fn start(client: &str, secret: &str, key: &str) -> Self {
        let mut peer = Peer::start("kpn-api.js", "", &[client, secret, key]);
        let ready = peer.says().await;
        let address = ready.strip_prefix("ready ").expect("it tells where it listens").to_owned();
        Self { address, peer: Mutex::new(peer) }
    }

    /// What it answers when it is told something.
    pub async fn hears(&self, what: &Value) -> Value {
        self.peer.lock().await.answers(what).await
    }

    /// What it took, the oldest first.
    pub async fn taken(&self) -> Vec<Value> {
        self.hears(&serde_json::json!({ "taken": true })).await.as_array().unwrap().clone()
    }

    /// How many tokens it has given since they were last withdrawn.
    pub async fn tokens_given(&self) -> u64 {
        self.hears(&serde_json::json!({ "tokens": true })).await.as_u64().unwrap()
    }
}

/// PDOK's Locatieserver, which refuses what does not fit PDOK's description of it.
pub struct AddressRegister {
    /// Where it lives.
    pub address: String,
    _peer: Peer,
}

impl AddressRegister {
    pub async fn start() -> Self {
        let mut peer = Peer::start("locatieserver.js", "@stoplight/prism-cli", &[]);
        let ready = peer.says().await;
        let address = ready.strip_prefix("ready ").expect("it tells where it listens").to_owned();
        Self { address, _peer: peer }
    }

    /// From now on it is `well`, `away`, it `hangs`, or answers something `odd`.
    pub async fn is(&self, mood: &str) {
        let asked = Client::new().post(format!("{}/mood", self.address));
        granted(asked.json(&serde_json::json!({ "is": mood }))).await;
    }

    /// The questions that it found right.
    pub async fn asked(&self) -> Vec<Value> {
        let url = format!("{}/asked", self.address);
        granted(Client::new().get(url)).await.json().await.unwrap()
    }
}

/// A system that is told what happened, made of the libraries of Standard Webhooks and CloudEvents.
pub struct EventReceiver {
    /// Where it lives.
    pub address: String,
    _peer: Peer,
}

impl EventReceiver {
    /// One that believes what this secret signs.
    pub async fn start(secret: &str) -> Self {
        for package in ["cloudevents", "standardwebhooks"] {
            let modules = Path::new(PEERS).join("node_modules").join(package);
            assert!(modules.exists(), "{package} is missing in tests/peers: run `make test`");
        }
        let mut peer = Peer::start("event-receiver.js", "cloudevents", &[secret]);
        let ready = peer.says().await;
        let address = ready.strip_prefix("ready ").expect("it tells where it listens").to_owned();
        Self { address, _peer: peer }
    }

    /// How it answers from now on; `{}` as it should.
    pub async fn is(&self, mood: Value) {
        granted(Client::new().post(format!("{}/mood", self.address)).json(&mood)).await;
    }

    /// Everything that came, the oldest first.
    pub async fn received(&self) -> Vec<Value> {
        let url = format!("{}/received", self.address);
        granted(Client::new().get(url)).await.json().await.unwrap()
    }
}

/// The libraries with which providers sign, and with which their customers check it.
pub struct Signatures(Mutex<Peer>);

impl Signatures {
    /// Those of `twilio` and `signalwire`.
    pub fn start() -> Self {
        Self(Mutex::new(Peer::start("signatures.js", "@signalwire/compatibility-api", &[])))
    }

    /// What the library signs.
    pub async fn sign(
        &self,
        by: &str,
        token: &str,
        url: &str,
        form: &[(String, String)],
    ) -> String {
        let asked = serde_json::json!(
            { "by": by, "does": "sign", "token": token, "url": url, "form": form });
        self.0.lock().await.answers(&asked).await.as_str().unwrap().to_owned()
    }

    /// Whether the library takes the signature for genuine.
    pub async fn takes(
        &self,
        by: &str,
        token: &str,
        url: &str,
        form: &[(String, String)],
        signature: &str,
    ) -> bool {
        let asked = serde_json::json!({ "by": by, "does": "check", "token": token, "url": url,
            "form": form, "signature": signature });
        self.0.lock().await.answers(&asked).await.as_bool().unwrap()
    }
}
