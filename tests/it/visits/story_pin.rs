//! Stories of the PIN: when it is asked, what it proves, and what wrong ones do.

use axum::http::Method;
use rugdekking::{model::people::teams::PinRule, store::Db};
use serde_json::json;

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
    },
};

async fn asked(town: &Town) -> String {
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    visit
}

async fn a_risky_visit_asks_for_it_in_the_app(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    assert_eq!(jan.sees(&visit).await["pinNeeded"], json!(true));
    for (said, code) in [(json!({}), "pin-needed"), (json!({ "pin": "1111" }), "pin-wrong")] {
        jan.says(&visit, "check-ins", said).await.refused(403, code);
    }
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    assert_eq!(jan.reads(&visit, "pin-refused").await, ["13:30", "13:30"]);
    jan.did(&visit, "check-ins", json!({ "pin": "2580" })).await;
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:30"]);
}

async fn it_is_asked_by_text(db: Db) {
    let town = Town::new(db).await;
    let (phone, visit) = (town.jan().phone(), asked(&town).await);
    assert!(phone.text().await.contains("Antwoord met je code"));
    assert_eq!(phone.replies("OK").await, "Antwoord met je code.");
    assert!(phone.replies("1111").await.starts_with("Deze code klopt niet."));
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert!(phone.replies("2580").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn the_word_and_the_code_may_go_in_one_text(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    assert!(town.jan().phone().replies("alles goed 2580").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
    assert!(town.jan().phone().replies("+15 2580").await.contains("loopt nu tot 14:00"));
}

async fn it_is_asked_on_the_call(db: Db) {
    let town = Town::new(db).await;
    let (phone, visit) = (town.jan().phone(), asked(&town).await);
    assert!(phone.answers().await.contains("toets je code"));
    assert_eq!(phone.presses("1").await, "Toets je code en een hekje.");
    assert!(phone.presses("1111#").await.starts_with("Deze code klopt niet."));
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert!(phone.presses("2580#").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn the_early_answer_asks_for_it_too(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:25").await;
    assert!(town.jan().phone().text().await.contains("Antwoord met je code"));
    town.jan().phone().replies("2580").await;
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:25"]);
}

async fn ending_and_more_time_ask_for_it_and_help_never(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    assert_eq!(jan.says(&visit, "end", json!({})).await.status, 403);
    assert_eq!(jan.says(&visit, "extensions", json!({ "minutes": 15 })).await.status, 403);
    assert_eq!(jan.sees(&visit).await["status"], "under-way");
    assert_eq!(jan.says(&visit, "alarm", json!({})).await.status, 201);
}

async fn each_team_chooses_when_it_is_asked(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.policy.pin = PinRule::Always).await;
    let plain = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    assert_eq!(town.jan().says(&plain, "check-ins", json!({})).await.status, 403);
    town.team(|team| team.policy.pin = PinRule::Never).await;
    assert_eq!(town.jan().says(&plain, "check-ins", json!({})).await.status, 200);
    town.jan().did(&plain, "end", json!({})).await;
    let risky = town.agreed(&risky_visit("14:00").asked_at(&["14:30"])).await;
    town.until("14:30").await;
    assert_eq!(town.jan().says(&risky, "check-ins", json!({})).await.status, 200);
}

async fn who_chose_none_is_asked_for_none(db: Db) {
    let town = Town::new(db).await;
    town.changes("worker", |jan| jan.pins = None).await;
    let visit = asked(&town).await;
    town.jan().did(&visit, "check-ins", json!({})).await;
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn after_five_wrong_ones_none_is_believed_and_duress_still_alarms(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    for _ in 0..5 {
        jan.says(&visit, "check-ins", json!({ "pin": "1111" })).await.refused(403, "pin-wrong");
    }
    let right =
        jan.says(&visit, "check-ins", json!({ "pin": "2580" })).await.refused(403, "pin-wrong");
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    // The other code is answered like that as well, and is heard all the same.
    let duress = jan.says(&visit, "check-ins", json!({ "pin": "1379" })).await.any();
    assert_eq!((duress.status, duress.body), (right.status, right.body));
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "duress");
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
}

async fn of_sixty_guesses_at_once_no_more_are_believed_than_in_a_row(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    let path = format!("/v1/visits/{visit}/check-ins");
    let guesses = (0..60).map(|nth| match nth {
        33 => "2580".to_owned(),
        _ => (4000 + nth).to_string(),
    });
    let all = guesses.map(|pin| jan.send(Method::POST, &path, &[], json!({ "pin": pin })));
    for answer in futures::future::join_all(all).await {
        answer.refused(403, "pin-wrong");
    }
    town.settles().await;
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    town.until("13:46").await;
    town.jan().phone().replies("2580").await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null(), "a quarter later it counts again");
}

async fn being_locked_out_silences_nothing(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    for _ in 0..8 {
        jan.says(&visit, "check-ins", json!({ "pin": "1111" })).await.refused(403, "pin-wrong");
        jan.phone().replies("1111").await;
    }
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    // Nobody who is believed answered: it is missed, and the ladder climbs to the next one.
    town.until("13:36").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
    assert!(!town.ruud().phone().texts().await.is_empty());
    // Wrong ones neither close nor hold up what is open.
    for way in ["check-ins", "end", "alarm/withdrawal"] {
        assert_ne!(jan.says(&visit, way, json!({ "pin": "1111" })).await.status, 200, "{way}");
    }
    town.until("13:45").await;
    assert!(!town.fatima().phone().texts().await.is_empty(), "the deputy is told in her turn");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["state"], &alarm["owner"]), (&json!("open"), &json!(null)));
}

/// A text can be sent in anybody's name: what is guessed there keeps nobody from the app.
async fn wrong_codes_by_text_count_for_texts_only_and_it_says_that_codes_wait(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    for _ in 0..5 {
        assert!(jan.phone().replies("1111").await.starts_with("Deze code klopt niet."));
    }
    let waits = "Codes wachten even. Probeer het over een kwartier nog eens.";
    assert_eq!(jan.phone().replies("1111").await, waits);
    assert_eq!(jan.phone().replies("2580").await, waits, "the right one is not met with silence");
    assert!(jan.reads(&visit, "confirmed").await.is_empty());
    let told = town.ruud().phone().texts().await;
    let told: Vec<_> = told.iter().filter(|text| text.contains("telt geen code")).collect();
    assert_eq!(told.len(), 1, "the manager hears of it once: {told:?}");
    jan.did(&visit, "check-ins", json!({ "pin": "2580" })).await;
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:30"]);
    // The duress PIN is answered like any code, and is heard.
    assert_eq!(jan.phone().replies("1379").await, waits);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "duress");
}

