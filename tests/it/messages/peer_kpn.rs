//! Texts by KPN, against a strict counterpart after KPN's descriptions: out, in, what is reported, and whom we believe.

use std::{sync::Arc, time::Duration};

use reqwest::Client;
use rugdekking::{
    api::http::state::AppState,
    app::{messages::carriers::build_carriers, serve::listening},
    carrier::{
        Carrier as _, HandedOver, SendError,
        providers::kpn::{Kpn, KpnConfig},
        setup::Secret,
    },
    config::Config,
    engine::Engine,
    model::{
        ids::CheckInId,
        messages::{Channel, Message},
    },
    store::Db,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use super::carrier_support::{NUMBER, call, text};
use crate::support::{
    answer::granted,
    on_both,
    peers::KpnApi,
    town::{Town, form::home_visit},
};

const CLIENT: &str = "rugdekking";
const SECRET: &str = "not-a-real-secret";
const KEY: &str = "not-a-real-key-7c1e";

async fn api() -> KpnApi {
    KpnApi::start(CLIENT, SECRET, KEY).await
}

fn carrier(api: &KpnApi, change: impl FnOnce(&mut KpnConfig)) -> Kpn {
    let (secret, keys) = (Secret::new(SECRET), vec![Secret::new(KEY)]);
    let mut config = KpnConfig::new(CLIENT, secret, keys, "Gemeente", "https://wacht.voorbeeld.nl");
    config.base_url = api.address.clone();
    change(&mut config);
    Kpn::new(config).unwrap()
}

#[tokio::test]
async fn what_we_ask_of_kpn_fits_its_description() {
    let api = api().await;
    let carrier = carrier(&api, |_| {});
    let question = Message {
        check_in: Some(CheckInId(uuid::Uuid::nil())),
        ..text("Alles goed? é € & \" 👍")
    };
    let long = "é".repeat(1000);
    for message in [question.clone(), text(&long)] {
        let taken = carrier.send(&message).await.unwrap();
        assert!(taken.provider_id.is_some() && !taken.delivered, "taken is not delivered");
    }
    let taken = api.taken().await;
    let [asked, told] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!(asked["sender"], "Gemeente");
    let message = json!({ "mobile_number": NUMBER, "content": "Alles goed? é € & \" 👍" });
    assert_eq!(asked["messages"], json!([message]));
    assert_eq!(asked["expirein"], "3600", "a question is not asked hours later");
    assert_eq!(
        (&told["expirein"], &told["messages"][0]["content"]),
        (&json!("14400"), &json!(long))
    );
    let receipts = format!("https://wacht.voorbeeld.nl/callbacks/kpn/receipts/{}/", question.id);
    assert!(asked["webhook_url"].as_str().unwrap().starts_with(&receipts), "{asked}");
}

#[tokio::test]
async fn a_token_is_used_until_it_nearly_ends_and_fetched_anew_when_it_is_withdrawn() {
    let api = api().await;
    let carrier = carrier(&api, |_| {});
    let texts: Vec<_> = (0..5).map(|n| text(&format!("{n}"))).collect();
    for outcome in futures::future::join_all(texts.iter().map(|t| carrier.send(t))).await {
        outcome.unwrap();
    }
    assert_eq!(api.tokens_given().await, 1, "five at once wait for the same one");
    api.hears(&json!({ "withdraw": true })).await;
    carrier.send(&text("na het intrekken")).await.unwrap();
    assert_eq!(api.tokens_given().await, 1, "the withdrawn one was forgotten");
    api.hears(&json!({ "withdraw": true, "lasts": 1 })).await;
    carrier.send(&text("een kort token")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    carrier.send(&text("en nog een")).await.unwrap();
    assert_eq!(api.tokens_given().await, 2, "half its time is over");
    assert_eq!(api.taken().await.len(), 8, "each text once");
}

#[tokio::test]
async fn a_wrong_secret_can_be_mended_so_the_message_is_kept() {
    let api = api().await;
    let wrong = carrier(&api, |config| config.client_secret = Secret::new("gisteren"));
    let refusal = wrong.send(&text("x")).await.unwrap_err();
    let reason = "no token: answered 401".into();
    assert_eq!(refusal, SendError::Temporary { reason, retry_after: None });
    let nobody = carrier(&api, |config| config.base_url = "http://127.0.0.1:9".into());
    let refusal = nobody.send(&text("x")).await.unwrap_err();
    let reason = "no token: no connection".into();
    assert_eq!(refusal, SendError::Temporary { reason, retry_after: None });
}

/// What its mood makes of a text; our words never hold the number.
async fn in_mood(status: u16, headers: Value, body: Value) -> Result<HandedOver, SendError> {
    let api = api().await;
    api.hears(&json!({ "mood": { "status": status, "headers": headers, "body": body } })).await;
    let outcome = carrier(&api, |_| {}).send(&text("Alles goed?")).await;
    assert!(!format!("{outcome:?}").contains(&NUMBER[3..]), "{outcome:?}");
    outcome
}

#[tokio::test]
async fn a_bad_day_is_told_apart_from_a_text_that_will_never_go() {
    let temporary = |reason: &str, wait: Option<u64>| {
        let retry_after = wait.map(Duration::from_secs);
        Err(SendError::Temporary { reason: reason.into(), retry_after })
    };
    let permanent = |reason: &str| Err(SendError::Permanent { reason: reason.into() });
    let unknown = |reason: &str| Err(SendError::Unknown { reason: reason.into() });
    let (none, nothing) = (json!({}), Value::Null);
    let wait = json!({ "retry-after": "7" });
    assert_eq!(in_mood(429, wait, nothing.clone()).await, temporary("answered 429", Some(7)));
    for status in [401, 403, 404, 500, 503] {
        let outcome = in_mood(status, none.clone(), nothing.clone()).await;
        assert_eq!(outcome, temporary(&format!("answered {status}"), None));
    }
    for status in [400, 413] {
        let outcome = in_mood(status, none.clone(), nothing.clone()).await;
        assert_eq!(outcome, permanent(&format!("answered {status}")));
    }
    for odd in [json!({ "status": "OK" }), json!({ "document_id": "" }), json!("<html>")] {
        let outcome = in_mood(200, none.clone(), odd).await;
        assert_eq!(outcome, unknown("answered 200 without an id"));
    }
    let away = in_mood(307, json!({ "location": "http://127.0.0.1:9" }), nothing).await;
    assert_eq!(away, temporary("answered 307", None), "no redirect is followed with a token");
}

#[tokio::test]
async fn what_it_cannot_bring_it_refuses_without_asking() {
    let api = api().await;
    let carrier = carrier(&api, |_| {});
    let several = Message { to: format!("{NUMBER},+31687654321"), ..text("x") };
    let nowhere = Message { to: "0612345678".into(), ..text("x") };
    let endless = text(&"x".repeat(1001));
    for message in [several, nowhere, endless, call("Toets 1.")] {
        let refusal = carrier.send(&message).await.unwrap_err();
        assert!(matches!(refusal, SendError::Permanent { .. }), "{refusal:?}");
    }
    assert_eq!((api.taken().await.len(), api.tokens_given().await), (0, 0));
}

#[tokio::test]
async fn nobody_knows_what_became_of_a_text_when_the_line_breaks() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let token = "HTTP/1.1 200 OK\r\ncontent-length: 22\r\nconnection: close\r\n\r\n{\"access_token\":\"abc\"}";
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut line, _) = listener.accept().await.unwrap();
        line.read_u8().await.unwrap();
        line.write_all(token.as_bytes()).await.unwrap();
        drop(line);
        let (line, _) = listener.accept().await.unwrap(); // it hears the text and says nothing
        std::future::pending::<()>().await;
        drop(line);
    });
    let api = api().await;
    let carrier = carrier(&api, |config| {
        config.base_url = address;
        config.try_limit = Duration::from_secs(2);
    });
    let begun = Instant::now();
    let refusal = carrier.send(&text("x")).await.unwrap_err();
    assert_eq!(refusal, SendError::Unknown { reason: "no answer in time".into() });
    assert!(begun.elapsed() < Duration::from_secs(4), "the limit holds");
}

