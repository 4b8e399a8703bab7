//! Stories of many who register a visit in the same moment: it is done together, and each is told
//! what concerns that visit alone.

use std::collections::BTreeSet;

use axum::http::Method;
use futures::future::join_all;
use rugdekking::{
    model::{
        messages::Channel,
        people::teams::{Rung, Who},
    },
    store::{Db, privacy::access},
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Answer, Town,
        form::{Form, home_visit},
        person::Person,
    },
};

async fn registers(who: Person<'_>, key: &str, form: Form) -> Answer {
    who.send(Method::POST, "/v1/visits", &[("idempotency-key", key)], form.0).await
}

/// Whether the access log is whole, with how many lines.
async fn lines_of_access(town: &Town) -> i64 {
    town.db.read(|tx| Box::pin(access::verify(tx))).await.unwrap().expect("it is whole").lines
}

async fn each_is_told_what_concerns_it_alone(db: Db) {
    let town = Town::new(db).await;
    // Only Ruud is called, so a visit on which he goes along has nobody.
    let managers = Rung { who: vec![Who::Manager], channels: vec![Channel::Call], wait_minutes: 3 };
    town.team(|team| team.ladder.rungs = vec![managers]).await;
    for persona in ["desk", "desk2", "admin"] {
        town.changes(persona, |it| it.mobile.as_mut().unwrap().verified_at = None).await;
    }
    let before = lines_of_access(&town).await;
    let (jan, noor) = (town.jan(), town.noor());
    let known = home_visit("13:00").living_at("Beukenlaan", 21, "7523 KD");
    let along = json!([{ "name": "Ruud Smit", "mobile": "+31611223344" }]);
    let nobody = json!({ "officerId": "0199ab00-0000-7000-8000-000000000001" });
    let told = town
        .at_once(async {
            join_all([
                registers(jan, "a", home_visit("13:00")),
                registers(jan, "b", known),
                registers(jan, "c", home_visit("13:00").with("colleagues", along)),
                registers(jan, "d", home_visit("13:00").with("districtOfficer", nobody)),
                registers(noor, "e", home_visit("13:00")),
                registers(jan, "g", home_visit("13:00").with("mobile", json!("x"))),
            ])
            .await
        })
        .await;
    let told: Vec<_> = told.into_iter().map(Answer::any).collect();
    let statuses: Vec<_> = told.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [201, 201, 409, 400, 403, 400]);
    assert_eq!(told[2].body["code"], "nobody-to-call");
    assert_eq!(told[0].body["registerHits"], json!([]));
    assert_eq!(told[1].body["registerHits"][0]["grade"], "same-address", "{}", told[1].text);
    let mine = jan.get("/v1/visits").await.ok().body["items"].clone();
    let id = |visit: &Value| visit["id"].as_str().unwrap().to_owned();
    let ids: BTreeSet<String> = mine.as_array().unwrap().iter().map(id).collect();
    assert_eq!(ids, BTreeSet::from([id(&told[0].body), id(&told[1].body)]), "nothing else");
    for answer in &told[..2] {
        let id = answer.body["id"].as_str().unwrap();
        assert_eq!(jan.sees(id).await, answer.body, "as it was told");
        assert_eq!(town.sanne().sees(id).await["id"], id, "who goes along is recognised");
    }
    assert_eq!(lines_of_access(&town).await, before + 2, "a line for each check that counted");
    town.until("13:05").await;
    assert_eq!(jan.sees(told[0].body["id"].as_str().unwrap()).await["status"], "under-way");
}

async fn what_is_sent_again_at_once_is_registered_once(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let told = town
        .at_once(async {
            join_all([
                registers(jan, "a", home_visit("13:00")),
                registers(jan, "a", home_visit("13:00")),
                registers(jan, "a", home_visit("15:00")),
                registers(jan, "b", home_visit("13:00")),
            ])
            .await
        })
        .await;
    let told: Vec<_> = told.into_iter().map(Answer::any).collect();
    let statuses: BTreeSet<_> = told[..3].iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, BTreeSet::from([201, 422]), "the key stands for one of the two");
    if told[0].status == 201 {
        assert_eq!(told[0].body, told[1].body, "the same answer again");
    }
    assert_eq!(told[3].status, 201);
    let mine = jan.get("/v1/visits").await.ok().body["items"].clone();
    assert_eq!(mine.as_array().unwrap().len(), 2);
}

async fn a_hundred_at_once_are_all_watched(db: Db) {
    let town = Town::new(db).await;
    let form = || home_visit("13:00").alone().asked_at(&["13:30"]);
    let keys: Vec<String> = (0..100).map(|nth| format!("key-{nth}")).collect();
    let told = town
        .at_once(async {
            join_all(keys.iter().map(|key| registers(town.jan(), key, form()))).await
        })
        .await;
    let visits = told.into_iter().map(|answer| answer.expect(201).body["id"].clone());
    let ids: BTreeSet<String> = visits.map(|id| id.as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 100);
    assert_eq!(lines_of_access(&town).await, 100);
    town.until("13:31").await;
    for id in ids {
        assert_eq!(town.jan().sees_check_ins(&id).await[0].1, "prompted");
    }
}

on_both!(
    each_is_told_what_concerns_it_alone,
    what_is_sent_again_at_once_is_registered_once,
    a_hundred_at_once_are_all_watched
);
