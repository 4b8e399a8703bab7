//! Stories of a visit under way: more time, the end, and that there is always a next question.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
        time_of,
    },
};

async fn more_time_moves_the_question_at_the_end(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("13:10").await;
    for (minutes, until) in [(15, "14:00"), (30, "14:30"), (60, "15:30")] {
        let seen = town.jan().did(&visit, "extensions", json!({ "minutes": minutes })).await;
        assert_eq!(time_of(&seen["expectedEndAt"]), until);
        let only = [(until.to_owned(), "scheduled".to_owned())];
        assert_eq!(town.jan().sees_check_ins(&visit).await, only);
    }
    let odd = town.jan().says(&visit, "extensions", json!({ "minutes": 20 })).await.expect(400);
    assert_eq!(odd.body["faults"][0]["field"], "minutes");
    town.until("15:24").await;
    assert!(town.jan().phone().rang().await.is_empty());
    town.until("15:30").await;
    assert_eq!(town.jan().phone().rang().await, ["15:30"]);
}

async fn however_often_more_time_is_asked_a_risky_visit_is_asked_in_between(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(60)).await;
    town.until("13:05").await;
    for _ in 0..11 {
        let more = json!({ "minutes": 15, "pin": "2580" });
        town.jan().did(&visit, "extensions", more).await;
    }
    let asked = town.jan().sees_check_ins(&visit).await;
    let due: Vec<_> = asked.into_iter().map(|c| c.0).collect();
    let quarters = ["13:15", "13:30", "13:45", "14:00", "14:15", "14:30", "14:45", "15:00"];
    assert_eq!(due[..8], quarters);
    assert_eq!(due.last().unwrap(), "16:45");
    town.until("13:20").await;
    assert_eq!(town.jan().phone().rang().await, ["13:15", "13:17"]);
}

async fn the_manager_hears_of_the_third_time(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("13:10").await;
    for told in [0, 0, 1, 1] {
        town.jan().did(&visit, "extensions", json!({ "minutes": 15 })).await;
        let texts = town.ruud().phone().texts().await;
        assert_eq!(texts.len(), told, "{texts:?}");
    }
    let text = town.ruud().phone().text().await;
    assert!(
        text.starts_with("Jan Bakker vroeg voor de derde keer meer tijd, nu tot 14:30."),
        "{text}"
    );
}

async fn more_time_leaves_agreed_times_before_the_old_end_alone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(60)).await;
    town.until("13:05").await;
    town.jan().did(&visit, "extensions", json!({ "minutes": 30, "pin": "2580" })).await;
    let due: Vec<_> = town.jan().sees_check_ins(&visit).await.into_iter().map(|c| c.0).collect();
    assert_eq!(due, ["13:15", "13:30", "13:45", "14:00", "14:15", "14:30"]);
}

async fn past_the_end_it_is_asked_every_half_hour_until_it_ends(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    for due in ["13:45", "14:15", "14:45", "15:15"] {
        town.until(due).await;
        assert_eq!(town.jan().phone().rang().await.last().unwrap(), due);
        town.jan().phone().answers_with("1").await;
        assert!(town.jan().sees(&visit).await["nextCheckInAt"].is_string());
    }
    let ended = town.jan().did(&visit, "end", json!({})).await;
    assert_eq!((&ended["status"], &ended["watched"]), (&json!("ended"), &json!(false)));
    town.until("18:00").await;
    assert_eq!(town.jan().phone().rang().await.len(), 4);
}

async fn a_risky_visit_is_asked_every_quarter(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(30).asked_at(&["13:30"])).await;
    for due in ["13:30", "13:45", "14:00"] {
        town.until(due).await;
        town.jan().phone().replies("2580").await;
        assert_eq!(town.jan().reads(&visit, "confirmed").await.last().unwrap(), due);
    }
}

async fn an_answer_before_the_end_leads_to_the_question_at_the_end(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:15"])).await;
    town.until("13:15").await;
    town.jan().did(&visit, "check-ins", json!({})).await;
    let last = town.jan().sees_check_ins(&visit).await.pop().unwrap();
    assert_eq!(last, ("13:45".into(), "scheduled".into()));
}

async fn the_end_takes_back_what_was_still_to_be_asked(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:20", "13:40"])).await;
    town.until("13:20").await;
    town.jan().phone().replies("klaar").await;
    let seen = town.jan().sees(&visit).await;
    assert_eq!((&seen["status"], time_of(&seen["endedAt"])), (&json!("ended"), "13:20".into()));
    let states: Vec<_> = town.jan().sees_check_ins(&visit).await.into_iter().map(|c| c.1).collect();
    assert_eq!(states, ["cancelled", "cancelled"]);
    town.until("14:30").await;
    assert_eq!(town.jan().phone().rang().await, ["13:20"]);
    town.jan().says(&visit, "check-ins", json!({})).await.refused(409, "not-under-way");
}

async fn the_manager_may_say_that_it_ended(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("13:10").await;
    let ended = town.ruud().did(&visit, "end", json!({})).await;
    assert_eq!(ended["status"], "ended");
    assert_eq!(town.jan().reads(&visit, "ended").await, ["13:10"]);
}

async fn a_visit_over_midnight_is_watched_on(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("23:30")).await;
    town.until("24:15").await;
    town.jan().phone().answers_with("1").await;
    town.until("24:50").await;
    assert_eq!(town.jan().reads(&visit, "missed").await, ["00:50"]);
    assert_eq!(town.ruud().phone().rang().await, ["00:50"]);
}

on_both!(
    more_time_moves_the_question_at_the_end,
    however_often_more_time_is_asked_a_risky_visit_is_asked_in_between,
    the_manager_hears_of_the_third_time,
    more_time_leaves_agreed_times_before_the_old_end_alone,
    past_the_end_it_is_asked_every_half_hour_until_it_ends,
    a_risky_visit_is_asked_every_quarter,
    an_answer_before_the_end_leads_to_the_question_at_the_end,
    the_end_takes_back_what_was_still_to_be_asked,
    the_manager_may_say_that_it_ended,
    a_visit_over_midnight_is_watched_on,
);
