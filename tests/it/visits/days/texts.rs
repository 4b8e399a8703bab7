//! Days of people who have nothing but texts, and who write as they speak.

use rugdekking::store::Db;

use super::{DURESS, PIN, it_is_quiet, out, the_only_visit};
use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
    },
};

async fn a_telephone_of_2005_and_deaf_in_one_ear(db: Db) {
    let town = Town::new(db).await;
    let (jan, phone) = (town.jan(), town.jan().phone());
    let began = phone.replies("START 30 Hengelosestraat 51 bij mw de Wit").await;
    assert!(began.contains("Hengelosestraat 51") && began.contains("12:30"), "{began}");
    let visit = the_only_visit(&jan).await;
    town.until("12:26").await;
    assert!(phone.text().await.starts_with("Om 12:30 bellen we je."), "{}", phone.text().await);
    assert!(phone.replies("nog 15 min").await.starts_with("Bedankt."));
    town.until("12:45").await;
    assert!(phone.replies("ja hoor 👍").await.starts_with("Bedankt."));
    assert_eq!(phone.replies("ben buiten, klaar").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn an_answer_in_dialect(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:30").await;
    let answer = town.jan().phone().replies("Alns goed heur").await;
    assert!(answer.starts_with("Bedankt."), "{answer}");
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn stop_is_texted_where_done_was_meant(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let answer = town.jan().phone().replies("STOP").await;
    assert!(answer.starts_with("Je krijgt geen sms meer.") && answer.contains("START"), "{answer}");
    assert!(town.noor().phone().text().await.contains("Jan Bakker wil geen sms meer krijgen"));
    town.until("13:30").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30"], "calls go on");
    assert!(town.jan().phone().answers_with("1").await.starts_with("Bedankt."));
    assert_eq!(town.jan().phone().replies("START").await, "Je krijgt weer sms.");
    assert_eq!(town.jan().phone().replies("klaar").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn the_code_is_wrong_in_the_hurry_and_right_at_last(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let phone = town.jan().phone();
    assert!(phone.replies("ok").await.contains("code"), "it is asked for");
    for wrong in ["2508", "2850"] {
        let answer = phone.replies(wrong).await;
        assert!(answer.contains("klopt niet"), "{answer}");
    }
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert!(phone.replies(PIN).await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn somebody_is_forced_to_text_that_all_is_well(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let answer = town.jan().phone().replies(&format!("alles goed {DURESS}")).await;
    assert!(answer.starts_with("Bedankt."), "{answer}");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["silent"]), (&"duress".into(), &true.into()));
    assert!(town.jan().sees(&visit).await["alarm"].is_null(), "his phone shows nothing");
    assert!(
        town.ruud().phone().text().await.contains("BEL OF SMS DE MEDEWERKER NIET"),
        "{}",
        town.ruud().phone().text().await
    );
}

async fn the_address_of_a_text_is_none(db: Db) {
    let town = Town::new(db).await;
    let answer = town.jan().phone().replies("START 45 bij de oude molen achter het kanaal").await;
    assert!(answer.contains("We weten niet waar je bent."), "{answer}");
    assert!(town.ruud().phone().text().await.ends_with("We kennen het adres NIET."));
    let visit = the_only_visit(&town.jan()).await;
    town.until("12:45").await;
    assert_eq!(town.jan().phone().rang().await, ["12:45"], "watched all the same");
    assert!(town.jan().phone().answers_with("*").await.contains("afgesloten"));
    it_is_quiet(&town, &visit).await;
}

async fn a_second_start_while_the_first_goes_on(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let answer = town.jan().phone().replies("START 30 Kerkstraat 5").await;
    assert!(answer.contains("13:30"), "{answer}");
    assert_eq!(the_only_visit(&town.jan()).await, visit);
    town.jan().phone().replies("klaar").await;
    let began = town.jan().phone().replies("START 30 Kerkstraat 5").await;
    assert!(began.contains("Kerkstraat 5"), "{began}");
}

async fn help_is_texted_and_nobody_knew_that_somebody_was_out(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    assert_eq!(town.jan().phone().replies("hulp!! snel").await, "Begrepen. We regelen het.");
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
    let taken = town.ruud().phone().replies("Ok ik pak hem").await;
    assert!(taken.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{taken}");
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().closes(&alarm, super::safe()).await.ok();
    assert!(town.jan().phone().text().await.contains("afgesloten"));
    it_is_quiet(&town, &visit).await;
}

async fn not_well_is_heard_by_the_manager_at_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let answer = town.jan().phone().replies("nee het gaat niet goed hier").await;
    assert!(!answer.is_empty());
    assert!(!town.ruud().sees_alarm(&visit).await.is_null(), "{answer}");
    assert_eq!(town.ruud().phone().rang().await, ["13:30"]);
}

on_both!(
    a_telephone_of_2005_and_deaf_in_one_ear,
    an_answer_in_dialect,
    stop_is_texted_where_done_was_meant,
    the_code_is_wrong_in_the_hurry_and_right_at_last,
    somebody_is_forced_to_text_that_all_is_well,
    the_address_of_a_text_is_none,
    a_second_start_while_the_first_goes_on,
    help_is_texted_and_nobody_knew_that_somebody_was_out,
    not_well_is_heard_by_the_manager_at_once,
);
