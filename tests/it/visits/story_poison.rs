//! Stories of rows that this version cannot read: they stop nobody else, and somebody hears of them.

use rugdekking::{
    model::visits::audit::Finding,
    store::{Db, Error},
};
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, at, carrier::Mood, form::home_visit},
};

async fn sql(town: &Town, statement: &'static str) {
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { tx.query(statement).execute().await })
    });
    assert!(work.await.unwrap() > 0);
}

async fn a_message_that_cannot_be_read_stops_no_other(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("12:00").alone().asked_at(&["12:30"]);
    town.jan().registers(&form).await;
    town.jan().registers(&form.asked_at(&["12:31"])).await;
    town.until("12:20").await;
    town.clock.set(at("12:30"));
    town.engine.decide_batch().await.unwrap();
    sql(&town, "update messages set body = '{}' where channel = 'call'").await;
    town.until("12:31").await;
    assert_eq!(town.jan().phone().rang().await, ["12:31"], "the second is asked");
    town.until("12:37").await;
    let found = town.engine.audit().await.unwrap().left;
    assert_eq!(found, [(Finding::MessageLate, 1)], "and the operators hear of the first");
}

async fn a_message_that_cannot_be_said_another_way_stops_no_other(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").lasting(240)).await;
    town.until("12:10").await;
    town.carrier.takes(rugdekking::model::messages::Channel::Text, Mood::Silent);
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:10:30").await;
    sql(&town, "update messages set body = '{}' where channel = 'text' and alarm_id is not null")
        .await;
    town.until("12:12").await;
    town.carrier.takes(rugdekking::model::messages::Channel::Text, Mood::Well);
    town.until("12:14").await;
    assert!(!town.fatima().phone().rang().await.is_empty(), "the ladder climbs");
}

async fn a_job_of_a_newer_version_stops_no_other(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    let newer = "insert into jobs (kind, subject, due_at, attempts)
        select 'a-newer-kind', id, starts_at, 0 from visits";
    sql(&town, newer).await;
    town.clock.set(at("12:30"));
    town.settles().await;
    assert_eq!(town.jan().phone().rang().await, ["12:30"]);
}

on_both!(
    a_message_that_cannot_be_read_stops_no_other,
    a_message_that_cannot_be_said_another_way_stops_no_other,
    a_job_of_a_newer_version_stops_no_other,
);
