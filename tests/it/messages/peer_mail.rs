//! Mail against an independent mail server: under TLS or not at all, whole in every letter, and what it is asked to report.

use std::time::Duration;

use rugdekking::{
    carrier::{
        Carrier as _, SendError,
        providers::smtp::{Smtp, SmtpConfig},
        setup::Secret,
    },
    model::messages::{Attachment, Content, Message},
};
use serde_json::{Value, json};
use tokio::{sync::Mutex, time::timeout};

use super::carrier_support::mail;
use crate::support::peers::Peer;

const TO: &str = "jan@voorbeeld.nl";

/// A mail server, and the authority that vouches for it.
pub struct MailServer {
    peer: Mutex<Peer>,
    /// Where it listens.
    pub port: u64,
    /// The authority's certificate.
    pub authority: String,
}

impl MailServer {
    /// See `mail-server.js`.
    pub async fn start(how: &str, name: &str) -> Self {
        let mut peer = Peer::start("mail-server.js", "smtp-server", &[how, name]);
        let ready: Value = serde_json::from_str(&peer.says().await).unwrap();
        let authority = ready["authority"].as_str().unwrap().to_owned();
        let port = ready["port"].as_u64().unwrap();
        Self { peer: Mutex::new(peer), port, authority }
    }

    fn carrier(&self, scheme: &str, change: impl FnOnce(&mut SmtpConfig)) -> Smtp {
        let url = Secret::new(format!("{scheme}://wacht:p%40ss@localhost:{}", self.port));
        let mut config = SmtpConfig::new(url, "Wacht van Enschede <wacht@voorbeeld.nl>");
        config.authority_pem = Some(self.authority.clone());
        config.try_limit = Duration::from_secs(5);
        change(&mut config);
        Smtp::new(&config).unwrap()
    }

    /// The next login or mail that it takes.
    pub async fn hears(&self) -> Value {
        let said = timeout(Duration::from_secs(10), async { self.peer.lock().await.says().await });
        serde_json::from_str(&said.await.expect("nothing was heard")).unwrap()
    }

    async fn heard_nothing(&self) {
        let said =
            timeout(Duration::from_millis(300), async { self.peer.lock().await.says().await });
        assert_eq!(said.await.ok(), None);
    }
}

fn with_attachment(message: Message) -> Message {
    let Content::Mail { subject, body, .. } = message.content else { unreachable!() };
    let attachments = vec![Attachment {
        name: "bezoek.ics".into(),
        kind: "text/calendar; charset=utf-8; method=PUBLISH".into(),
        text: "BEGIN:VCALENDAR\r\nX-A:één €\r\nEND:VCALENDAR\r\n".into(),
    }];
    Message { content: Content::Mail { subject, body, attachments }, ..message }
}

#[tokio::test]
async fn a_mail_arrives_whole_under_tls_and_asks_for_reports() {
    for (how, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let server = MailServer::start(how, "localhost").await;
        let carrier = server.carrier(scheme, |_| {});
        let words = "Beste Zoë,\n\nCafé ‘De Één’ – 14:00.\n.\nGroet, André 👍\n";
        let message =
            mail(TO, "Bezoek om 14:00 – één ë ï € ‘’ en een heel lange regel met één ë", words);
        let taken = carrier.send(&with_attachment(message.clone())).await.unwrap();
        let login = json!({ "login": "wacht", "password": "p@ss", "secure": true });
        assert_eq!(server.hears().await, login, "{how}");
        let came = server.hears().await;
        assert_eq!((&came["secure"], &came["auto"]), (&json!(true), &json!("auto-generated")));
        let Content::Mail { subject, body, .. } = &message.content else { unreachable!() };
        assert_eq!(came["subject"], json!(subject));
        assert_eq!(came["text"].as_str().unwrap().trim_end(), body.trim_end());
        assert_eq!((&came["from"], &came["to"]), (&json!("wacht@voorbeeld.nl"), &json!([TO])));
        assert_eq!(came["sender"], "\"Wacht van Enschede\" <wacht@voorbeeld.nl>");
        assert_eq!(came["id"].as_str(), taken.provider_id.as_deref());
        assert_eq!(came["date"], "2026-11-23T13:00:00.000Z");
        let [file] = came["attachments"].as_array().unwrap().as_slice() else { panic!("{came}") };
        assert_eq!((&file["name"], &file["kind"]), (&json!("bezoek.ics"), &json!("text/calendar")));
        assert_eq!(file["params"]["method"], "PUBLISH");
        assert_eq!(file["text"], "BEGIN:VCALENDAR\r\nX-A:één €\r\nEND:VCALENDAR\r\n");
        let asks = came["asks"].to_string();
        for asked in ["HDRS", &message.id.to_string(), "FAILURE", "DELAY", &format!("rfc822;{TO}")]
        {
            assert!(asks.contains(asked), "{asked} in {asks}");
        }
        carrier.send(&message).await.unwrap();
        server.hears().await;
        assert_eq!(server.hears().await["attachments"], json!([]));
    }
}

#[tokio::test]
async fn who_cannot_prove_who_it_is_hears_no_password_and_gets_no_mail() {
    let refused = Err(SendError::Temporary { reason: "no connection".into(), retry_after: None });
    for (how, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let server = MailServer::start(how, "localhost").await;
        let stranger = server.carrier(scheme, |config| config.authority_pem = None);
        assert_eq!(stranger.send(&mail(TO, "x", "y")).await, refused, "{how}: not trusted");
        server.heard_nothing().await;
        let other = MailServer::start(how, "elders.voorbeeld.nl").await;
        let carrier = other.carrier(scheme, |_| {});
        assert_eq!(carrier.send(&mail(TO, "x", "y")).await, refused, "{how}: another's name");
        other.heard_nothing().await;
    }
    let open = MailServer::start("open", "localhost").await;
    let carrier = open.carrier("smtp", |_| {});
    assert_eq!(carrier.send(&mail(TO, "x", "y")).await, refused, "it knows no STARTTLS");
    open.heard_nothing().await;
}

#[tokio::test]
async fn a_full_mailbox_is_worth_another_try_and_one_that_never_was_is_not() {
    let server = MailServer::start("starttls", "localhost").await;
    let carrier = server.carrier("smtp", |_| {});
    let full = carrier.send(&mail("vol@voorbeeld.nl", "x", "y")).await;
    let reason = "answered 452".into();
    assert_eq!(full, Err(SendError::Temporary { reason, retry_after: None }));
    let gone = carrier.send(&mail("weg@voorbeeld.nl", "x", "y")).await;
    assert_eq!(gone, Err(SendError::Permanent { reason: "answered 550".into() }));
}
