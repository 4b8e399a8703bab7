//! Signing in at a real OpenID provider, over HTTP.

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use rugdekking::{
    api::people::{auth::oidc, me},
    model::people::Role,
    store::{Db, Versioned, people},
};
use serde_json::{Value, json};

use crate::support::{
    asking::Asking,
    on_both,
    openid::{Browser, Town},
};

on_both!(
    a_worker_signs_in_and_out,
    an_account_is_known_by_its_subject,
    who_has_no_account_gets_none,
    an_answer_counts_once_and_in_its_own_browser,
    the_provider_may_be_down,
    the_mail_address_may_be_told_apart,
    the_provider_may_change_its_keys,
    a_cookie_over_tls_is_bound_to_its_host,
);

async fn a_worker_signs_in_and_out(db: Db) {
    let town = Town::new(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    let mut browser = Browser::new();
    assert_eq!(browser.me(&town).await.0, StatusCode::UNAUTHORIZED);
    let done = browser.sign_in(&town, "worker").await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(done.headers()["location"], format!("{}/", town.url).as_str());
    let cookie = done.headers()["set-cookie"].to_str().unwrap();
    for part in ["rugdekking=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let (status, me) = browser.me(&town).await;
    assert_eq!((status, &me["id"]), (StatusCode::OK, &json!(worker.id)));

    let out = format!("{}/sign-out", town.url);
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let foreign = browser.send(Method::POST, &out, &elsewhere, &[]).await;
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    let kept = browser.cookies.clone();
    let gone = browser.send(Method::POST, &out, &[("sec-fetch-site", "same-origin")], &[]).await;
    assert_eq!(gone.status(), StatusCode::OK);
    assert!(!browser.cookies.contains_key("rugdekking"));
    browser.cookies = kept;
    assert_eq!(browser.me(&town).await.0, StatusCode::UNAUTHORIZED, "ended here too");

    browser.sign_in(&town, "worker").await;
    town.ask.clock.advance(TimeDelta::hours(12));
    assert_eq!(browser.me(&town).await.0, StatusCode::UNAUTHORIZED, "after twelve hours");
}

async fn an_account_is_known_by_its_subject(db: Db) {
    let town = Town::new(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    Browser::new().sign_in(&town, "worker").await;
    let id = worker.id;
    let rename = town.ask.app.db.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            person.email = "married@enschede.example".into();
            people::save(tx, &person, version).await
        })
    });
    rename.await.unwrap();
    let mut browser = Browser::new();
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.1["email"], "married@enschede.example");

    let tied = town.ask.somebody("Tied", &[Role::Worker]).await.id;
    let tie = town.ask.app.db.write(move |tx| {
        Box::pin(async move { people::tie_subject(tx, tied, "https://elsewhere|1").await })
    });
    tie.await.unwrap();
    let refused = Browser::new().sign_in(&town, "tied").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "the mail address alone is not enough");
}

async fn who_has_no_account_gets_none(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Unverified-Worker", &[Role::Worker]).await;
    let gone = town.ask.somebody("Gone", &[Role::Worker]).await.id;
    let leave = town.ask.app.db.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, gone).await?;
            person.active = false;
            people::save(tx, &person, version).await
        })
    });
    leave.await.unwrap();
    for login in ["stranger", "unverified-worker", "gone"] {
        let mut browser = Browser::new();
        let refused = browser.sign_in(&town, login).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{login}");
        assert!(refused.text().await.unwrap().contains("geen account"), "{login}");
        assert!(!browser.cookies.contains_key("rugdekking"), "{login}");
    }
    let everybody = town.ask.app.db.read(|tx| Box::pin(people::all(tx))).await.unwrap();
    assert_eq!(everybody.len(), 2, "nobody was added");
}

async fn an_answer_counts_once_and_in_its_own_browser(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let mut browser = Browser::new();
    let callback = browser.callback_for(&town, "worker").await;
    let forged = callback.replace("state=", "state=x");
    assert_eq!(browser.get(&forged).await.status(), StatusCode::BAD_REQUEST);
    let elsewhere = callback.replace("iss=", "iss=https%3A%2F%2Fevil.example%2F");
    assert_ne!(elsewhere, callback);
    assert_eq!(browser.get(&elsewhere).await.status(), StatusCode::BAD_REQUEST);

    let callback = browser.callback_for(&town, "worker").await;
    let victim = Browser::new().get(&callback).await;
    assert_eq!(victim.status(), StatusCode::BAD_REQUEST, "not in a browser that never left");
    let callback = browser.callback_for(&town, "worker").await;
    let cookies = browser.cookies.clone();
    assert_eq!(browser.get(&callback).await.status(), StatusCode::SEE_OTHER);
    browser.cookies = cookies;
    assert_eq!(browser.get(&callback).await.status(), StatusCode::BAD_REQUEST, "a second time");

    let slow = browser.callback_for(&town, "worker").await;
    town.ask.clock.advance(TimeDelta::minutes(10));
    assert_eq!(browser.get(&slow).await.status(), StatusCode::BAD_REQUEST, "too late");
    let bare = format!("{}/sign-in/callback", town.url);
    assert_eq!(browser.get(&bare).await.status(), StatusCode::BAD_REQUEST);
}

async fn the_provider_may_be_down(db: Db) {
    let mut town = Town::without_provider(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    let mut browser = Browser::new();
    let down = browser.get(&format!("{}/sign-in", town.url)).await;
    assert_eq!(down.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(town.ask.get(&worker, "/v1/me").await.status, 200, "who has a session works on");
    town.start_provider(json!({})).await;
    town.ask.clock.advance(TimeDelta::seconds(3));
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.0, StatusCode::OK);
}

async fn the_mail_address_may_be_told_apart(db: Db) {
    let mut town = Town::without_provider(db).await;
    town.start_provider(json!({ "conform": true })).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    town.ask.somebody("Unverified-Worker", &[Role::Worker]).await;
    let mut browser = Browser::new();
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.0, StatusCode::OK);
    let refused = Browser::new().sign_in(&town, "unverified-worker").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

async fn the_provider_may_change_its_keys(db: Db) {
    let town = Town::new(db).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    Browser::new().sign_in(&town, "worker").await;
    town.rotate().await;
    town.ask.clock.advance(TimeDelta::seconds(31));
    let mut browser = Browser::new();
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.0, StatusCode::OK);
}

async fn a_cookie_over_tls_is_bound_to_its_host(db: Db) {
    let ask = Asking::new(db, oidc::routes().merge(me::routes()));
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let with = async |name: &str, path: &str, method: Method| {
        let cookie = format!("{name}={}", worker.token);
        ask.send(None, method, path, &[("cookie", &cookie)], Value::Null).await
    };
    assert_eq!(with("rugdekking", "/me", Method::GET).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(with("__Host-rugdekking", "/me", Method::GET).await.status, StatusCode::OK);
    let out = with("__Host-rugdekking", "/sign-out", Method::POST).await.ok();
    let cookie = out.headers["set-cookie"].to_str().unwrap();
    assert_eq!(cookie, "__Host-rugdekking=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
    assert_eq!(
        with("__Host-rugdekking", "/me", Method::GET).await.status,
        StatusCode::UNAUTHORIZED
    );
    let nowhere = with("__Host-rugdekking", "/sign-in", Method::GET).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND, "no provider was set up");
}
