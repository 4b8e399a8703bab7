//! Stories of the month in figures: of what was lived, of nobody in particular, and of what is over.

use axum::http::Method;
use rugdekking::{api::docs::openapi, store::Db};
use serde_json::{Value, json};

use crate::{
    support::{
        on_both,
        town::{
            Answer, Town,
            form::{home_visit, risky_visit},
            person::Person,
        },
    },
    surface::contract::shapes::Shapes,
};

async fn wmo(town: &Town) -> String {
    let teams = town.noor().get("/v1/teams").await.ok().body;
    let items = teams["items"].as_array().unwrap();
    let found = items.iter().find(|t| t["name"] == "Wmo en inkomen").unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn reads(person: Person<'_>, month: &str) -> Answer {
    let path = format!("/v1/teams/{}/reports/{month}", wmo(person.town).await);
    person.get(&path).await
}

/// A check in time, one after the second call, one that is missed with an alarm that Ruud takes
/// after a minute, and the end.
async fn lived(town: &Town) {
    let form = home_visit("13:00").lasting(60).asked_at(&["13:15", "13:30", "13:45"]);
    let visit = town.jan().registers(&form).await;
    town.until("13:16").await;
    town.jan().did(&visit, "check-ins", json!({})).await;
    town.until("13:33").await;
    town.jan().did(&visit, "check-ins", json!({})).await;
    town.until("13:51").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    town.until("13:55").await;
    let safe = json!({ "outcome": "safe", "visitEnded": true });
    assert_eq!(town.ruud().closes(&alarm, safe).await.status, 200);
    let team = wmo(town).await;
    let drill = town.ruud().post("/v1/drills", json!({ "teamId": team })).await.ok().body;
    town.until("13:58").await;
    town.fatima().takes(&drill).await.ok();
    town.fatima().closes(&drill, json!({ "outcome": "safe" })).await.ok();
    let cancelled = town.jan().registers(&risky_visit("16:00")).await;
    town.jan().did(&cancelled, "cancellation", json!({ "reason": "Ziek." })).await;
}

async fn it_counts_what_was_lived(db: Db) {
    let town = Town::new(db).await;
    lived(&town).await;
    let report = reads(town.ruud(), "2026-11").await.expect(200);
    Shapes::of(openapi::document()).fit("Report", &report.body);
    let figures = &report.body;
    assert_eq!(figures["visits"], json!({ "ended": 1, "risky": 0, "cancelled": 1 }));
    assert_eq!(figures["checkIns"], json!({ "asked": 3, "inTime": 1, "late": 1, "missed": 1 }));
    let alarms = json!({ "total": 1, "missedCheckIn": 1, "panic": 0, "duress": 0 });
    assert_eq!(figures["alarms"], alarms);
    let taken = json!({ "taken": 1, "never": 0, "medianSeconds": 60, "p90Seconds": 60, "longestSeconds": 60 });
    assert_eq!(figures["ownership"], taken);
    assert_eq!(figures["drills"]["held"], 1);
    assert_eq!(figures["drills"]["ownership"]["medianSeconds"], 180);
    for name in ["Jan", "Ruud", "Fatima", "Sanne", "Wit"] {
        assert!(!report.text.contains(name), "{name}");
    }
    let before = reads(town.ruud(), "2026-10").await.ok().body;
    assert_eq!((&before["visits"]["ended"], &before["alarms"]["total"]), (&json!(0), &json!(0)));
}

async fn it_comes_as_a_table_too(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.name = "=Wmo".into()).await;
    lived_quietly(&town).await;
    let teams = town.noor().get("/v1/teams").await.ok().body;
    let team = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "=Wmo").unwrap();
    let path = format!("/v1/teams/{}/reports/2026-11", team["id"].as_str().unwrap());
    let table = town
        .ruud()
        .send(Method::GET, &path, &[("accept", "text/csv")], Value::Null)
        .await
        .expect(200);
    let lines: Vec<_> = table.text.split("\r\n").collect();
    assert_eq!(lines[0], "\u{feff}team;month;measure;description;value");
    let first = "\"'=Wmo\";\"2026-11\";\"visits-ended\";\"Bezoeken geweest\";\"1\"";
    assert_eq!(lines[1], first, "no cell is a formula");
    assert!(table.text.contains("\"seconds-until-taken-median\""));
    assert_eq!(lines.len(), 21);
    assert!(!table.text.contains("Jan"));
}

async fn lived_quietly(town: &Town) {
    let visit = town.jan().registers(&home_visit("12:30")).await;
    town.until("12:40").await;
    town.jan().did(&visit, "end", json!({})).await;
}

async fn what_is_not_over_is_not_in_it(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("12:30")).await;
    town.until("12:40").await;
    town.jan().did(&visit, "end", json!({ "pin": "1379" })).await;
    let open = reads(town.ruud(), "2026-11").await.ok().body;
    assert_eq!(open["alarms"]["duress"], 0, "a silent alarm shows to nobody on the spot");
    let alarms = town.ruud().get("/v1/alarms").await.ok().body;
    let alarm = &alarms["items"][0];
    assert_eq!(alarm["cause"], "duress");
    town.ruud().takes(alarm).await.ok();
    let how = json!({ "outcome": "help-sent", "visitEnded": true });
    assert_eq!(town.ruud().closes(alarm, how).await.status, 200);
    assert_eq!(reads(town.ruud(), "2026-11").await.ok().body["alarms"]["duress"], 1);
}

async fn only_who_looks_after_the_team_reads_it(db: Db) {
    let town = Town::new(db).await;
    for (person, status) in [
        (town.ruud(), 200),
        (town.fatima(), 200),
        (town.noor(), 200),
        (town.jan(), 403),
        (town.els(), 403),
    ] {
        assert_eq!(reads(person, "2026-11").await.status, status);
    }
    for bad in ["2026-13", "november", "2026-11-01"] {
        let refused = reads(town.ruud(), bad).await.expect(400);
        assert_eq!(refused.body["faults"][0]["field"], "month");
    }
    let nowhere = "/v1/teams/01890000-0000-7000-8000-000000000001/reports/2026-11";
    assert_eq!(town.ruud().get(nowhere).await.status, 404);
}

on_both!(
    it_counts_what_was_lived,
    it_comes_as_a_table_too,
    what_is_not_over_is_not_in_it,
    only_who_looks_after_the_team_reads_it,
);
