//! Who floods, guesses, never finishes or says things twice harms nobody else.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use reqwest::Method;
use rugdekking::{
    api::http::{limits::Client, state::AppState},
    carrier::{
        providers::twilio::{Twilio, TwilioConfig, signature},
        setup::Secret,
    },
    model::messages::MessageState,
    service::integrations::changes::FEEDS_EACH,
    store::{Db, Error, messages, people},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tower::ServiceExt as _;

use crate::{
    messages::carrier_support::{NUMBER, text},
    support::{asking::Asking, db::with_sqlite, on_both, process::Demo},
};

#[tokio::test]
async fn a_huge_body_is_refused_before_it_is_sent() {
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let mut line = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
        let head = "POST /v1/visits HTTP/1.1\r\nhost: x\r\ncontent-length: 1073741824\r\n\r\n";
        line.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        timeout(Duration::from_secs(5), line.read_exact(&mut answer)).await.unwrap().unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
    })
    .await;
}

#[tokio::test]
async fn a_head_that_trickles_is_cut_off() {
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let mut line = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
        line.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let begun = Instant::now();
        let mut cut = false;
        while !cut && begun.elapsed() < Duration::from_secs(25) {
            sleep(Duration::from_millis(500)).await;
            let mut rest = [0; 64];
            let dead = timeout(Duration::from_millis(10), line.read(&mut rest)).await;
            cut = line.write_all(b"x: y\r\n").await.is_err() || matches!(dead, Ok(Ok(0) | Err(_)));
        }
        assert!(cut, "after {:?}", begun.elapsed());
        demo.register(60).await; // Others were served.
    })
    .await;
}

#[tokio::test]
async fn a_person_has_so_many_feeds_and_no_more() {
    with_sqlite(async |url| {
        let demo = Demo::start(&url).await;
        let mut open = vec![];
        for _ in 0..FEEDS_EACH {
            open.push(demo.listen("manager").await);
        }
        let (status, _) =
            demo.ask("manager", Method::GET, "/v1/events", serde_json::Value::Null).await.unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        demo.listen("deputy").await; // Others still can.
        open.pop();
        sleep(Duration::from_secs(12)).await; // Noticed at the next beat.
        demo.listen("manager").await;
    })
    .await;
}

async fn asked(router: &Router, from: &str, method: &str, path: &str) -> (StatusCode, bool) {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(Client(from.parse().unwrap()));
    let answer = router.clone().oneshot(request).await.unwrap();
    (answer.status(), answer.headers().contains_key("retry-after"))
}

async fn who_guesses_links_is_asked_for_patience(db: Db) {
    let ask = Asking::whole(db);
    let router = rugdekking::api::router(ask.app.clone());
    for nth in 0..30 {
        let (status, _) = asked(&router, "192.0.2.1", "GET", &format!("/c/guess{nth}")).await;
        assert_eq!(status, StatusCode::GONE);
    }
    let more = asked(&router, "192.0.2.1", "GET", "/c/guess").await;
    assert_eq!(more, (StatusCode::TOO_MANY_REQUESTS, true));
    assert_eq!(asked(&router, "192.0.2.2", "GET", "/c/guess").await.0, StatusCode::GONE);
    ask.clock.set(ask.app.now() + TimeDelta::seconds(10));
    assert_eq!(asked(&router, "192.0.2.1", "GET", "/c/guess").await.0, StatusCode::GONE);
}