/// The peer proves something only as long as it refuses what is wrong.
#[tokio::test]
async fn the_counterpart_refuses_what_is_wrong() {
    let api = api().await;
    let path = "/oauth/client_credential/accesstoken?grant_type=client_credentials";
    let asked =
        Client::new().post(format!("{}{path}", api.address)).basic_auth(CLIENT, Some(SECRET));
    let given: Value = granted(asked).await.json().await.unwrap();
    let token = given["access_token"].as_str().unwrap().to_owned();
    let url = format!("{}/communication/kpn/sms/send", api.address);
    let post =
        |token: &str, sent: &Value| Client::new().post(&url).bearer_auth(token).json(sent).send();
    let message = json!({ "mobile_number": NUMBER, "content": "x" });
    let good = json!({ "sender": "Gemeente", "messages": [message], "expirein": "3600" });
    assert_eq!(post(&token, &good).await.unwrap().status(), 200);
    assert_eq!(post("yesterdays", &good).await.unwrap().status(), 401);
    for (pointer, wrong) in [
        ("/sender", json!("+3197010200000")),
        ("/sender", json!(3669)),
        ("/messages", json!([])),
        ("/messages/0/mobile_number", json!("0012")),
        ("/messages/0/content", json!("x".repeat(1001))),
        ("/messages/0", json!({ "mobile_number": NUMBER })),
        ("/messages/0", json!({ "mobile_number": NUMBER, "content": "x", "body": "y" })),
        ("/expirein", json!(3600)),
        ("/expirein", json!("5")),
        ("", json!({ "messages": [{ "mobile_number": NUMBER, "content": "x" }], "to": NUMBER })),
    ] {
        let mut sent = good.clone();
        *sent.pointer_mut(pointer).unwrap() = wrong;
        assert_eq!(post(&token, &sent).await.unwrap().status(), 400, "{sent}");
    }
}

