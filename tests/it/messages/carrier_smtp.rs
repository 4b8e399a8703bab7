//! Mail, against a small mail server on loopback.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use rugdekking::carrier::{
    Carrier, HandedOver, SendError,
    providers::smtp::{Smtp, SmtpConfig},
    setup::Secret,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    time::Instant,
};

use super::carrier_support::{mail, text};

const TO: &str = "wijkagent@politie.voorbeeld.nl";

/// Where in the talk the server does something else than it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Nowhere,
    Greeting,
    Auth,
    Rcpt,
    Data,
    End,
    /// After it took the mail.
    Quit,
}

/// What it does there.
#[derive(Clone, Copy, Debug, Default)]
enum Does {
    #[default]
    Hangs,
    HangsUp,
    Says(&'static str),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Received {
    login: Option<String>,
    from: String,
    to: String,
    data: String,
}

/// A mail server that remembers what it took.
#[derive(Debug, Default)]
struct Sink {
    at: At,
    does: Does,
    received: Mutex<Vec<Received>>,
}

impl Sink {
    async fn open(at: At, does: Does) -> (Arc<Self>, u16) {
        let sink = Arc::new(Self { at, does, ..Self::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let this = sink.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let this = this.clone();
                tokio::spawn(async move { this.talk(BufReader::new(line)).await });
            }
        });
        (sink, port)
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().expect("no panic").clone()
    }

    /// One talk; `None` when the line is broken.
    async fn talk(&self, mut line: BufReader<TcpStream>) -> Option<()> {
        let mut mail = Received::default();
        self.say(&mut line, At::Greeting, "220 sink ESMTP").await?;
        loop {
            let command = hear(&mut line).await?;
            let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
            match verb {
                "EHLO" => {
                    self.say(&mut line, At::Nowhere, "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME")
                }
                "AUTH" => {
                    mail.login = Some(rest.into());
                    self.say(&mut line, At::Auth, "235 welcome")
                }
                "MAIL" => {
                    mail.from = rest.into();
                    self.say(&mut line, At::Nowhere, "250 fine")
                }
                "RCPT" => {
                    mail.to = rest.into();
                    self.say(&mut line, At::Rcpt, "250 fine")
                }
                "DATA" => {
                    self.say(&mut line, At::Data, "354 go ahead").await?;
                    if self.at == At::Data {
                        continue;
                    }
                    mail.data = hear_data(&mut line).await?;
                    if self.at != At::End {
                        self.received.lock().expect("no panic").push(mail.clone());
                    }
                    self.say(&mut line, At::End, "250 taken")
                }
                "QUIT" => return self.say(&mut line, At::Quit, "221 bye").await,
                _ => panic!("the server does not know {command}"),
            }
            .await?;
        }
    }

    async fn say(&self, line: &mut BufReader<TcpStream>, at: At, words: &str) -> Option<()> {
        let words = match self.does {
            _ if at == At::Nowhere || at != self.at => words,
            Does::Hangs => std::future::pending().await,
            Does::HangsUp => return None,
            Does::Says(words) => words,
        };
        line.write_all(format!("{words}\r\n").as_bytes()).await.ok()
    }
}

async fn hear(line: &mut BufReader<TcpStream>) -> Option<String> {
    let mut heard = String::new();
    let length = line.read_line(&mut heard).await.ok()?;
    (length > 0).then(|| heard.trim_end_matches("\r\n").to_owned())
}

async fn hear_data(line: &mut BufReader<TcpStream>) -> Option<String> {
    let mut data = String::new();
    loop {
        let heard = hear(line).await?;
        if heard == "." {
            return Some(data);
        }
        data.push_str(heard.strip_prefix('.').unwrap_or(&heard));
        data.push('\n');
    }
}

fn config(port: u16, login: &str) -> SmtpConfig {
    let url = Secret::new(format!("smtp://{login}127.0.0.1:{port}?tls=none"));
    SmtpConfig::new(url, "Wacht <wacht@voorbeeld.nl>")
}

fn smtp(port: u16, login: &str) -> Smtp {
    Smtp::new(&config(port, login)).expect("settings that work")
}

/// What comes of a mail when the server does that there; no refusal repeats the address.
async fn when(at: At, does: Does) -> Result<HandedOver, SendError> {
    let (_sink, port) = Sink::open(at, does).await;
    let mut config = config(port, "piet:geheim@");
    if let Does::Hangs = does {
        config.try_limit = Duration::from_millis(1500);
    }
    let carrier = Smtp::new(&config).expect("settings that work");
    let outcome = carrier.send(&mail(TO, "Bezoek", "Let op.")).await;
    assert!(!format!("{outcome:?}").contains("politie"), "{outcome:?}");
    outcome
}

fn temporary(reason: &str) -> Result<HandedOver, SendError> {
    Err(SendError::Temporary { reason: reason.into(), retry_after: None })
}

fn permanent(reason: &str) -> Result<HandedOver, SendError> {
    Err(SendError::Permanent { reason: reason.into() })
}

fn unknown(reason: &str) -> Result<HandedOver, SendError> {
    Err(SendError::Unknown { reason: reason.into() })
}

