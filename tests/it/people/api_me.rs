//! The person who is signed in: own phone, own PINs.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use rugdekking::{
    api::people::me::{first_question, routes},
    model::people::{Role, pins::Proof},
    store::{Db, people},
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Asking, Somebody},
    on_both,
};

on_both!(
    who_am_i,
    asking_who_is_here_is_no_mistake,
    a_number_is_proved_by_its_code,
    five_wrong_codes_are_enough,
    a_code_grows_old,
    a_phone_is_not_flooded,
    pins_are_chosen,
    a_stop_is_not_forgotten_with_a_new_number
);

const NUMBER: &str = "+31687654321";

async fn ask_code(ask: &Asking, who: &Somebody) -> String {
    let body = json!({"number": "06-87654321"});
    ask.send(Some(who), Method::PUT, "/me/mobile", &[], body).await.expect(202);
    let text = ask.texts(NUMBER).await.pop().unwrap();
    let digits: Vec<_> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|d| d.len() == 6).collect();
    digits[0].to_owned()
}

async fn give(ask: &Asking, who: &Somebody, code: &str) -> StatusCode {
    ask.post(who, "/me/mobile/verification", json!({"code": code})).await.status
}

fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

async fn asking_who_is_here_is_no_mistake(db: Db) {
    let ask = Asking::new(db, routes().merge(first_question().into()));
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let me = ask.get(&worker, "/me").await.ok().body;
    assert_eq!(ask.get(&worker, "/session").await.ok().body, json!({"me": me}));
    let nobody = ask.send(None, Method::GET, "/session", &[], Value::Null).await.expect(200);
    assert_eq!(nobody.body, json!({"me": null}));
}

async fn who_am_i(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let team = ask.team("Zorg", &[&worker], &[]).await;
    let me = ask.get(&worker, "/me").await.ok().body;
    assert_eq!(me["id"], json!(worker.id));
    assert_eq!(me["roles"], json!(["worker"]));
    let zorg = json!({"id": team, "name": "Zorg", "role": "member", "riskyFirstMinutes": 15,
        "callFirst": null});
    assert_eq!(me["teams"], json!([zorg]));
    assert_eq!(me["textNumber"], "+3197010200300");
    assert_eq!(me["organisation"], json!(null));
    assert_eq!(me["hasPin"], false);
    assert_eq!(me["now"], "2026-11-23T09:00:00Z");
    assert_eq!(ask.get(&desk, "/me").await.ok().body["roles"], json!(["aggression-desk"]));
    for (method, path) in [
        (Method::GET, "/me"),
        (Method::PUT, "/me/mobile"),
        (Method::POST, "/me/mobile/verification"),
        (Method::PUT, "/me/pins"),
    ] {
        let answer = ask.send(None, method, path, &[], Value::Null).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

async fn a_number_is_proved_by_its_code(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let before = ask.stored(worker.id).await.mobile;
    let code = ask_code(&ask, &worker).await;
    assert_eq!(ask.stored(worker.id).await.mobile, before, "until then the old number stays");
    let intruder = ask.somebody("Other", &[Role::Worker]).await;
    assert_eq!(give(&ask, &intruder, &code).await, StatusCode::CONFLICT);
    assert_eq!(give(&ask, &worker, &other(&code)).await, StatusCode::BAD_REQUEST);
    let give_it = || {
        let body = json!({"code": code});
        const KEY: [(&str, &str); 1] = [("idempotency-key", "k1")];
        ask.send(Some(&worker), Method::POST, "/me/mobile/verification", &KEY, body)
    };
    let answer = give_it().await.expect(200);
    assert_eq!(answer.body["mobile"]["number"], NUMBER);
    assert_eq!(answer.body["mobile"]["verifiedAt"], "2026-11-23T09:00:00Z");
    let again = give_it().await.expect(200);
    assert_eq!(again.body, answer.body, "a phone that did not hear the answer asks again");
    assert_eq!(give(&ask, &worker, &code).await, StatusCode::CONFLICT, "a code counts once");
    let bad = ask
        .send(Some(&worker), Method::PUT, "/me/mobile", &[], json!({"number": "12"}))
        .await
        .expect(400);
    assert_eq!(bad.faults(), ["number"]);
}

async fn five_wrong_codes_are_enough(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let code = ask_code(&ask, &worker).await;
    for _ in 0..5 {
        assert_eq!(give(&ask, &worker, &other(&code)).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(give(&ask, &worker, &code).await, StatusCode::CONFLICT);
}

async fn a_code_grows_old(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let code = ask_code(&ask, &worker).await;
    ask.clock.advance(TimeDelta::minutes(10));
    assert_eq!(give(&ask, &worker, &code).await, StatusCode::CONFLICT);
    let fresh = ask_code(&ask, &worker).await;
    assert_eq!(give(&ask, &worker, &fresh).await, StatusCode::OK);
}

async fn a_phone_is_not_flooded(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    ask_code(&ask, &worker).await;
    let body = json!({"number": NUMBER});
    ask.send(Some(&worker), Method::PUT, "/me/mobile", &[], body).await.expect(429);
    assert_eq!(ask.texts(NUMBER).await.len(), 1);
    ask.clock.advance(TimeDelta::minutes(1));
    ask_code(&ask, &worker).await;
}

async fn pins_are_chosen(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let choose = async |pin: &str, duress: &str| {
        let body = json!({"pin": pin, "duressPin": duress});
        ask.send(Some(&worker), Method::PUT, "/me/pins", &[], body).await
    };
    assert_eq!(choose("1111", "12x").await.expect(400).faults(), ["duressPin", "pin"]);
    assert_eq!(choose("3580", "3580").await.expect(400).faults(), ["duressPin"]);
    assert_eq!(choose("3580", "3581").await.expect(400).faults(), ["duressPin"]);
    assert_eq!(choose("1379", "9046").await.expect(400).faults(), ["duressPin", "pin"]);
    assert_eq!(choose("3580", "7046").await.status, StatusCode::NO_CONTENT);
    let pins = ask.stored(worker.id).await.pins.unwrap();
    assert_eq!((pins.prove("3580"), pins.prove("7046")), (Proof::Pin, Proof::Duress));
    let me = ask.get(&worker, "/me").await.ok().body;
    assert_eq!((&me["hasPin"], &me["choosePinsAnew"]), (&json!(true), &json!(false)));
    assert!(!me.to_string().contains("argon2"), "no hash leaves the house");
}

async fn a_stop_is_not_forgotten_with_a_new_number(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let (number, now) = (NUMBER.parse().unwrap(), ask.app.now());
    let stop = ask
        .app
        .db
        .write(move |tx| Box::pin(async move { people::opt_out(tx, &number, Some(now)).await }));
    stop.await.unwrap();
    let code = ask_code(&ask, &worker).await;
    assert_eq!(give(&ask, &worker, &code).await, StatusCode::OK);
    assert!(ask.stored(worker.id).await.opted_out());
}
