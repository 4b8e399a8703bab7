//! Stories of rows that cannot be read, or that a newer program wrote: each costs what it is about,
//! and nobody else's help, answer or alarm.

use std::collections::BTreeSet;

use axum::http::Method;
use chrono::TimeDelta;
use rugdekking::{model::clock::Clock as _, store::Db};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    raw::{self, Sealed},
    spoil::{NEWER, Spoil, spoil},
    town::{Answer, Town, day::of_everything, form::home_visit, person::Person, time},
};

/// One row that everybody's work hangs on: it is nobody's in particular.
const EVERYBODYS: [&str; 1] = ["access_chain"];

/// The people of the story, whose own rows stay as they are.
async fn of_the_story(town: &Town) -> BTreeSet<String> {
    let mut spared = BTreeSet::new();
    for persona in ["worker", "manager", "deputy", "desk", "admin"] {
        spared.insert(town.account(persona).await.id.to_string());
    }
    spared
}

/// Whether a row is somebody else's than Jan's and that of those who watch over him.
fn is_of_others(row: &Sealed, spared: &BTreeSet<String>) -> bool {
    match row.table {
        "people" => !spared.contains(&row.key),
        "teams" => !row.plain["name"].as_str().is_some_and(|name| name.starts_with("Wmo")),
        // The lock of the whole database.
        "settings" => row.key != "sealing",
        _ => true,
    }
}

async fn ready(town: &Town) -> Answer {
    town.ask(Method::GET, "/health/ready", &[], Value::Null).await
}

async fn minutes_pass(town: &Town, minutes: i64) -> String {
    town.go(town.clock.now() + TimeDelta::minutes(minutes)).await;
    time(town.clock.now())
}

async fn gets(person: Person<'_>, path: &str, after: &str) {
    let answer = person.get(path).await;
    assert!(answer.status == 200, "after {after}: {answer}");
    answer.ok();
}

/// Jan goes out, says that all is well, calls for help, is helped, and ends; those who keep the
/// rest see their lists.
async fn a_visit(town: &Town, after: &str) {
    gets(town.jan(), "/v1/me", after).await;
    let due = time(town.clock.now() + TimeDelta::minutes(6));
    let form = home_visit(&time(town.clock.now())).alone().visiting("A. Aardema");
    let form = form.living_at("Nieuwstraat", 1, "7411 LG").lasting(240).asked_at(&[&due]);
    let visit = town.jan().tries_to_register(&form).await;
    let visit = visit.expect(201);
    let visit = visit.body["id"].as_str().unwrap().to_owned();
    let now = minutes_pass(town, 6).await;
    assert!(town.jan().phone().rang().await.contains(&now), "asked after {after}");
    for (what, status) in [("check-ins", 200), ("alarm", 201)] {
        let answer = town.jan().says(&visit, what, json!({ "pin": "2580" })).await;
        assert!(answer.status == status, "{what} after {after}: {answer} is not {status}");
        answer.ok();
    }
    let now = minutes_pass(town, 1).await;
    let rang = town.ruud().phone().rang().await;
    let before = time(town.clock.now() - TimeDelta::minutes(1));
    assert!(rang.contains(&now) || rang.contains(&before), "the ladder after {after}: {rang:?}");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!(alarm["cause"], "panic", "after {after}: {alarm}");
    let taken = town.ruud().takes(&alarm).await;
    taken.expect(200);
    let how = json!({ "outcome": "safe", "note": "Ging mee." });
    assert_eq!(town.ruud().closes(&alarm, how).await.status, 200, "closing after {after}");
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
}

/// The lists in which a row is one of many.
async fn lists(town: &Town, after: &str) {
    for path in ["/v1/teams", "/v1/people", "/v1/district-officers", "/v1/policy-changes"] {
        gets(town.noor(), path, after).await;
    }
    for path in ["/v1/register-entries", "/v1/privacy-requests", "/v1/incidents"] {
        gets(town.els(), path, after).await;
    }
    for path in ["/v1/visits?scope=team", "/v1/alarms", "/v1/alarms?state=closed", "/v1/aftercare"]
    {
        gets(town.ruud(), path, after).await;
    }
    gets(town.jan(), "/v1/visits", after).await;
}

