//! Stories of a drill: the real ladder, with messages that say TEST.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, person::Person},
};

async fn holds(person: Person<'_>) -> crate::support::town::Answer {
    let team = person.town.ruud().get("/v1/teams").await.body["items"][0]["id"].clone();
    let teams = person.town.ruud().get("/v1/teams").await.body;
    let wmo = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "Wmo en inkomen");
    let team = wmo.map_or(team, |t| t["id"].clone());
    person.post("/v1/drills", json!({ "teamId": team })).await
}

async fn it_climbs_the_real_ladder_and_says_test(db: Db) {
    let town = Town::new(db).await;
    let drill = holds(town.ruud()).await;
    assert_eq!(drill.status, 201, "{}", drill.text);
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
    holds(town.ruud()).await;
    town.until("12:07").await;
    town.els().phone().answers_with("1").await;
    let drills = town.ruud().get("/v1/drills").await.body;
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
    let closed = town.els().closes(drill, json!({ "outcome": "safe" })).await;
    assert_eq!(closed.status, 200, "{}", closed.text);
    let rang = town.ruud().phone().rang().await.len();
    town.until("13:00").await;
    assert_eq!(town.ruud().phone().rang().await.len(), rang);
    let team = drill["teamId"].as_str().unwrap();
    let path = format!("/v1/drills?teamId={team}");
    assert_eq!(town.ruud().get(&path).await.body["items"][0]["report"], drill["report"]);
    let other = "/v1/drills?teamId=01890000-0000-7000-8000-000000000001";
    assert_eq!(town.ruud().get(other).await.body["items"], json!([]));
}

async fn only_who_manages_the_team_holds_one(db: Db) {
    let town = Town::new(db).await;
    for nobody in [town.jan(), town.els()] {
        let refused = holds(nobody).await;
        assert!([400, 403].contains(&refused.status), "{}", refused.text);
    }
    assert_eq!(holds(town.noor()).await.status, 201);
    assert_eq!(town.jan().get("/v1/drills").await.body["items"], json!([]));
    assert_ne!(town.ruud().get("/v1/drills").await.body["items"], Value::Null);
}

on_both!(
    it_climbs_the_real_ladder_and_says_test,
    it_reports_how_long_each_rung_took,
    only_who_manages_the_team_holds_one,
);
