//! Stories of what is done for Jan after an incident.

use chrono::TimeDelta;
use rugdekking::{api::docs::openapi, store::Db};
use serde_json::{Value, json};

use crate::{
    support::{
        on_both,
        town::{Town, at, form::moment, person::Person, time_of},
    },
    surface::contract::shapes::Shapes,
};

async fn threatened(town: &Town) -> String {
    let sanne = town.account("colleague").await.id;
    let body = json!({ "how": "office", "happenedAt": moment(at("11:50")), "behaviour": "D",
        "said": "Ik wacht je buiten op.", "resident": { "name": "P. Onbekend" },
        "staff": [sanne] });
    let answer = town.jan().post("/v1/incidents", body).await.expect(201);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn care_of(who: Person<'_>) -> Value {
    let list = who.get("/v1/aftercare").await.ok().body;
    let mine = list["items"].as_array().unwrap().iter().find(|c| c["mine"] == true).cloned();
    mine.unwrap_or_else(|| panic!("no care for {}: {list}", who.persona))
}

async fn says(who: Person<'_>, care: &Value, what: &str, body: Value) -> Value {
    let path = format!("/v1/aftercare/{}/{what}", care["id"].as_str().unwrap());
    let answer = who.post(&path, body).await.expect(200);
    answer.body
}

async fn reminders(who: Person<'_>) -> usize {
    let texts = who.phone().texts().await;
    texts.iter().filter(|text| text.contains("wacht op opvang")).count()
}

async fn everybody_who_was_there_is_cared_for(db: Db) {
    let town = Town::new(db).await;
    threatened(&town).await;
    for who in [town.jan(), town.sanne()] {
        let care = care_of(who).await;
        Shapes::of(openapi::document()).fit("Care", &care);
        assert_eq!(time_of(&care["talks"][0]["due"]), "16:00");
        assert_eq!(care["talks"][1]["moment"], "next-morning");
        assert_eq!(time_of(&care["talks"][1]["due"]), "09:00");
    }
    let all = town.ruud().get("/v1/aftercare").await.ok().body;
    assert_eq!(all["items"].as_array().unwrap().len(), 2);
}

async fn reminders_climb_until_somebody_talked(db: Db) {
    let town = Town::new(db).await;
    threatened(&town).await;
    let counts = async || {
        let mut counts = vec![];
        for who in [town.ruud(), town.fatima(), town.els()] {
            counts.push(reminders(who).await);
        }
        counts
    };
    town.until("15:59").await;
    assert_eq!(counts().await, [0, 0, 0]);
    // Two employees wait, so that each reminder comes twice.
    town.until("16:01").await;
    assert_eq!(counts().await, [2, 0, 0]);
    let sannes = care_of(town.sanne()).await;
    says(town.ruud(), &sannes, "talk", json!({ "moment": "right-away" })).await;
    town.until("18:01").await;
    assert_eq!(counts().await, [3, 1, 0]);
    town.until("20:01").await;
    assert_eq!(counts().await, [4, 2, 1]);
    let jans = care_of(town.jan()).await;
    let talked = says(town.fatima(), &jans, "talk", json!({ "moment": "right-away" })).await;
    assert_eq!(talked["talks"][0]["by"]["name"], "Fatima El Amrani");
    town.until("32:59").await;
    assert_eq!(counts().await, [4, 2, 1], "until the next morning");
    town.until("33:01").await;
    assert_eq!(counts().await, [6, 2, 1]);
}

async fn a_note_is_between_the_employee_and_the_managers(db: Db) {
    let town = Town::new(db).await;
    threatened(&town).await;
    let care = care_of(town.jan()).await;
    says(town.jan(), &care, "note", json!({ "note": "Ik slaap slecht." })).await;
    let path = format!("/v1/aftercare/{}", care["id"].as_str().unwrap());
    for (who, status, note) in [
        (town.jan(), 200, json!("Ik slaap slecht.")),
        (town.ruud(), 200, json!("Ik slaap slecht.")),
        (town.els(), 200, Value::Null),
        (town.sanne(), 404, Value::Null),
        (town.noor(), 404, Value::Null),
    ] {
        let seen = who.get(&path).await.expect(status);
        assert_eq!(&seen.body["note"], &note, "{}", who.persona);
    }
    for (who, status) in [(town.els(), 403), (town.sanne(), 404), (town.noor(), 404)] {
        let answer = who.post(&format!("{path}/note"), json!({ "note": "x" })).await;
        assert_eq!(answer.status, status, "{}", who.persona);
    }
    let own = town.jan().post(&format!("{path}/talk"), json!({ "moment": "right-away" })).await;
    assert_eq!(own.status, 403, "nobody cares for themselves");
    let when = moment(at("12:00") + TimeDelta::days(14));
    says(town.jan(), &care, "later-talk", json!({ "at": when })).await;
    let help = json!({ "organisation": "Slachtofferhulp", "at": when });
    let made = says(town.ruud(), &care, "appointment", help).await;
    assert_eq!(made["appointment"]["organisation"], "Slachtofferhulp");
    assert_eq!(made["talks"].as_array().unwrap().len(), 3);
    let log = town.noor().get("/v1/access-log").await.ok();
    assert!(log.text.contains("aftercare-read") && !log.text.contains("slaap"), "{}", log.text);
}

on_both!(
    everybody_who_was_there_is_cared_for,
    reminders_climb_until_somebody_talked,
    a_note_is_between_the_employee_and_the_managers,
);
