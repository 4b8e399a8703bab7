//! Texts by Kannel over SMPP: out, in, what is reported, and who may report.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use rugdekking::{
    api::http::{limits::Client, state::AppState},
    app::{messages::carriers::build_carriers, serve::listening},
    carrier::{Carrier, SendError, router::Router, setup::Secret},
    config::Config,
    engine::Engine,
    model::{
        ids::{CheckInId, MessageId},
        messages::{Channel, Message, MessageState, sms::segments},
    },
    store::{Db, Error, messages},
};
use serde_json::json;
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tower::ServiceExt as _;

use super::carrier_support::{alarm, call, text};
use crate::support::{
    gateway::{Arrived, Gateway, OURS, SECRET},
    on_both,
    town::{Town, form::home_visit},
};

const JAN: &str = "31612345678";
const NOBODY: &str = "http://127.0.0.1:9";

#[tokio::test]
async fn texts_reach_the_operator_whole_and_in_the_alphabet_that_they_need() {
    let mut gateway = Gateway::start(NOBODY).await;
    let carrier = gateway.carrier(|_| {});
    let long = "Één € en {twee} @ huis. ".repeat(20);
    let wide = "Zoë vraagt om hulp 👍. ".repeat(8);
    for (body, alphabet) in [
        ("Afspraak 13:30: alles goed? é à ö ü ß € & + % \n_@", "gsm7"),
        ("Zoë: alles goed? 👍", "ucs2"),
        (long.trim_end(), "gsm7"),
        (wide.trim_end(), "ucs2"),
    ] {
        let taken = carrier.send(&text(body)).await.unwrap();
        assert!(!taken.delivered, "taken is not delivered");
        let arrived = gateway.arrives().await;
        assert_eq!((arrived.text.as_str(), arrived.alphabet.as_str()), (body, alphabet));
        assert_eq!((arrived.to.as_str(), arrived.from.as_str()), (JAN, &OURS[1..]));
        assert_eq!(arrived.parts, segments(body), "{body}");
        assert!((239..=240).contains(&arrived.minutes), "{arrived:?}");
    }
    let question = Message { check_in: Some(CheckInId(uuid::Uuid::nil())), ..text("Alles goed?") };
    carrier.send(&question).await.unwrap();
    let minutes = gateway.arrives().await.minutes;
    assert!((59..=60).contains(&minutes), "a question is not asked hours later: {minutes}");
}

#[tokio::test]
async fn a_wrong_password_can_be_mended_and_what_it_cannot_bring_it_refuses() {
    let gateway = Gateway::start(NOBODY).await;
    let wrong = gateway.carrier(|config| config.password = Secret::new("gisteren"));
    let refusal = wrong.send(&text("x")).await.unwrap_err();
    assert_eq!(refusal, SendError::Temporary { reason: "answered 403".into(), retry_after: None });
    let carrier = gateway.carrier(|_| {});
    let nowhere = Message { to: "nergens".into(), ..text("x") };
    for message in [nowhere, call("Toets 1.")] {
        let refusal = carrier.send(&message).await.unwrap_err();
        assert!(matches!(refusal, SendError::Permanent { .. }), "{refusal:?}");
    }
    let other_line = gateway.carrier(|config| config.line = Some("another".into()));
    let refusal = other_line.send(&text("x")).await.unwrap_err();
    assert!(matches!(refusal, SendError::Temporary { .. }), "{refusal:?}");
    let its_line = gateway.carrier(|config| config.line = Some("operator".into()));
    its_line.send(&text("x")).await.unwrap();
}

#[tokio::test]
async fn without_a_line_to_the_operator_another_carrier_brings_it_and_it_comes_once() {
    let mut gateway = Gateway::start(NOBODY).await;
    let mut spare = Gateway::start(NOBODY).await;
    let line: Vec<Arc<dyn Carrier>> =
        vec![Arc::new(gateway.carrier(|_| {})), Arc::new(spare.carrier(|_| {}))];
    let router = Router::new(vec![(Channel::Text, line)]);
    gateway.loses_its_line().await;
    router.send(&text("De lijn is weg")).await.unwrap();
    assert_eq!(spare.arrives().await.text, "De lijn is weg");
    let health = router.health();
    assert_eq!((health[0].tally.failures, health[1].tally.successes), (1, 1));
    gateway.gets_its_line_back().await;
    router.send(&alarm()).await.unwrap();
    assert_eq!(gateway.arrives().await.text, "Alarm", "nothing was kept there");
    for (told, status) in [("suspend", "suspended"), ("isolate", "isolated")] {
        gateway.is_told(told, status).await;
        let refusal = gateway.carrier(|_| {}).send(&text("x")).await.unwrap_err();
        assert!(matches!(refusal, SendError::Temporary { .. }), "{status}: {refusal:?}");
        gateway.is_told("resume", "running").await;
    }
    gateway.dies().await;
    let refusal = gateway.carrier(|_| {}).send(&text("x")).await.unwrap_err();
    assert!(matches!(refusal, SendError::Temporary { .. }), "{refusal:?}");
    router.send(&text("Hij is dood")).await.unwrap();
    assert_eq!(spare.arrives().await.text, "Hij is dood");
}

