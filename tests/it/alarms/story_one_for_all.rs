//! The story of one manager whom five hundred alarms call in the same minute: none is lost, and none
//! waits for another.

use std::collections::BTreeSet;

use axum::http::Method;
use futures::future::join_all;
use rugdekking::store::Db;

use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

const MANY: usize = 500;

async fn five_hundred_alarms_call_the_same_manager(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").alone().asked_at(&["13:30"]);
    let mut visits = BTreeSet::new();
    for _ in 0..MANY / 100 {
        let jan = town.jan();
        let registers = (0..100).map(|_| jan.send(Method::POST, "/v1/visits", &[], form.0.clone()));
        for told in town.at_once(join_all(registers)).await {
            visits.insert(told.expect(201).body["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(visits.len(), MANY);
    town.until("13:33").await;
    assert!(alarms(town.ruud().phone().texts().await).is_empty());
    town.until("13:36").await;
    let told = alarms(town.ruud().phone().texts().await);
    assert_eq!(told.len(), MANY, "a text for each of them, with its own code");
    for visit in &visits {
        assert_eq!(town.ruud().sees_alarm(visit).await["state"], "open");
    }
    town.until("13:40").await;
    assert_eq!(alarms(town.fatima().phone().texts().await).len(), MANY, "the next is told of each");
}

/// The alarms of which these texts tell: each by words of its own.
fn alarms(texts: Vec<String>) -> BTreeSet<String> {
    texts.into_iter().filter(|text| text.contains("ALARM")).collect()
}

on_both!(five_hundred_alarms_call_the_same_manager);
