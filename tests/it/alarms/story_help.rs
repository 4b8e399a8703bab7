//! Stories of 'Help' that is taken back: for five seconds nobody is called, and the PIN undoes it.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Answer, Town,
        form::{home_visit, risky_visit},
        person::faceless,
        twin::Twin,
    },
};

const PIN: &str = "2580";
const DURESS: &str = "1379";

/// Jan is on a visit, and presses 'Help' at ten past twelve.
async fn pressed(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:10").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    visit
}

async fn takes_back(town: &Town, visit: &str, pin: &str) -> Answer {
    town.jan().says(visit, "alarm/withdrawal", json!({ "pin": pin })).await
}

async fn nobody_was_called(town: &Town) {
    for minder in [town.ruud(), town.fatima(), town.els()] {
        assert!(minder.phone().rang().await.is_empty(), "{}", minder.persona);
        assert!(minder.phone().texts().await.is_empty(), "{}", minder.persona);
    }
}

async fn after_five_seconds_the_manager_is_called(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")));
    let shown = town.jan().sees(&visit).await;
    assert_eq!(shown["alarm"]["undoUntil"], "2026-11-23T11:10:05Z");
    town.until("12:10:04").await;
    nobody_was_called(&town).await;
    town.until("12:10:05").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.ruud().phone().text().await.contains("Jan Bakker vraagt om hulp"));
}

async fn taken_back_in_time_nobody_is_called(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    let id = town.ruud().sees_alarm(&visit).await["id"].as_str().unwrap().to_owned();
    town.until("12:10:04").await;
    let undone = takes_back(&town, &visit, PIN).await.expect(200);
    assert_eq!(&undone.body["alarm"], &Value::Null);
    town.until("12:29").await;
    nobody_was_called(&town).await;
    assert_eq!(town.jan().reads(&visit, "help-undone").await, ["12:10"]);
    let closed = town.ruud().get(&format!("/v1/alarms/{id}")).await.ok().body;
    assert_eq!((&closed["state"], &closed["outcome"]), (&json!("closed"), &json!("undone")));
    // And the visit goes on as agreed.
    town.until("12:30").await;
    assert_eq!(town.jan().phone().rang().await, ["12:30"]);
    town.until("12:35").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn a_question_that_came_meanwhile_is_asked_and_not_missed(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:29:58").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:30:01").await;
    assert!(town.jan().phone().rang().await.is_empty());
    assert_eq!(takes_back(&town, &visit, PIN).await.status, 200);
    assert_eq!(town.jan().phone().rang().await, ["12:30"]);
    assert_eq!(town.jan().sees_check_ins(&visit).await, [("12:30".into(), "prompted".into())]);
}

async fn a_wrong_code_changes_nothing_and_counts(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    takes_back(&town, &visit, "1111").await.refused(403, "pin-wrong");
    town.jan().says(&visit, "alarm/withdrawal", json!({})).await.refused(403, "pin-needed");
    assert_eq!(town.jan().reads(&visit, "pin-refused").await, ["12:10", "12:10"]);
    for _ in 0..4 {
        takes_back(&town, &visit, "1111").await.refused(403, "pin-wrong");
    }
    assert_eq!(takes_back(&town, &visit, PIN).await.status, 403, "none is believed any more");
    town.until("12:10:05").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
}

async fn once_somebody_is_called_help_stays(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    town.until("12:10:05").await;
    let mut told = vec![];
    for pin in [PIN, "1111", DURESS] {
        let late = takes_back(&town, &visit, pin).await.refused(409, "help-stays");
        told.push(late.text);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "whatever the code: {told:?}");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["state"], &alarm["cause"]), (&json!("open"), &json!("duress")));
}

async fn whoever_takes_it_within_the_five_seconds_keeps_it(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!(town.ruud().takes(&alarm).await.status, 200);
    takes_back(&town, &visit, PIN).await.refused(409, "help-stays");
    assert_eq!(town.jan().sees(&visit).await["alarm"]["owner"]["name"], "Ruud Smit");
}

async fn pressing_again_means_it(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    town.until("12:10:02").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.jan().sees(&visit).await["alarm"]["undoUntil"].is_null());
    takes_back(&town, &visit, PIN).await.refused(409, "help-stays");
}

async fn where_the_phone_is_hurries_nothing_and_opens_nothing(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    let position = json!({ "latitude": 52.2215, "longitude": 6.8937, "accuracyMetres": 12.0 });
    let found = json!({ "position": position, "followUp": true });
    town.jan().did(&visit, "alarm", found.clone()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["position"], position);
    nobody_was_called(&town).await;
    assert_eq!(takes_back(&town, &visit, PIN).await.status, 200);
    // It was found only after the call was taken back.
    town.jan().says(&visit, "alarm", found).await.refused(409, "no-alarm");
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    nobody_was_called(&town).await;
}