/// The town, which texts by KPN; it brings what it has to say over HTTP.
pub struct Wired {
    town: Town,
    /// KPN.
    pub api: KpnApi,
    /// Where the house listens.
    pub url: String,
}

impl Wired {
    pub async fn of(db: Db) -> Self {
        let (api, mut town) = (api().await, Town::new(db).await);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let built = build_carriers(&config(&api, &url)).unwrap();
        let phones = town.carrier.clone();
        let router = built.router.with(Channel::Call, phones.clone());
        let router = Arc::new(router.with(Channel::Mail, phones).by(town.clock.clone()));
        town.engine = Engine { router: router.clone(), ..town.engine };
        let app = AppState { callbacks: built.callbacks, carriers: router, ..town.app.clone() };
        let app = rugdekking::api::router(app);
        tokio::spawn(listening::serve(listener, app, vec![], std::future::pending()));
        Self { town, api, url }
    }

    /// KPN brings something; with which status that ends.
    async fn brings(&self, url: &str, body: Value) -> u64 {
        self.brings_with(url, body, json!({})).await
    }

    async fn brings_with(&self, url: &str, body: Value, more: Value) -> u64 {
        let mut bring = json!({ "url": url, "body": body });
        bring.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let status = self.api.hears(&json!({ "bring": bring })).await.as_u64().unwrap();
        self.town.settles().await;
        status
    }

    async fn texts(&self, id: &str, words: &str) -> u64 {
        self.brings(&format!("{}/callbacks/kpn/texts", self.url), inbound(id, words)).await
    }

    /// Where the report about the last text that holds these words goes.
    async fn reports_of(&self, words: &str) -> String {
        self.town.settles().await;
        let taken = self.api.taken().await;
        let holds =
            |sent: &&Value| sent["messages"][0]["content"].as_str().unwrap().contains(words);
        let sent = taken.iter().rev().find(holds).unwrap_or_else(|| panic!("{words}: {taken:?}"));
        sent["webhook_url"].as_str().unwrap().to_owned()
    }
}

fn inbound(id: &str, words: &str) -> Value {
    json!({ "sender": &NUMBER[1..], "recipient": "3197010200000", "message_id": id,
        "content": words, "timestamp_utc": "2026-11-23T12:31:00.218159", "type": "text/plain" })
}

/// The settings under which KPN is reached there.
pub fn settings(api: &KpnApi, url: &str) -> Vec<(String, String)> {
    let set = [
        ("PUBLIC_URL", url),
        ("KPN__CLIENT_ID", CLIENT),
        ("KPN__CLIENT_SECRET", SECRET),
        ("KPN__WEBHOOK_KEYS", "the-next-key-0000, not-a-real-key-7c1e"),
        ("KPN__SENDER", "Gemeente"),
        ("KPN__INBOUND_NUMBER", "+3197010200000"),
        ("KPN__BASE_URL", &api.address),
    ];
    set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned())).to_vec()
}