async fn goes_on(db: Db, how: Spoil) {
    let town = of_everything(db).await;
    let spared = of_the_story(&town).await;
    a_visit(&town, "nothing").await;
    lists(&town, "nothing").await;
    let mut spoiled = BTreeSet::new();
    for table in raw::sealed_tables(&town.db).await {
        if how != Spoil::NewerFields && EVERYBODYS.contains(&table) {
            continue;
        }
        if spoil(&town.db, table, how, |row| is_of_others(row, &spared)).await > 0 {
            spoiled.insert(table);
        }
        a_visit(&town, table).await;
        lists(&town, table).await;
    }
    town.engine.audit().await.unwrap();
    let health = ready(&town).await;
    let health = health.expect(200);
    let told = &health.body["rows"];
    let metrics = town.ask(Method::GET, "/metrics", &[], Value::Null).await.ok().text;
    if how == Spoil::NewerFields {
        assert_eq!(told, &json!({ "status": "ready", "unreadable": {} }));
        return;
    }
    assert_eq!(told["status"], "degraded");
    for table in ["people", "teams", "visits", "alarms", "register_entries", "incidents"] {
        assert!(spoiled.contains(table));
        assert!(told["unreadable"][table].as_u64().is_some_and(|n| n > 0), "{table}: {told}");
        let sample = format!("rugdekking_unreadable_rows{{table=\"{table}\"}}");
        assert!(metrics.contains(&sample), "{metrics}");
    }
    minutes_pass(&town, 1).await;
    let texts = town.noor().phone().texts().await;
    assert!(texts.iter().any(|text| text.contains("niet te lezen")), "{texts:?}");
}

async fn what_a_newer_program_wrote_stops_nobody(db: Db) {
    goes_on(db, Spoil::NewerFields).await;
}

async fn garbage_in_the_rows_of_others_stops_nobody(db: Db) {
    goes_on(db, Spoil::Garbage).await;
}

async fn rows_of_others_under_another_key_stop_nobody(db: Db) {
    goes_on(db, Spoil::AnotherKey).await;
}

/// The rows that hold what a newer program wrote.
async fn with_newer(town: &Town) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for table in raw::sealed_tables(&town.db).await {
        let rows = raw::sealed(&town.db, table).await.into_iter();
        let newer = rows.filter(|row| row.plain.get(NEWER).is_some());
        found.extend(newer.map(|row| (table.to_owned(), row.key + &row.part)));
    }
    found
}

/// Changes what nearly every screen can change; each row keeps what this program does not know.
async fn what_a_newer_program_wrote_is_kept(db: Db) {
    let town = of_everything(db).await;
    let visit = town.jan().registers(&home_visit("14:30").alone().asked_at(&["14:40"])).await;
    town.until("14:31").await;
    for table in ["people", "teams", "organisation", "policy", "visits", "alarms", "incidents"] {
        assert!(spoil(&town.db, table, Spoil::NewerFields, |_| true).await > 0, "{table}");
    }
    let before = with_newer(&town).await;
    town.until("14:40").await;
    town.jan().did(&visit, "check-ins", json!({})).await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("14:45").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "note": "Ging mee." })).await.ok();
    let changes = async |path: &str, field: &str, value: Value| {
        let found = town.noor().get(path).await.ok();
        let etag = found.etag();
        let mut body = found.body;
        body[field] = value;
        for shown in ["id", "version", "warnings", "letterhead"] {
            body.as_object_mut().unwrap().remove(shown);
        }
        let sent = town.noor().send(Method::PUT, path, &[("if-match", &etag)], body).await;
        sent.expect(200);
    };
    let teams = town.noor().get("/v1/teams").await.ok().body;
    let team = teams["items"].as_array().unwrap().iter().find(|t| t["members"] != json!([]));
    let path = format!("/v1/teams/{}", team.unwrap()["id"].as_str().unwrap());
    changes(&path, "name", json!("Wmo, jeugd en inkomen")).await;
    changes("/v1/organisation", "callNumber", json!("+31534818182")).await;
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
    town.sanne().phone().sends("START").await;
    assert_eq!(with_newer(&town).await, before);
    let teams = raw::sealed(&town.db, "teams").await;
    let changed = teams.iter().find(|t| t.plain["name"] == "Wmo, jeugd en inkomen").unwrap();
    for part in ["/policy", "/ladder", "/ladder/rungs/0"] {
        assert!(changed.plain.pointer(part).unwrap().get(NEWER).is_some(), "{part} keeps its own");
    }
}

async fn spoils(town: &Town, table: &str, chosen: impl Fn(&Sealed) -> bool) {
    assert!(spoil(&town.db, table, Spoil::Garbage, chosen).await > 0, "{table}");
}

/// Jan is on a visit that is asked at half past twelve.
async fn under_way(town: &Town) -> String {
    let form = home_visit("12:00").alone().asked_at(&["12:30"]);
    let visit = town.jan().registers(&form).await;
    town.until("12:10").await;
    visit
}

