//! Stories of registering: what is given, when it is risky, what is missing, what is refused.

use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
        time_of,
    },
};

fn asked(visit: &Value) -> Vec<String> {
    visit["checkIns"].as_array().unwrap().iter().map(|c| time_of(&c["dueAt"])).collect()
}

async fn an_ordinary_visit_is_planned_and_asked_at_its_expected_end(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let visit = town.jan().tries_to_register(&home_visit("13:00")).await.expect(201);
    assert_eq!(visit.body["status"], "planned");
    assert_eq!(visit.body["risk"], json!({ "level": "normal", "reasons": [] }));
    assert_eq!(visit.body["missing"], json!([]));
    assert_eq!(visit.body["registerHits"], json!([]));
    assert_eq!(visit.body["alarm"], Value::Null);
    assert_eq!(time_of(&visit.body["expectedEndAt"]), "13:45");
    assert_eq!(asked(&visit.body), ["13:45"]);
}

async fn all_three_kinds_of_visit_can_be_registered(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    for kind in ["home-visit", "field-inspection", "office-meeting"] {
        let form = home_visit("13:00").with("kind", json!(kind));
        let visit = town.jan().tries_to_register(&form).await.expect(201);
        assert_eq!(visit.body["kind"], kind);
    }
    // Only a home visit has to name somebody's door.
    let bare = home_visit("13:00").with("residents", json!([]));
    assert_eq!(town.jan().tries_to_register(&bare).await.status, 400);
    let inspection = bare.with("kind", json!("field-inspection"));
    assert_eq!(town.jan().tries_to_register(&inspection).await.status, 201);
}

async fn each_sign_of_risk_alone_makes_a_visit_risky(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let signs = [
        (home_visit("13:00").living_at("Beukenlaan", 21, "7523 KD"), "register-hit"),
        (home_visit("13:00").with("expectsTrouble", json!(true)), "expects-trouble"),
        (home_visit("13:00").with("knownResident", json!(true)), "known-resident"),
    ];
    for (form, reason) in signs {
        let visit = town.jan().tries_to_register(&form.lasting(60)).await.ok().body;
        assert_eq!(visit["risk"], json!({ "level": "risky", "reasons": [reason] }));
        assert_eq!(visit["status"], "awaiting-approval");
        assert_eq!(asked(&visit), ["13:15", "13:30", "14:00"], "{reason}");
    }
}

async fn agreed_times_stand_instead_of_the_usual_ones(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let form = risky_visit("13:00").asked_at(&["13:20", "13:40"]);
    assert_eq!(asked(&town.jan().tries_to_register(&form).await.ok().body), ["13:20", "13:40"]);
}

async fn what_a_risky_visit_misses_is_listed(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let form = risky_visit("13:00").alone().with("mobile", json!("053 481 8181"));
    let visit = town.jan().tries_to_register(&form).await.ok().body;
    let all = ["colleague", "manager-approval", "district-officer", "reachable-mobile"];
    assert_eq!(visit["missing"], json!(all));
    let visit = town.jan().tries_to_register(&risky_visit("13:00")).await.ok().body;
    assert_eq!(visit["missing"], json!(["manager-approval", "district-officer"]));
    // Nothing of that is asked of an ordinary visit.
    let alone = town.jan().tries_to_register(&home_visit("13:00").alone()).await.ok().body;
    assert_eq!(alone["missing"], json!([]));
}

async fn every_fault_is_named_at_once(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00")
        .lasting(0)
        .with("kind", json!("party"))
        .with("mobile", json!("112"))
        .with("checkInTimes", json!(["soon"]))
        .living_at("Hengelosestraat", 51, "0514 AD");
    let answer = town.jan().tries_to_register(&form).await.expect(400);
    let faults = answer.body["faults"].as_array().unwrap();
    let mut fields: Vec<_> = faults.iter().map(|f| f["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    let postcode = "residents[0].address.postcode";
    assert_eq!(fields, ["checkInTimes[0]", "expectedMinutes", "kind", "mobile", postcode]);
}

async fn only_who_goes_out_registers_and_nobody_else_sees_it(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").alone();
    assert_eq!(town.els().tries_to_register(&form).await.status, 403);
    let visit = town.jan().registers(&form).await;
    for outsider in [town.sanne(), town.els(), town.noor()] {
        assert_eq!(outsider.get(&format!("/v1/visits/{visit}")).await.status, 404);
    }
    for insider in [town.jan(), town.ruud(), town.fatima()] {
        insider.sees(&visit).await;
    }
}

async fn a_visit_that_does_not_take_place_is_called_off(db: rugdekking::store::Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    let off = town.jan().did(&visit, "cancellation", json!({ "reason": "Ziek" })).await;
    assert_eq!(off["status"], "cancelled");
    town.until("14:30").await;
    assert!(town.jan().phone().texts().await.is_empty());
    assert!(town.jan().phone().rang().await.is_empty());
    assert_eq!(town.jan().sees_check_ins(&visit).await, [("13:45".into(), "cancelled".into())]);
    // What is under way cannot be called off: somebody is out there.
    let visit = town.jan().registers(&home_visit("14:30")).await;
    town.jan().says(&visit, "cancellation", json!({})).await.refused(409, "started-already");
}

on_both!(
    an_ordinary_visit_is_planned_and_asked_at_its_expected_end,
    all_three_kinds_of_visit_can_be_registered,
    each_sign_of_risk_alone_makes_a_visit_risky,
    agreed_times_stand_instead_of_the_usual_ones,
    what_a_risky_visit_misses_is_listed,
    every_fault_is_named_at_once,
    only_who_goes_out_registers_and_nobody_else_sees_it,
    a_visit_that_does_not_take_place_is_called_off,
);
