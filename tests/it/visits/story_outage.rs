//! Stories of the service being down while things came due.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

async fn what_is_overdue_is_asked_at_once_and_marked_late(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").asked_at(&["13:30"]).lasting(240);
    let visit = town.jan().registers(&form).await;
    town.until("13:10").await;
    town.is_out_until("16:00").await;
    assert_eq!(town.jan().phone().rang().await, ["16:00"]);
    // One text: nobody needs a reminder of what is asked already.
    assert_eq!(town.jan().phone().texted().await, ["16:00"]);
    assert!(town.jan().phone().text().await.starts_with("Afspraak 13:30: alles goed?"));
    let lines = town.ruud().reads_timeline(&visit).await;
    let line = lines.iter().find(|l| l.1 == "prompted").unwrap();
    assert_eq!(line.2, "Gebeld en ge-sms't voor 13:30, 150 min te laat");
    // Who is asked late still gets the time to answer.
    town.until("16:04").await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    assert_eq!(town.jan().phone().rang().await, ["16:00", "16:02"]);
    town.until("16:05").await;
    assert_eq!(town.ruud().phone().rang().await, ["16:05"]);
}

async fn of_several_overdue_questions_one_is_asked_and_one_answer_counts_for_all(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").lasting(240).asked_at(&["13:30", "14:30", "15:30"]);
    let visit = town.jan().registers(&form).await;
    town.until("13:10").await;
    town.is_out_until("16:00").await;
    assert_eq!(town.jan().phone().rang().await, ["16:00"]);
    assert_eq!(town.jan().phone().texts().await.len(), 1);
    town.until("16:03").await;
    assert_eq!(town.jan().phone().rang().await, ["16:00", "16:02"]);
    assert_eq!(town.sanne().phone().texted().await, ["12:00", "16:02"]);
    town.jan().phone().answers_with("1").await;
    let states: Vec<_> = town.jan().sees_check_ins(&visit).await.into_iter().map(|c| c.1).collect();
    assert_eq!(states, ["confirmed", "confirmed", "confirmed", "scheduled"]);
}

async fn of_several_overdue_questions_that_nobody_answers_one_alarm_comes(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").lasting(240).asked_at(&["13:30", "14:30"]);
    let visit = town.jan().registers(&form).await;
    town.until("13:10").await;
    town.is_out_until("16:00").await;
    town.until("16:30").await;
    let board = town.ruud().get("/v1/alarms").await.ok().body;
    assert_eq!(board["items"].as_array().unwrap().len(), 1);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn the_most_overdue_goes_first(db: Db) {
    let town = Town::new(db).await;
    let visits = [("+31612345678", "13:40"), ("+31620304050", "13:20"), ("+31620304051", "13:30")];
    for (mobile, due) in visits {
        let form = home_visit("13:00").alone().asked_at(&[due]).with("mobile", json!(mobile));
        town.jan().registers(&form).await;
    }
    town.until("13:10").await;
    town.is_out_until("14:00").await;
    let order = town.carrier.order("/text");
    assert_eq!(order, ["+31620304050", "+31620304051", "+31612345678"]);
}

async fn an_alarm_that_should_have_climbed_climbs_at_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    town.is_out_until("15:00").await;
    assert_eq!(town.fatima().phone().rang().await, ["15:00"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35", "15:00"]);
    town.until("15:03").await;
    assert_eq!(town.els().phone().rang().await, ["15:03"]);
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

async fn a_visit_that_should_have_started_is_watched_from_then_on(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").lasting(120)).await;
    town.is_out_until("13:30").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    town.until("15:00").await;
    assert_eq!(town.jan().phone().rang().await, ["15:00"]);
}

async fn an_answer_that_came_while_nothing_ran_counts(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    // The api took it in, and the engine was down from then on.
    let path = format!("/v1/visits/{visit}/check-ins");
    town.jan().send(axum::http::Method::POST, &path, &[], json!({})).await.ok();
    town.is_out_until("13:44").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30"]);
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
}

on_both!(
    what_is_overdue_is_asked_at_once_and_marked_late,
    of_several_overdue_questions_one_is_asked_and_one_answer_counts_for_all,
    of_several_overdue_questions_that_nobody_answers_one_alarm_comes,
    the_most_overdue_goes_first,
    an_alarm_that_should_have_climbed_climbs_at_once,
    a_visit_that_should_have_started_is_watched_from_then_on,
    an_answer_that_came_while_nothing_ran_counts,
);
