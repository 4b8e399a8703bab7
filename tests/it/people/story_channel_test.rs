//! Stories of somebody who wants to know whether the service can reach them.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::{
    people::story_push::has,
    support::{
        on_both,
        town::{Answer, Town, person::Person},
    },
};

async fn tests(person: Person<'_>, channel: &str) -> Answer {
    person.post("/v1/me/channel-tests", json!({ "channel": channel })).await
}

async fn sees(person: Person<'_>) -> Vec<Value> {
    let seen = person.get("/v1/me/channel-tests").await.ok().body;
    seen["items"].as_array().unwrap().clone()
}

async fn a_text_arrives_and_it_is_told_when(db: Db) {
    let town = Town::new(db).await;
    tests(town.jan(), "text").await.expect(202);
    assert!(town.jan().phone().text().await.starts_with("Test van Rugdekking"));
    let seen = &sees(town.jan()).await[0];
    assert_eq!((&seen["channel"], &seen["state"]), (&json!("text"), &json!("delivered")));
    assert_eq!(
        (&seen["carrier"], &seen["handedOverAt"]),
        (&json!("sandbox"), &json!("2026-11-23T11:00:00Z"))
    );
    assert_eq!(seen["deliveredAt"], "2026-11-23T11:00:00Z");
    assert!(sees(town.sanne()).await.is_empty(), "nobody else's");
}

async fn the_phone_rings_and_an_answer_is_told(db: Db) {
    let town = Town::new(db).await;
    tests(town.jan(), "call").await.ok();
    assert_eq!(sees(town.jan()).await[0]["state"], "handed-over");
    assert!(town.jan().phone().answers().await.contains("Dit is een test"));
    assert_eq!(sees(town.jan()).await[0]["state"], "delivered");
}

async fn a_call_that_nobody_answers_is_told(db: Db) {
    let town = Town::new(db).await;
    tests(town.jan(), "call").await.ok();
    town.jan().phone().goes_to_voicemail().await;
    assert_eq!(sees(town.jan()).await[0]["state"], "failed");
    town.until("12:30").await;
    assert_eq!(town.jan().phone().rang().await, ["12:00"], "a test is not tried by another way");
    assert!(town.jan().phone().texts().await.is_empty());
}

async fn a_mail_goes_to_the_address_of_the_account(db: Db) {
    let town = Town::new(db).await;
    tests(town.jan(), "mail").await.ok();
    let mail = town.account("worker").await.email;
    assert!(town.phone(&mail).text().await.starts_with("Test van Rugdekking"));
}

async fn a_notification_goes_to_each_device_as_one_test(db: Db) {
    let town = Town::new(db).await;
    for device in ["telefoon", "tablet"] {
        has(&town.jan(), device).await;
    }
    for _ in 0..3 {
        assert_eq!(tests(town.jan(), "push").await.status, 202);
        town.clock.advance(chrono::TimeDelta::seconds(1));
    }
    assert_eq!(tests(town.jan(), "push").await.status, 429);
    for device in ["telefoon", "tablet"] {
        let arrived = town.push.on(device);
        assert_eq!(arrived.len(), 3, "{device}");
        assert_eq!(arrived[0].shown["body"], "Test: meldingen komen op dit apparaat aan.");
    }
    assert!(sees(town.jan()).await.iter().all(|test| test["handedOverAt"].is_string()));
}

async fn three_in_ten_minutes_are_enough(db: Db) {
    let town = Town::new(db).await;
    for _ in 0..3 {
        assert_eq!(tests(town.jan(), "text").await.status, 202);
    }
    tests(town.jan(), "text").await.refused(429, "tested-often");
    assert_eq!(town.jan().phone().texts().await.len(), 3);
    assert_eq!(tests(town.jan(), "call").await.status, 202, "each channel by itself");
    assert_eq!(tests(town.sanne(), "text").await.status, 202, "and each person");
    town.until("12:11").await;
    assert_eq!(tests(town.jan(), "text").await.status, 202);
}

async fn what_cannot_reach_me_says_why(db: Db) {
    let town = Town::new(db).await;
    tests(town.jan(), "push").await.refused(409, "no-device");
    town.jan().phone().sends("STOP").await;
    tests(town.jan(), "text").await.refused(409, "texts-stopped");
    assert_eq!(tests(town.jan(), "call").await.status, 202);
    town.changes("worker", |jan| jan.mobile = None).await;
    for channel in ["text", "call"] {
        tests(town.jan(), channel).await.refused(409, "no-number");
    }
    assert_eq!(tests(town.jan(), "smoke").await.status, 400);
}

on_both!(
    a_text_arrives_and_it_is_told_when,
    the_phone_rings_and_an_answer_is_told,
    a_call_that_nobody_answers_is_told,
    a_mail_goes_to_the_address_of_the_account,
    a_notification_goes_to_each_device_as_one_test,
    three_in_ten_minutes_are_enough,
    what_cannot_reach_me_says_why,
);
