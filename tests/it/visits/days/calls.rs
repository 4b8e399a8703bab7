//! Days on the telephone: called, calling back, and calling in.

use rugdekking::store::Db;

use super::{LANDLINE, it_is_quiet, out, the_only_visit};
use crate::support::{
    on_both,
    town::{Town, form::risky_visit},
};

async fn the_call_is_missed_and_called_back(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:31").await;
    let phone = town.jan().phone();
    assert!(phone.calls_in().await.starts_with("Hallo, dit is je geplande belletje."));
    assert!(phone.presses("1").await.starts_with("Bedankt."));
    town.until("13:40").await;
    assert_eq!(phone.rang().await, ["13:30", "13:31"], "it is not asked again");
    assert_eq!(phone.calls_in_with("*").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn who_calls_in_and_says_nothing_has_answered_nothing(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:30").await;
    town.jan().phone().answers().await;
    town.jan().phone().calls_in().await;
    town.until("13:35").await;
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
}

async fn somebody_is_forced_to_press_a_code(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let heard = town.jan().phone().answers_with("1379#").await;
    assert!(heard.starts_with("Bedankt."), "{heard}");
    assert_eq!(town.ruud().sees_alarm(&visit).await["silent"], true);
    let told = town.ruud().phone().text().await;
    assert!(town.jan().phone().texts().await.iter().all(|text| !text.contains("alarm")), "{told}");
}

async fn bad_reception_and_the_link_works(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:30").await;
    town.jan().phone().hangs_up().await;
    town.until("13:32").await;
    town.jan().phone().hangs_up().await;
    let page = town.jan().phone().presses_button(serde_json::json!({ "say": "well" })).await.ok();
    assert!(page.text.contains("Bedankt"), "{}", page.text);
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:32"]);
}

async fn an_hour_of_watch_by_one_key(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    assert_eq!(town.jan().phone().calls_in_with("6").await, "Begrepen. We bellen je om 13:10.");
    let visit = the_only_visit(&town.jan()).await;
    assert!(town.ruud().phone().text().await.ends_with("We kennen het adres NIET."));
    town.until("13:10").await;
    assert!(town.jan().phone().answers_with("2").await.contains("13:25"), "a quarter more");
    town.until("13:25").await;
    assert_eq!(town.jan().phone().answers_with("*").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn help_is_pressed_from_the_car_park(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    assert_eq!(town.jan().phone().calls_in_with("999").await, "Begrepen. We regelen het.");
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
    town.until("12:15").await;
    // He calls once more, to know whether anybody comes.
    let heard = town.jan().phone().calls_in().await;
    assert!(heard.starts_with("Hallo, dit is je geplande belletje."), "{heard}");
    let taken = town.fatima().phone().answers_with("1").await;
    assert!(taken.starts_with("Jij hebt dit alarm opgepakt."), "{taken}");
}

async fn a_stranger_calls(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let heard = town.phone(LANDLINE).calls_in().await;
    assert!(heard.contains("niemand is gewaarschuwd") && heard.contains("112"), "{heard}");
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
}

async fn the_manager_calls_back_the_alarm(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:35").await;
    town.ruud().phone().goes_to_voicemail().await;
    let heard = town.ruud().phone().calls_in().await;
    assert!(heard.contains("Jan Bakker") && heard.contains("Toets 1"), "{heard}");
    assert!(town.ruud().phone().presses("1").await.starts_with("Jij hebt het alarm"));
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
    town.until("13:49").await;
    assert!(town.fatima().phone().rang().await.is_empty());
}

on_both!(
    the_call_is_missed_and_called_back,
    who_calls_in_and_says_nothing_has_answered_nothing,
    somebody_is_forced_to_press_a_code,
    bad_reception_and_the_link_works,
    an_hour_of_watch_by_one_key,
    help_is_pressed_from_the_car_park,
    a_stranger_calls,
    the_manager_calls_back_the_alarm,
);
