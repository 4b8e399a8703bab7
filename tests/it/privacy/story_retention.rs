//! Stories of what is no longer kept: a visit with all that hangs on it, a position before that,
//! and the month's figures, which stay.

use chrono::TimeDelta;
use rugdekking::{
    model::{
        clock::{Clock as _, testing::Seeded},
        ids::{LineId, Randomness as _},
    },
    store::{Db, Error, privacy::retention::runs},
};
use serde_json::{Value, json};

use crate::support::{
    on_both, raw,
    town::{
        Town,
        form::{home_visit, risky_visit},
    },
};

const ENSCHEDE: f64 = 52.2215;

/// A risky visit with an officer who is told, an alarm with a position, a note on it, and its end.
async fn lived(town: &Town) -> (String, String) {
    let officer = town.officer().await.id;
    let form = risky_visit("12:30").with("districtOfficer", json!({ "officerId": officer }));
    let visit = town.jan().registers(&form).await;
    town.ruud().did(&visit, "approval", json!({})).await;
    town.until("12:40").await;
    let position = json!({ "position": { "latitude": ENSCHEDE, "longitude": 6.8937 } });
    let path = format!("/v1/visits/{visit}/alarm");
    let key = [("idempotency-key", "help-1")];
    town.jan().send(axum::http::Method::POST, &path, &key, position).await.expect(201);
    town.settles().await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    let id = alarm["id"].as_str().unwrap().to_owned();
    town.ruud().takes(&alarm).await.ok();
    let note = json!({ "text": "De buren zagen licht." });
    town.ruud().post(&format!("/v1/alarms/{id}/notes"), note).await.ok();
    town.until("12:50").await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "visitEnded": true })).await.expect(200);
    (visit, id)
}

async fn a_visit_is_gone_after_thirty_days_with_all_that_hangs_on_it(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let (visit, alarm) = lived(&town).await;
    let cancelled = town.jan().registers(&home_visit("16:00")).await;
    town.jan().did(&cancelled, "cancellation", json!({ "reason": "Ziek." })).await;
    let before = raw::tables_with(&db, &visit).await;
    for table in ["visits", "alarms", "messages", "timeline", "visit_colleagues", "idempotency"] {
        assert!(before.iter().any(|t| t == table), "{table} in {before:?}");
    }
    town.days_pass("2026-12-23T11:49:59Z").await;
    town.retention.tick().await.unwrap();
    assert_eq!(town.ruud().sees(&visit).await["status"], "ended", "not a second too early");
    town.days_pass("2026-12-24T02:20:00Z").await;
    town.retention.tick().await.unwrap();
    for id in [&visit, &alarm, &cancelled] {
        let left = raw::tables_with(&db, id).await;
        // Who looked at what has a clock of its own.
        let left: Vec<_> = left.iter().filter(|table| *table != "access_log").collect();
        assert!(left.is_empty(), "{left:?}");
    }
    assert_eq!(town.ruud().get(&format!("/v1/visits/{visit}")).await.status, 404);
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    let visits = kind(&runs["items"][0], "visits");
    assert_eq!((&visits["removed"], &visits["held"]), (&json!(2), &json!([])));
}

async fn keeps_visits_for(town: &Town, days: u32) {
    let figures = json!({ "keepVisitsDays": days });
    let headers = [("if-match", "\"0\"")];
    town.noor().send(axum::http::Method::PUT, "/v1/policy", &headers, figures).await.expect(200);
}

fn kind(run: &Value, name: &str) -> Value {
    let kinds = run["kinds"].as_array().unwrap();
    kinds.iter().find(|k| k["kind"] == name).cloned().unwrap_or_default()
}

async fn a_position_is_gone_after_a_day_and_the_visit_stays(db: Db) {
    let town = Town::new(db.clone()).await;
    let (visit, alarm) = lived(&town).await;
    town.until("24:39").await;
    town.retention.tick().await.unwrap();
    let path = format!("/v1/alarms/{alarm}");
    assert_eq!(town.ruud().get(&path).await.ok().body["position"]["latitude"], ENSCHEDE);
    town.until("36:40").await;
    town.retention.tick().await.unwrap();
    let left = town.ruud().get(&path).await.ok().body;
    assert_eq!((&left["position"], &left["state"]), (&Value::Null, &json!("closed")));
    assert_eq!(left["notes"][0]["text"], "De buren zagen licht.");
    assert!(raw::tables_with(&db, "52.2215").await.is_empty(), "nor in an answer that is repeated");
    assert_eq!(town.ruud().sees(&visit).await["status"], "ended");
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    assert_eq!(kind(&runs["items"][0], "positions")["removed"], 1);
    let again = [("idempotency-key", "help-1")];
    let said = json!({ "position": { "latitude": ENSCHEDE, "longitude": 6.8937 } });
    let path = format!("/v1/visits/{visit}/alarm");
    let repeated = town.jan().send(axum::http::Method::POST, &path, &again, said).await.expect(201);
    assert_eq!(&repeated.body["position"], &Value::Null);
}

