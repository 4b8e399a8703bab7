//! The test of all carriers from the command line, beside a service that runs.

use std::{fs, process::Stdio};

use rugdekking::{
    model::clock::testing::{data_key, keyring},
    store::Db,
};
use serde_json::json;
use tokio::{net::UdpSocket, process::Command};

use crate::{
    messages::{
        peer_kpn::{self, Wired},
        peer_mail::MailServer,
    },
    support::{
        db::on_both,
        telephone::{HERE, JAN, Telephone, free_port, in_turn},
    },
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

/// As the service's own settings would be, beside which the test runs on the same machine.
fn exchange(server: &str, own_port: u16, sound: u16) -> [(&'static str, String); 6] {
    [
        ("SIP__SERVER", server.into()),
        ("SIP__USER", "rugdekking".into()),
        ("SIP__OWN_ADDRESS", HERE.to_string()),
        ("SIP__OWN_PORT", own_port.to_string()),
        ("SIP__SOUND_PORTS", format!("{sound}-{}", sound + 30)),
        ("SIP__RING_SECONDS", "5".into()),
    ]
}

async fn a_call_and_a_mail_that_succeed_are_told(url: String) {
    let _turn = in_turn().await;
    let db = Db::open(&url, keyring()).await.unwrap();
    let wired = Wired::of(db.clone()).await;
    wired.api.hears(&json!({ "reports": 1 })).await;
    let mut phone = Telephone::start().await;
    let server = MailServer::start("starttls", "localhost").await;
    let home = tempfile::tempdir().unwrap();
    let authority = home.path().join("authority.pem");
    fs::write(&authority, &server.authority).unwrap();
    let (own_port, sound) = (free_port().await, 2 * (free_port().await / 2));
    let sip = exchange(&phone.address, own_port, sound);
    let smtp = format!("smtp://localhost:{}", server.port);
    let mut more: Vec<_> = sip.iter().map(|(name, value)| (*name, value.as_str())).collect();
    more.extend([
        ("SMTP__URL", smtp.as_str()),
        ("SMTP__USER", "wacht"),
        ("SMTP__PASSWORD", "p@ss"),
        ("SMTP__FROM", "wacht@voorbeeld.nl"),
        ("SMTP__AUTHORITY", authority.to_str().unwrap()),
    ]);
    let arguments = ["--mail", "jan@voorbeeld.nl"];
    let picks_up = async |phone: &mut Telephone| {
        assert_eq!(phone.rings().await, JAN);
        phone.answers().await;
    };
    let ((well, said), ()) =
        tokio::join!(tests(&url, &wired, &more, &arguments), picks_up(&mut phone));
    assert!(well, "{said}");
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with("sms (kpn): aangekomen na "), "{said}");
    assert!(lines[1].starts_with("bellen (sip): aangekomen na "), "{said}");
    assert!(lines[2].starts_with("mail (smtp): aangenomen na "), "{said}");
    assert_eq!(lines.len(), 3, "{said}");
    assert_eq!(server.hears().await["login"], "wacht");
    let mail = server.hears().await;
    assert_eq!(mail["subject"], "Test van Rugdekking", "{mail}");

    // The service that runs has the port; whoever turns the call away was not reached.
    let _service = UdpSocket::bind((HERE, own_port)).await.unwrap();
    phone.is_over().await;
    let turns_away = async |phone: &mut Telephone| {
        phone.rings().await;
        phone.hangs_up().await;
    };
    let ((well, said), ()) = tokio::join!(tests(&url, &wired, &more, &[]), turns_away(&mut phone));
    assert!(!well, "{said}");
    let other = said.lines().next().unwrap();
    assert!(other.contains(&format!("poort {own_port} is in gebruik")), "{said}");
    assert!(said.contains("bellen (sip): NIET AANGEKOMEN, gemeld na "), "{said}");
    assert!(said.contains("1 van de 2 tests kwamen niet aan"), "{said}");
    db.close().await;
}

async fn an_exchange_that_is_away_is_told(url: String) {
    let _turn = in_turn().await;
    let db = Db::open(&url, keyring()).await.unwrap();
    let wired = Wired::of(db.clone()).await;
    wired.api.hears(&json!({ "reports": 1 })).await;
    crate::support::telephone::telephones_have_an_address().await;
    let nobody = format!("{HERE}:{}", free_port().await);
    let sip = exchange(&nobody, free_port().await, 2 * (free_port().await / 2));
    let more: Vec<_> = sip.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (well, said) = tests(&url, &wired, &more, &[]).await;
    assert!(!well && said.contains("bellen (sip): GEWEIGERD (temporary: "), "{said}");
    assert!(said.contains("the exchange does not answer"), "it is told why: {said}");
    db.close().await;
}

on_both!(url:
    a_call_and_a_mail_that_succeed_are_told,
    an_exchange_that_is_away_is_told,
    every_carrier_is_tried_and_what_came_is_told,
    what_is_not_reported_or_lost_is_told,
);
