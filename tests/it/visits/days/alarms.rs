//! Days of those who get the alarm.

use rugdekking::store::Db;
use serde_json::json;

use super::{it_is_quiet, out, ruud_sees_to_it, safe};
use crate::support::{
    on_both,
    town::{Town, phone},
};

async fn the_manager_is_in_a_tunnel(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.jan().phone().replies("hulp").await;
    town.ruud().phone().goes_to_voicemail().await;
    town.until("13:13").await;
    let taken = town.fatima().phone().answers_with("1").await;
    assert!(taken.starts_with("Jij hebt dit alarm opgepakt."), "{taken}");
    town.until("13:20").await;
    let late = town.ruud().phone().calls_in().await;
    assert!(!late.contains("Toets 1 om het op te pakken"), "{late}");
    let told = town.ruud().phone().text().await;
    assert_eq!(told, "Fatima El Amrani heeft dit alarm opgepakt. Je hoeft niets te doen.");
    let alarm = town.fatima().sees_alarm(&visit).await;
    town.fatima().closes(&alarm, safe()).await.ok();
    it_is_quiet(&town, &visit).await;
}

async fn two_take_it_at_once(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.jan().phone().replies("sos").await;
    town.until("13:13").await;
    let first = town.ruud().phone().replies("1").await;
    assert!(first.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{first}");
    let second = town.fatima().phone().answers_with("1").await;
    assert!(second.starts_with("Ruud Smit heeft dit alarm opgepakt."), "{second}");
    let third = town.fatima().phone().replies("ik ga ook").await;
    assert!(!third.starts_with("Jij hebt"), "{third}");
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
}

async fn the_owner_forgets_it_and_is_reminded(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.jan().phone().replies("hulp").await;
    town.ruud().phone().answers_with("1").await;
    let rang = town.ruud().phone().rang().await.len();
    town.until("13:40").await;
    assert!(town.ruud().phone().rang().await.len() > rang, "it climbs on");
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    ruud_sees_to_it(&town, &visit, safe()).await;
    it_is_quiet(&town, &visit).await;
}

async fn a_drill_while_somebody_calls_for_help(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let teams = town.ruud().get("/v1/teams").await.ok().body;
    let wmo = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "Wmo en inkomen");
    town.ruud().post("/v1/drills", json!({ "teamId": wmo.unwrap()["id"] })).await.expect(201);
    town.jan().phone().replies("hulp").await;
    let taken = town.ruud().phone().replies("1").await;
    assert!(taken.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{taken}");
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
    let next = town.ruud().phone().replies("1").await;
    assert!(next.contains("Wmo en inkomen"), "then the drill: {next}");
}

async fn the_employee_is_still_inside_when_it_is_closed(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:35").await;
    ruud_sees_to_it(&town, &visit, json!({ "outcome": "safe", "visitEnded": false })).await;
    let told = town.jan().phone().text().await;
    assert_eq!(told, "Ruud Smit heeft het alarm afgesloten. We bellen je weer om 13:45.");
    town.until("13:45").await;
    assert_eq!(town.jan().phone().rang().await.last().unwrap(), "13:45", "watched on");
    assert!(town.jan().phone().answers_with("*").await.contains("afgesloten"));
    it_is_quiet(&town, &visit).await;
}

async fn the_link_is_forwarded_and_opened_too_late(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:35").await;
    let link = town.ruud().phone().link().await;
    ruud_sees_to_it(&town, &visit, safe()).await;
    let page = phone::open(&town, &link).await.ok();
    assert!(!page.text.contains("Ik pak dit op"), "{}", page.text);
    assert!(!page.text.contains("Hengelosestraat"), "nothing that is no longer needed");
    phone::press(&town, &link, json!({})).await.any();
    it_is_quiet(&town, &visit).await;
}

on_both!(
    the_manager_is_in_a_tunnel,
    two_take_it_at_once,
    the_owner_forgets_it_and_is_reminded,
    a_drill_while_somebody_calls_for_help,
    the_employee_is_still_inside_when_it_is_closed,
    the_link_is_forwarded_and_opened_too_late,
);
