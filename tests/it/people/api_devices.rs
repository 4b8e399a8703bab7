//! My devices that take notifications: mine alone, ten at most, and only at public push services.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use rugdekking::{
    api::people::devices::routes,
    model::people::Role,
    store::{Db, people::sessions},
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Answer, Asking, Somebody},
    on_both,
};

const PATH: &str = "/me/push-subscriptions";
const KEY: &str =
    "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";

fn device(name: &str) -> Value {
    json!({ "endpoint": format!("https://push.example.nl/{name}"), "label": name,
        "keys": { "p256dh": KEY, "auth": "_ordMnz7uTCmrpBTeUV4Bw" } })
}

async fn add(ask: &Asking, who: &Somebody, name: &str) -> Answer {
    ask.post(who, PATH, device(name)).await
}

async fn labels(ask: &Asking, who: &Somebody) -> Vec<String> {
    let list = ask.get(who, PATH).await.ok().body;
    let items = list["items"].as_array().unwrap().iter();
    items.map(|d| d["label"].as_str().unwrap().to_owned()).collect()
}

async fn a_device_is_added_listed_and_removed(db: Db) {
    let ask = Asking::new(db, routes());
    let (jan, ruud) =
        (ask.somebody("Jan", &[Role::Worker]).await, ask.somebody("Ruud", &[Role::Manager]).await);
    assert_eq!(ask.get(&jan, "/push/key").await.ok().body["publicKey"], "the key");
    let added = add(&ask, &jan, "telefoon").await.expect(201);
    let id = added.body["id"].as_str().unwrap().to_owned();
    assert_eq!(added.headers["location"], format!("/v1{PATH}/{id}"));
    assert!(!added.body.to_string().contains("push.example.nl"), "an address is not told again");
    assert_eq!(labels(&ask, &jan).await, ["telefoon"]);
    let path = format!("{PATH}/{id}");
    let other = ask.send(Some(&ruud), Method::DELETE, &path, &[], Value::Null).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "not Ruud's to remove");
    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND] {
        ask.send(Some(&jan), Method::DELETE, &path, &[], Value::Null).await.expect(status);
    }
    assert!(labels(&ask, &jan).await.is_empty());
}

async fn a_device_that_comes_back_is_the_same_one(db: Db) {
    let ask = Asking::new(db, routes());
    let (jan, sanne) =
        (ask.somebody("Jan", &[Role::Worker]).await, ask.somebody("Sanne", &[Role::Worker]).await);
    let first = add(&ask, &jan, "telefoon").await.ok().body;
    let mut again = device("telefoon");
    again["label"] = json!("Mijn telefoon");
    assert_eq!(ask.post(&jan, PATH, again).await.ok().body["id"], first["id"]);
    assert_eq!(labels(&ask, &jan).await, ["Mijn telefoon"]);
    // Somebody else who signs in on it takes it over: it never shows what is for Jan.
    add(&ask, &sanne, "telefoon").await.ok();
    assert!(labels(&ask, &jan).await.is_empty());
    assert_eq!(labels(&ask, &sanne).await, ["telefoon"]);
}

async fn of_eleven_devices_the_one_unused_for_longest_goes(db: Db) {
    let ask = Asking::new(db, routes());
    let jan = ask.somebody("Jan", &[Role::Worker]).await;
    for nth in 0..10 {
        add(&ask, &jan, &format!("d{nth}")).await.ok();
        ask.clock.set(ask.app.now() + TimeDelta::minutes(1));
    }
    add(&ask, &jan, "d0").await.ok(); // it says that it is still there
    ask.clock.set(ask.app.now() + TimeDelta::minutes(1));
    add(&ask, &jan, "d10").await.ok();
    let mut left = labels(&ask, &jan).await;
    left.sort();
    assert_eq!(left, ["d0", "d10", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"]);
}

async fn faults_are_all_told_and_no_wall_is_climbed(db: Db) {
    let ask = Asking::new(db, routes());
    let jan = ask.somebody("Jan", &[Role::Worker]).await;
    let answer = ask.post(&jan, PATH, json!({})).await.expect(400);
    assert_eq!(answer.faults(), ["endpoint", "keys.auth", "keys.p256dh", "label"]);
    let bad = json!({ "endpoint": "https://10.0.0.8/x", "label": "x".repeat(61),
        "keys": { "p256dh": "AAAA", "auth": "AAAA" }, "expiresAt": "2026-11-23T08:59:00Z" });
    let answer = ask.post(&jan, PATH, bad).await.expect(400);
    assert_eq!(answer.faults(), ["endpoint", "expiresAt", "keys.auth", "keys.p256dh", "label"]);
    for inside in ["http://127.0.0.1:5432/", "https://localhost/x", "https://metadata.internal/x"] {
        let mut input = device("x");
        input["endpoint"] = json!(inside);
        assert_eq!(
            ask.post(&jan, PATH, input).await.expect(400).faults(),
            ["endpoint"],
            "{inside}"
        );
    }
    for (method, path) in [(Method::GET, PATH), (Method::POST, PATH), (Method::GET, "/push/key")] {
        ask.send(None, method, path, &[], json!({})).await.expect(401);
    }
}

async fn signing_out_takes_the_device_along(db: Db) {
    let ask = Asking::whole(db);
    let jan = ask.somebody("Jan", &[Role::Worker]).await;
    let (id, now) = (jan.id, ask.app.now());
    let other = Somebody { id, token: "another-session".into() };
    let open = ask.app.db.write(move |tx| {
        Box::pin(async move {
            sessions::open(tx, "another-session", id, now, TimeDelta::hours(12)).await
        })
    });
    open.await.unwrap();
    ask.post(&jan, &format!("/v1{PATH}"), device("telefoon")).await.ok();
    ask.post(&other, &format!("/v1{PATH}"), device("laptop")).await.ok();
    let cookie = format!("__Host-rugdekking={}", other.token);
    ask.send(None, Method::POST, "/sign-out", &[("cookie", cookie.as_str())], Value::Null)
        .await
        .expect(204);
    let left = ask.get(&jan, &format!("/v1{PATH}")).await.ok().body;
    assert_eq!(left["items"].as_array().unwrap().len(), 1);
    assert_eq!(left["items"][0]["label"], "telefoon");
}

on_both!(
    a_device_is_added_listed_and_removed,
    a_device_that_comes_back_is_the_same_one,
    of_eleven_devices_the_one_unused_for_longest_goes,
    faults_are_all_told_and_no_wall_is_climbed,
    signing_out_takes_the_device_along,
);
