//! Stories of an alarm that climbs its ladder.

use rugdekking::{
    model::{
        messages::Channel,
        people::teams::{OutOfHours, Rung, Team, Who},
    },
    store::Db,
};
use serde_json::json;

use crate::support::{
    on_both,
    town::{
        KARIN, Town,
        form::{home_visit, risky_visit},
    },
};

/// A visit whose check-in of 13:30 is missed; the alarm opens at 13:35.
async fn missed(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:35").await;
    visit
}

async fn manager_at_once_deputy_after_3_everybody_after_6_and_then_every_5(db: Db) {
    let town = Town::new(db).await;
    let visit = missed(&town).await;
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    assert_eq!(town.ruud().phone().texted().await, ["13:35"]);
    assert!(town.ruud().phone().text().await.starts_with("ALARM 13:35: Jan Bakker reageert niet"));
    town.until("13:37").await;
    assert!(town.fatima().phone().rang().await.is_empty());
    town.until("13:40").await;
    assert_eq!(town.fatima().phone().rang().await, ["13:38"]);
    assert!(town.els().phone().rang().await.is_empty());
    town.until("14:00").await;
    // Earlier rungs keep being called, and everybody again every 5 minutes.
    let everybody = ["13:41", "13:46", "13:51", "13:56"];
    assert_eq!(town.ruud().phone().rang().await[..2], ["13:35", "13:38"]);
    assert_eq!(town.ruud().phone().rang().await[2..], everybody);
    assert_eq!(town.fatima().phone().rang().await[1..], everybody);
    assert_eq!(town.els().phone().rang().await, everybody);
    assert_eq!(town.tom().phone().rang().await, everybody);
    assert_eq!(town.ruud().reads(&visit, "climbed").await[..3], ["13:35", "13:38", "13:41"]);
    // It never ends in silence.
    town.until("18:00").await;
    assert_eq!(town.els().phone().rang().await.last().unwrap(), "17:56");
    // Those who are out there are never called by it.
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    assert!(town.sanne().phone().rang().await.is_empty());
}

async fn the_district_officer_stands_on_a_risky_visits_ladder_only(db: Db) {
    let town = Town::new(db).await;
    let plain = missed(&town).await;
    town.until("13:45").await;
    assert!(town.phone(KARIN).texts().await.is_empty());
    let alarm = town.ruud().sees_alarm(&plain).await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "visitEnded": true })).await.ok();
    town.agreed(&risky_visit("14:00").asked_at(&["14:30"])).await;
    town.until("14:40").await;
    assert!(town.phone(KARIN).texts().await.is_empty());
    town.until("14:41").await;
    let text = town.phone(KARIN).text().await;
    assert!(text.starts_with("De gemeente bereikt een medewerker op bezoek niet."), "{text}");
    assert!(town.phone(KARIN).rang().await.is_empty());
}

async fn an_empty_rung_is_passed_over_at_once_and_noted(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.deputies.clear()).await;
    let visit = missed(&town).await;
    town.until("13:38").await;
    assert_eq!(town.els().phone().rang().await, ["13:38"]);
    assert_eq!(town.ruud().reads(&visit, "rung-skipped").await, ["13:38"]);
}

async fn an_unverified_number_is_passed_over_at_once_and_noted(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.changes("manager", |ruud| ruud.mobile.as_mut().unwrap().verified_at = None).await;
    town.until("13:35").await;
    assert_eq!(town.fatima().phone().rang().await, ["13:35"]);
    assert!(town.ruud().phone().rang().await.is_empty());
    assert_eq!(town.fatima().reads(&visit, "rung-skipped").await, ["13:35"]);
}

async fn who_asked_for_no_texts_is_passed_over_where_texts_are_all(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.ladder.rungs[0].channels = vec![Channel::Text]).await;
    town.ruud().phone().replies("STOP").await;
    let texts = town.ruud().phone().texts().await.len();
    let visit = missed(&town).await;
    assert_eq!(town.fatima().phone().rang().await, ["13:35"]);
    assert_eq!(town.ruud().phone().texts().await.len(), texts);
    assert_eq!(town.fatima().reads(&visit, "rung-skipped").await, ["13:35"]);
}

async fn who_left_is_passed_over(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.changes("manager", |ruud| ruud.active = false).await;
    town.until("13:35").await;
    assert_eq!(town.fatima().phone().rang().await, ["13:35"]);
    assert_eq!(town.fatima().reads(&visit, "rung-skipped").await, ["13:35"]);
}

async fn out_of_hours_others_are_called(db: Db) {
    let town = Town::new(db).await;
    let evening = |team: &mut Team| {
        let monday = r#"[{"days":["mon"],"from":"08:00","until":"17:00"}]"#;
        let desk = Rung { who: vec![Who::Desk], channels: vec![Channel::Call], wait_minutes: 4 };
        let office_hours = serde_json::from_str(monday).unwrap();
        team.ladder.out_of_hours = Some(OutOfHours { office_hours, rungs: vec![desk] });
    };
    town.team(evening).await;
    let visit = missed(&town).await;
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "visitEnded": true })).await.ok();
    town.jan().registers(&home_visit("18:00").asked_at(&["18:30"])).await;
    town.until("18:36").await;
    assert_eq!(town.els().phone().rang().await, ["18:35"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
}

async fn a_manager_who_goes_along_is_not_called_about_it(db: Db) {
    let town = Town::new(db).await;
    let ruud_too = json!([{ "name": "Ruud Smit", "mobile": "+31611223344" }]);
    let form = home_visit("13:00").asked_at(&["13:30"]).with("colleagues", ruud_too);
    let visit = town.jan().registers(&form).await;
    town.until("14:00").await;
    assert!(town.ruud().phone().rang().await.is_empty());
    assert_eq!(town.fatima().phone().rang().await[0], "13:35");
    let alarm = town.fatima().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.refused(403, "on-the-visit");
}

async fn a_silent_alarm_passes_over_an_empty_second_rung_as_well(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.deputies.clear()).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    town.jan().did(&visit, "check-ins", json!({ "pin": "1379" })).await;
    assert_eq!(town.ruud().phone().rang().await, ["13:30"]);
    assert_eq!(town.els().phone().rang().await, ["13:30"]);
    assert_eq!(town.ruud().reads(&visit, "rung-skipped").await, ["13:30"]);
}

on_both!(
    manager_at_once_deputy_after_3_everybody_after_6_and_then_every_5,
    the_district_officer_stands_on_a_risky_visits_ladder_only,
    an_empty_rung_is_passed_over_at_once_and_noted,
    an_unverified_number_is_passed_over_at_once_and_noted,
    who_asked_for_no_texts_is_passed_over_where_texts_are_all,
    who_left_is_passed_over,
    out_of_hours_others_are_called,
    a_manager_who_goes_along_is_not_called_about_it,
    a_silent_alarm_passes_over_an_empty_second_rung_as_well,
);
