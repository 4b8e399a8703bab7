//! Signed callbacks against the providers' own libraries: what they sign we take, and the other way round.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use http_body_util::BodyExt as _;
use rugdekking::{
    api::http::state::AppState,
    app::messages::carriers::build_carriers,
    carrier::{providers::twilio::signature, setup::Secret},
    config::Config,
    store::Db,
};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::support::{
    on_both,
    peers::Signatures,
    town::{Town, form::home_visit},
};

const TOKEN: &str = "not-a-real-token-5f1d";
const URL: &str = "https://rugdekking.example";
const BOTH: [&str; 2] = ["twilio", "signalwire"];

type Form = Vec<(String, String)>;

fn form(fields: &[(&str, &str)]) -> Form {
    fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

/// Forms as providers send them, and worse.
fn forms() -> Vec<Form> {
    vec![
        form(&[("MessageSid", "SM1"), ("MessageStatus", "delivered"), ("To", "+31612345678")]),
        form(&[("From", "+31612345678"), ("Body", "Alles goed? é € 👍 & = + %20"), ("b", "2")]),
        form(&[("CallSid", "CA1"), ("AnsweredBy", "human"), ("CallStatus", "completed")]),
        form(&[("Digits", "1"), ("Empty", ""), ("zz", "1"), ("Az", "2"), ("aZ", "3")]),
        vec![],
    ]
}

const ADDRESSES: [&str; 4] = [
    "https://rugdekking.example/callbacks/twilio/texts",
    "https://rugdekking.example:8443/callbacks/twilio/keys/7",
    "http://localhost:8080/callbacks/twilio/receipts/7",
    "https://rugdekking.example/callbacks/twilio/calls/7?a=1&b=%20",
];

#[tokio::test]
async fn what_their_libraries_sign_we_take_and_nothing_that_was_changed() {
    let (libraries, key) = (Signatures::start(), Secret::new(TOKEN));
    let takes = |url: &str, form: &Form, s: &str| signature::is_genuine(&[&key], url, form, s);
    for by in BOTH {
        for (form, url) in forms().into_iter().flat_map(|f| ADDRESSES.map(|u| (f.clone(), u))) {
            let signed = libraries.sign(by, TOKEN, url, &form).await;
            assert!(takes(url, &form, &signed), "{by} {url} {form:?}");
            let mut more = form.clone();
            more.push(("More".into(), "1".into()));
            assert!(!takes(url, &more, &signed), "another field");
            if let Some((_, value)) = more.first_mut() {
                value.push('x');
                more.pop();
            }
            assert!(form.is_empty() || !takes(url, &more, &signed), "another value");
            assert!(!takes(&url.replace('7', "8").replace("texts", "keys"), &form, &signed));
            let forged = libraries.sign(by, "a-guess", url, &form).await;
            assert!(!takes(url, &form, &forged), "another token");
        }
        let twice = form(&[("Digits", "9"), ("Digits", "1"), ("Digits", "9")]);
        let signed = libraries.sign(by, TOKEN, ADDRESSES[0], &twice).await;
        assert!(takes(ADDRESSES[0], &twice, &signed), "{by} signs what is repeated its own way");
    }
}

#[tokio::test]
async fn what_we_would_sign_their_libraries_take_and_nothing_that_was_changed() {
    let (libraries, key) = (Signatures::start(), Secret::new(TOKEN));
    for by in BOTH {
        for (form, url) in forms().into_iter().flat_map(|f| ADDRESSES.map(|u| (f.clone(), u))) {
            let signed = signature::sign(&key, url, &form).unwrap();
            assert!(libraries.takes(by, TOKEN, url, &form, &signed).await, "{by} {url} {form:?}");
            let mut changed = form.clone();
            changed.push(("More".into(), "1".into()));
            assert!(!libraries.takes(by, TOKEN, url, &changed, &signed).await);
            assert!(!libraries.takes(by, "a-guess", url, &form, &signed).await);
        }
    }
}

/// The house with a provider's account.
struct Exchange<'t> {
    town: &'t Town,
    app: AppState,
    libraries: Signatures,
}

