//! Other systems that a town tells what happens, added as whoever runs the service adds them.

use clap::Parser as _;
use rugdekking::{
    app::integrations::webhooks::{self, Command},
    store::Db,
};
use serde_json::Value;

use super::{peers::EventReceiver, town::Town};

/// A secret as it is agreed on elsewhere.
pub const SECRET: &str = "whsec_bm90LWEtcmVhbC1zZWNyZXQtYnV0LWxvbmctZW5vdWdo";

#[derive(clap::Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Runs `rugdekking webhooks` with these words; answers with what it shows.
pub async fn run(db: &Db, words: &[&str]) -> String {
    tries(db, words).await.unwrap()
}

/// The same, where it may be refused.
pub async fn tries(db: &Db, words: &[&str]) -> Result<String, String> {
    let cli = Cli::try_parse_from(std::iter::once(&"webhooks").chain(words));
    let cli = cli.map_err(|why| why.to_string())?;
    webhooks::run(db, cli.command).await.map_err(|why| why.to_string())
}

/// A system that the town tells, by the name `zaken`.
pub async fn listens(town: &Town, more: &[&str]) -> EventReceiver {
    let receiver = EventReceiver::start(SECRET).await;
    adds(town, "zaken", &receiver.address, more).await;
    receiver
}

/// The town tells one more system, under that secret.
pub async fn adds(town: &Town, name: &str, address: &str, more: &[&str]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), SECRET).unwrap();
    let (url, file) = (format!("{address}/haak"), file.path().to_str().unwrap().to_owned());
    let words = ["add", name, "--url", &url, "--secret-file", &file];
    run(&town.db, &[&words, more].concat()).await;
}

/// Everything that waits at this moment is told.
pub async fn tells(town: &Town) {
    while town.engine.deliver_batch().await.unwrap() > 0 {}
}

/// The events that it believed, the oldest first.
pub async fn believed(receiver: &EventReceiver) -> Vec<Value> {
    let all = receiver.received().await;
    all.iter().filter(|it| it["is"] == "event").map(|it| it["event"].clone()).collect()
}

/// Their types, without what all of them begin with.
pub fn kinds(events: &[Value]) -> Vec<String> {
    let kind = |event: &Value| {
        let whole = event["type"].as_str().unwrap();
        whole.strip_prefix("example.rugdekking.").unwrap_or(whole).to_owned()
    };
    events.iter().map(kind).collect()
}
