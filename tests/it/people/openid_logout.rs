//! Signing out: here and at the real provider, and when the provider says so.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use rugdekking::{
    model::people::Role,
    store::{Db, people},
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    openid::{Browser, Town},
};

on_both!(
    signing_out_leads_out_of_the_provider_too,
    what_ends_at_the_provider_ends_here,
    a_logout_token_ends_one_session_or_all,
    what_is_no_logout_token_ends_nothing
);

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn signed_in(town: &Town, login: &str) -> Browser {
    let mut browser = Browser::new();
    browser.sign_in(town, login).await;
    assert_eq!(browser.me(town).await.0, StatusCode::OK);
    browser
}

async fn signing_out_leads_out_of_the_provider_too(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let mut browser = signed_in(&town, "worker").await;
    let out = format!("{}/sign-out", town.url);
    let ours = [("sec-fetch-site", "same-origin")];
    let said: Value = browser.send(Method::POST, &out, &ours, &[]).await.json().await.unwrap();
    assert_eq!(browser.me(&town).await.0, StatusCode::UNAUTHORIZED);
    let way_out = said["providerUrl"].as_str().unwrap();
    assert!(way_out.starts_with(&town.issuer) && !way_out.contains("hint"), "{way_out}");
    let back = browser.leave_provider(way_out).await;
    assert_eq!(back, format!("{}/", town.url));
    // It asks who this is again.
    let start = browser.get(&format!("{}/sign-in", town.url)).await;
    let page = browser.get(&crate::support::openid::location(&start)).await;
    assert!(crate::support::openid::location(&page).contains("/interaction/"));
}

async fn what_ends_at_the_provider_ends_here(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let mut here = signed_in(&town, "worker").await;
    let mut elsewhere = signed_in(&town, "worker").await;
    // Another application of the municipality signs out; the provider tells us.
    here.leave_provider(&format!("{}/session/end", town.issuer)).await;
    assert_eq!(here.me(&town).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(elsewhere.me(&town).await.0, StatusCode::OK, "that was another session");
}

/// A logout token as the provider makes them.
fn claims(town: &Town, jti: &str) -> Value {
    let now = town.ask.app.now().timestamp();
    json!({ "aud": "rugdekking", "iat": now, "exp": now + 120, "jti": jti, "sub": "worker",
        "events": { EVENT: {} } })
}

async fn tell(town: &Town, token: &str) -> StatusCode {
    let url = format!("{}/sign-out/back-channel", town.url);
    let form = [("logout_token", token)];
    Browser::new().send(Method::POST, &url, &[], &form).await.status()
}

async fn a_logout_token_ends_one_session_or_all(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    town.ask.somebody("Other", &[Role::Worker]).await;
    town.twists(json!({ "sid": "session-1" })).await;
    let mut one = signed_in(&town, "worker").await;
    town.twists(json!({ "sid": "session-2" })).await;
    let mut two = signed_in(&town, "worker").await;
    let mut other = signed_in(&town, "other").await;
    let mut named = claims(&town, "a");
    named["sid"] = json!("session-1");
    let token = town.mint_as("logout+jwt", named).await;
    assert_eq!(tell(&town, &token).await, StatusCode::OK);
    assert_eq!(one.me(&town).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(two.me(&town).await.0, StatusCode::OK);
    let all = town.mint("ES256", claims(&town, "b")).await;
    assert_eq!(tell(&town, &all).await, StatusCode::OK);
    assert_eq!(two.me(&town).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(other.me(&town).await.0, StatusCode::OK);
    // Brought again, it must not end what began since.
    let mut again = signed_in(&town, "worker").await;
    assert_eq!(tell(&town, &all).await, StatusCode::BAD_REQUEST);
    assert_eq!(again.me(&town).await.0, StatusCode::OK);
}

async fn what_is_no_logout_token_ends_nothing(db: Db) {
    let town = Town::new(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await.id;
    let mut browser = signed_in(&town, "worker").await;
    let now = town.ask.app.now().timestamp();
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("rugdekking-api")),
        ("aud", Value::Null),
        ("iat", json!(now - 3600)),
        ("iat", json!(now + 60)),
        ("iat", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", Value::Null),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("events", json!({ "http://schemas.openid.net/event/other": {} })),
        ("events", json!({ EVENT: true })),
        ("events", Value::Null),
        ("nonce", json!("n")),
        ("sub", Value::Null),
    ] {
        let mut bad = claims(&town, &format!("{name} {value}"));
        bad[name] = value.clone();
        if value.is_null() {
            bad.as_object_mut().unwrap().remove(name);
        }
        let token = town.mint("RS256", bad).await;
        assert_eq!(tell(&town, &token).await, StatusCode::BAD_REQUEST, "{name} {value}");
    }
    let good = town.mint("RS256", claims(&town, "good")).await;
    let (signed, _) = good.rsplit_once('.').unwrap();
    let another_kind = town.mint_as("at+jwt", claims(&town, "kind")).await;
    for forged in [format!("{signed}."), format!("{good}x"), another_kind, String::new()] {
        assert_eq!(tell(&town, &forged).await, StatusCode::BAD_REQUEST, "{forged}");
    }
    assert_eq!(browser.me(&town).await.0, StatusCode::OK, "nothing has ended");
    town.ask.clock.advance(TimeDelta::minutes(9));
    let late = tell(&town, &good).await;
    assert_eq!(late, StatusCode::BAD_REQUEST, "it is over after two minutes");
    let known = town.ask.app.db.read(move |tx| Box::pin(people::load(tx, worker))).await;
    assert!(known.unwrap().item.active);
}
