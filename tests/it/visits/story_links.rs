//! Stories of the one-time link in a text: looking confirms nothing, the button does.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
        phone::{open, press},
    },
};

async fn opening_the_link_confirms_nothing_and_the_button_does(db: Db) {
    let town = Town::new(db).await;
    let (jan, phone) = (town.jan(), town.jan().phone());
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    for _ in 0..3 {
        let page = phone.opens_link().await.any();
        assert!(page.status == 200 && page.text.contains("<button"), "{}", page.text);
        assert!(!page.text.contains("id=\"pin\""), "no code is needed here");
        // A robot that looks for a preview may as well ask for the head only.
        town.ask(axum::http::Method::HEAD, &phone.link().await, &[], json!(null)).await.expect(200);
    }
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    let page = phone.presses_button(json!({ "say": "well" })).await.ok();
    assert!(page.text.contains("Bedankt. We bellen je weer om 13:45."), "{}", page.text);
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:30"]);
}

async fn the_link_offers_more_time(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let page = town.jan().phone().presses_button(json!({ "say": "15" })).await.ok();
    assert!(page.text.contains("Je afspraak loopt nu tot 14:00."));
    // Who pressed and heard nothing presses again: one question gives more time once.
    let page = town.jan().phone().presses_button(json!({ "say": "15" })).await.ok();
    assert!(page.text.contains("Je afspraak loopt nu tot 14:00."), "{}", page.text);
    assert_eq!(town.jan().reads(&visit, "extended").await, ["13:30"]);
}

/// The alarm about the question stays open, for nobody gave a PIN; so the question stays missed.
async fn the_link_of_a_missed_question_gives_more_time_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    assert_eq!(town.jan().sees_check_ins(&visit).await[0].1, "missed");
    for _ in 0..2 {
        town.jan().phone().presses_button(json!({ "say": "15" })).await.ok();
    }
    assert_eq!(town.jan().reads(&visit, "extended").await, ["13:36"]);
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

async fn the_reminders_link_answers_early(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:26").await;
    town.jan().phone().presses_button(json!({})).await.ok();
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:26"]);
    town.until("13:38").await;
    assert!(town.jan().phone().rang().await.is_empty());
}

