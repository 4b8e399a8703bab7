//! Stories of addresses: offered while somebody types, looked up at the register by us, and never
//! in anybody's way.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use chrono::TimeDelta;
use rugdekking::{
    app::integrations::addresses::Addresses,
    carrier::integrations::locatieserver::Locatieserver,
    model::visits::officers::Area,
    store::{Db, Error, people::teams},
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    peers::AddressRegister,
    town::{Answer, KARIN, Town, form::risky_visit},
};

/// Longer than any machine needs, so that only what never answers is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// The town, and the register that its service asks.
async fn town_with_register(db: Db) -> (Town, AddressRegister) {
    let register = AddressRegister::start().await;
    let mut town = Town::new(db).await;
    asks(&mut town, &register.address, PATIENCE);
    (town, register)
}

fn asks(town: &mut Town, address: &str, patience: Duration) {
    let clock = town.clock.clone();
    let asked = Locatieserver::new(address, patience, clock.clone()).unwrap();
    town.asks_for_addresses(Arc::new(Addresses::new(asked, clock)));
}

async fn types(town: &Town, text: &str) -> Answer {
    town.jan().send(Method::POST, "/v1/address-suggestions", &[], json!({ "text": text })).await
}

async fn chooses(town: &Town, id: &Value) -> Answer {
    town.jan().send(Method::POST, "/v1/address-lookups", &[], json!({ "id": id })).await
}

async fn what_is_typed_becomes_an_address_with_its_ids(db: Db) {
    let (town, register) = town_with_register(db).await;
    let offered = types(&town, "geuzenkade 58").await.expect(200);
    assert_eq!(offered.body["register"], "answered");
    let items = offered.body["items"].as_array().unwrap();
    let labels: Vec<_> = items.iter().map(|i| i["label"].as_str().unwrap()).collect();
    let both = ["Geuzenkade 58-1, 1056KN Amsterdam", "Geuzenkade 58-H, 1056KN Amsterdam"];
    assert_eq!(labels, both);
    assert_eq!(items[0]["address"]["addition"], "1", "no letter");
    assert_eq!(items[1]["address"]["houseLetter"], "H", "no addition");
    let chosen = chooses(&town, &items[0]["id"]).await.ok().body["address"].clone();
    let expected = json!({ "street": "Geuzenkade", "houseNumber": 58, "houseLetter": null,
        "addition": "1", "postcode": "1056 KN", "city": "Amsterdam",
        "bagId": "0363200000107724", "addressableObjectId": "0363010000645435",
        "districtCode": "WK036340", "neighbourhoodCode": "BU03634000" });
    assert_eq!(chosen, expected);
    let nameless: Vec<String> = ["accept", "host", "user-agent"].map(str::to_owned).to_vec();
    for asked in register.asked().await {
        let told: Vec<String> = serde_json::from_value(asked["headers"].clone()).unwrap();
        assert!(told.iter().all(|header| nameless.contains(header)), "{told:?}");
    }
}

async fn one_without_letter_or_addition_is_offered_and_one_without_a_number_is_not(db: Db) {
    let (town, _register) = town_with_register(db).await;
    let offered = types(&town, "  Voorbeeldweg ").await.ok().body;
    assert_eq!(offered["items"].as_array().unwrap().len(), 1, "{offered}");
    assert_eq!(offered["items"][0]["address"]["houseNumber"], 51);
    assert_eq!(types(&town, "vo").await.ok().body, json!({ "register": "answered", "items": [] }));
}

async fn the_same_is_not_asked_twice_within_the_hour(db: Db) {
    let (town, register) = town_with_register(db).await;
    for text in ["geuzenkade 58", "Geuzenkade  58 ", "geuzenkade 58"] {
        assert_eq!(types(&town, text).await.ok().body["items"].as_array().unwrap().len(), 2);
    }
    assert_eq!(register.asked().await.len(), 1);
    register.is("away").await;
    assert_eq!(
        types(&town, "geuzenkade 58").await.ok().body["register"],
        "answered",
        "it is known here"
    );
    register.is("well").await;
    town.clock.advance(TimeDelta::minutes(61));
    types(&town, "geuzenkade 58").await.ok();
    assert_eq!(register.asked().await.len(), 2);
}

async fn a_register_that_is_away_slow_or_odd_is_in_nobodys_way(db: Db) {
    let (mut town, register) = town_with_register(db).await;
    for (nth, mood) in ["away", "hangs", "odd"].into_iter().enumerate() {
        asks(&mut town, &register.address, Duration::from_millis(500));
        register.is(mood).await;
        let begun = std::time::Instant::now();
        let offered = types(&town, &format!("geuzenkade {nth}")).await.ok();
        assert!(begun.elapsed() < PATIENCE, "{mood}");
        assert_eq!(offered.body, json!({ "register": "silent", "items": [] }), "{mood}");
        assert_eq!(chooses(&town, &json!("adr-1")).await.ok().body, json!({ "address": null }));
        let visit = town.jan().registers(&risky_visit("13:00")).await;
        assert_eq!(town.jan().sees(&visit).await["status"], "awaiting-approval", "{mood}");
    }
    asks(&mut town, "http://127.0.0.1:9", PATIENCE);
    assert_eq!(types(&town, "geuzenkade").await.ok().body["register"], "silent", "nobody is there");
}

