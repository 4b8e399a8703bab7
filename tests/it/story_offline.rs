//! Stories of answers that were tapped without reception and arrive later.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town, at,
        form::{home_visit, moment, risky_visit},
    },
};

fn tapped(time: &str, pin: Option<&str>) -> Value {
    json!({ "tappedAt": moment(at(time)), "pin": pin })
}

async fn tapped_in_time_and_arriving_before_the_alarm_it_confirms(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.jan().did(&visit, "check-ins", tapped("13:31", None)).await;
    let lines = town.jan().reads_timeline(&visit).await;
    let line = lines.iter().find(|(_, kind, _)| kind == "confirmed").unwrap();
    assert_eq!(
        (line.0.as_str(), line.2.as_str()),
        ("13:34", "13:30: alles goed in de app (13:31)")
    );
    town.until("13:36").await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
}

async fn a_tap_from_before_the_reminder_is_a_sign_of_life_only(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    town.jan().did(&visit, "check-ins", tapped("13:10", None)).await;
    assert_eq!(town.jan().reads(&visit, "sign-of-life").await, ["13:31"]);
    town.until("13:35").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn after_the_alarm_without_the_code_it_tells_who_was_told(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    town.jan().did(&visit, "check-ins", tapped("13:31", None)).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    assert!(town.ruud().phone().text().await.contains("'alles goed', zonder code"));
}

async fn after_the_alarm_without_the_code_it_tells_the_owner_alone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.fatima().takes(&alarm).await;
    let before = town.ruud().phone().texts().await.len();
    town.jan().did(&visit, "check-ins", tapped("13:31", None)).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "owned");
    assert!(town.fatima().phone().text().await.contains("'alles goed', zonder code"));
    assert_eq!(town.ruud().phone().texts().await.len(), before);
}

async fn after_the_alarm_with_the_code_it_closes_a_missed_one(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(60).asked_at(&["13:30"])).await;
    town.until("13:36").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.jan().did(&visit, "check-ins", tapped("13:31", Some("2580"))).await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    let closed = town.ruud().get(&format!("/v1/alarms/{}", alarm["id"].as_str().unwrap())).await;
    assert_eq!(
        (&closed.body["state"], &closed.body["outcome"]),
        (&json!("closed"), &json!("safe"))
    );
    assert!(town.ruud().phone().text().await.contains("heeft met de code geantwoord"));
    // Nobody further up is called, and the visit is watched on.
    town.until("13:45").await;
    assert!(town.fatima().phone().rang().await.is_empty());
    let last = town.jan().sees_check_ins(&visit).await.pop().unwrap();
    assert_eq!(last, ("14:00".into(), "scheduled".into()));
}

async fn a_code_that_was_tapped_before_the_question_closes_nothing(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    town.jan().did(&visit, "check-ins", tapped("13:05", Some("2580"))).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

async fn nobody_taps_in_the_future(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    town.jan().did(&visit, "check-ins", tapped("13:30", None)).await;
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    let odd = town.jan().says(&visit, "check-ins", json!({ "tappedAt": "gisteren" })).await;
    assert_eq!(odd.status, 400);
}

on_both!(
    tapped_in_time_and_arriving_before_the_alarm_it_confirms,
    a_tap_from_before_the_reminder_is_a_sign_of_life_only,
    after_the_alarm_without_the_code_it_tells_who_was_told,
    after_the_alarm_without_the_code_it_tells_the_owner_alone,
    after_the_alarm_with_the_code_it_closes_a_missed_one,
    a_code_that_was_tapped_before_the_question_closes_nothing,
    nobody_taps_in_the_future,
);