async fn on_a_call_and_behind_a_link_it_says_that_codes_wait_too(db: Db) {
    let town = Town::new(db).await;
    let (phone, visit) = (town.jan().phone(), asked(&town).await);
    for _ in 0..5 {
        phone.presses_button(json!({ "pin": "1111" })).await.ok();
    }
    let page = phone.presses_button(json!({ "pin": "2580" })).await.ok();
    assert!(page.text.contains("Codes wachten even."), "{}", page.text);
    phone.answers().await;
    for _ in 0..5 {
        assert!(phone.presses("1111#").await.starts_with("Deze code klopt niet."));
    }
    assert!(phone.presses("2580#").await.starts_with("Codes wachten even."));
    assert!(phone.presses("1379#").await.starts_with("Codes wachten even."));
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "duress");
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

async fn the_code_that_is_asked_for_more_time_gives_more_time(db: Db) {
    let town = Town::new(db).await;
    let (phone, visit) = (town.jan().phone(), asked(&town).await);
    phone.answers().await;
    assert_eq!(phone.presses("2").await, "Toets je code en een hekje.");
    assert!(phone.presses("3080#").await.starts_with("Deze code klopt niet."));
    let said = phone.presses("2580#").await;
    assert!(said.contains("loopt nu tot 14:00"), "{said}");
    assert_eq!(town.jan().reads(&visit, "extended").await, ["13:30"]);
}

async fn who_is_locked_out_can_still_call_for_help(db: Db) {
    let town = Town::new(db).await;
    let (jan, visit) = (town.jan(), asked(&town).await);
    for _ in 0..8 {
        jan.says(&visit, "check-ins", json!({ "pin": "1111" })).await.refused(403, "pin-wrong");
    }
    jan.phone().replies("HULP").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
    jan.did(&visit, "alarm", json!({})).await;
    town.until("13:31").await;
    assert!(!town.ruud().phone().texts().await.is_empty());
}

on_both!(
    wrong_codes_by_text_count_for_texts_only_and_it_says_that_codes_wait,
    on_a_call_and_behind_a_link_it_says_that_codes_wait_too,
    the_code_that_is_asked_for_more_time_gives_more_time,
    of_sixty_guesses_at_once_no_more_are_believed_than_in_a_row,
    being_locked_out_silences_nothing,
    who_is_locked_out_can_still_call_for_help,
    a_risky_visit_asks_for_it_in_the_app,
    it_is_asked_by_text,
    the_word_and_the_code_may_go_in_one_text,
    it_is_asked_on_the_call,
    the_early_answer_asks_for_it_too,
    ending_and_more_time_ask_for_it_and_help_never,
    each_team_chooses_when_it_is_asked,
    who_chose_none_is_asked_for_none,
    after_five_wrong_ones_none_is_believed_and_duress_still_alarms,
);
