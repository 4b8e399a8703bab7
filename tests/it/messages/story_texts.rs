//! Stories of what people really text and press: codes anywhere, cries for help, "no", yes with all
//! that phones add, and words that nobody understands.

use chrono::TimeDelta;
use rugdekking::{service::messages::inbound_texts, store::Db};
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit, person::Person, time},
};

/// The town begins at 12:00; from there on each of Jan's visits is asked about after ten minutes.
async fn asked(town: &Town) -> String {
    let start = town.app.now() + TimeDelta::minutes(1);
    let [begin, ask] = [start, start + TimeDelta::minutes(10)].map(time);
    let visit = town.jan().registers(&home_visit(&begin).alone().asked_at(&[&ask])).await;
    town.until(&ask).await;
    visit
}

/// It is over, so that the next can begin.
async fn is_settled(town: &Town, visit: &str) {
    let alarm = town.ruud().sees_alarm(visit).await;
    town.ruud().takes(&alarm).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "visitEnded": true })).await.ok();
}

async fn cause(by: &Person<'_>, visit: &str) -> String {
    by.sees_alarm(visit).await["cause"].as_str().unwrap().to_owned()
}

async fn a_duress_code_is_heard_wherever_it_stands(db: Db) {
    let town = Town::new(db).await;
    for text in [
        "1379 ok",
        "ok, 1379",
        "OK1379",
        "1379#",
        "alles is goed 1379",
        "ja hoor 1379",
        "1379 alles goed",
        "kan niet praten 1379",
        "ok 1 3 7 9",
        "OK １３７９",
        "ok 2580 of 1379",
    ] {
        let visit = asked(&town).await;
        // Sanne's phone is no part of it: what she is told for the PIN is what Jan must be told.
        let reply = town.jan().phone().replies(text).await;
        let alarm = town.ruud().sees_alarm(&visit).await;
        assert_eq!((&alarm["cause"], &alarm["silent"]), (&json!("duress"), &json!(true)), "{text}");
        // As the PIN is answered: who says besides that it is not well hears that, too.
        let expected = if text.starts_with("kan niet") { "Begrepen." } else { "Bedankt." };
        let unclear = reply.starts_with("Niet begrepen.") && text.contains("2580");
        assert!(reply.starts_with(expected) || unclear, "{text}: {reply}");
        let lines = town.ruud().reads_timeline(&visit).await;
        assert!(!format!("{lines:?}").contains("1379"), "{text}: {lines:?}");
        is_settled(&town, &visit).await;
    }
}

async fn it_is_answered_as_the_pin_would_be(db: Db) {
    let town = Town::new(db).await;
    for text in ["# ok", "ok, #", "OK#", "alles is goed #", "ik snap het niet #", "klaar, #"] {
        let mut replies = vec![];
        for code in ["2580", "1379"] {
            let visit = asked(&town).await;
            let reply = town.jan().phone().replies(&text.replace('#', code)).await;
            // The time of the next question differs, for the visits do.
            replies.push(reply.replace(|c: char| c.is_ascii_digit(), ""));
            match code {
                "1379" => is_settled(&town, &visit).await,
                _ if text.starts_with("klaar") => {}
                _ => drop(town.jan().did(&visit, "end", json!({ "pin": "2580" })).await),
            }
        }
        assert_eq!(replies[0], replies[1], "{text}");
    }
}

async fn a_cry_for_help_is_heard_in_whatever_words(db: Db) {
    let town = Town::new(db).await;
    for text in [
        "Ik heb hulp nodig",
        "SOS",
        "hulp?",
        "bel 112",
        "bel politie",
        "help😱",
        "Help!!!1!",
        "hulp,kom",
        "noodgeval",
        "1 1 2",
        "🆘",
        "huuulp",
        "imdat!",
        "النجدة",
    ] {
        let visit = asked(&town).await;
        assert_eq!(town.jan().phone().replies(text).await, "Begrepen. We regelen het.", "{text}");
        assert_eq!(cause(&town.ruud(), &visit).await, "panic", "{text}");
        is_settled(&town, &visit).await;
    }
}