impl<'t> Exchange<'t> {
    fn of(town: &'t Town) -> Self {
        let set = [
            ("PUBLIC_URL", URL),
            ("TWILIO__ACCOUNT_SID", "AC00000000000000000000000000000001"),
            ("TWILIO__AUTH_TOKEN", TOKEN),
            ("TWILIO__FROM", "+3197010200000"),
        ];
        let set = set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned()));
        let config = Config::load(None, set.into_iter()).unwrap();
        let callbacks = build_carriers(&config).unwrap().callbacks;
        let app = AppState { callbacks, ..town.app.clone() };
        Self { town, app, libraries: Signatures::start() }
    }

    async fn post(&self, path: &str, form: &Form, header: &str, signature: &str) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header, signature)
            .body(Body::from(body));
        let answer = rugdekking::api::router(self.app.clone()).oneshot(request.unwrap());
        let answer = answer.await.unwrap();
        self.town.settles().await;
        answer
    }

    /// Brings a form as the provider does; tells what is said next.
    async fn brings(&self, by: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let form = form(fields);
        let signed = self.libraries.sign(by, TOKEN, &format!("{URL}{path}"), &form).await;
        let answer = self.post(path, &form, &format!("x-{by}-signature"), &signed).await;
        assert!(answer.status().is_success(), "{by} {path}: {}", answer.status());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// The id of the last call that rang at a number.
    async fn call_to(&self, number: &str) -> String {
        let phones =
            self.town.ask(Method::GET, "/sandbox/phones", &[], Value::Null).await.ok().body;
        let phone = phones.as_array().unwrap().iter().find(|p| p["number"] == number).unwrap();
        phone["calls"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
    }
}

async fn who_answers_confirms_nothing_until_a_key_is_pressed(db: Db) {
    let town = Town::new(db).await;
    let exchange = Exchange::of(&town);
    for (by, time) in [("twilio", "13:30"), ("signalwire", "14:30")] {
        let start = if time == "13:30" { "13:00" } else { "14:00" };
        let visit = town.jan().registers(&home_visit(start).asked_at(&[time])).await;
        town.until(time).await;
        let call = exchange.call_to("+31612345678").await;
        let (calls, keys) =
            (format!("/callbacks/twilio/calls/{call}"), format!("/callbacks/twilio/keys/{call}"));
        for answered_by in ["human", "machine_start", "unknown"] {
            let report = [("CallStatus", "in-progress"), ("AnsweredBy", answered_by)];
            exchange.brings(by, &calls, &report).await;
        }
        exchange.brings(by, &calls, &[("CallStatus", "completed"), ("AnsweredBy", "human")]).await;
        assert!(town.jan().reads(&visit, "confirmed").await.is_empty(), "{by}: a machine could");
        let said = exchange.brings(by, &keys, &[("Digits", "1"), ("AnsweredBy", "human")]).await;
        assert!(said.contains("<Say language=\"nl-NL\">Bedankt."), "{said}");
        assert_eq!(town.jan().reads(&visit, "confirmed").await, [time]);
        town.jan().did(&visit, "end", serde_json::json!({})).await;
    }
}

/// As the provider brings a call to our number: every field that it sends, the keys to the address that
/// it was given.
async fn a_call_to_our_number_is_answered_and_its_keys_are_heard(db: Db) {
    let town = Town::new(db).await;
    let exchange = Exchange::of(&town);
    town.until("12:10").await;
    for (by, number, who) in
        [("twilio", "+31612345678", town.jan()), ("signalwire", "+31687654321", town.sanne())]
    {
        let ringing = [
            ("AccountSid", "AC00000000000000000000000000000001"),
            ("ApiVersion", "2010-04-01"),
            ("CallSid", "CA00000000000000000000000000000001"),
            ("CallStatus", "ringing"),
            ("Called", "+3197010200000"),
            ("Caller", number),
            ("Direction", "inbound"),
            ("From", number),
            ("FromCountry", "NL"),
            ("To", "+3197010200000"),
        ];
        let said = exchange.brings(by, "/callbacks/twilio/calls-in", &ringing).await;
        assert_eq!(said.matches("Hallo, we hebben nu geen afspraak van je.").count(), 3, "{said}");
        let address = said.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
        let path = address.strip_prefix(URL).unwrap();
        let pressed = [&ringing[..], &[("Digits", "9")]].concat();
        let said = exchange.brings(by, path, &pressed).await;
        assert!(said.contains("<Say language=\"nl-NL\">Begrepen. We regelen het.</Say>"), "{said}");
        let visits = who.get("/v1/visits").await.ok().body;
        let visit = visits["items"][0]["id"].as_str().unwrap().to_owned();
        assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
    }
    let withheld = [("CallSid", "CA2"), ("From", "anonymous"), ("CallStatus", "ringing")];
    let said = exchange.brings("twilio", "/callbacks/twilio/calls-in", &withheld).await;
    assert!(said.contains("niemand is gewaarschuwd") && !said.contains("Gather"), "{said}");
    let forged = form(&[("From", "+31612345678"), ("Digits", "9")]);
    for path in ["/callbacks/twilio/calls-in", "/callbacks/twilio/calls-in/no-visit"] {
        let answer = exchange.post(path, &forged, "x-twilio-signature", "forged").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

async fn a_forged_callback_does_nothing(db: Db) {
    let town = Town::new(db).await;
    let exchange = Exchange::of(&town);
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let path = format!("/callbacks/twilio/keys/{}", exchange.call_to("+31612345678").await);
    let pressed = form(&[("Digits", "1")]);
    let (libraries, url) = (&exchange.libraries, format!("{URL}{path}"));
    let other_key = libraries.sign("twilio", TOKEN, &url, &form(&[("Digits", "2")])).await;
    let other_token = libraries.sign("twilio", "a-guess", &url, &pressed).await;
    let other_host = url.replace("rugdekking", "elders");
    let other_host = libraries.sign("twilio", TOKEN, &other_host, &pressed).await;
    for signed in [&other_key, &other_token, &other_host, ""] {
        let answer = exchange.post(&path, &pressed, "x-twilio-signature", signed).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

on_both!(
    who_answers_confirms_nothing_until_a_key_is_pressed,
    a_call_to_our_number_is_answered_and_its_keys_are_heard,
    a_forged_callback_does_nothing,
);
