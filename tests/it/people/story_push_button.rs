//! Stories of the button on a notification: it answers one question, once.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::{
    people::story_push::has,
    support::{
        on_both,
        town::{
            Answer, Town, at,
            form::{home_visit, risky_visit},
            phone::{open, press},
        },
    },
};

/// Presses the button, as the phone does: nobody is signed in for it.
async fn presses(town: &Town, token: &str) -> Answer {
    let body = json!({ "token": token });
    let answer = town.ask(Method::POST, "/v1/push/answers", &[], body).await;
    town.settles().await;
    answer
}

/// Jan was asked at 13:30 on a phone with notifications.
async fn asked_at_half_past_one(db: Db) -> (Town, String) {
    let town = Town::new(db).await;
    has(&town.jan(), "telefoon").await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    (town, visit)
}

async fn the_button_confirms_once_and_says_so_again(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let token = town.push.token("telefoon");
    let answer = presses(&town, &token).await.expect(200);
    assert_eq!(answer.body["outcome"], "confirmed");
    assert_eq!(answer.body["message"], "Bevestigd 13:31");
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:31"]);
    let lines = town.jan().reads_timeline(&visit).await;
    assert!(lines.iter().any(|(_, _, text)| text.contains("op de melding")), "{lines:?}");
    town.until("13:33").await;
    // The phone did not hear it, and asks again: nothing more happens, and it hears the same.
    let again = presses(&town, &token).await.expect(200);
    assert_eq!(&again.body, &answer.body);
    let after = town.jan().reads_timeline(&visit).await;
    assert_eq!(after, lines, "nothing was said twice");
    assert_eq!(town.jan().phone().rang().await, ["13:30"], "no second call");
    assert_eq!(town.push.on("telefoon").len(), 1, "nor a second notification");
}

async fn of_two_presses_at_once_one_counts(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let token = town.push.token("telefoon");
    let (one, other) = futures::join!(presses(&town, &token), presses(&town, &token));
    assert_eq!(one.expect(200).body, other.expect(200).body);
    assert_eq!(town.jan().reads(&visit, "confirmed").await.len(), 1);
    assert!(town.jan().reads(&visit, "sign-of-life").await.is_empty());
}

async fn it_never_answers_another_question(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    has(&jan, "telefoon").await;
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30", "13:38"])).await;
    town.until("13:31").await;
    let first = town.push.token("telefoon");
    town.until("13:32").await;
    jan.did(&visit, "check-ins", json!({})).await;
    assert_eq!(jan.sees_check_ins(&visit).await[0].1, "confirmed");
    // The next one may be answered early by now, but not by the button of the first.
    town.until("13:33").await;
    let late = presses(&town, &first).await.expect(409);
    assert_eq!(late.body["code"].as_str().unwrap(), "not-asked-any-more");
    town.until("13:38").await;
    assert_eq!(presses(&town, &first).await.status, 410);
    let second = jan.sees_check_ins(&visit).await[1].clone();
    assert_eq!(second, ("13:38".into(), "prompted".into()));
}

async fn it_answers_its_own_question_and_not_the_one_to_come(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    has(&jan, "telefoon").await;
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30", "13:35"])).await;
    town.until("13:31").await;
    assert_eq!(presses(&town, &town.push.token("telefoon")).await.status, 200);
    let states: Vec<_> = jan.sees_check_ins(&visit).await.into_iter().map(|(_, s)| s).collect();
    assert_eq!(states[..2], ["confirmed", "scheduled"]);
}

async fn it_works_as_long_as_the_question_waits(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let token = town.push.token("telefoon");
    town.clock.set(at("13:34"));
    assert_eq!(presses(&town, &token).await.status, 200);
    let next = town.jan().sees(&visit).await["nextCheckInAt"].clone();
    assert!(next.is_string());

    let other = town.jan().registers(&home_visit("15:00").asked_at(&["15:30"])).await;
    town.until("15:31").await;
    let token = town.push.token("telefoon");
    town.until("15:35").await;
    assert_eq!(presses(&town, &token).await.status, 410, "by now somebody else is told");
    assert!(!town.ruud().sees_alarm(&other).await.is_null());
    assert_eq!(town.ruud().sees_alarm(&other).await["state"], "open");
}

async fn where_a_code_is_needed_the_button_opens_its_field(db: Db) {
    let town = Town::new(db).await;
    has(&town.jan(), "telefoon").await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    let shown = town.push.on("telefoon").pop().unwrap().shown;
    assert_eq!(shown["well"]["label"], "Alles goed");
    assert!(shown["well"].get("token").is_none(), "{shown}");
    assert_eq!(shown["opens"], format!("/#/bezoeken/{visit}/code"));
}

async fn a_code_that_became_needed_is_asked_for(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let token = town.push.token("telefoon");
    town.team(|team| team.policy.pin = rugdekking::model::people::teams::PinRule::Always).await;
    for _ in 0..2 {
        let answer = presses(&town, &token).await.expect(403);
        assert_eq!(answer.body["code"].as_str().unwrap(), "pin-needed");
    }
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert_eq!(town.jan().reads(&visit, "pin-refused").await.len(), 1);
    town.until("13:35").await;
    assert!(!town.ruud().sees_alarm(&visit).await.is_null(), "nothing was answered");
}

async fn under_an_open_alarm_it_is_passed_on(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let token = town.push.token("telefoon");
    town.jan().did(&visit, "alarm", json!({})).await;
    let answer = presses(&town, &token).await.expect(200);
    assert_eq!(answer.body["outcome"].as_str().unwrap(), "passed-on");
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open", "only a human closes it");
}

async fn no_other_secret_is_a_button_nor_the_button_a_link(db: Db) {
    let (town, visit) = asked_at_half_past_one(db).await;
    let link = town.jan().phone().link().await;
    let secret = link.trim_start_matches("/c/").to_owned();
    assert_eq!(presses(&town, &secret).await.status, 410);
    assert_eq!(presses(&town, "AAAAAAAAAAAAAAAAAAAAAA").await.status, 410);
    let token = town.push.token("telefoon");
    for path in [format!("/c/{token}"), format!("/a/{token}"), format!("/n/{token}")] {
        assert_eq!(open(&town, &path).await.status, 410);
        assert_eq!(press(&town, &path, json!({ "say": "well" })).await.status, 410);
    }
    // A robot that only looks confirms nothing; and faults are told.
    town.ask(Method::GET, "/v1/push/answers", &[], Value::Null).await.expect(405);
    let empty = town.ask(Method::POST, "/v1/push/answers", &[], json!({})).await.expect(400);
    assert_eq!(empty.body["faults"][0]["field"].as_str().unwrap(), "token");
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

on_both!(
    the_button_confirms_once_and_says_so_again,
    of_two_presses_at_once_one_counts,
    it_never_answers_another_question,
    it_answers_its_own_question_and_not_the_one_to_come,
    it_works_as_long_as_the_question_waits,
    where_a_code_is_needed_the_button_opens_its_field,
    a_code_that_became_needed_is_asked_for,
    under_an_open_alarm_it_is_passed_on,
    no_other_secret_is_a_button_nor_the_button_a_link,
);