async fn one_that_keeps_failing_is_left_alone_for_a_while(db: Db) {
    let (town, register) = town_with_register(db).await;
    register.is("away").await;
    for nth in 0..9 {
        assert_eq!(
            types(&town, &format!("geuzenkade {nth}")).await.ok().body["register"],
            "silent"
        );
    }
    assert_eq!(register.asked().await.len(), 3);
    register.is("well").await;
    town.clock.advance(TimeDelta::seconds(16));
    assert_eq!(types(&town, "geuzenkade 58").await.ok().body["register"], "answered");
}

async fn a_register_that_is_switched_off_offers_nothing(db: Db) {
    let town = Town::new(db).await;
    assert_eq!(
        types(&town, "geuzenkade").await.ok().body,
        json!({ "register": "off", "items": [] })
    );
    assert_eq!(chooses(&town, &json!("adr-1")).await.ok().body, json!({ "address": null }));
}

async fn nobody_asks_without_end(db: Db) {
    let (town, register) = town_with_register(db).await;
    for nth in 0..60 {
        assert_eq!(types(&town, &format!("geuzenkade {}", nth % 5)).await.status, 200);
    }
    types(&town, "geuzenkade 58").await.refused(429, "too-many-requests");
    let other = json!({ "text": "geuzenkade 58" });
    let sanne =
        town.sanne().send(Method::POST, "/v1/address-suggestions", &[], other.clone()).await;
    assert_eq!(sanne.status, 200, "each person by themselves");
    town.clock.advance(TimeDelta::seconds(1));
    assert_eq!(types(&town, "geuzenkade 58").await.status, 200);
    let noor = town.noor().send(Method::POST, "/v1/address-suggestions", &[], other).await;
    assert_eq!(noor.status, 403, "who writes no addresses down asks for none");
    assert!(register.asked().await.len() <= 6);
}

async fn what_is_no_question_is_refused(db: Db) {
    let (town, register) = town_with_register(db).await;
    for (path, body) in [
        ("suggestions", json!({})),
        ("suggestions", json!({ "text": " " })),
        ("suggestions", json!({ "text": "x".repeat(121) })),
        ("lookups", json!({ "id": "adr 1&fl=*" })),
        ("lookups", json!({ "id": null })),
    ] {
        let path = format!("/v1/address-{path}");
        let refused = town.jan().send(Method::POST, &path, &[], body.clone()).await;
        assert_eq!(refused.status, 400, "{path} {body}");
    }
    assert!(register.asked().await.is_empty());
}

/// Whose area is a neighbourhood, and not a range of postcodes.
async fn the_officer_of_the_neighbourhood_is_told_of_an_alarm(db: Db) {
    let (town, _register) = town_with_register(db).await;
    let mut karin = town.officer().await;
    karin.areas = vec![Area::Code { code: "BU99990102".into() }];
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { teams::save_officer(tx, &karin, 1).await })
    });
    work.await.unwrap();
    town.organisation(|o| {
        let first = &mut o.ladder.rungs[0];
        first.who = vec![rugdekking::model::people::teams::Who::DistrictOfficer];
    })
    .await;
    town.team(|team| team.ladder = rugdekking::model::people::teams::Ladder::default()).await;
    let offered = types(&town, "voorbeeldweg 51").await.ok().body;
    let address = chooses(&town, &offered["items"][0]["id"]).await.ok().body["address"].clone();
    let mut form = risky_visit("13:00");
    form.0["residents"][0]["address"] = address.clone();
    let visit = town.jan().registers(&form).await;
    assert_eq!(town.jan().sees(&visit).await["residents"][0]["address"], address);
    town.jan().did(&visit, "start", json!({})).await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:10").await;
    assert!(!town.phone(KARIN).texts().await.is_empty(), "Karin serves there");
}

on_both!(
    what_is_typed_becomes_an_address_with_its_ids,
    one_without_letter_or_addition_is_offered_and_one_without_a_number_is_not,
    the_same_is_not_asked_twice_within_the_hour,
    a_register_that_is_away_slow_or_odd_is_in_nobodys_way,
    one_that_keeps_failing_is_left_alone_for_a_while,
    a_register_that_is_switched_off_offers_nothing,
    nobody_asks_without_end,
    what_is_no_question_is_refused,
    the_officer_of_the_neighbourhood_is_told_of_an_alarm,
);
