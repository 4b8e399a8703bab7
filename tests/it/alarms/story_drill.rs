//! Stories of a drill: the real ladder, with messages that say TEST.

use chrono::TimeDelta;
use rugdekking::{
    model::{
        alarms::Outcome,
        ids::AlarmId,
        visits::timeline::{Fact, TimelineSubject},
    },
    store::{Db, Error, visits::timeline},
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, at, person::Person},
};

async fn holds(person: Person<'_>) -> crate::support::town::Answer {
    let team = person.town.ruud().get("/v1/teams").await.ok().body["items"][0]["id"].clone();
    let teams = person.town.ruud().get("/v1/teams").await.ok().body;
    let wmo = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "Wmo en inkomen");
    let team = wmo.map_or(team, |t| t["id"].clone());
    person.post("/v1/drills", json!({ "teamId": team })).await
}

async fn it_climbs_the_real_ladder_and_says_test(db: Db) {
    let town = Town::new(db).await;
    let drill = holds(town.ruud()).await.expect(201);
    assert_eq!(drill.body["cause"], "drill");
    town.until("12:07").await;
    for (minder, times) in [
        (town.ruud(), vec!["12:00", "12:03", "12:06"]),
        (town.fatima(), vec!["12:03", "12:06"]),
        (town.els(), vec!["12:06"]),
    ] {
        assert_eq!(minder.phone().rang().await, times);
        let texts = minder.phone().texts().await;
        assert!(
            texts.iter().all(|t| t.starts_with("TEST 12:00: Wmo en inkomen oefent")),
            "{texts:?}"
        );
        assert!(minder.phone().answers().await.starts_with("Dit is een TEST van Rugdekking."));
    }
}

async fn it_reports_how_long_each_rung_took(db: Db) {
    let town = Town::new(db).await;
    holds(town.ruud()).await.ok();
    town.until("12:07").await;
    town.els().phone().answers_with("1").await;
    let drills = town.ruud().get("/v1/drills").await.ok().body;
    let drill = &drills["items"][0];
    assert_eq!(
        (&drill["state"], &drill["owner"]["name"]),
        (&json!("owned"), &json!("Els de Groot"))
    );
    let rungs = drill["report"]["rungs"].as_array().unwrap();
    let told: Vec<_> =
        rungs.iter().map(|r| (r["rung"].clone(), r["secondsAfterStart"].clone())).collect();
    assert_eq!(told, [(json!(1), json!(0)), (json!(2), json!(180)), (json!(3), json!(360))]);
    assert_eq!(rungs[1]["contacted"], json!(["Fatima El Amrani"]));
    assert_eq!(drill["report"]["takenBy"]["name"], "Els de Groot");
    assert_eq!(drill["report"]["secondsUntilTaken"], 420);
    town.els().closes(drill, json!({ "outcome": "safe" })).await.expect(200);
    let rang = town.ruud().phone().rang().await.len();
    town.until("13:00").await;
    assert_eq!(town.ruud().phone().rang().await.len(), rang);
    let team = drill["teamId"].as_str().unwrap();
    let path = format!("/v1/drills?teamId={team}");
    assert_eq!(town.ruud().get(&path).await.ok().body["items"][0]["report"], drill["report"]);
    let other = "/v1/drills?teamId=01890000-0000-7000-8000-000000000001";
    assert_eq!(town.ruud().get(other).await.ok().body["items"], json!([]));
}

/// The lines lie where they always lay: under the id of the drill.
async fn it_has_a_timeline_of_its_own(db: Db) {
    let town = Town::new(db).await;
    let drill = holds(town.ruud()).await.ok().body;
    town.until("12:01").await;
    let alarm = AlarmId(drill["id"].as_str().unwrap().parse().unwrap());
    let found = town.db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let sql = "select count(*) from timeline where visit_id = $1";
            let (rows,): (i64,) = tx.query(sql).bind(alarm.0).one().await?;
            Ok((timeline::of(tx, TimelineSubject::Drill(alarm)).await?, rows))
        })
    });
    let (lines, rows) = found.await.unwrap();
    assert_eq!(i64::try_from(lines.len()).unwrap(), rows);
    assert_eq!(lines[0].fact.name(), "climbed");
    assert!(lines.iter().all(|line| line.subject == TimelineSubject::Drill(alarm)));
}

