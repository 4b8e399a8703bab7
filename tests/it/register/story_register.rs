//! Stories of the register as somebody who goes on a visit meets it.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit, time_of},
};

async fn checks(town: &Town) -> Vec<Value> {
    let log = town.noor().get("/v1/access-log").await.ok().body;
    let lines = log["items"].as_array().unwrap().iter();
    lines.filter(|l| l["action"] == "register-checked").cloned().collect()
}

async fn registering_checks_by_itself_and_a_hit_makes_it_risky(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").living_at("Beukenlaan", 21, "7523KD");
    let visit = town.jan().tries_to_register(&form).await.ok().body;
    assert_eq!(visit["risk"]["reasons"], json!(["register-hit"]));
    let hit = &visit["registerHits"][0];
    assert_eq!((&hit["grade"], &hit["measure"]), (&json!("same-address"), &json!("contact-ban")));
    assert_eq!(visit["registerHits"].as_array().unwrap().len(), 1);
}

async fn the_worker_sees_only_measure_until_when_and_whom_to_call(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").living_at("Beukenlaan", 21, "7523 KD");
    let visit = town.jan().tries_to_register(&form).await.ok();
    let hit = visit.body["registerHits"][0].as_object().unwrap();
    let mut fields: Vec<_> = hit.keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["contact", "grade", "measure", "resident", "until"]);
    assert_eq!(hit["until"], "2027-11-23");
    assert_eq!(hit["contact"], json!({ "name": "Els de Groot", "phone": "+31633445566" }));
    // The name is the one that Jan typed; who is listed, and why, is not told.
    assert_eq!(hit["resident"], "J. de Wit");
    assert!(!visit.text.contains("Brinkhuis") && !visit.text.contains("balie"), "{}", visit.text);
    assert_eq!(town.jan().get("/v1/register-entries").await.status, 403);
}

async fn a_hit_has_a_grade(db: Db) {
    let town = Town::new(db).await;
    let house = |letter: Value| {
        let mut form = home_visit("13:00").living_at("Beukenlaan", 21, "7523 KD");
        form.0["residents"][0]["address"]["houseLetter"] = letter;
        form
    };
    let elsewhere = home_visit("13:00").visiting("Andre Brinkhuis");
    for (form, grade) in [
        (house(Value::Null), "same-address"),
        (house(json!("B")), "same-house"),
        (elsewhere, "same-name"),
    ] {
        let visit = town.jan().tries_to_register(&form).await.ok().body;
        let found = visit["registerHits"][0]["grade"].as_str().unwrap();
        assert!(found.starts_with(grade), "{found} for {grade}");
    }
}

async fn an_entry_past_its_end_never_hits(db: Db) {
    let town = Town::new(db).await;
    // G. Reinders' letter was for half a year, from February on.
    let gone = home_visit("13:00").living_at("Haaksbergerstraat", 79, "7545 GC");
    let visit = town.jan().tries_to_register(&gone.visiting("G. Reinders")).await.ok().body;
    assert_eq!((&visit["risk"]["level"], &visit["registerHits"]), (&json!("normal"), &json!([])));
    // A. Brinkhuis' ban lasts through its last day, a year from now, and not a day longer.
    for (day, level) in [("2027-11-23T12:00:00Z", "risky"), ("2027-11-24T12:00:00Z", "normal")] {
        town.clock.set(day.parse().unwrap());
        let town_again = town.ask(
            axum::http::Method::POST,
            "/demo/sign-in",
            &[],
            json!({ "persona": "worker" }),
        );
        let token = format!("Bearer {}", town_again.await.ok().body["token"].as_str().unwrap());
        let form =
            home_visit("13:00").living_at("Beukenlaan", 21, "7523 KD").with("startsAt", json!(day));
        let headers = [("authorization", token.as_str())];
        let visit =
            town.ask(axum::http::Method::POST, "/v1/visits", &headers, form.0).await.ok().body;
        assert_eq!(visit["risk"]["level"], level, "{day}: {visit}");
    }
}

async fn each_check_is_logged_with_who_when_and_for_which_visit(db: Db) {
    let town = Town::new(db).await;
    town.until("12:07").await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    let risky = home_visit("14:00").living_at("Beukenlaan", 21, "7523 KD");
    town.jan().registers(&risky).await;
    let lines = checks(&town).await;
    assert_eq!(lines.len(), 2);
    let first = lines.iter().find(|l| l["visitId"] == visit.as_str()).unwrap();
    assert_eq!(time_of(&first["at"]), "12:07");
    let whole = first.to_string();
    assert!(whole.contains(&town.account("worker").await.id.to_string()), "{whole}");
    assert!(!whole.contains("de Wit"), "no names in the log: {whole}");
}

async fn what_is_proposed_counts_once_somebody_else_approved_it(db: Db) {
    let town = Town::new(db).await;
    let entry = json!({ "name": "K. Hofstede", "measure": "warning-letter", "from": "2026-11-20",
        "until": "2027-05-20", "reviewOn": "2027-02-20", "reason": "Schreeuwde aan de balie.",
        "addresses": [{ "street": "Pathmossingel", "houseNumber": 12, "postcode": "7513 AH",
            "city": "Enschede" }],
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } });
    let proposed = town.els().post("/v1/register-entries", entry).await.expect(201);
    let level = async || {
        let form = home_visit("13:00").living_at("Pathmossingel", 12, "7513 AH");
        town.jan().tries_to_register(&form).await.ok().body["risk"]["level"].clone()
    };
    assert_eq!(level().await, "normal");
    let path = format!("/v1/register-entries/{}/approval", proposed.body["id"].as_str().unwrap());
    assert_eq!(town.els().post(&path, json!({})).await.status, 403, "four eyes");
    town.tom().post(&path, json!({})).await.ok();
    assert_eq!(level().await, "risky");
}

on_both!(
    registering_checks_by_itself_and_a_hit_makes_it_risky,
    the_worker_sees_only_measure_until_when_and_whom_to_call,
    a_hit_has_a_grade,
    an_entry_past_its_end_never_hits,
    each_check_is_logged_with_who_when_and_for_which_visit,
    what_is_proposed_counts_once_somebody_else_approved_it,
);
