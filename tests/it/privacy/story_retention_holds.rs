//! Stories of what is kept past its term, and of the clocks of incidents, measures and the log.

use chrono::TimeDelta;
use rugdekking::{
    model::clock::Clock as _,
    store::{Db, Error},
};
use serde_json::{Value, json};

use crate::support::{
    on_both, raw,
    town::{Town, at, form::home_visit, person::Person},
};

async fn ended_visit(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("12:30")).await;
    town.clock.set(at("12:40"));
    town.settles().await;
    town.jan().did(&visit, "end", json!({})).await;
    visit
}

async fn says(who: Person<'_>, path: &str, body: Value) -> Value {
    let answer = who.post(path, body).await.ok();
    answer.body
}

async fn incident(town: &Town, visit: &str) -> String {
    let body = json!({ "visitId": visit, "said": "Schold mij drie keer uit.",
        "behaviour": "C", "persistent": true });
    let made = says(town.jan(), "/v1/incidents", body).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Up to a letter, which is approved.
async fn with_a_letter(town: &Town, incident: &str) -> String {
    let path = |what: &str| format!("/v1/incidents/{incident}/{what}");
    says(town.ruud(), &path("assessment"), json!({})).await;
    let called = town.account("deputy").await.id;
    let call = json!({ "outcome": "persists", "note": "Hing op.", "calledBy": called });
    says(town.ruud(), &path("ombudsman-call"), call).await;
    let letter = json!({ "reason": "Schold een medewerker uit en ging door.",
        "openChannel": "Per brief.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } });
    let decision = json!({ "reaction": "warning-letter", "letter": letter });
    let decided = says(town.ruud(), &path("decision"), decision).await;
    let entry = decided["decision"]["entryId"].as_str().unwrap().to_owned();
    says(town.els(), &format!("/v1/register-entries/{entry}/approval"), json!({})).await;
    entry
}

async fn closed(town: &Town, incident: &str) {
    let note = json!({ "note": "Afgehandeld." });
    says(town.ruud(), &format!("/v1/incidents/{incident}/closure"), note).await;
}

/// Removes what is over; what came of one kind.
async fn night(town: &Town, kind: &str) -> Value {
    town.retention.tick().await.unwrap();
    let runs = town.noor().get("/v1/retention-runs").await.ok().body;
    let kinds = runs["items"][0]["kinds"].as_array().unwrap().clone();
    kinds.into_iter().find(|k| k["kind"] == kind).unwrap_or_default()
}

async fn is_there(db: &Db, table: &str, id: &str) -> bool {
    raw::tables_with(db, id).await.iter().any(|found| found == table)
}

async fn a_visit_stays_while_its_incident_is_open_or_objected_to(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let visit = ended_visit(&town).await;
    let incident = incident(&town, &visit).await;
    let entry = with_a_letter(&town, &incident).await;
    town.days_pass("2027-01-10T12:00:00Z").await;
    let held = json!([{ "reason": "incident-open", "count": 1 }]);
    assert_eq!(night(&town, "visits").await["held"], held);
    closed(&town, &incident).await;
    let objection = json!({ "receivedOn": "2027-01-10" });
    let path = format!("/v1/register-entries/{entry}");
    says(town.els(), &format!("{path}/objection"), objection).await;
    town.days_pass("2027-01-11T12:00:00Z").await;
    let held = json!([{ "reason": "objection", "count": 1 }]);
    assert_eq!(night(&town, "visits").await["held"], held);
    assert!(is_there(&db, "visits", &visit).await);
    let decided = json!({ "upheld": false, "because": "Het staat vast." });
    says(town.tom(), &format!("{path}/objection-decision"), decided).await;
    town.days_pass("2027-01-12T12:00:00Z").await;
    assert_eq!(night(&town, "visits").await["removed"], 1);
    assert!(!is_there(&db, "visits", &visit).await);
    let seen = town.jan().get(&format!("/v1/incidents/{incident}")).await;
    assert_eq!(seen.status, 200, "the incident has a clock of its own");
}

async fn an_incident_of_before_knows_its_visit_all_the_same(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let visit = ended_visit(&town).await;
    incident(&town, &visit).await;
    let forget = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            let never = "update incidents set visit_id = null, visit_noted = false";
            tx.query(never).execute().await
        })
    });
    assert_eq!(forget.await.unwrap(), 1);
    town.days_pass("2027-01-10T12:00:00Z").await;
    let held = json!([{ "reason": "incident-open", "count": 1 }]);
    assert_eq!(night(&town, "visits").await["held"], held);
}