/// How often all phones of the ladder were called and texted.
async fn rang_and_texted(town: &Town) -> Vec<(usize, usize)> {
    let mut counts = vec![];
    for minder in [town.ruud(), town.fatima(), town.els()] {
        let texts = minder.phone().texts().await;
        let tests = texts.iter().filter(|text| text.starts_with("TEST")).count();
        counts.push((minder.phone().rang().await.len(), tests));
    }
    counts
}

/// What the timeline of a drill says of its end.
async fn ends(town: &Town, drill: &Value) -> Vec<Fact> {
    let alarm = AlarmId(drill["id"].as_str().unwrap().parse().unwrap());
    let found = town.db.read::<_, Error, _>(move |tx| {
        Box::pin(async move { timeline::of(tx, TimelineSubject::Drill(alarm)).await })
    });
    let facts = found.await.unwrap().into_iter().map(|line| line.fact);
    facts.filter(|fact| ["alarm-closed", "owner-lapsed"].contains(&&*fact.name())).collect()
}

/// Two days after it was begun it tells nobody any more: it ended by itself with this outcome.
async fn is_over_after_two_days(town: &Town, outcome: Outcome) {
    let counts = rang_and_texted(town).await;
    town.go(at("12:00") + TimeDelta::hours(48)).await;
    assert_eq!(rang_and_texted(town).await, counts);
    let drills = town.ruud().get("/v1/drills").await.ok().body;
    let drill = &drills["items"][0];
    assert_eq!((&drill["state"], &drill["outcome"]), (&json!("closed"), &json!(outcome)));
    assert_eq!(drill["closedBy"], Value::Null);
    assert_eq!(ends(town, drill).await, [Fact::AlarmClosed { outcome, note: None }]);
}

async fn nobody_takes_it_and_it_ends_after_one_round(db: Db) {
    let town = Town::new(db).await;
    holds(town.ruud()).await.expect(201);
    town.until("13:00").await;
    let counts = rang_and_texted(&town).await;
    assert!(counts.iter().all(|(rang, _)| (1..=4).contains(rang)), "{counts:?}");
    is_over_after_two_days(&town, Outcome::DrillUntaken).await;
}

async fn it_is_taken_and_climbs_no_more(db: Db) {
    let town = Town::new(db).await;
    holds(town.ruud()).await.expect(201);
    town.until("12:07").await;
    town.els().phone().answers_with("1").await;
    is_over_after_two_days(&town, Outcome::DrillTaken).await;
}

async fn nobody_says_that_it_ended_by_itself(db: Db) {
    let town = Town::new(db).await;
    let drill = holds(town.ruud()).await.expect(201).body;
    for outcome in ["drill-taken", "drill-untaken"] {
        town.ruud().closes(&drill, json!({ "outcome": outcome })).await.expect(400);
    }
}

async fn only_who_manages_the_team_holds_one(db: Db) {
    let town = Town::new(db).await;
    for nobody in [town.jan(), town.els()] {
        let refused = holds(nobody).await;
        assert!([400, 403].contains(&refused.status.as_u16()), "{refused}");
    }
    assert_eq!(holds(town.noor()).await.status, 201);
    assert_eq!(town.jan().get("/v1/drills").await.ok().body["items"], json!([]));
    assert_ne!(town.ruud().get("/v1/drills").await.ok().body["items"], Value::Null);
}

on_both!(
    it_climbs_the_real_ladder_and_says_test,
    it_reports_how_long_each_rung_took,
    it_has_a_timeline_of_its_own,
    nobody_takes_it_and_it_ends_after_one_round,
    it_is_taken_and_climbs_no_more,
    nobody_says_that_it_ended_by_itself,
    only_who_manages_the_team_holds_one,
);