async fn behind_a_silent_alarm_the_position_is_heard_all_the_same(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    assert_eq!(takes_back(&town, &visit, DURESS).await.status, 200);
    let position = json!({ "latitude": 52.2215, "longitude": 6.8937, "accuracyMetres": 12.0 });
    let found = json!({ "position": position, "followUp": true });
    town.jan().says(&visit, "alarm", found).await.refused(409, "no-alarm");
    assert_eq!(town.ruud().sees_alarm(&visit).await["position"], position);
}

async fn without_a_code_nobody_waits(db: Db) {
    let town = Town::new(db).await;
    town.changes("worker", |jan| jan.pins = None).await;
    let visit = pressed(&town).await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.jan().sees(&visit).await["alarm"]["undoUntil"].is_null());
    takes_back(&town, &visit, PIN).await.refused(409, "help-stays");
}

async fn a_manager_who_calls_for_help_is_heard_at_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.ruud().did(&visit, "alarm", json!({})).await;
    assert_eq!(town.ruud().phone().rang().await, ["12:00"]);
    let refused = town.ruud().says(&visit, "alarm/withdrawal", json!({ "pin": PIN })).await;
    assert_eq!(refused.status, 403, "only who is out there takes it back");
}

async fn on_top_of_a_missed_check_in_nobody_waits(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:36").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    assert_eq!(town.fatima().phone().rang().await, ["12:36"]);
    takes_back(&town, &visit, PIN).await.refused(409, "help-stays");
}

async fn who_waits_reads_whom_the_ladder_calls(db: Db) {
    let town = Town::new(db).await;
    let visit = pressed(&town).await;
    let calls = town.jan().sees_alarm(&visit).await["calls"].clone();
    let named = |n: usize| (calls[n]["name"].clone(), calls[n]["at"].clone());
    assert_eq!(named(0), (json!("Ruud Smit"), json!("2026-11-23T11:10:05Z")));
    assert_eq!(named(1), (json!("Fatima El Amrani"), json!("2026-11-23T11:13:05Z")));
    town.until("12:13:05").await;
    assert_eq!(town.fatima().phone().rang().await, ["12:13"], "as it was told");
    assert_eq!(town.ruud().sees_alarm(&visit).await["calls"], json!([]));
}

/// With silent help on, what the phone shows and hears is what it shows after the PIN.
async fn silent_help_looks_like_all_is_well(db: Db) {
    let twin = Twin::of(&db).await;
    let mut sides = vec![];
    for (db, what, said) in
        [(db, "check-ins", json!({ "pin": PIN })), (twin.db.clone(), "alarm", json!({}))]
    {
        let town = Town::new(db).await;
        town.team(|team| team.policy.silent_help = true).await;
        let visit = town.agreed(&risky_visit("13:00").lasting(90).asked_at(&["13:30"])).await;
        town.until("13:28").await;
        let answer = town.jan().says(&visit, what, said).await.ok();
        assert_eq!(answer.body["silentHelp"], true);
        let mut seen = vec![json!([answer.status.as_u16(), answer.text])];
        seen.extend(town.jan().screens(&visit).await);
        town.until("13:40").await;
        seen.extend(town.jan().screens(&visit).await);
        seen.push(json!([town.jan().phone().texts().await, town.jan().phone().rang().await]));
        if what == "alarm" {
            let alarm = town.ruud().sees_alarm(&visit).await;
            assert_eq!((&alarm["cause"], &alarm["silent"]), (&json!("duress"), &json!(true)));
            assert!(town.ruud().phone().rang().await.contains(&"13:28".to_owned()));
        }
        sides.push(faceless(json!(seen)));
    }
    // The link in a text is the one thing that differs between any two towns.
    assert_eq!(sides[0], sides[1]);
    twin.drop_it().await;
}

on_both!(
    after_five_seconds_the_manager_is_called,
    taken_back_in_time_nobody_is_called,
    a_question_that_came_meanwhile_is_asked_and_not_missed,
    a_wrong_code_changes_nothing_and_counts,
    once_somebody_is_called_help_stays,
    whoever_takes_it_within_the_five_seconds_keeps_it,
    pressing_again_means_it,
    where_the_phone_is_hurries_nothing_and_opens_nothing,
    behind_a_silent_alarm_the_position_is_heard_all_the_same,
    without_a_code_nobody_waits,
    a_manager_who_calls_for_help_is_heard_at_once,
    on_top_of_a_missed_check_in_nobody_waits,
    who_waits_reads_whom_the_ladder_calls,
    silent_help_looks_like_all_is_well,
);