fn config(api: &KpnApi, url: &str) -> Config {
    Config::load(None, settings(api, url).into_iter()).unwrap()
}

async fn a_question_goes_out_and_is_answered_by_text_once(db: Db) {
    let wired = Wired::of(db).await;
    let jan = wired.town.jan();
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30", "14:30"])).await;
    wired.town.until("13:31").await;
    wired.reports_of("Afspraak 13:30: alles goed?").await;
    assert_eq!(wired.texts("M1", "Wat bedoel je? 👍").await, 200);
    wired.reports_of("Niet begrepen.").await;
    assert_eq!(wired.texts("M2", "OK").await, 200);
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:31"]);
    assert_eq!(wired.texts("M2", "OK").await, 200, "KPN brings it again until it hears a yes");
    wired.town.until("14:31").await;
    assert_eq!(wired.texts("M2", "OK").await, 200);
    assert_eq!(
        jan.reads(&visit, "confirmed").await,
        ["13:31"],
        "an old answer answers nothing new"
    );
}

async fn a_report_moves_its_own_text_alone(db: Db) {
    let wired = Wired::of(db).await;
    let only_texts = |team: &mut rugdekking::model::people::teams::Team| {
        team.ladder.rungs[0].channels = vec![Channel::Text];
        team.ladder.rungs[0].wait_minutes = 10;
    };
    wired.town.team(only_texts).await;
    wired.town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:35").await;
    let (alarm, question) = (wired.reports_of("ALARM").await, wired.reports_of("Afspraak").await);
    let failed = json!({ "StatusCode": 4, "ErrorCode": "007", "StatusDateTime": 1795440900 });
    let moved = alarm.replace(&id_of(&alarm), &id_of(&question));
    assert_eq!(wired.brings(&moved, failed.clone()).await, 404, "the address is of another text");
    let nobody = json!({ "headers": { "x-kpn-webhook-signature": "00" } });
    assert_eq!(wired.brings_with(&alarm, failed.clone(), nobody).await, 403);
    let another = json!({ "key": "a-guess-of-a-key" });
    assert_eq!(wired.brings_with(&alarm, failed.clone(), another).await, 403);
    for unread in [json!({ "StatusCode": 2 }), json!({ "Message": "?" })] {
        assert_eq!(wired.brings(&alarm, unread).await, 200);
    }
    assert!(wired.town.ruud().phone().rang().await.is_empty(), "nothing was believed so far");
    assert_eq!(wired.brings(&alarm, failed.clone()).await, 200);
    assert_eq!(wired.town.ruud().phone().rang().await, ["13:35"], "it does not wait");
    assert_eq!(wired.brings(&alarm, failed).await, 200, "twice is once");
    assert_eq!(wired.town.ruud().phone().rang().await, ["13:35"]);
}

fn id_of(address: &str) -> String {
    address.split('/').nth_back(1).unwrap().to_owned()
}

async fn what_is_not_signed_or_not_whole_does_nothing(db: Db) {
    let wired = Wired::of(db).await;
    let jan = wired.town.jan();
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    wired.town.until("13:31").await;
    let url = format!("{}/callbacks/kpn/texts", wired.url);
    let said = inbound("M1", "OK");
    let unsigned = Client::new().post(&url).json(&said).send().await.unwrap();
    assert_eq!(unsigned.status(), 403);
    let forged = json!({ "key": "a-guess-of-a-key" });
    assert_eq!(wired.brings_with(&url, said.clone(), forged).await, 403);
    for odd in [json!("OK"), json!({ "sender": NUMBER }), json!("{"), inbound("", "OK")] {
        assert_eq!(wired.brings(&url, odd).await, 400);
    }
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    let next = json!({ "key": "the-next-key-0000" });
    assert_eq!(wired.brings_with(&url, said, next).await, 200, "both keys, while they change");
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:31"]);
}

on_both!(
    a_question_goes_out_and_is_answered_by_text_once,
    a_report_moves_its_own_text_alone,
    what_is_not_signed_or_not_whole_does_nothing,
);