async fn a_risky_visits_link_asks_for_the_code(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let phone = town.jan().phone();
    assert!(phone.opens_link().await.ok().text.contains("id=\"pin\""));
    assert!(phone.presses_button(json!({})).await.ok().text.contains("Antwoord met je code."));
    let wrong = phone.presses_button(json!({ "pin": "9999" })).await.ok();
    assert!(wrong.text.contains("Deze code klopt niet."));
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert!(phone.presses_button(json!({ "pin": "2580" })).await.ok().text.contains("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn the_colleagues_own_code_counts_behind_the_link_too(db: Db) {
    let town = Town::new(db).await;
    let random = rugdekking::model::clock::testing::Seeded::new(5);
    let pins = rugdekking::model::people::pins::PinHashes::of(
        &"8642".parse().unwrap(),
        &"9753".parse().unwrap(),
        &random,
    );
    town.changes("colleague", |sanne| sanne.pins = Some(pins.unwrap())).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:32").await;
    let page = town.sanne().phone().presses_button(json!({ "pin": "8642" })).await.ok();
    assert!(page.text.contains("Bedankt."), "{}", page.text);
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:32"]);
    // And so does the code for when somebody forces her.
    town.until("13:47").await;
    let page = town.sanne().phone().presses_button(json!({ "pin": "9753" })).await.ok();
    assert!(page.text.contains("Bedankt."), "{}", page.text);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "duress");
}

async fn a_link_works_for_a_day(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let link = town.jan().phone().link().await;
    assert_eq!(open(&town, &link).await.status, 200);
    town.clock.set(crate::support::town::at("37:29"));
    assert_eq!(open(&town, &link).await.status, 200);
    town.clock.set(crate::support::town::at("37:31"));
    assert_eq!(open(&town, &link).await.status, 410);
    assert_eq!(press(&town, &link, json!({})).await.status, 410);
    assert_eq!(open(&town, "/c/0123456789012345678901").await.status, 410);
}

async fn a_link_is_for_one_question(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (
        town.jan(),
        town.jan().registers(&home_visit("13:00").asked_at(&["13:20", "13:40"])).await,
    );
    town.until("13:20").await;
    let first = jan.phone().link().await;
    press(&town, &first, json!({ "say": "well" })).await.ok();
    town.until("13:40").await;
    for say in ["well", "15", "ended"] {
        press(&town, &first, json!({ "say": say })).await.ok();
    }
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:20"]);
    assert!(jan.reads(&visit, "extended").await.is_empty());
    assert_eq!(jan.sees(&visit).await["status"], "under-way");
    let page = open(&town, &first).await.ok();
    assert!(!page.text.contains("<button"), "{}", page.text);
    town.until("13:42").await;
    jan.phone().presses_button(json!({ "say": "well" })).await.ok();
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:20", "13:42"]);
}

async fn what_nobody_understands_answers_nothing_and_the_page_is_shown_anew(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (
        town.jan(),
        town.jan().registers(&home_visit("13:00").asked_at(&["13:20", "13:40"])).await,
    );
    town.until("13:20").await;
    for say in ["goed", "30", "WELL", "wel"] {
        let page = jan.phone().presses_button(json!({ "say": say })).await.ok();
        assert!(page.text.contains("Gaat alles volgens plan?"), "{say}: {}", page.text);
    }
    let forced = jan.phone().presses_button(json!({ "say": "goed", "pin": "1379" })).await.ok();
    assert!(forced.text.contains("Gaat alles volgens plan?"), "{}", forced.text);
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "duress", "and is heard");
    jan.phone().presses_button(json!({ "say": "well" })).await.ok();
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:20"]);
}

async fn when_its_time_is_past_it_works_no_longer(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    let link = town.jan().phone().link().await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe" })).await.ok();
    assert_eq!(open(&town, &link).await.status, 410);
    press(&town, &link, json!({ "say": "15" })).await.ok();
    assert!(town.jan().reads(&visit, "extended").await.is_empty());
}

async fn a_link_of_an_older_question_never_closes_a_newer_alarm(db: Db) {
    let town = Town::new(db).await;
    let (jan, ruud) = (town.jan(), town.ruud());
    let visit = town.agreed(&risky_visit("13:00").lasting(60).asked_at(&["13:30"])).await;
    town.until("13:31").await;
    let old = jan.phone().link().await;
    town.until("13:36").await;
    let first = ruud.sees_alarm(&visit).await;
    ruud.closes(&first, json!({ "outcome": "safe" })).await.ok();
    town.until("14:05").await;
    let second = ruud.sees_alarm(&visit).await;
    assert!(second["id"] != first["id"] && second["state"] == "open");
    let page = press(&town, &old, json!({ "pin": "2580" })).await.ok();
    assert!(page.text.contains("we geven het door"), "{}", page.text);
    assert_eq!(ruud.sees_alarm(&visit).await["id"], second["id"]);
    // The link of the question that was missed does.
    let page = jan.phone().presses_button(json!({ "pin": "2580" })).await.ok();
    assert!(page.text.contains("Bedankt. We bellen je weer"), "{}", page.text);
    assert!(ruud.sees_alarm(&visit).await.is_null());
}

on_both!(
    opening_the_link_confirms_nothing_and_the_button_does,
    the_link_offers_more_time,
    what_nobody_understands_answers_nothing_and_the_page_is_shown_anew,
    the_link_of_a_missed_question_gives_more_time_once,
    the_reminders_link_answers_early,
    a_risky_visits_link_asks_for_the_code,
    the_colleagues_own_code_counts_behind_the_link_too,
    a_link_works_for_a_day,
    a_link_is_for_one_question,
    when_its_time_is_past_it_works_no_longer,
    a_link_of_an_older_question_never_closes_a_newer_alarm,
);