/// The town, which texts by a gateway that reports to it over HTTP.
struct Wired {
    town: Town,
    gateway: Gateway,
}

impl Wired {
    async fn of(db: Db) -> Self {
        Self::by(db, async |app| Gateway::start(&app).await).await
    }

    async fn by(db: Db, start: impl AsyncFnOnce(String) -> Gateway) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let gateway = start(format!("http://{addr}")).await;
        let mut town = Town::new(db).await;
        let config = config(&gateway, &addr.to_string());
        let built = build_carriers(&config).unwrap();
        let phones: Arc<dyn Carrier> = town.carrier.clone();
        let router = built.router.with(Channel::Call, phones.clone());
        let router = Arc::new(router.with(Channel::Mail, phones).by(town.clock.clone()));
        town.engine = Engine { router: router.clone(), ..town.engine };
        let app = AppState { callbacks: built.callbacks, carriers: router, ..town.app.clone() };
        let app = rugdekking::api::router(app);
        tokio::spawn(listening::serve(listener, app, vec![], std::future::pending()));
        Self { town, gateway }
    }

    /// The next text that reaches the operator, while the house goes on.
    async fn arrives(&mut self) -> Arrived {
        for _ in 0..100 {
            self.town.settles().await;
            if let Some(text) = self.gateway.arrives_within(Duration::from_millis(200)).await {
                return text;
            }
        }
        panic!("no text arrived")
    }

    /// How the message for this purpose fares, once it fares as expected.
    async fn becomes(&self, purpose: &str, state: MessageState) {
        let found = async {
            loop {
                self.town.settles().await;
                if self.state(purpose).await == Some(state) {
                    return;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = timeout(Duration::from_secs(20), found).await;
        let seen = self.state(purpose).await;
        waited.unwrap_or_else(|_| panic!("{purpose} is {seen:?} and never became {state:?}"));
    }

    async fn state(&self, purpose: &str) -> Option<MessageState> {
        let found = self.town.db.read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let ids: Vec<(uuid::Uuid,)> =
                    tx.query("select id from messages order by id").all().await?;
                let mut found = vec![];
                for (id,) in ids {
                    found.push(messages::load(tx, MessageId(id)).await?);
                }
                Ok(found)
            })
        });
        let found = found.await.unwrap().into_iter().rev();
        let mut texts = found.filter(|sent| sent.message.channel == Channel::Text);
        texts.find(|sent| sent.message.key.to_string().contains(purpose)).map(|sent| sent.state)
    }

    async fn reads(&self, visit: &str, kind: &'static str) -> Vec<String> {
        let found = async {
            loop {
                self.town.settles().await;
                let lines = self.town.jan().reads(visit, kind).await;
                if !lines.is_empty() {
                    return lines;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(Duration::from_secs(20), found).await.unwrap_or_default()
    }
}

fn config(gateway: &Gateway, addr: &str) -> Config {
    let set = [
        ("ADDR", addr),
        ("KANNEL__USERNAME", "wacht"),
        ("KANNEL__PASSWORD", "geheim"),
        ("KANNEL__FROM", OURS),
        ("KANNEL__CALLBACK_SECRET", SECRET),
        ("KANNEL__URL", &gateway.url),
        ("KANNEL__STATUS_URL", &gateway.status_url),
    ];
    let set = set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned()));
    Config::load(None, set.into_iter()).unwrap()
}

async fn a_question_goes_out_is_reported_and_answered_over_smpp(db: Db) {
    let mut wired = Wired::of(db).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    assert!(wired.gateway.arrives().await.text.starts_with("Om 13:30 bellen we je."));
    let question = wired.gateway.arrives().await;
    assert!(question.text.starts_with("Afspraak 13:30: alles goed?"), "{question:?}");
    assert_eq!((question.alphabet.as_str(), question.parts), ("gsm7", 1));
    wired.becomes("check-in/", MessageState::Delivered).await;
    wired.gateway.texts(JAN, "Wat bedoel je? 👍").await;
    assert!(wired.arrives().await.text.starts_with("Niet begrepen."));
    wired.gateway.texts(JAN, "OK").await;
    assert_eq!(wired.reads(&visit, "confirmed").await, ["13:30"]);
    assert!(wired.arrives().await.text.starts_with("Bedankt."));
}

