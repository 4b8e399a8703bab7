//! Stories of answering: by a tap, by text, by key, and by the colleague who goes along.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit, time_of},
};

/// Jan is asked at 13:30; it is 13:30.
async fn asked(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    visit
}

async fn is_confirmed(town: &Town, visit: &str) {
    let check_ins = town.jan().sees_check_ins(visit).await;
    let after = [("13:30".into(), "confirmed".into()), ("13:45".into(), "scheduled".into())];
    assert_eq!(check_ins, after);
    let (rang, texted) =
        (town.jan().phone().rang().await.len(), town.jan().phone().texted().await.len());
    town.until("13:38").await;
    assert_eq!(town.jan().phone().rang().await.len(), rang, "nobody asks again");
    assert_eq!(town.jan().phone().texted().await.len(), texted);
    assert!(town.ruud().sees_alarm(visit).await.is_null());
}

async fn by_a_tap(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    let seen = town.jan().did(&visit, "check-ins", json!({})).await;
    assert_eq!(seen["promise"], "Om 13:45 bellen we je.");
    is_confirmed(&town, &visit).await;
}

async fn by_text_in_any_of_the_words_for_yes(db: Db) {
    let town = Town::new(db).await;
    for (hour, word) in [(13, "OK"), (14, "ja"), (15, "1"), (16, " Ok. ")] {
        let due = format!("{hour}:30");
        let form = home_visit(&format!("{hour}:00")).asked_at(&[&due]);
        let visit = town.jan().registers(&form).await;
        town.until(&due).await;
        let reply = town.jan().phone().replies(word).await;
        assert_eq!(reply, format!("Bedankt. We bellen je weer om {hour}:45."), "{word}");
        assert_eq!(town.jan().reads(&visit, "confirmed").await, [due]);
        town.jan().did(&visit, "end", json!({})).await;
    }
}

async fn more_time_by_text(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    let reply = town.jan().phone().replies("+15").await;
    assert_eq!(reply, "Bedankt. Je afspraak loopt nu tot 14:00.");
    let seen = town.jan().sees(&visit).await;
    assert_eq!(time_of(&seen["expectedEndAt"]), "14:00");
    let after = [("13:30".into(), "confirmed".into()), ("14:00".into(), "scheduled".into())];
    assert_eq!(town.jan().sees_check_ins(&visit).await, after);
}

async fn by_key_one_on_the_call(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    let heard = town.jan().phone().answers_with("1").await;
    assert_eq!(heard, "Bedankt. We bellen je weer om 13:45.");
    is_confirmed(&town, &visit).await;
}

async fn key_two_asks_for_fifteen_minutes_more(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    let heard = town.jan().phone().answers_with("2").await;
    assert_eq!(heard, "Bedankt. Je afspraak loopt nu tot 14:00.");
    assert_eq!(town.jan().reads(&visit, "extended").await, ["13:30"]);
}

async fn key_nine_asks_for_help(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    assert_eq!(town.jan().phone().answers_with("9").await, "Begrepen. We regelen het.");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["rung"]), (&json!("panic"), &json!(1)));
    assert_eq!(town.ruud().phone().rang().await, ["13:30"]);
}

async fn the_word_for_help_by_text(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    assert_eq!(town.jan().phone().replies("HULP").await, "Begrepen. We regelen het.");
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn the_colleague_who_goes_along_answers_in_the_app(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    town.sanne().did(&visit, "check-ins", json!({})).await;
    is_confirmed(&town, &visit).await;
    let lines = town.jan().get(&format!("/v1/visits/{visit}/timeline")).await.ok().body;
    let lines = lines["items"].as_array().unwrap();
    let confirmed = lines.iter().find(|l| l["kind"] == "confirmed").unwrap();
    assert_eq!(confirmed["by"], "Sanne Vos");
}

async fn the_colleague_answers_by_text(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    town.until("13:32").await;
    let reply = town.sanne().phone().replies("OK").await;
    assert_eq!(reply, "Bedankt. We bellen je weer om 13:45.");
    is_confirmed(&town, &visit).await;
}

async fn the_manager_cannot_answer_for_who_is_out_there(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    assert_eq!(town.ruud().says(&visit, "check-ins", json!({})).await.status, 403);
    assert_eq!(town.ruud().says(&visit, "extensions", json!({"minutes": 15})).await.status, 403);
    assert_eq!(town.els().says(&visit, "check-ins", json!({})).await.status, 404);
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

async fn what_cannot_be_understood_confirms_nothing(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    for odd in ["😡", "ok?", "bijna klaar", "ok maar de hond heeft gebeten"] {
        assert!(town.jan().phone().replies(odd).await.starts_with("Niet begrepen."), "{odd}");
    }
    let stranger = town.phone("+31620304050");
    assert!(stranger.replies("OK").await.starts_with("Er is nu geen afspraak"));
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

on_both!(
    by_a_tap,
    by_text_in_any_of_the_words_for_yes,
    more_time_by_text,
    by_key_one_on_the_call,
    key_two_asks_for_fifteen_minutes_more,
    key_nine_asks_for_help,
    the_word_for_help_by_text,
    the_colleague_who_goes_along_answers_in_the_app,
    the_colleague_answers_by_text,
    the_manager_cannot_answer_for_who_is_out_there,
    what_cannot_be_understood_confirms_nothing,
);
