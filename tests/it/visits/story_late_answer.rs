//! Stories of an answer that comes after the alarm: the PIN still closes it, by each way, also after the
//! end; without it whoever answers hears that people are being called.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit, person::faceless},
};

const PIN: &str = "2580";
const DURESS: &str = "1379";
const LATE: &str =
    "Bedankt. Een collega wordt al gebeld. Is alles goed? Antwoord dan ook met je code.";

/// Jan was asked at half past one, and did not answer.
async fn missed(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
    visit
}

async fn is_closed(town: &Town, visit: &str) {
    assert!(town.ruud().sees_alarm(visit).await.is_null());
    assert!(town.ruud().phone().text().await.contains("heeft met de code geantwoord"));
}

async fn in_the_app_it_is_asked_for_and_closes_the_alarm(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    assert_eq!(town.jan().sees(&visit).await["pinNeeded"], true);
    let told = town.jan().did(&visit, "check-ins", json!({})).await;
    assert_eq!(
        (&told["alarm"]["cause"], &told["pinNeeded"]),
        (&json!("missed-check-in"), &json!(true))
    );
    let told = town.jan().did(&visit, "check-ins", json!({ "pin": PIN })).await;
    assert_eq!((&told["alarm"], &told["pinNeeded"]), (&Value::Null, &json!(false)));
    is_closed(&town, &visit).await;
}

async fn by_text_it_is_said_that_the_code_would_close_it(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    assert_eq!(town.jan().phone().replies("OK").await, LATE);
    assert!(!town.ruud().sees_alarm(&visit).await.is_null());
    assert!(town.jan().phone().replies(PIN).await.starts_with("Bedankt."));
    is_closed(&town, &visit).await;
}

async fn behind_the_link_it_is_asked_for(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    let asked = town.jan().phone().presses_button(json!({ "say": "well" })).await.ok().text;
    assert!(asked.contains(LATE) && asked.contains("name=\"pin\""), "{asked}");
    town.jan().phone().presses_button(json!({ "say": "well", "pin": PIN })).await.ok();
    is_closed(&town, &visit).await;
}

async fn who_ended_the_visit_can_still_give_it(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    let ended = town.jan().did(&visit, "end", json!({})).await;
    assert_eq!((&ended["status"], &ended["pinNeeded"]), (&json!("ended"), &json!(true)));
    assert!(!town.ruud().sees_alarm(&visit).await.is_null());
    town.jan().says(&visit, "check-ins", json!({ "pin": "4711" })).await.refused(403, "pin-wrong");
    town.jan().did(&visit, "check-ins", json!({ "pin": PIN })).await;
    is_closed(&town, &visit).await;
    town.jan().says(&visit, "check-ins", json!({})).await.refused(409, "not-under-way");
}

async fn so_can_who_ended_it_by_text(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    assert_eq!(town.jan().phone().replies("klaar").await, LATE);
    assert_eq!(town.jan().sees(&visit).await["status"], "ended");
    assert!(town.jan().phone().replies(PIN).await.starts_with("Bedankt."));
    is_closed(&town, &visit).await;
    assert_eq!(
        town.jan().phone().replies("OK").await,
        "Er is nu geen afspraak om op te antwoorden."
    );
}

async fn seen_by_jan(town: &Town, visit: &str, pin: &str) -> (Value, Vec<Value>) {
    let ended = town.jan().says(visit, "end", json!({})).await.ok();
    assert_eq!(ended.body["pinNeeded"], true);
    let answer = town.jan().says(visit, "check-ins", json!({ "pin": pin })).await.ok();
    (answer.body, town.jan().screens(visit).await)
}

async fn nobody_out_there_can_tell_which_code_it_was(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    let (usual, screens) = seen_by_jan(&town, &visit, PIN).await;
    town.until("14:00").await;
    let form = home_visit("14:00").asked_at(&["14:30"]);
    let forced = town.jan().registers(&form).await;
    town.until("14:36").await;
    let (answer, after) = seen_by_jan(&town, &forced, DURESS).await;
    let plain = |body: Value| faceless(body).to_string().replace("T13:", "T12:");
    assert_eq!(plain(answer), plain(usual));
    assert_eq!(after.len(), screens.len());
    assert_eq!(town.ruud().sees_alarm(&forced).await["silent"], true);
}

async fn a_call_for_help_is_not_over_by_it(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    assert_eq!(town.jan().phone().replies("HULP").await, "Begrepen. We regelen het.");
    assert_eq!(town.jan().sees(&visit).await["pinNeeded"], false);
    town.jan().phone().replies(PIN).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

on_both!(
    in_the_app_it_is_asked_for_and_closes_the_alarm,
    by_text_it_is_said_that_the_code_would_close_it,
    behind_the_link_it_is_asked_for,
    who_ended_the_visit_can_still_give_it,
    so_can_who_ended_it_by_text,
    nobody_out_there_can_tell_which_code_it_was,
    a_call_for_help_is_not_over_by_it,
);
