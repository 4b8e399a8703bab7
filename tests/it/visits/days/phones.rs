//! Days on which a telephone is not what it was: a new number, a shared one, an operator that fails.

use axum::http::Method;
use rugdekking::{model::messages::Channel, store::Db};
use serde_json::json;

use super::{it_is_quiet, out};
use crate::support::{
    on_both,
    town::{Town, carrier::Mood, form::home_visit},
};

async fn the_number_is_new_since_this_morning(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let new = town.phone("+31613579246");
    let number = json!({ "number": new.number });
    town.jan().send(Method::PUT, "/v1/me/mobile", &[], number).await.expect(202);
    town.settles().await;
    let code: String = new.text().await.chars().filter(char::is_ascii_digit).take(6).collect();
    town.jan().post("/v1/me/mobile/verification", json!({ "code": code })).await.ok();
    town.until("13:30").await;
    assert!(new.answers_with("1").await.starts_with("Bedankt."));
    assert_eq!(new.replies("klaar").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn two_colleagues_share_the_phone_of_the_car(db: Db) {
    let town = Town::new(db).await;
    let shared = town.phone("+31613579246");
    let form = |at: &str| {
        let form = home_visit("13:00").alone().asked_at(&[at]);
        form.with("mobile", json!(shared.number))
    };
    let jans = town.jan().registers(&form("13:30")).await;
    let sannes = town.sanne().registers(&form("13:32")).await;
    town.until("13:32").await;
    let answer = shared.replies("ok").await;
    assert!(answer.starts_with("Er zijn meer afspraken met dit nummer."), "{answer}");
    shared.presses_button(json!({ "say": "well" })).await.ok();
    assert_eq!(town.sanne().reads(&sannes, "confirmed").await, ["13:32"]);
    assert!(town.jan().reads(&jans, "confirmed").await.is_empty());
    town.until("13:35").await;
    assert_eq!(town.ruud().sees_alarm(&jans).await["cause"], "missed-check-in");
}

async fn no_text_goes_out_while_somebody_calls_for_help(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.carrier.takes(Channel::Text, Mood::Temporary);
    town.carrier.spare_takes(Channel::Text, Mood::Temporary);
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("13:12").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:10"], "it rings all the same");
    assert!(town.ruud().phone().answers_with("1").await.starts_with("Jij hebt dit alarm"));
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
}

async fn no_call_goes_out_while_somebody_is_asked(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.carrier.takes(Channel::Call, Mood::Temporary);
    town.carrier.spare_takes(Channel::Call, Mood::Temporary);
    town.until("13:30").await;
    assert!(town.jan().phone().text().await.starts_with("Afspraak 13:30"));
    assert!(town.jan().phone().replies("ok").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn the_service_is_away_when_the_question_is_due(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.is_out_until("13:50").await;
    assert_eq!(town.jan().phone().rang().await, ["13:50"], "it is asked at once");
    assert!(town.jan().phone().answers_with("1").await.starts_with("Bedankt."));
    assert!(town.ruud().phone().rang().await.is_empty());
    assert_eq!(town.jan().phone().replies("klaar").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

on_both!(
    the_number_is_new_since_this_morning,
    two_colleagues_share_the_phone_of_the_car,
    no_text_goes_out_while_somebody_calls_for_help,
    no_call_goes_out_while_somebody_is_asked,
    the_service_is_away_when_the_question_is_due,
);
