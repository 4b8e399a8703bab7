//! Stories of the same request sent twice, and of two people who edit one thing.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::home_visit, person::Person},
};

async fn keyed(person: Person<'_>, path: &str, key: &str, body: Value) -> Answer {
    let answer = person.send(Method::POST, path, &[("idempotency-key", key)], body).await;
    person.town.settles().await;
    answer
}

async fn the_same_registration_twice_registers_once(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").0;
    let first = keyed(town.jan(), "/v1/visits", "a1", form.clone()).await.expect(201);
    let again = keyed(town.jan(), "/v1/visits", "a1", form.clone()).await.expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(town.jan().get("/v1/visits").await.ok().body["items"].as_array().unwrap().len(), 1);
    // Another request under the same key is a mistake; the same key of somebody else is not.
    let other = home_visit("14:00").0;
    assert_eq!(keyed(town.jan(), "/v1/visits", "a1", other.clone()).await.status, 422);
    keyed(town.sanne(), "/v1/visits", "a1", other).await.expect(201);
    assert_eq!(keyed(town.jan(), "/v1/visits", "", form).await.status, 400);
}

async fn at_the_same_moment_it_registers_once_too(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").0;
    let sent = (0..4).map(|_| {
        let (jan, form) = (town.jan(), form.clone());
        async move { jan.send(Method::POST, "/v1/visits", &[("idempotency-key", "b1")], form).await }
    });
    let answers = futures::future::join_all(sent).await;
    assert!(answers.iter().any(|a| a.status == 201));
    assert_eq!(town.jan().get("/v1/visits").await.ok().body["items"].as_array().unwrap().len(), 1);
}

async fn help_asked_for_twice_opens_one_alarm(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    let path = format!("/v1/visits/{visit}/alarm");
    let first = keyed(town.jan(), &path, "c1", json!({})).await.expect(201);
    let again = keyed(town.jan(), &path, "c1", json!({})).await.expect(201);
    assert_eq!(&again.body, &first.body);
    assert_eq!(town.ruud().reads(&visit, "alarm-opened").await.len(), 1);
    assert!(town.ruud().reads(&visit, "alarm-worsened").await.is_empty());
}

async fn a_confirmation_sent_again_from_the_queue_confirms_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    let path = format!("/v1/visits/{visit}/check-ins");
    for _ in 0..3 {
        assert_eq!(keyed(town.jan(), &path, "d1", json!({})).await.status, 200);
    }
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:31"]);
    assert!(town.jan().reads(&visit, "sign-of-life").await.is_empty());
}

async fn whoever_edits_what_changed_in_between_is_told(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    let path = format!("/v1/visits/{visit}");
    let etag = town.jan().get(&path).await.ok().etag();
    let change = async |etag: Option<&str>, text: &str| {
        let headers: Vec<_> = etag.iter().map(|e| ("if-match", *e)).collect();
        town.jan().send(Method::PATCH, &path, &headers, json!({ "background": text })).await
    };
    let first = change(Some(&etag), "Eerst").await.expect(200);
    assert_ne!(first.etag(), etag);
    change(Some(&etag), "Later").await.refused(412, "changed-in-between");
    assert_eq!(town.jan().sees(&visit).await["background"], "Eerst");
    let blind = change(None, "Zonder kijken").await;
    assert!(blind.status.is_client_error(), "{blind}");
    assert_eq!(change(Some(&first.etag()), "Dan").await.status, 200);
}

on_both!(
    the_same_registration_twice_registers_once,
    at_the_same_moment_it_registers_once_too,
    help_asked_for_twice_opens_one_alarm,
    a_confirmation_sent_again_from_the_queue_confirms_once,
    whoever_edits_what_changed_in_between_is_told,
);