async fn without_its_team_a_visit_has_the_organisations_ladder(db: Db) {
    let town = Town::new(db).await;
    let visit = under_way(&town).await;
    spoils(&town, "teams", |team| team.plain["members"] != json!([])).await;
    town.until("12:36").await;
    assert_eq!(town.els().phone().rang().await, ["12:35"], "the desk is the last resort");
    assert_eq!(town.jan().phone().rang().await, ["12:30", "12:32"]);
    assert!(town.ruud().phone().rang().await.is_empty(), "who manages it cannot be read");
    assert_eq!(ready(&town).await.status, 200);
    let _ = visit;
}

async fn without_the_organisation_an_alarm_climbs_the_teams_ladder(db: Db) {
    let town = Town::new(db).await;
    under_way(&town).await;
    spoils(&town, "organisation", |_| true).await;
    town.until("12:36").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:35"]);
}

async fn without_its_manager_an_alarm_goes_to_the_deputy(db: Db) {
    let town = Town::new(db).await;
    under_way(&town).await;
    let ruud = town.account("manager").await.id.to_string();
    spoils(&town, "people", |person| person.key == ruud).await;
    town.until("12:36").await;
    assert_eq!(town.fatima().phone().rang().await, ["12:35"]);
}

async fn a_visit_that_cannot_be_read_is_an_alarm_that_can_be_taken(db: Db) {
    let town = Town::new(db).await;
    let visit = under_way(&town).await;
    spoils(&town, "visits", |row| row.key == visit).await;
    town.until("12:36").await;
    let rang = town.ruud().phone().rang().await;
    assert_eq!(rang.first().map(String::as_str), Some("12:25"), "at its next step: {rang:?}");
    let alarms = town.ruud().get("/v1/alarms").await.ok().body;
    assert_eq!(alarms["items"].as_array().unwrap().len(), 1, "once: {alarms}");
    let alarm = alarms["items"][0].clone();
    assert_eq!(alarm["state"], "open", "{alarms}");
    assert_eq!(town.ruud().takes(&alarm).await.status, 200);
    let how = json!({ "outcome": "safe", "note": "Belde terug." });
    town.ruud().closes(&alarm, how).await.expect(200);
    town.until("14:00").await;
    assert_eq!(town.ruud().phone().rang().await, rang, "then it is over");
    town.engine.audit().await.unwrap();
    let health = ready(&town).await;
    assert_eq!(health.expect(200).body["rows"]["status"], "degraded");
}

async fn an_alarm_that_cannot_be_read_is_raised_anew(db: Db) {
    let town = Town::new(db).await;
    let visit = under_way(&town).await;
    town.until("12:36").await;
    let first = town.ruud().sees_alarm(&visit).await["id"].clone();
    spoils(&town, "alarms", |_| true).await;
    town.until("12:39").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_ne!(alarm["id"], first);
    assert_eq!(alarm["state"], "open");
    assert_eq!(town.ruud().phone().rang().await.len(), 2, "from the first rung on");
    assert_eq!(
        town.jan().sees(&visit).await["alarm"],
        Value::Null,
        "the first may have been silent"
    );
    assert_eq!(town.ruud().takes(&alarm).await.status, 200);
    assert_eq!(ready(&town).await.status, 200);
}

async fn a_row_that_is_mended_or_gone_is_told_no_more(db: Db) {
    let town = Town::new(db).await;
    let before = raw::sealed(&town.db, "district_officers").await;
    spoils(&town, "district_officers", |_| true).await;
    gets(town.noor(), "/v1/district-officers", "spoiling").await;
    let told = async || ready(&town).await.ok().body["rows"]["unreadable"].clone();
    assert_eq!(told().await, json!({ "district_officers": 1 }));
    let gone = town.db.write::<_, rugdekking::store::Error, _>(|tx| {
        Box::pin(async move { tx.query("delete from district_officers").execute().await })
    });
    assert_eq!(gone.await.unwrap(), before.len() as u64);
    town.engine.audit().await.unwrap();
    assert_eq!(told().await, json!({}));
}

on_both!(
    what_a_newer_program_wrote_stops_nobody,
    garbage_in_the_rows_of_others_stops_nobody,
    rows_of_others_under_another_key_stop_nobody,
    what_a_newer_program_wrote_is_kept,
    without_its_team_a_visit_has_the_organisations_ladder,
    without_the_organisation_an_alarm_climbs_the_teams_ladder,
    without_its_manager_an_alarm_goes_to_the_deputy,
    a_visit_that_cannot_be_read_is_an_alarm_that_can_be_taken,
    an_alarm_that_cannot_be_read_is_raised_anew,
    a_row_that_is_mended_or_gone_is_told_no_more,
);
