//! The test of all carriers from the command line, beside a service that runs.

use std::process::Stdio;

use rugdekking::{
    model::testing::{data_key, keyring},
    store::Db,
};
use serde_json::json;
use tokio::process::Command;

use crate::{
    peer_kpn::{self, Wired},
    support::db::on_both,
};

/// What it said, and whether it went well.
async fn tests(
    url: &str,
    wired: &Wired,
    more: &[(&str, &str)],
    arguments: &[&str],
) -> (bool, String) {
    let key = data_key().write();
    let kpn = peer_kpn::settings(&wired.api, &wired.url);
    let output = Command::new(env!("CARGO_BIN_EXE_rugdekking"))
        .args(["carriers", "test", "--to", "+31612345678"])
        .args(arguments)
        .env_clear()
        .envs(kpn)
        .env("RUGDEKKING_DATABASE_URL", url)
        .env("RUGDEKKING_DATA_KEY", key.expose())
        .env("RUGDEKKING_LOG_FILTER", "error")
        .envs(more.iter().map(|(name, value)| (format!("RUGDEKKING_{name}"), value)))
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn every_carrier_is_tried_and_what_came_is_told(url: String) {
    let db = Db::open(&url, keyring()).await.unwrap();
    let wired = Wired::of(db.clone()).await;
    wired.api.hears(&json!({ "reports": 1 })).await;
    let (well, said) = tests(&url, &wired, &[], &[]).await;
    assert!(well && said.starts_with("sms (kpn): aangekomen na "), "{said}");
    let sent = &wired.api.taken().await[0];
    let words = "Test van Rugdekking: onze sms'jes komen hier aan. Je hoeft niets te doen.";
    assert_eq!(sent["messages"][0]["content"], words);
    assert_eq!(wired.api.taken().await.len(), 1, "the service that runs does not send it as well");

    let mail = ("SMTP__URL", "smtp://127.0.0.1:9?tls=none");
    let twilio = [
        ("TWILIO__ACCOUNT_SID", "AC00000000000000000000000000000001"),
        ("TWILIO__AUTH_TOKEN", "geheim"),
        ("TWILIO__FROM", "+3197010200001"),
        ("TWILIO__BASE_URL", "http://127.0.0.1:9"),
        ("LANGUAGE", "en"),
        mail,
        ("SMTP__FROM", "wacht@voorbeeld.nl"),
    ];
    let (well, said) = tests(&url, &wired, &twilio, &[]).await;
    assert!(!well, "{said}");
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "text (twilio): REFUSED (temporary: no connection)");
    assert!(lines[1].starts_with("text (kpn): arrived after "), "{said}");
    assert_eq!(lines[2], "call (twilio): REFUSED (temporary: no connection)");
    assert_eq!(lines[3], "mail (smtp): not tested; give --mail ADDRESS");
    assert_eq!(lines[4], "rugdekking: 2 of 3 tests did not arrive");
    let (well, said) = tests(&url, &wired, &twilio, &["--mail", "jan@voorbeeld.nl"]).await;
    assert!(!well && said.contains("mail (smtp): REFUSED (temporary: no connection)"), "{said}");
    db.close().await;
}

async fn what_is_not_reported_or_lost_is_told(url: String) {
    let db = Db::open(&url, keyring()).await.unwrap();
    let wired = Wired::of(db.clone()).await;
    let (well, said) = tests(&url, &wired, &[], &["--wait", "1"]).await;
    assert!(!well && said.contains("AANGENOMEN, MAAR NIETS GEMELD binnen 1,0 s"), "{said}");
    assert!(said.contains("`rugdekking serve` draait"), "{said}");
    wired.api.hears(&json!({ "reports": 4 })).await;
    let (well, said) = tests(&url, &wired, &[], &[]).await;
    assert!(!well && said.contains("sms (kpn): NIET AANGEKOMEN, gemeld na "), "{said}");
    assert!(said.contains("1 van de 1 tests kwamen niet aan"), "{said}");
    assert!(!said.contains("612345678"), "no number shows: {said}");
    db.close().await;
}

on_both!(url:
    every_carrier_is_tried_and_what_came_is_told,
    what_is_not_reported_or_lost_is_told,
);
