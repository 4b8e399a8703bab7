//! Stories of what is written down while an alarm is handled.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::home_visit, person::Person},
};

/// Jan missed his check-in of 13:30; it is 13:36, and Ruud was told.
async fn alarm(town: &Town) -> (String, Value) {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    (visit, alarm)
}

async fn notes(who: Person<'_>, alarm: &Value, note: Value) -> Answer {
    who.post(&format!("/v1/alarms/{}/notes", alarm["id"].as_str().unwrap()), note).await
}

async fn notes_of_several_managers_stand_in_order(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    town.ruud().takes(&alarm).await.ok();
    let note = json!({ "text": "  De buren zien zijn fiets staan. " });
    assert_eq!(notes(town.ruud(), &alarm, note).await.status, 200);
    town.until("13:38").await;
    let seen = notes(town.fatima(), &alarm, json!({ "text": "Ik rijd erheen." })).await.ok().body;
    let kept: Vec<_> = seen["notes"].as_array().unwrap().iter().collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0]["text"], "De buren zien zijn fiets staan.");
    assert_eq!((&kept[0]["by"]["name"], &kept[0]["step"]), (&json!("Ruud Smit"), &Value::Null));
    assert_eq!(kept[1]["by"]["name"], "Fatima El Amrani");
    let lines = town.ruud().reads_timeline(&visit).await;
    let noted: Vec<_> = lines.iter().filter(|l| l.1 == "alarm-noted").collect();
    assert_eq!(noted[0].2, "Notitie: De buren zien zijn fiets staan.");
    assert_eq!((&*noted[1].0, &*noted[1].2), ("13:38", "Notitie: Ik rijd erheen."));
    assert_eq!(seen["owner"]["name"], "Ruud Smit", "a note takes nothing from its owner");
}

async fn a_step_is_ticked_once_and_may_be_taken_back(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    let called = json!({ "step": "worker-called" });
    notes(town.ruud(), &alarm, called.clone()).await.ok();
    let seen = notes(town.fatima(), &alarm, called.clone()).await.ok().body;
    assert_eq!(seen["notes"].as_array().unwrap().len(), 1, "{}", seen["notes"]);
    assert_eq!(
        (&seen["notes"][0]["step"], &seen["notes"][0]["done"]),
        (&called["step"], &json!(true))
    );
    town.until("13:37").await;
    notes(town.ruud(), &alarm, json!({ "step": "worker-called", "done": false })).await.ok();
    town.until("13:38").await;
    notes(town.ruud(), &alarm, called).await.ok();
    let lines = town.ruud().reads_timeline(&visit).await;
    let ticks = lines.iter().filter(|l| l.1 == "step-ticked").map(|l| (&*l.0, &*l.2));
    let told = [
        ("13:36", "Medewerker gebeld"),
        ("13:37", "Toch niet: Medewerker gebeld"),
        ("13:38", "Medewerker gebeld"),
    ];
    assert_eq!(ticks.collect::<Vec<_>>(), told);
}

async fn who_is_out_there_neither_writes_nor_reads(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    notes(town.jan(), &alarm, json!({ "text": "Laat mij." })).await.refused(403, "on-the-visit");
    let before = town.jan().reads_timeline(&visit).await;
    notes(town.ruud(), &alarm, json!({ "text": "De politie gaat kijken." })).await.ok();
    assert_eq!(town.jan().reads_timeline(&visit).await, before);
    let id = alarm["id"].as_str().unwrap();
    let seen = town.jan().get(&format!("/v1/alarms/{id}")).await.expect(200);
    assert_eq!(&seen.body["notes"], &json!([]));
    assert_eq!(seen.body["officerToCall"], Value::Null);
    notes(town.noor(), &alarm, json!({ "text": "Ik ook." })).await.expect(404);
}

async fn a_note_of_a_silent_alarm_changes_nothing_on_the_phone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.jan().did(&visit, "check-ins", json!({ "pin": "1379" })).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!(alarm["silent"], true);
    let before = town.jan().screens(&visit).await;
    notes(town.ruud(), &alarm, json!({ "step": "emergency-called" })).await.expect(200);
    notes(town.ruud(), &alarm, json!({ "text": "Politie is onderweg." })).await.ok();
    assert_eq!(town.jan().screens(&visit).await, before);
    let refused = notes(town.jan(), &alarm, json!({ "text": "?" })).await;
    assert_eq!(refused.status, 404, "not even that there is an alarm");
}

async fn what_is_no_note_is_refused_with_every_fault(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    let long = "x".repeat(2001);
    for (bad, field) in [
        (json!({}), "text"),
        (json!({ "text": "  " }), "text"),
        (json!({ "text": long }), "text"),
        (json!({ "text": "Gebeld.", "step": "worker-called" }), "text"),
        (json!({ "text": "Gebeld.", "done": true }), "done"),
    ] {
        let refused = notes(town.ruud(), &alarm, bad).await.expect(400);
        assert_eq!(refused.body["faults"][0]["field"], field);
    }
    assert_eq!(notes(town.ruud(), &alarm, json!({ "step": "shouted" })).await.status, 400);
    let most = json!({ "text": "x".repeat(2000) });
    assert_eq!(notes(town.ruud(), &alarm, most).await.status, 200);
}

async fn what_is_known_late_is_written_down_too(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    let late = notes(town.fatima(), &alarm, json!({ "text": "Telefoon lag in de auto." }))
        .await
        .expect(200);
    assert_eq!(late.body["state"], "closed");
    assert_eq!(late.body["notes"][0]["text"], "Telefoon lag in de auto.");
}

async fn the_officer_of_the_address_can_be_called_until_it_is_closed(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    let officer = town.officer().await;
    let mobile = officer.mobile.as_ref().unwrap().as_str();
    assert_eq!(alarm["officerToCall"], json!({ "name": officer.name, "mobile": mobile }));
    let closed = town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok().body;
    assert_eq!(closed["officerToCall"], Value::Null);
}

on_both!(
    notes_of_several_managers_stand_in_order,
    a_step_is_ticked_once_and_may_be_taken_back,
    who_is_out_there_neither_writes_nor_reads,
    a_note_of_a_silent_alarm_changes_nothing_on_the_phone,
    what_is_no_note_is_refused_with_every_fault,
    what_is_known_late_is_written_down_too,
    the_officer_of_the_address_can_be_called_until_it_is_closed,
);
