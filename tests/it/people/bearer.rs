//! Bearer tokens: what the provider signed for us counts, and nothing else does.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rugdekking::{
    model::people::Role,
    store::{Db, people},
};
use serde_json::{Value, json};

use crate::support::{answer::granted, asking::Somebody, on_both, openid::Town};

on_both!(
    the_providers_tokens_count,
    what_does_not_hold_is_refused,
    a_signature_is_the_providers_or_none,
    keys_change,
    without_a_provider_nothing_counts
);

/// A town with a worker who is known at the provider.
async fn town(db: Db) -> (Town, Somebody) {
    let town = Town::new(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    let (id, subject) = (worker.id, format!("{}|worker", town.issuer));
    let tie = town
        .ask
        .app
        .db
        .write(move |tx| Box::pin(async move { people::tie_subject(tx, id, &subject).await }));
    tie.await.unwrap();
    (town, worker)
}

async fn with(town: &Town, token: String) -> (StatusCode, Value) {
    let id = rugdekking::model::ids::PersonId(uuid::Uuid::nil());
    let answer = town.ask.get(&Somebody { id, token }, "/v1/me").await.any();
    (answer.status, answer.body)
}

async fn the_providers_tokens_count(db: Db) {
    let (town, worker) = town(db).await;
    for alg in ["RS256", "ES256"] {
        let token = town.mint(alg, town.claims("worker")).await;
        let (status, me) = with(&town, token).await;
        assert_eq!((status, &me["id"]), (StatusCode::OK, &json!(worker.id)), "{alg}");
    }
    let mut several = town.claims("worker");
    several["aud"] = json!(["other", "rugdekking-api"]);
    assert_eq!(with(&town, town.mint("RS256", several).await).await.0, StatusCode::OK);
    let stranger = town.mint("RS256", town.claims("stranger")).await;
    assert_eq!(with(&town, stranger).await.0, StatusCode::UNAUTHORIZED);
}

async fn what_does_not_hold_is_refused(db: Db) {
    let (town, _) = town(db).await;
    let now = town.ask.app.now().timestamp();
    for (name, value) in [
        ("aud", json!("rugdekking")),
        ("aud", json!([])),
        ("aud", Value::Null),
        ("iss", json!("https://evil.example")),
        ("exp", json!(now - 31)),
        ("exp", Value::Null),
        ("nbf", json!(now + 60)),
        ("sub", Value::Null),
    ] {
        let mut claims = town.claims("worker");
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
        let token = town.mint("RS256", claims).await;
        assert_eq!(with(&town, token).await.0, StatusCode::UNAUTHORIZED, "{name} {value}");
    }
    let token = town.mint("RS256", town.claims("worker")).await;
    assert_eq!(with(&town, token.clone()).await.0, StatusCode::OK);
    town.ask.clock.advance(TimeDelta::minutes(61));
    assert_eq!(with(&town, token).await.0, StatusCode::UNAUTHORIZED, "it grew old by our clock");
}

async fn a_signature_is_the_providers_or_none(db: Db) {
    let (town, _) = town(db).await;
    let good = town.mint("RS256", town.claims("worker")).await;
    assert_eq!(with(&town, good.clone()).await.0, StatusCode::OK);
    let mut claims = town.claims("worker");
    claims["iss"] = json!(town.issuer);
    let part = |value: &Value| BASE64.encode(value.to_string());
    let parts: Vec<_> = good.split('.').collect();
    let mut longer = claims.clone();
    longer["exp"] = json!(claims["exp"].as_i64().unwrap() + 1);
    let keys = reqwest::Client::new().get(format!("{}/jwks", town.issuer));
    let public = granted(keys).await.text().await.unwrap();
    let shared = |secret: &[u8]| {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("RS256-1".into());
        encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
    };
    for (forged, why) in [
        (format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims)), "none"),
        (format!("{}.{}.{}", parts[0], part(&longer), parts[2]), "changed"),
        (format!("{}.{}.", parts[0], parts[1]), "not signed"),
        (
            format!(
                "{}.{}.{}",
                part(&json!({"alg": "ES256", "kid": "RS256-1"})),
                parts[1],
                parts[2]
            ),
            "another algorithm than its key's",
        ),
        (shared(b"a-secret-of-the-tests"), "our own secret"),
        (shared(public.as_bytes()), "what everybody may read"),
        ("a.b.c".to_owned(), "nonsense"),
    ] {
        assert_eq!(with(&town, forged).await.0, StatusCode::UNAUTHORIZED, "{why}");
    }
}

async fn keys_change(db: Db) {
    let (town, _) = town(db).await;
    let old = town.mint("RS256", town.claims("worker")).await;
    assert_eq!(with(&town, old.clone()).await.0, StatusCode::OK);
    town.rotate().await;
    let new = town.mint("RS256", town.claims("worker")).await;
    let asked_just_now = with(&town, new.clone()).await.0;
    assert_eq!(asked_just_now, StatusCode::UNAUTHORIZED, "not asked for keys twice in 30 seconds");
    town.ask.clock.advance(TimeDelta::seconds(30));
    assert_eq!(with(&town, new).await.0, StatusCode::OK);
    assert_eq!(with(&town, old).await.0, StatusCode::UNAUTHORIZED, "the old key is gone");
}

async fn without_a_provider_nothing_counts(db: Db) {
    let town = Town::without_provider(db).await;
    let token = format!("{}.{}.c2ln", BASE64.encode(r#"{"alg":"RS256"}"#), BASE64.encode("{}"));
    assert_eq!(with(&town, token).await.0, StatusCode::SERVICE_UNAVAILABLE);
}