async fn an_incident_and_its_measure_go_each_at_their_own_time(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let visit = ended_visit(&town).await;
    let incident = incident(&town, &visit).await;
    let entry = with_a_letter(&town, &incident).await;
    let care = town.everybody_is_cared_for().await.pop().unwrap();
    closed(&town, &incident).await;
    // The letter lasts until 23 May 2027, the incident is kept until 23 November 2028.
    town.days_pass("2028-11-22T12:00:00Z").await;
    night(&town, "incidents").await;
    assert!(is_there(&db, "incidents", &incident).await && is_there(&db, "aftercare", &care).await);
    town.days_pass("2028-11-24T12:00:00Z").await;
    let gone = night(&town, "incidents").await;
    assert_eq!((&gone["removed"], &gone["held"]), (&json!(1), &json!([])));
    let left = raw::tables_with(&db, &incident).await;
    // The measure says from which incident it came, until it goes itself; what phones received is
    // on the phones.
    let may = ["access_log", "register_entries", "sandbox_texts"];
    assert!(left.iter().all(|table| may.contains(&table.as_str())), "{left:?}");
    assert!(!is_there(&db, "aftercare", &care).await && !is_there(&db, "jobs", &care).await);
    town.days_pass("2029-05-23T12:00:00Z").await;
    night(&town, "measures").await;
    assert!(is_there(&db, "register_entries", &entry).await, "kept through its last day");
    town.days_pass("2029-05-24T12:00:00Z").await;
    assert!(night(&town, "measures").await["removed"].as_u64() >= Some(1));
    let left = raw::tables_with(&db, &entry).await;
    assert!(left.iter().all(|table| may.contains(&table.as_str())), "{left:?}");
    assert!(!is_there(&db, "register_entries", &entry).await);
}

async fn a_measure_that_counts_keeps_the_incident_it_rests_on(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let figures = json!({ "keepIncidentsMonths": 1, "warningTermMonths": 1 });
    let headers = [("if-match", "\"0\"")];
    let put = axum::http::Method::PUT;
    assert_eq!(town.noor().send(put, "/v1/policy", &headers, figures).await.status, 200);
    let visit = ended_visit(&town).await;
    let incident = incident(&town, &visit).await;
    with_a_letter(&town, &incident).await;
    town.everybody_is_cared_for().await;
    closed(&town, &incident).await;
    town.days_pass("2027-03-01T12:00:00Z").await;
    let held = json!([{ "reason": "measure-in-force", "count": 1 }]);
    assert_eq!(night(&town, "incidents").await["held"], held);
    assert!(!is_there(&db, "visits", &visit).await, "a measure rests on no visit");
    town.days_pass("2027-05-25T12:00:00Z").await;
    assert_eq!(night(&town, "incidents").await["removed"], 1);
}

async fn what_hangs_on_nothing_goes_by_its_age(db: Db) {
    let mut town = Town::new(db.clone()).await;
    let look = json!({ "residents": home_visit("13:00").0["residents"].clone() });
    says(town.jan(), "/v1/register-checks", look).await;
    town.jan().post("/v1/me/channel-tests", json!({ "channel": "text" })).await.expect(202);
    let count = async |table: &'static str| {
        let found = db.read::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let count: (i64,) = tx.query(table).one().await?;
                Ok(count.0)
            })
        });
        found.await.unwrap()
    };
    let (messages, answers, log) = (
        "select count(*) from messages",
        "select count(*) from register_answers",
        "select count(*) from access_log",
    );
    assert_eq!((count(messages).await, count(answers).await, count(log).await), (1, 1, 1));
    town.days_pass("2026-12-24T12:00:00Z").await;
    assert_eq!(night(&town, "messages").await["removed"], 1);
    assert_eq!((count(messages).await, count(answers).await), (0, 1));
    town.clock.set(town.clock.now() + TimeDelta::days(336));
    town.days_pass("2027-11-26T12:00:00Z").await;
    assert_eq!(night(&town, "checks").await["removed"], 1);
    assert_eq!((count(answers).await, count(log).await), (0, 1), "that it was done is still known");
    town.days_pass("2031-11-24T12:00:00Z").await;
    assert_eq!(night(&town, "access-log").await["removed"], 1);
    assert_eq!(count(log).await, 0);
}

on_both!(
    a_visit_stays_while_its_incident_is_open_or_objected_to,
    an_incident_of_before_knows_its_visit_all_the_same,
    an_incident_and_its_measure_go_each_at_their_own_time,
    a_measure_that_counts_keeps_the_incident_it_rests_on,
    what_hangs_on_nothing_goes_by_its_age,
);