async fn who_says_no_is_not_lectured(db: Db) {
    let town = Town::new(db).await;
    for text in ["nee", "Niet ok", "gaat niet goed", "👎", "hij wordt agressief", "bel me nu"] {
        let visit = asked(&town).await;
        let before = town.ruud().phone().rang().await.len();
        assert_eq!(town.jan().phone().replies(text).await, "Begrepen. We regelen het.", "{text}");
        assert_eq!(
            town.ruud().phone().rang().await.len(),
            before + 1,
            "{text}: he is called at once"
        );
        let wrote = town.ruud().reads_timeline(&visit).await;
        assert!(format!("{wrote:?}").contains(text), "{text}: {wrote:?}");
        is_settled(&town, &visit).await;
    }
}

async fn yes_is_yes_with_all_that_phones_add(db: Db) {
    let town = Town::new(db).await;
    for text in [
        "OK 👍",
        "OK\u{200b}",
        "\u{200e}OK",
        "Ja hoor",
        "ok, dank",
        "is goed",
        "👍🏽",
        "OK\n--\nVerzonden vanaf mijn iPhone",
    ] {
        let visit = asked(&town).await;
        town.jan().phone().replies(text).await;
        assert_eq!(town.jan().reads(&visit, "confirmed").await.len(), 1, "{text}");
        town.jan().did(&visit, "end", json!({})).await;
    }
    let visit = asked(&town).await;
    let before = town.jan().sees(&visit).await["expectedEndAt"].clone();
    town.jan().phone().replies("15 min").await;
    assert_ne!(town.jan().sees(&visit).await["expectedEndAt"], before);
    town.jan().phone().replies("ben buiten").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "ended");
}

async fn what_quotes_our_own_words_confirms_nothing(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    for text in ["Gaf een duim omhoog aan “Alles goed? Antwoord OK”", "Liked “Alles goed?”", "ok?"]
    {
        assert!(town.jan().phone().replies(text).await.starts_with("Niet begrepen."), "{text}");
    }
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
}

async fn numbers_in_words_that_answer_nothing_are_no_wrong_codes(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    for _ in 0..6 {
        town.jan().phone().replies("het adres is 7514 AD").await;
    }
    assert!(town.jan().phone().replies("ok 2580").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await.len(), 1);
}

async fn words_that_nobody_understands_are_shown_to_who_has_the_alarm(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    town.jan().phone().replies("de hond zit bij de voordeur").await;
    town.until(&time(town.app.now() + TimeDelta::minutes(9))).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    let lines = town.ruud().reads_timeline(&visit).await;
    assert!(format!("{lines:?}").contains("de hond zit bij de voordeur"), "{lines:?}");
    town.jan().phone().sends("ik zit in de schuur").await;
    let told = town.ruud().phone().text().await;
    assert_eq!(told, "Jan Bakker schreef: 'ik zit in de schuur'. Het alarm blijft open.");
}

async fn a_text_that_is_brought_twice_is_answered_alike(db: Db) {
    let town = Town::new(db).await;
    let jan = "+31612345678".parse().unwrap();
    for (nth, text) in ["hoezo dat dan", "ok 4711", "nee"].into_iter().enumerate() {
        let visit = asked(&town).await;
        let before = town.jan().phone().texts().await.len();
        for _ in 0..2 {
            let id = format!("SM{nth}");
            let taken = inbound_texts::receive(&town.app, &jan, text, Some(&id)).await;
            assert!(taken.is_ok());
            town.settles().await;
        }
        let replies = town.jan().phone().texts().await.split_off(before);
        assert_eq!(replies.len(), 2, "{text}: {replies:?}");
        assert_eq!(replies[0], replies[1], "{text}");
        match text {
            "nee" => is_settled(&town, &visit).await,
            _ => drop(town.jan().did(&visit, "end", json!({})).await),
        }
    }
}

async fn an_alarm_is_taken_in_whatever_words_and_named(db: Db) {
    let town = Town::new(db).await;
    for text in ["1", "Ok ik pak hem", "OK 👍", "ja ik ga"] {
        let visit = asked(&town).await;
        town.jan().phone().replies("hulp").await;
        let reply = town.ruud().phone().replies(text).await;
        assert!(
            reply.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."),
            "{text}: {reply}"
        );
        is_settled(&town, &visit).await;
    }
}