async fn a_flood_of_sign_ins_stops_no_answer(db: Db) {
    let ask = Asking::whole(db);
    let router = rugdekking::api::router(ask.app.clone());
    let mut last = StatusCode::OK;
    for _ in 0..121 {
        last = asked(&router, "192.0.2.1", "GET", "/sign-in").await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    for path in ["/v1/visits/x/check-ins", "/v1/me/alarm", "/callbacks/twilio/texts"] {
        for _ in 0..200 {
            let (status, _) = asked(&router, "192.0.2.1", "POST", path).await;
            assert_ne!(status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        }
    }
}

async fn who_asks_for_codes_without_end_is_asked_for_patience(db: Db) {
    let ask = Asking::whole(db);
    let router = rugdekking::api::router(ask.app.clone());
    for (method, path) in [("PUT", "/v1/me/mobile"), ("POST", "/v1/me/mobile/verification")] {
        for _ in 0..30 {
            let (status, _) = asked(&router, "192.0.2.1", method, path).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
    }
    for (method, path) in [("PUT", "/v1/me/mobile"), ("POST", "/v1/me/mobile/verification")] {
        let more = asked(&router, "192.0.2.1", method, path).await;
        assert_eq!(more, (StatusCode::TOO_MANY_REQUESTS, true), "{method} {path}");
    }
}

const TOKEN: &str = "not-a-real-token";
const URL: &str = "https://rugdekking.example";

async fn brings(ask: &Asking, path: &str, form: &[(&str, &str)]) {
    let config = TwilioConfig::new("AC1", Secret::new(TOKEN), URL);
    let config = TwilioConfig { from_number: Some("+3197010200300".into()), ..config };
    let account = Arc::new(Twilio::new(config).unwrap());
    let app = AppState { callbacks: vec![account], ..ask.app.clone() };
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let form: Vec<_> = form.iter().map(owned).collect();
    let signed = signature::sign(&Secret::new(TOKEN), &format!("{URL}{path}"), &form).unwrap();
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = Request::post(path).header("x-twilio-signature", signed).body(Body::from(form));
    let answer = rugdekking::api::router(app).oneshot(request.unwrap()).await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
}

async fn a_text_that_is_brought_again_does_nothing(db: Db) {
    let ask = Asking::whole(db.clone());
    let stop = [("MessageSid", "SM1"), ("From", NUMBER), ("Body", "STOP")];
    let start = [("MessageSid", "SM2"), ("From", NUMBER), ("Body", "START")];
    brings(&ask, "/callbacks/twilio/texts", &stop).await;
    assert!(silent(&db).await);
    brings(&ask, "/callbacks/twilio/texts", &start).await;
    brings(&ask, "/callbacks/twilio/texts", &stop).await;
    assert!(!silent(&db).await, "it was said before the other");
    let again = [("MessageSid", "SM3"), ("From", NUMBER), ("Body", "STOP")];
    brings(&ask, "/callbacks/twilio/texts", &again).await;
    assert!(silent(&db).await, "said anew, it counts");
}

async fn silent(db: &Db) -> bool {
    let found = db.read(|tx| Box::pin(async move { people::opted_out(tx, NUMBER).await }));
    found.await.unwrap()
}

async fn receipts_only_move_forward_in_whatever_order_they_come(db: Db) {
    let ask = Asking::whole(db.clone());
    let message = text("x");
    let id = message.id;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { messages::insert(tx, &message).await })
    });
    work.await.unwrap();
    let path = format!("/callbacks/twilio/receipts/{id}");
    for (status, then) in [
        ("sent", MessageState::Queued),
        ("delivered", MessageState::Delivered), // Before our own answer to the request.
        ("delivered", MessageState::Delivered),
        ("sent", MessageState::Delivered),
        ("undelivered", MessageState::Delivered),
        ("failed", MessageState::Delivered),
    ] {
        brings(&ask, &path, &[("MessageSid", "SM1"), ("MessageStatus", status)]).await;
        let found = db.read(move |tx| Box::pin(async move { messages::load(tx, id).await }));
        assert_eq!(found.await.unwrap().state, then, "{status}");
    }
    let nobody = format!("/callbacks/twilio/receipts/{}", uuid::Uuid::nil());
    brings(&ask, &nobody, &[("MessageStatus", "delivered")]).await;
}

on_both!(
    who_guesses_links_is_asked_for_patience,
    a_flood_of_sign_ins_stops_no_answer,
    who_asks_for_codes_without_end_is_asked_for_patience,
    a_text_that_is_brought_again_does_nothing,
    receipts_only_move_forward_in_whatever_order_they_come,
);
