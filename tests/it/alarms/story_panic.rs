//! Stories of the panic button.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

async fn it_opens_an_alarm_at_once_with_the_position(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.until("12:10").await;
    let position = json!({ "latitude": 52.2215, "longitude": 6.8937, "accuracyMetres": 12.0 });
    let alarm = town.jan().did(&visit, "alarm", json!({ "position": position })).await;
    assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")));
    let seen = town.ruud().sees_alarm(&visit).await;
    assert_eq!(seen["position"], position);
    town.until("12:11").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    assert!(town.ruud().phone().text().await.contains("Jan Bakker vraagt om hulp"));
    town.until("12:14").await;
    assert_eq!(town.fatima().phone().rang().await, ["12:13"]);
}

async fn it_works_without_a_position_and_with_an_impossible_one(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    let nowhere = json!({ "position": { "latitude": 152.0, "longitude": 6.0 } });
    assert_eq!(town.jan().says(&visit, "alarm", nowhere).await.status, 201);
    assert_eq!(town.ruud().sees_alarm(&visit).await["position"], json!(null));
}

async fn while_it_is_open_the_worker_is_left_alone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:10").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:50").await;
    assert!(town.jan().phone().rang().await.is_empty());
    assert!(town.jan().phone().texts().await.is_empty());
    // And nobody is sent to the colleague's phone either.
    assert_eq!(town.sanne().phone().texted().await, ["12:00"], "only whether she goes along");
}

async fn before_the_start_it_puts_the_visit_under_way(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.jan().did(&visit, "alarm", json!({})).await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn help_by_text_counts_before_the_start_too(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    assert_eq!(town.jan().phone().replies("hulp").await, "Begrepen. We regelen het.");
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn the_colleague_and_the_manager_can_ask_for_help_as_well(db: Db) {
    let town = Town::new(db).await;
    for helper in [town.sanne(), town.ruud()] {
        let visit = town.jan().registers(&home_visit("12:00")).await;
        assert_eq!(helper.says(&visit, "alarm", json!({})).await.status, 201);
        assert_eq!(town.fatima().sees_alarm(&visit).await["cause"], "panic");
    }
}

async fn no_code_from_out_there_closes_it(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:00:10").await;
    town.jan().did(&visit, "check-ins", json!({ "pin": "2580" })).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    // Whoever was told hears that Jan answered.
    let texts = town.ruud().phone().texts().await;
    assert!(texts.iter().any(|t| t.contains("Jan Bakker antwoordde om 12:00")), "{texts:?}");
}

async fn after_the_end_it_still_counts(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.until("12:10").await;
    town.jan().did(&visit, "end", json!({})).await;
    assert_eq!(town.jan().says(&visit, "alarm", json!({})).await.status, 201);
    town.until("12:11").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
}

async fn on_top_of_a_missed_check_in_it_makes_the_alarm_graver(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:35").await;
    let missed = town.ruud().sees_alarm(&visit).await;
    town.until("12:36").await;
    town.jan().did(&visit, "alarm", json!({})).await;
    let graver = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&graver["id"], &graver["cause"]), (&missed["id"], &json!("panic")));
    assert_eq!(town.fatima().phone().rang().await, ["12:36"], "nobody waits any longer");
    let texts = town.ruud().phone().texts().await;
    assert!(texts.iter().any(|t| t.contains("vraagt om hulp")), "{texts:?}");
    assert!(!texts.iter().any(|t| t.contains("Jij hebt dit alarm")), "nobody has it: {texts:?}");
}

on_both!(
    it_opens_an_alarm_at_once_with_the_position,
    it_works_without_a_position_and_with_an_impossible_one,
    while_it_is_open_the_worker_is_left_alone,
    before_the_start_it_puts_the_visit_under_way,
    help_by_text_counts_before_the_start_too,
    the_colleague_and_the_manager_can_ask_for_help_as_well,
    no_code_from_out_there_closes_it,
    after_the_end_it_still_counts,
    on_top_of_a_missed_check_in_it_makes_the_alarm_graver,
);
