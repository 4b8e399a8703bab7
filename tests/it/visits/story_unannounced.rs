//! Stories of a call for help, by text or in the app, by somebody who registered no visit.

use axum::http::Method;
use rugdekking::{service::messages::inbound_texts, store::Db};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::home_visit, person::Person, phone::Phone},
};

const OTHER_NUMBER: &str = "+31613579246";

async fn visits(of: &Person<'_>) -> Vec<Value> {
    let answer = of.send(Method::GET, "/v1/visits", &[], Value::Null).await.ok();
    answer.body["items"].as_array().unwrap().clone()
}

async fn the_only_visit(of: &Person<'_>) -> String {
    let [visit] = visits(of).await.try_into().unwrap();
    visit["id"].as_str().unwrap().to_owned()
}

async fn it_is_an_alarm_like_any_other(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let jan = town.jan();
    assert_eq!(jan.phone().replies("Hulp! kom snel").await, "Begrepen. We regelen het.");
    let visit = the_only_visit(&jan).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")));
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.ruud().phone().text().await.contains("Jan Bakker vraagt om hulp"));
    town.until("12:13").await;
    assert_eq!(town.fatima().phone().rang().await, ["12:13"], "and nobody took it");
    let seen = town.ruud().sees(&visit).await;
    assert_eq!(seen["background"], "Vroeg om hulp. Er was geen bezoek aangemeld.");
    town.ruud().takes(&alarm).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    town.until("12:40").await;
    assert!(jan.phone().text().await.starts_with("Afspraak 12:40"), "it is watched on");
}

async fn brought_twice_it_is_one(db: Db) {
    let town = Town::new(db).await;
    let jan = "+31612345678".parse().unwrap();
    for name in ["SM1", "SM1", "SM2"] {
        assert!(inbound_texts::receive(&town.app, &jan, "HULP", Some(name)).await.is_ok());
    }
    town.settles().await;
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().reads(&visit, "alarm-opened").await.len(), 1);
}

async fn it_counts_for_the_visit_that_was_registered_with_another_number(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("12:00").asked_at(&["12:30"]).with("mobile", json!(OTHER_NUMBER));
    let visit = town.jan().registers(&form).await;
    town.until("12:10").await;
    town.jan().phone().replies("HULP").await;
    assert_eq!(the_only_visit(&town.jan()).await, visit);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn so_it_does_before_that_visit_starts(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("14:00").asked_at(&["14:30"]).with("mobile", json!(OTHER_NUMBER));
    let visit = town.jan().registers(&form).await;
    town.until("12:10").await;
    town.jan().phone().replies("HULP").await;
    assert_eq!(the_only_visit(&town.jan()).await, visit);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn under_duress_nobody_out_there_can_tell(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let plain = town.sanne().phone().replies("HULP 2580").await;
    assert_eq!(town.jan().phone().replies("HULP 1379").await, plain);
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["silent"], true);
}

async fn calls(who: &Person<'_>) -> Answer {
    who.post("/v1/me/alarm", json!({})).await
}

async fn in_the_app_it_is_heard_as_well(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let jan = town.jan();
    let begun = calls(&jan).await.expect(201).body;
    assert_eq!(begun["alarm"]["undoUntil"], "2026-11-23T11:10:05Z", "a slip can be undone");
    town.until("12:10:05").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.ruud().phone().text().await.contains("Jan Bakker vraagt om hulp"));
    assert_eq!(begun["id"], the_only_visit(&jan).await, "the visit that began with it");
    // Who presses again is on a visit by now.
    calls(&jan).await.expect(201);
    assert_eq!(begun["id"], the_only_visit(&jan).await);
}

async fn tapped_once_and_sent_twice_it_is_one(db: Db) {
    let town = Town::new(db).await;
    let (jan, key) = (town.jan(), [("idempotency-key", "one-tap")]);
    for _ in 0..2 {
        jan.send(Method::POST, "/v1/me/alarm", &key, json!({})).await.expect(201);
    }
    town.settles().await;
    let visit = the_only_visit(&jan).await;
    assert_eq!(town.ruud().reads(&visit, "alarm-opened").await.len(), 1);
}

async fn in_the_app_it_counts_for_the_visit_that_is_on(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:10").await;
    let place = json!({ "position": { "latitude": 52.22, "longitude": 6.89 } });
    let told = town.jan().post("/v1/me/alarm", place).await.expect(201).body;
    assert_eq!(told["id"], visit.as_str());
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["position"]["latitude"]), (&json!("panic"), &json!(52.22)));
}

async fn who_is_in_no_team_hears_that_nobody_was_warned(db: Db) {
    let town = Town::new(db).await;
    calls(&town.noor()).await.refused(409, "no-team");
    town.changes("worker", |jan| jan.mobile = None).await;
    calls(&town.jan()).await.refused(409, "no-number");
    assert!(visits(&town.jan()).await.is_empty());
}

async fn who_is_not_known_is_told_that_nobody_was_warned(db: Db) {
    let town = Town::new(db).await;
    let phone = Phone { town: &town, number: OTHER_NUMBER.into() };
    let number = OTHER_NUMBER.parse().unwrap();
    assert!(inbound_texts::receive(&town.app, &number, "help", Some("SM1")).await.is_ok());
    town.settles().await;
    let told = phone.text().await;
    assert!(told.starts_with("Let op: niemand is gewaarschuwd."), "{told}");
    assert!(told.contains("Bel 112."), "{told}");
    assert!(town.ruud().phone().texts().await.is_empty());
}

on_both!(
    it_is_an_alarm_like_any_other,
    brought_twice_it_is_one,
    it_counts_for_the_visit_that_was_registered_with_another_number,
    so_it_does_before_that_visit_starts,
    under_duress_nobody_out_there_can_tell,
    in_the_app_it_is_heard_as_well,
    tapped_once_and_sent_twice_it_is_one,
    in_the_app_it_counts_for_the_visit_that_is_on,
    who_is_in_no_team_hears_that_nobody_was_warned,
    who_is_not_known_is_told_that_nobody_was_warned,
);
