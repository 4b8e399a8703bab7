//! What proves who somebody is at a real OpenID provider, and who we are; and what proves nothing.

use chrono::TimeDelta;
use reqwest::StatusCode;
use rugdekking::{api::people::auth::ClientKey, model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    openid::{Browser, Town, key_pair},
};

on_both!(
    a_key_of_p256_proves_who_we_are,
    an_rsa_key_proves_who_we_are,
    an_rsa_key_that_signs_by_pss_proves_who_we_are,
    another_key_proves_nothing,
    an_id_token_that_is_not_for_this_sign_in_is_refused,
    clocks_may_differ_a_little,
    unknown_keys_are_not_asked_for_again_and_again
);

/// A town that is known at its provider by a key alone.
async fn with_key(db: Db, alg: &str, pem: &str, jwk: Value) -> Town {
    let key = ClientKey::read(pem, Some(alg), Some("ours".into()), None).unwrap();
    let client = json!({ "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": alg, "jwks": { "keys": [jwk] } });
    Town::with(db, json!({ "client": client }), |ours| {
        ours.client_secret = None;
        ours.client_key = Some(key);
    })
    .await
}

async fn is_known_by(db: Db, alg: &str) {
    let (pem, jwk) = key_pair(alg).await;
    let town = with_key(db, alg, &pem, jwk).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    // Twice: what we say is for one use, and the provider would refuse the same again.
    for _ in 0..2 {
        let mut browser = Browser::new();
        browser.sign_in(&town, "worker").await;
        assert_eq!(browser.me(&town).await.0, StatusCode::OK, "{alg}");
    }
}

async fn a_key_of_p256_proves_who_we_are(db: Db) {
    is_known_by(db, "ES256").await;
}

async fn an_rsa_key_proves_who_we_are(db: Db) {
    is_known_by(db, "RS256").await;
}

async fn an_rsa_key_that_signs_by_pss_proves_who_we_are(db: Db) {
    is_known_by(db, "PS256").await;
}

async fn another_key_proves_nothing(db: Db) {
    let ((pem, _), (_, jwk)) = (key_pair("ES256").await, key_pair("ES256").await);
    let town = with_key(db, "ES256", &pem, jwk).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let refused = Browser::new().sign_in(&town, "worker").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
}

async fn an_id_token_that_is_not_for_this_sign_in_is_refused(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let now = town.ask.app.now().timestamp();
    for (name, value) in [
        ("nonce", json!("of-another-sign-in")),
        ("nonce", Value::Null),
        ("iss", json!("https://evil.example")),
        ("iss", Value::Null),
        ("aud", json!("another-client")),
        ("aud", json!(["rugdekking", "another-client"])),
        ("aud", Value::Null),
        ("exp", json!(now - 60)),
        ("exp", Value::Null),
        ("iat", json!(now + 3600)),
    ] {
        town.twists(json!({ name: value })).await;
        let mut browser = Browser::new();
        let refused = browser.sign_in(&town, "worker").await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{name} {value}");
        assert!(!browser.cookies.contains_key("rugdekking"), "{name} {value}");
    }
    town.twists(json!({})).await;
    let mut browser = Browser::new();
    let forged = browser.callback_for(&town, "worker").await.replace("code=", "code=x");
    assert_eq!(browser.get(&forged).await.status(), StatusCode::BAD_REQUEST, "a code of nobody's");
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.0, StatusCode::OK);
}

async fn clocks_may_differ_a_little(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let now = town.ask.app.now().timestamp();
    for (claims, status) in [
        (json!({ "exp": now - 20 }), StatusCode::SEE_OTHER),
        (json!({ "iat": now + 20 }), StatusCode::SEE_OTHER),
        (json!({ "exp": now - 40 }), StatusCode::BAD_REQUEST),
        (json!({ "iat": now + 40 }), StatusCode::BAD_REQUEST),
    ] {
        town.twists(claims.clone()).await;
        let done = Browser::new().sign_in(&town, "worker").await;
        assert_eq!(done.status(), status, "{claims}");
    }
}

async fn unknown_keys_are_not_asked_for_again_and_again(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    Browser::new().sign_in(&town, "worker").await;
    town.rotate().await;
    let early = Browser::new().sign_in(&town, "worker").await;
    assert_eq!(early.status(), StatusCode::BAD_REQUEST, "asked within 30 seconds");
    town.ask.clock.advance(TimeDelta::seconds(30));
    let done = Browser::new().sign_in(&town, "worker").await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
}
