//! Stories of two people on a visit: who is named is told so and says yes or no, and who ends it ends it
//! for both, with the other knowing.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
    },
};

const NAMED: &str = "Jan Bakker heeft 23-11-2026 om 13:00 een afspraak en noemt jou als collega. \
    Ga je mee? Antwoord JA of NEE.";

async fn says(town: &Town, visit: &str) -> Value {
    town.jan().sees(visit).await["colleagues"][0]["says"].clone()
}

async fn who_is_named_is_told_so_and_says_yes(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.settles().await;
    let sanne = town.sanne().phone();
    assert_eq!(sanne.texts().await, [NAMED]);
    assert_eq!(says(&town, &visit).await, "not-yet");
    let answer = sanne.replies("ja hoor").await;
    assert!(answer.starts_with("Bedankt. Je gaat 23-11-2026 om 13:00 mee met Jan"), "{answer}");
    assert_eq!(says(&town, &visit).await, "yes");
    assert_eq!(town.jan().reads(&visit, "colleague-said").await, ["12:00"]);
    assert!(town.jan().phone().texts().await.is_empty(), "what is expected needs no text");
}

async fn who_does_not_go_along_is_not_counted_on(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    let answer = town.sanne().phone().replies("nee").await;
    assert_eq!(answer, "Begrepen. We geven het door aan Jan Bakker.");
    let told = town.jan().phone().text().await;
    assert!(told.starts_with("Sanne Vos gaat NIET met je mee"), "{told}");
    assert!(town.ruud().phone().text().await.contains("Een collega gaat NIET mee"));
    let seen = town.jan().sees(&visit).await;
    assert_eq!(
        (&seen["status"], &seen["missing"]),
        (&json!("awaiting-approval"), &json!(["colleague"]))
    );
    town.until("13:36").await;
    assert_eq!(town.sanne().phone().text().await, answer, "she is not asked how it goes");
}

async fn who_changes_their_mind_says_so(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.sanne().phone().replies("nee").await;
    assert_eq!(says(&town, &visit).await, "no");
    assert!(town.sanne().phone().replies("ja").await.contains("mee met Jan Bakker"));
    assert_eq!(says(&town, &visit).await, "yes");
}

async fn who_answers_is_there(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    assert!(town.sanne().phone().replies("OK").await.starts_with("Bedankt."));
    assert_eq!(says(&town, &visit).await, "yes");
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
}

async fn whoever_ends_it_ends_it_for_both_and_the_other_reads_it(db: Db) {
    let town = Town::new(db).await;
    for ends in ["app", "text"] {
        let start = if ends == "app" { "13:00" } else { "14:00" };
        let visit = town.jan().registers(&home_visit(start)).await;
        town.until(if ends == "app" { "13:10" } else { "14:10" }).await;
        match ends {
            "app" => drop(town.sanne().did(&visit, "end", json!({})).await),
            _ => drop(town.sanne().phone().replies("klaar").await),
        }
        assert_eq!(town.jan().sees(&visit).await["status"], "ended");
        town.settles().await;
        let told = town.jan().phone().text().await;
        assert_eq!(
            told,
            "Sanne Vos heeft jullie afspraak afgesloten, ook voor jou. Klopt dat niet? Antwoord HULP."
        );
    }
    let visit = town.jan().registers(&home_visit("15:00")).await;
    town.until("15:10").await;
    town.jan().did(&visit, "end", json!({})).await;
    town.settles().await;
    let told = town.sanne().phone().text().await;
    assert!(told.starts_with("Jan Bakker heeft jullie afspraak afgesloten"), "{told}");
    // She is still inside.
    assert_eq!(town.sanne().phone().replies("HULP").await, "Begrepen. We regelen het.");
    assert!(!town.ruud().phone().rang().await.is_empty());
}

/// Bo has no account: nobody but the visit knows the number.
async fn help_right_after_the_end_is_about_that_visit(db: Db) {
    let town = Town::new(db).await;
    let bo = json!([{ "name": "Bo Mulder", "mobile": "+31613579246" }]);
    let visit = town.jan().registers(&home_visit("13:00").with("colleagues", bo)).await;
    town.until("13:10").await;
    town.jan().phone().replies("klaar").await;
    let bo = town.phone("+31613579246");
    assert!(bo.text().await.ends_with("Klopt dat niet? Antwoord HULP."));
    assert_eq!(bo.replies("HULP").await, "Begrepen. We regelen het.");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")));
    assert_eq!(town.ruud().phone().rang().await, ["13:10"]);
}

async fn words_that_nobody_understands_are_no_yes(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    town.sanne().phone().replies("huh wie is dit").await;
    assert_eq!(says(&town, &visit).await, "not-yet");
}

async fn a_colleague_who_is_changed_is_told_and_the_first_is_asked_no_more(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.sanne().phone().replies("ja").await;
    let etag = town.jan().get(&format!("/v1/visits/{visit}")).await.ok().etag();
    let others = json!({ "colleagues": [
        { "name": "Sanne Vos", "mobile": "+31687654321" },
        { "name": "Bo Mulder", "mobile": "+31613579246" },
    ] });
    let path = format!("/v1/visits/{visit}");
    let headers = [("if-match", &*etag)];
    town.jan().send(axum::http::Method::PATCH, &path, &headers, others).await.expect(200);
    town.settles().await;
    assert_eq!(town.phone("+31613579246").texts().await, [NAMED]);
    let seen = town.jan().sees(&visit).await;
    let said: Vec<_> = (0..2).map(|nth| seen["colleagues"][nth]["says"].clone()).collect();
    assert_eq!(said, ["yes", "not-yet"], "who said it is not asked again");
}

on_both!(
    who_is_named_is_told_so_and_says_yes,
    who_does_not_go_along_is_not_counted_on,
    who_changes_their_mind_says_so,
    who_answers_is_there,
    whoever_ends_it_ends_it_for_both_and_the_other_reads_it,
    help_right_after_the_end_is_about_that_visit,
    words_that_nobody_understands_are_no_yes,
    a_colleague_who_is_changed_is_told_and_the_first_is_asked_no_more,
);
