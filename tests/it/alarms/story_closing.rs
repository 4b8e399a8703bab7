//! Stories of closing an alarm, and of what is written down.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

async fn alarm(town: &Town) -> (String, Value) {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    (visit, alarm)
}

async fn each_outcome_is_kept(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    for outcome in ["safe", "help-sent", "incident", "false-alarm"] {
        town.jan().did(&visit, "alarm", json!({})).await;
        let alarm = town.ruud().sees_alarm(&visit).await;
        let how = json!({ "outcome": outcome, "note": "Op de verkeerde knop." });
        let closed = town.ruud().closes(&alarm, how).await.expect(200);
        assert_eq!(closed.body["outcome"], outcome);
        assert_eq!(closed.body["closedBy"]["name"], "Ruud Smit");
        assert_eq!(closed.body["note"], "Op de verkeerde knop.");
        assert!(town.ruud().sees_alarm(&visit).await.is_null());
    }
    let closed = town.ruud().get("/v1/alarms?state=closed").await.ok().body;
    assert_eq!(closed["items"].as_array().unwrap().len(), 4);
}

async fn a_false_alarm_needs_a_reason_and_an_outcome_is_needed(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    for bare in
        [json!({ "outcome": "false-alarm" }), json!({ "outcome": "false-alarm", "note": " " })]
    {
        let refused = town.ruud().closes(&alarm, bare).await.expect(400);
        assert_eq!(refused.body["faults"][0]["field"], "note");
    }
    assert_eq!(town.ruud().closes(&alarm, json!({})).await.status, 400);
    assert_eq!(town.ruud().closes(&alarm, json!({ "outcome": "fine" })).await.status, 400);
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "owned");
}

async fn what_is_closed_stays_closed(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    assert_eq!(town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.status, 200);
    town.fatima()
        .closes(&alarm, json!({ "outcome": "incident" }))
        .await
        .refused(409, "alarm-closed");
    town.fatima().takes(&alarm).await.refused(409, "alarm-closed");
    town.until("15:00").await;
    let after =
        town.ruud().get(&format!("/v1/alarms/{}", alarm["id"].as_str().unwrap())).await.ok();
    assert_eq!(after.body["outcome"], "safe");
}

async fn the_visit_is_watched_on(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    town.until("13:40").await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    let seen = town.jan().sees(&visit).await;
    assert_eq!((&seen["status"], &seen["alarm"]), (&json!("under-way"), &Value::Null));
    assert_eq!(seen["promise"], "Om 13:45 bellen we je.");
    town.until("13:50").await;
    assert_eq!(town.jan().phone().rang().await[2..], ["13:45", "13:47"]);
    let next = town.ruud().sees_alarm(&visit).await;
    assert!(next["id"] != alarm["id"] && next["state"] == "open", "a new one: {next}");
}

async fn what_came_due_meanwhile_is_not_asked_afterwards(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    town.until("13:50").await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    town.until("14:10").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    let last = town.jan().sees_check_ins(&visit).await.pop().unwrap();
    assert_eq!(last, ("14:20".into(), "scheduled".into()));
}

async fn closing_may_say_that_the_visit_ended_too(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    let how = json!({ "outcome": "incident", "note": "Naar de huisarts.", "visitEnded": true });
    town.ruud().closes(&alarm, how).await.ok();
    assert_eq!(town.jan().sees(&visit).await["status"], "ended");
    town.until("16:00").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
}

async fn the_worker_hears_of_it(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    town.until("13:40").await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    let told = "Ruud Smit heeft het alarm afgesloten. We bellen je weer om 13:45.";
    assert_eq!(town.jan().phone().text().await, told);
    town.until("13:51").await;
    let second = town.ruud().sees_alarm(alarm["visitId"].as_str().unwrap()).await;
    let how = json!({ "outcome": "incident", "visitEnded": true });
    town.ruud().closes(&second, how).await.ok();
    let told = "Ruud Smit heeft het alarm afgesloten. Je afspraak is ook afgesloten.";
    assert_eq!(town.jan().phone().text().await, told);
    let lines = town.ruud().reads_timeline(alarm["visitId"].as_str().unwrap()).await;
    let ended = lines.iter().find(|line| line.1 == "ended").unwrap();
    assert_eq!(ended.2, "Bezoek afgesloten, samen met het alarm", "and not as safe");
}

async fn the_timeline_tells_it_all(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:38").await;
    town.fatima().phone().answers_with("1").await;
    town.until("13:42").await;
    let alarm = town.fatima().sees_alarm(&visit).await;
    let how = json!({ "outcome": "safe", "note": "Was in de kelder." });
    town.fatima().closes(&alarm, how).await.ok();
    town.until("13:45").await;
    town.jan().did(&visit, "end", json!({})).await;
    let told = town.ruud().reads_timeline(&visit).await;
    let told: Vec<_> = told.iter().filter(|l| l.1 != "message").map(|l| (&*l.0, &*l.2)).collect();
    assert_eq!(
        told,
        [
            ("12:00", "Bezoek aangemeld"),
            ("13:00", "Gestart op de starttijd"),
            ("13:25", "Herinnerd aan 13:30"),
            ("13:30", "Gebeld en ge-sms't voor 13:30"),
            ("13:32", "Opnieuw gebeld voor 13:30"),
            ("13:35", "Geen antwoord op 13:30"),
            ("13:35", "Alarm geopend: geen antwoord op de afgesproken tijd"),
            ("13:35", "Trede 1: Ruud Smit gewaarschuwd"),
            ("13:38", "Trede 2: Ruud Smit, Fatima El Amrani gewaarschuwd"),
            ("13:38", "Alarm opgepakt aan de telefoon"),
            ("13:42", "Alarm gesloten: iedereen is veilig — Was in de kelder."),
            ("13:45", "Gebeld en ge-sms't voor 13:45"),
            ("13:45", "Veilig afgesloten in de app"),
        ]
    );
    let lines = town.ruud().reads_timeline(&visit).await;
    let said = |l: &&(String, String, String)| l.1 == "message" && l.2.contains("Ruud Smit");
    let said: Vec<_> = lines.iter().filter(said).map(|l| (&*l.0, &*l.2)).collect();
    assert_eq!(said[0], ("13:35", "Sms naar Ruud Smit: aangekomen"), "{said:?}");
    assert_eq!(said[1], ("13:35", "Oproep naar Ruud Smit: verstuurd"));
}

on_both!(
    each_outcome_is_kept,
    a_false_alarm_needs_a_reason_and_an_outcome_is_needed,
    what_is_closed_stays_closed,
    the_visit_is_watched_on,
    what_came_due_meanwhile_is_not_asked_afterwards,
    closing_may_say_that_the_visit_ended_too,
    the_worker_hears_of_it,
    the_timeline_tells_it_all,
);
