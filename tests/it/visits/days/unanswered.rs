//! Days on which somebody does not answer, and nothing is wrong, or everything.

use rugdekking::store::Db;
use serde_json::json;

use super::{LANDLINE, PIN, it_is_quiet, out, ruud_sees_to_it, safe};
use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

async fn somebody_forgets_to_end_the_visit_and_goes_home(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone()).await;
    town.until("13:45").await;
    assert_eq!(town.jan().phone().rang().await, ["13:45"], "it is asked at the end");
    town.until("13:50").await;
    assert!(town.ruud().phone().text().await.contains("Jan Bakker reageert niet"));
    ruud_sees_to_it(&town, &visit, safe()).await;
    let told = town.jan().phone().text().await;
    assert_eq!(told, "Ruud Smit heeft het alarm afgesloten. Je afspraak is ook afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn the_resident_is_not_home(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let answer = town.jan().phone().replies("Niemand thuis, ik ga weer. Klaar.").await;
    assert_eq!(answer, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn the_phone_is_empty_and_the_colleague_has_one(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    town.jan().phone().goes_to_voicemail().await;
    town.until("13:32").await;
    let answer = town.sanne().phone().replies("Jans telefoon is leeg").await;
    assert!(answer.contains("Antwoord OK als alles goed is"), "{answer}");
    assert!(town.sanne().phone().replies("alles goed hier").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:32"]);
    town.until("13:45").await;
    assert!(town.ruud().phone().rang().await.is_empty());
    let ended = town.sanne().phone().replies("klaar").await;
    assert_eq!(ended, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn the_phone_is_empty_and_nobody_else_is_there(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:30").await;
    town.jan().phone().goes_to_voicemail().await;
    town.until("13:35").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
    let about = town.ruud().phone().answers().await;
    assert!(about.contains("Jan Bakker"), "{about}");
    assert!(town.ruud().phone().presses("1").await.starts_with("Jij hebt dit alarm opgepakt."));
    // At 13:50 he is in his car, with a charger.
    town.until("13:40").await;
    assert!(town.jan().phone().replies(PIN).await.starts_with("Bedankt."));
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    assert!(town.ruud().phone().text().await.contains("heeft met de code geantwoord"));
    assert_eq!(town.jan().phone().replies("klaar").await, "Bedankt. Je afspraak is afgesloten.");
    it_is_quiet(&town, &visit).await;
}

async fn the_phone_is_lost_and_a_landline_is_near(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    let heard = town.phone(LANDLINE).calls_in().await;
    assert!(heard.contains("niemand is gewaarschuwd") && heard.contains("112"), "{heard}");
    // The organisation's own number, which he heard, gets Ruud on the line.
    let ended = town.ruud().did(&visit, "end", json!({})).await;
    assert_eq!(ended["status"], "ended");
    it_is_quiet(&town, &visit).await;
}

async fn somebody_falls_and_nobody_answers_until_the_last(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:52").await;
    for (minder, first) in [(town.ruud(), "13:35"), (town.fatima(), "13:38"), (town.els(), "13:41")]
    {
        assert_eq!(minder.phone().rang().await[0], first);
    }
    let taken = town.els().phone().answers_with("1").await;
    assert!(taken.starts_with("Jij hebt dit alarm opgepakt."), "{taken}");
    assert!(town.ruud().phone().text().await.starts_with("Els de Groot heeft dit alarm opgepakt."));
    let alarm = town.els().sees_alarm(&visit).await;
    let how = json!({ "outcome": "incident", "note": "Gebroken heup.", "visitEnded": true });
    town.els().closes(&alarm, how).await.ok();
    let lines = town.ruud().reads_timeline(&visit).await;
    assert!(lines.iter().any(|line| line.2.contains("incident")), "{lines:?}");
    it_is_quiet(&town, &visit).await;
}

async fn the_answer_comes_after_the_end(db: Db) {
    let town = Town::new(db).await;
    let visit = out(&town).await;
    town.until("13:36").await;
    let asked = town.jan().phone().replies("sorry! ben al klaar").await;
    assert!(asked.contains("Antwoord dan ook met je code."), "{asked}");
    assert_eq!(town.jan().sees(&visit).await["status"], "ended");
    assert!(!town.ruud().sees_alarm(&visit).await.is_null(), "a number alone closes none");
    assert!(town.jan().phone().replies(PIN).await.starts_with("Bedankt."));
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    it_is_quiet(&town, &visit).await;
}

on_both!(
    somebody_forgets_to_end_the_visit_and_goes_home,
    the_resident_is_not_home,
    the_phone_is_empty_and_the_colleague_has_one,
    the_phone_is_empty_and_nobody_else_is_there,
    the_phone_is_lost_and_a_landline_is_near,
    somebody_falls_and_nobody_answers_until_the_last,
    the_answer_comes_after_the_end,
);