/// The same by the operator that Kannel itself pretends, which no SMPP is spoken with.
async fn so_it_is_with_kannels_own_pretended_operator(db: Db) {
    let mut wired = Wired::by(db, async |app| Gateway::start_pretending(&app).await).await;
    let visit = wired.town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    wired.town.until("13:30").await;
    assert!(wired.gateway.arrives().await.text.starts_with("Om 13:30 bellen we je."));
    let question = wired.gateway.arrives().await;
    assert!(question.text.starts_with("Afspraak 13:30: alles goed?"), "{question:?}");
    assert_eq!((question.to.as_str(), question.from.as_str()), (JAN, &OURS[1..]));
    wired.becomes("check-in/", MessageState::Delivered).await;
    let carrier = wired.gateway.carrier(|_| {});
    carrier.send(&text("Zoë: alles goed? 👍")).await.unwrap();
    let wide = wired.arrives().await;
    assert_eq!((wide.text.as_str(), wide.alphabet.as_str()), ("Zoë: alles goed? 👍", "ucs2"));
    wired.gateway.texts(&format!("+{JAN}"), "OK").await;
    assert_eq!(wired.reads(&visit, "confirmed").await, ["13:30"]);
    assert!(wired.arrives().await.text.starts_with("Bedankt."));
}

async fn a_text_that_the_phone_never_gets_becomes_a_call(db: Db) {
    let mut wired = Wired::of(db).await;
    let only_texts = |team: &mut rugdekking::model::people::teams::Team| {
        team.ladder.rungs[0].channels = vec![Channel::Text];
        team.ladder.rungs[0].wait_minutes = 10;
    };
    wired.town.team(only_texts).await;
    wired.town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    wired.town.until("13:34").await;
    wired.gateway.reports(Some("UNDELIV")).await;
    wired.town.until("13:35").await;
    wired.becomes("alarm/", MessageState::Failed).await;
    wired.town.settles().await;
    assert_eq!(wired.town.ruud().phone().rang().await, ["13:35"], "it does not wait");
}

async fn nobody_else_is_believed(db: Db) {
    let town = Town::new(db).await;
    let set = [
        ("KANNEL__USERNAME", "wacht"),
        ("KANNEL__PASSWORD", "geheim"),
        ("KANNEL__FROM", OURS),
        ("KANNEL__CALLBACK_SECRET", SECRET),
    ];
    let set = set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned()));
    let config = Config::load(None, set.into_iter()).unwrap();
    let callbacks = build_carriers(&config).unwrap().callbacks;
    let visit = town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let ask = |secret: &str, from: Option<&str>, header: Option<&str>, callbacks| {
        let mut request = Request::post(format!("/callbacks/kannel/{secret}/texts?id=1"))
            .header("x-kannel-from", format!("+{JAN}"));
        if let Some(header) = header {
            request = request.header(header, "192.0.2.7");
        }
        let mut request = request.body(Body::from("OK")).unwrap();
        if let Some(from) = from {
            request.extensions_mut().insert(Client(from.parse().unwrap()));
        }
        rugdekking::api::router(AppState { callbacks, ..town.app.clone() }).oneshot(request)
    };
    let here = Some("127.0.0.1");
    for (secret, from, header) in [
        (SECRET, Some("192.0.2.7"), None),
        (SECRET, Some("10.0.0.5"), None),
        (SECRET, None, None),
        (SECRET, here, Some("x-forwarded-for")),
        (SECRET, here, Some("forwarded")),
        (SECRET, here, Some("via")),
        (&SECRET[1..], here, None),
        ("x", here, None),
    ] {
        let answer = ask(secret, from, header, callbacks.clone()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{secret} {from:?} {header:?}");
    }
    let answer = ask(SECRET, here, None, vec![]).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND, "where no gateway is set up");
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    for _ in 0..2 {
        let answer = ask(SECRET, here, None, callbacks.clone()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "it takes nothing else for a yes");
    }
    town.settles().await;
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
    let thanks = town.jan().phone().texts().await;
    assert_eq!(thanks.iter().filter(|t| t.starts_with("Bedankt.")).count(), 1, "{thanks:?}");
}

async fn a_report_that_makes_no_sense_changes_nothing(db: Db) {
    let wired = Wired::of(db).await;
    let base = &wired.town.app;
    assert!(base.callbacks.is_empty(), "the town itself stays as it was");
    let config = config(&wired.gateway, "127.0.0.1:8080");
    let app = AppState { callbacks: build_carriers(&config).unwrap().callbacks, ..base.clone() };
    for (path, status) in [
        (format!("/callbacks/kannel/{SECRET}/receipts/nonsense?status=1"), StatusCode::NOT_FOUND),
        (
            format!("/callbacks/kannel/{SECRET}/receipts/{}", uuid::Uuid::nil()),
            StatusCode::BAD_REQUEST,
        ),
        (
            format!("/callbacks/kannel/{SECRET}/receipts/{}?status=4", uuid::Uuid::nil()),
            StatusCode::OK,
        ),
    ] {
        let mut request = Request::get(&path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(Client("::1".parse().unwrap()));
        let answer = rugdekking::api::router(app.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    assert_eq!(json!(wired.state("check-in/").await), json!(null));
}

on_both!(
    a_question_goes_out_is_reported_and_answered_over_smpp,
    so_it_is_with_kannels_own_pretended_operator,
    a_text_that_the_phone_never_gets_becomes_a_call,
    nobody_else_is_believed,
    a_report_that_makes_no_sense_changes_nothing,
);