#[tokio::test]
async fn a_mail_arrives_with_its_own_id_and_date_and_asks_for_no_answer() {
    let (sink, port) = Sink::open(At::Nowhere, Does::Hangs).await;
    let message = mail(TO, "Bezoek om 14:00 – één", "Er is een bezoek.\n.\nGroet, café €\n");
    let handed_over = smtp(port, "").send(&message).await.unwrap();
    let id = "<00000000-0000-0000-0000-000000000007@voorbeeld.nl>";
    assert_eq!(handed_over.provider_id.as_deref(), Some(id));
    assert!(!handed_over.delivered);
    let [received] = &sink.received()[..] else { panic!("one mail: {:?}", sink.received()) };
    assert_eq!(received.login, None);
    assert!(received.from.starts_with("FROM:<wacht@voorbeeld.nl>"), "{}", received.from);
    let asks = |what| received.from.contains(what);
    assert!(!asks("RET=") && !asks("ENVID="), "it offers no DSN: {}", received.from);
    assert_eq!(received.to, format!("TO:<{TO}>"), "nor NOTIFY= and ORCPT=");
    let (head, body) = received.data.split_once("\n\n").unwrap();
    for line in [
        &format!("Message-ID: {id}"),
        "Date: Mon, 23 Nov 2026 13:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
        &format!("To: {TO}"),
    ] {
        assert!(head.lines().any(|l| l == line), "{line} is missing in\n{head}");
    }
    assert!(head.contains("Subject: Bezoek om 14:00 =?utf-8?b?"), "{head}");
    assert!(body.contains("\n.\n") && body.contains("caf=C3=A9 =E2=82=AC"), "{body}");
}

#[tokio::test]
async fn it_logs_in_when_it_has_a_password() {
    let (sink, port) = Sink::open(At::Nowhere, Does::Hangs).await;
    smtp(port, "piet:geheim@").send(&mail(TO, "x", "y")).await.unwrap();
    // base64 of NUL piet NUL geheim
    assert_eq!(sink.received()[0].login.as_deref(), Some("PLAIN AHBpZXQAZ2VoZWlt"));
}

#[tokio::test]
async fn a_subject_cannot_smuggle_in_a_header() {
    let (sink, port) = Sink::open(At::Nowhere, Does::Hangs).await;
    let subject = "Bezoek\r\nBcc: iemand@elders.nl";
    smtp(port, "").send(&mail(TO, subject, "y")).await.unwrap();
    let data = &sink.received()[0].data;
    assert!(data.lines().all(|line| !line.starts_with("Bcc")), "{data}");
}

#[tokio::test]
async fn a_server_that_asks_to_come_back_is_worth_another_try() {
    for at in [At::Rcpt, At::Data, At::End] {
        let busy = when(at, Does::Says("451 wijkagent@politie is busy")).await;
        assert_eq!(busy, temporary("answered 451"), "{at:?}");
    }
}

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_permanent() {
    for at in [At::Rcpt, At::End] {
        let gone = when(at, Does::Says("550 no wijkagent@politie here")).await;
        assert_eq!(gone, permanent("answered 550"), "{at:?}");
    }
}

#[tokio::test]
async fn a_refusal_before_the_mail_was_spoken_of_is_about_us_and_can_be_mended() {
    assert_eq!(when(At::Auth, Does::Says("535 wrong password")).await, temporary("answered 535"));
    assert_eq!(when(At::Greeting, Does::Says("554 go away")).await, temporary("answered 554"));
    assert_eq!(when(At::Greeting, Does::HangsUp).await, temporary("no connection"));
    assert_eq!(when(At::Greeting, Does::Hangs).await, temporary("no connection in time"));
}

#[tokio::test]
async fn nobody_knows_when_the_server_falls_silent_over_the_mail() {
    let begun = Instant::now();
    assert_eq!(when(At::End, Does::Hangs).await, unknown("no answer in time"));
    assert_eq!(when(At::End, Does::HangsUp).await, unknown("the line broke"));
    assert!(begun.elapsed() < Duration::from_secs(9), "the limit holds");
}

#[tokio::test]
async fn a_mail_that_was_only_announced_is_worth_another_try() {
    for at in [At::Rcpt, At::Data] {
        assert_eq!(when(at, Does::Hangs).await, temporary("no answer in time"), "{at:?}");
        assert_eq!(when(at, Does::HangsUp).await, temporary("the line broke"), "{at:?}");
    }
}

#[tokio::test]
async fn a_mail_that_was_taken_stays_taken_when_the_goodbye_fails() {
    assert!(when(At::Quit, Does::Hangs).await.is_ok());
    assert!(when(At::Quit, Does::HangsUp).await.is_ok());
}

#[tokio::test]
async fn nothing_was_said_when_no_server_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert_eq!(smtp(port, "").send(&mail(TO, "x", "y")).await, temporary("no connection"));
}

#[tokio::test]
async fn a_server_without_tls_never_hears_the_password() {
    let (sink, port) = Sink::open(At::Nowhere, Does::Hangs).await;
    let url = Secret::new(format!("smtp://piet:geheim@127.0.0.1:{port}"));
    let carrier = Smtp::new(&SmtpConfig::new(url, "wacht@voorbeeld.nl")).unwrap();
    assert_eq!(carrier.send(&mail(TO, "x", "y")).await, temporary("no connection"));
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn what_is_no_mail_is_refused() {
    let carrier = smtp(1, "");
    assert_eq!(carrier.send(&mail("nobody", "x", "y")).await, permanent("not a mail address"));
    let mut muddled = text("x");
    muddled.to = TO.into();
    assert_eq!(carrier.send(&muddled).await, permanent("not a mail"));
}