async fn a_position_stays_while_its_alarm_is_open(db: Db) {
    let town = Town::new(db.clone()).await;
    let visit = town.jan().registers(&home_visit("12:30")).await;
    town.until("12:40").await;
    let position = json!({ "position": { "latitude": ENSCHEDE, "longitude": 6.8937 } });
    town.jan().did(&visit, "alarm", position).await;
    town.clock.set(crate::support::town::at("60:00"));
    town.retention.tick().await.unwrap();
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!(alarm["position"]["latitude"], ENSCHEDE);
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    let held = &kind(&runs["items"][0], "positions")["held"];
    assert_eq!(*held, json!([{ "reason": "alarm-open", "count": 1 }]));
    town.ruud().takes(&alarm).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "visitEnded": true })).await.ok();
    town.retention.tick().await.unwrap();
    assert!(raw::tables_with(&db, "52.2215").await.is_empty());
}

async fn the_month_stays_as_it_was(db: Db) {
    let mut town = Town::new(db.clone()).await;
    lived(&town).await;
    let quiet = town.jan().registers(&home_visit("13:00").asked_at(&["13:15"])).await;
    town.until("13:18").await;
    town.jan().did(&quiet, "check-ins", json!({})).await;
    town.jan().did(&quiet, "end", json!({})).await;
    let teams = town.noor().get("/v1/teams").await.ok().body;
    let team = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "Wmo en inkomen");
    let team = team.unwrap()["id"].as_str().unwrap().to_owned();
    let drill = town.ruud().post("/v1/drills", json!({ "teamId": team })).await.ok().body;
    town.until("13:20").await;
    town.fatima().takes(&drill).await.ok();
    town.fatima().closes(&drill, json!({ "outcome": "safe" })).await.ok();
    let month = format!("/v1/teams/{team}/reports/2026-11");
    let before = town.ruud().get(&month).await.ok().body;
    assert_eq!((&before["visits"]["ended"], &before["drills"]["held"]), (&json!(2), &json!(1)));
    town.days_pass("2026-12-20T12:00:00Z").await;
    keeps_visits_for(&town, 27).await;
    town.retention.tick().await.unwrap();
    assert_eq!(town.ruud().get(&month).await.ok().body, before);
    town.days_pass("2027-02-01T12:00:00Z").await;
    town.retention.tick().await.unwrap();
    assert!(raw::tables_with(&db, &quiet).await.iter().all(|t| t == "access_log"));
    assert_eq!(town.ruud().get(&month).await.ok().body, before);
    assert!(raw::tables_with(&db, drill["id"].as_str().unwrap()).await.is_empty());
}

async fn a_night_happens_once_and_what_was_broken_off_goes_on(db: Db) {
    let town = Town::new(db.clone()).await;
    let first = town.retention.clone();
    let (one, other) = tokio::join!(town.retention.tick(), first.tick());
    assert!(one.is_ok() && other.is_ok());
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    assert_eq!(runs["items"].as_array().unwrap().len(), 1, "{runs}");
    assert_eq!(runs["items"][0]["state"], "done");
    town.retention.tick().await.unwrap();
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    assert_eq!(runs["items"].as_array().unwrap().len(), 1, "once a night");
    // Somebody else took the lease in the night, began, and was never seen again.
    town.until("28:00").await;
    let (now, id) = (town.clock.now(), LineId(Seeded::new(5).uuid(town.clock.now())));
    let dies = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            assert!(runs::lease(tx, id, now, now + TimeDelta::minutes(10)).await?);
            runs::begin(tx, id, true, now).await
        })
    });
    dies.await.unwrap();
    town.retention.tick().await.unwrap();
    let running = town.noor().get("/v1/retention-runs").await.ok().body;
    assert_eq!(running["items"][0]["state"], "running", "nobody comes in between");
    town.until("36:00").await;
    town.retention.tick().await.unwrap();
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    let states: Vec<_> = runs["items"].as_array().unwrap().iter().map(|r| &r["state"]).collect();
    assert_eq!(states, ["done", "failed", "done"]);
}

on_both!(
    a_visit_is_gone_after_thirty_days_with_all_that_hangs_on_it,
    a_position_is_gone_after_a_day_and_the_visit_stays,
    a_position_stays_while_its_alarm_is_open,
    the_month_stays_as_it_was,
    a_night_happens_once_and_what_was_broken_off_goes_on,
);