async fn who_cannot_be_understood_is_told_that_the_alarm_is_not_taken(db: Db) {
    let town = Town::new(db).await;
    let visit = asked(&town).await;
    town.jan().phone().replies("hulp").await;
    for text in ["zit in een vergadering", "wie is dit?", "nee", "klaar", "ja bel me maar"] {
        let reply = town.ruud().phone().replies(text).await;
        assert!(reply.contains("NIET opgepakt"), "{text}: {reply}");
    }
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

async fn of_several_alarms_each_one_takes_the_next_and_a_drill_comes_last(db: Db) {
    let town = Town::new(db).await;
    let jans = asked(&town).await;
    let start = town.app.now() + TimeDelta::minutes(1);
    let sannes = home_visit(&time(start)).alone().with("mobile", json!("+31687654321"));
    let sannes =
        town.sanne().registers(&sannes.asked_at(&[&time(start + TimeDelta::minutes(20))])).await;
    town.until(&time(start + TimeDelta::minutes(1))).await;
    town.jan().phone().replies("hulp").await;
    town.until(&time(town.app.now() + TimeDelta::minutes(1))).await;
    town.sanne().phone().replies("hulp").await;
    let teams = town.ruud().get("/v1/teams").await.ok().body;
    let team = teams["items"].as_array().unwrap().iter().find(|t| t["name"] == "Wmo en inkomen");
    town.ruud().post("/v1/drills", json!({ "teamId": team.unwrap()["id"] })).await.expect(201);
    town.settles().await;
    let ruud = town.ruud().phone();
    assert!(ruud.replies("1").await.contains("van Sanne Vos"), "the last of the real ones");
    assert!(ruud.replies("ok").await.contains("van Jan Bakker"), "then the next");
    assert!(ruud.replies("1").await.contains("van Wmo en inkomen"), "then the drill");
    for visit in [&jans, &sannes] {
        assert_eq!(town.ruud().sees_alarm(visit).await["owner"]["name"], "Ruud Smit");
    }
}

async fn keys_in_panic_are_help_and_a_doubled_key_is_one(db: Db) {
    let town = Town::new(db).await;
    for keys in ["99", "999", "9999", "99999", "112"] {
        let visit = asked(&town).await;
        town.jan().phone().answers_with(keys).await;
        assert_eq!(cause(&town.ruud(), &visit).await, "panic", "{keys}");
        is_settled(&town, &visit).await;
    }
    let visit = asked(&town).await;
    assert!(town.jan().phone().answers_with("11").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await.len(), 1);
}

async fn a_text_that_an_operator_blocks_by_stops_the_texts_and_administrators_know(db: Db) {
    let town = Town::new(db).await;
    for word in ["CANCEL", "Quit", "end"] {
        town.ruud().phone().sends(word).await;
        let me = town.ruud().get("/v1/me").await.ok().body;
        assert!(!me["mobile"]["optedOutAt"].is_null(), "{word}");
        town.ruud().phone().sends("START").await;
    }
}

on_both!(
    a_duress_code_is_heard_wherever_it_stands,
    it_is_answered_as_the_pin_would_be,
    a_cry_for_help_is_heard_in_whatever_words,
    who_says_no_is_not_lectured,
    yes_is_yes_with_all_that_phones_add,
    what_quotes_our_own_words_confirms_nothing,
    numbers_in_words_that_answer_nothing_are_no_wrong_codes,
    words_that_nobody_understands_are_shown_to_who_has_the_alarm,
    a_text_that_is_brought_twice_is_answered_alike,
    an_alarm_is_taken_in_whatever_words_and_named,
    who_cannot_be_understood_is_told_that_the_alarm_is_not_taken,
    of_several_alarms_each_one_takes_the_next_and_a_drill_comes_last,
    keys_in_panic_are_help_and_a_doubled_key_is_one,
    a_text_that_an_operator_blocks_by_stops_the_texts_and_administrators_know,
);
