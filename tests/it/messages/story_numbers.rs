//! Stories of numbers: STOP and what it stops, and numbers that several visits share.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        form::{Form, home_visit, risky_visit},
    },
};

async fn stop_is_honoured_at_once_confirms_nothing_and_calls_go_on(db: Db) {
    let town = Town::new(db).await;
    let (jan, phone) = (town.jan(), town.jan().phone());
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:26").await;
    assert!(phone.replies("STOP ").await.starts_with("Je krijgt geen sms meer."));
    let texts = phone.texts().await.len();
    town.until("13:35").await;
    assert_eq!(phone.texts().await.len(), texts);
    assert_eq!(phone.rang().await, ["13:30", "13:32"]);
    assert_eq!(jan.reads(&visit, "missed").await, ["13:35"]);
    let told = town.noor().phone().text().await;
    assert!(told.contains("Jan Bakker wil geen sms meer krijgen"), "{told}");
}

async fn start_brings_texts_back(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.jan().phone().replies("stop").await;
    assert_eq!(town.jan().phone().replies("START").await, "Je krijgt weer sms.");
    town.until("13:30").await;
    assert!(town.jan().phone().text().await.starts_with("Afspraak 13:30"));
}

async fn a_manager_who_stops_texts_is_still_called_and_the_administrators_hear(db: Db) {
    let town = Town::new(db).await;
    town.ruud().phone().replies("STOP").await;
    let texts = town.ruud().phone().texts().await.len();
    let told = town.noor().phone().text().await;
    assert!(told.contains("Ruud Smit wil geen sms meer krijgen"), "{told}");
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:35").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    assert_eq!(town.ruud().phone().texts().await.len(), texts);
}

async fn a_number_belongs_to_whoever_proved_it(db: Db) {
    let town = Town::new(db).await;
    let own = |form: Form| form.alone().asked_at(&["13:30"]).with("mobile", json!("+31687654321"));
    let sannes = town.sanne().registers(&own(home_visit("13:00"))).await;
    let jans = town.jan().registers(&own(home_visit("13:00"))).await;
    town.until("13:30").await;
    assert!(town.sanne().phone().replies("OK").await.starts_with("Bedankt."));
    assert_eq!(town.sanne().reads(&sannes, "confirmed").await, ["13:30"]);
    assert!(town.jan().reads(&jans, "confirmed").await.is_empty());
    // Who is forced is heard on whichever phone is at hand.
    town.sanne().phone().replies("1379").await;
    assert_eq!(town.ruud().sees_alarm(&jans).await["cause"], "duress");
}

async fn a_new_number_is_asked_on_the_visit_that_is_on(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    let new = town.phone("+31613579246");
    let number = json!({ "number": new.number });
    jan.send(Method::PUT, "/v1/me/mobile", &[], number).await.expect(202);
    town.settles().await;
    let told = new.text().await;
    let code: String = told.chars().filter(char::is_ascii_digit).take(6).collect();
    jan.post("/v1/me/mobile/verification", json!({ "code": code })).await.ok();
    assert_eq!(jan.sees(&visit).await["mobile"], "+31613579246");
    assert_eq!(jan.reads(&visit, "changed").await, ["13:10"]);
    town.until("13:30").await;
    assert_eq!(new.rang().await, ["13:30"]);
    assert!(jan.phone().rang().await.is_empty(), "the old phone stays silent");
    assert!(new.replies("OK").await.starts_with("Bedankt."));
    assert_eq!(jan.reads(&visit, "confirmed").await, ["13:30"]);
}

/// Jan and Sanne are at one visit, and Sanne has one of her own: her number is asked for both.
async fn two_visits(town: &Town) -> (String, String) {
    let one = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let form = home_visit("13:00").alone().asked_at(&["13:40"]);
    let other = town.sanne().registers(&form.with("mobile", json!("+31687654321"))).await;
    town.until("13:32").await;
    (one, other)
}

async fn a_number_that_two_workers_share_cannot_answer_by_text(db: Db) {
    let town = Town::new(db).await;
    let (one, other) = two_visits(&town).await;
    let reply = town.sanne().phone().replies("OK").await;
    assert!(reply.starts_with("Er zijn meer afspraken met dit nummer."), "{reply}");
    assert!(town.jan().reads(&one, "confirmed").await.is_empty());
    // The link tells which is meant.
    town.sanne().phone().presses_button(json!({})).await.ok();
    assert_eq!(town.jan().reads(&one, "confirmed").await, ["13:32"]);
    assert!(town.sanne().reads(&other, "confirmed").await.is_empty());
}

async fn the_duress_pin_is_heard_even_when_it_is_unclear_which_visit_is_meant(db: Db) {
    let town = Town::new(db).await;
    let (one, other) = two_visits(&town).await;
    let with_pin = town.sanne().phone().replies("2580").await;
    for visit in [&one, &other] {
        assert!(town.ruud().sees_alarm(visit).await.is_null());
    }
    assert_eq!(town.sanne().phone().replies("1379").await, with_pin);
    for visit in [&one, &other] {
        assert_eq!(town.ruud().sees_alarm(visit).await["cause"], "duress");
    }
    assert!(town.sanne().sees_alarm(&other).await.is_null());
}

async fn help_from_a_shared_number_counts_for_every_visit_of_it(db: Db) {
    let town = Town::new(db).await;
    let (one, other) = two_visits(&town).await;
    town.sanne().phone().replies("HULP").await;
    for visit in [&one, &other] {
        assert_eq!(town.ruud().sees_alarm(visit).await["cause"], "panic");
    }
}

async fn one_answer_counts_for_two_visits_of_one_worker(db: Db) {
    let town = Town::new(db).await;
    let one = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let other = town.jan().registers(&home_visit("13:00").asked_at(&["13:31"])).await;
    town.until("13:31").await;
    town.jan().phone().replies("OK").await;
    for visit in [&one, &other] {
        assert_eq!(town.jan().reads(visit, "confirmed").await, ["13:31"]);
    }
}

async fn a_reply_of_a_manager_who_is_out_as_well_is_about_what_was_asked_last(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").alone().asked_at(&["13:50"]);
    let own = town.ruud().registers(&form.with("mobile", json!("+31611223344"))).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    assert!(
        town.ruud()
            .phone()
            .replies("1")
            .await
            .starts_with("Jij hebt het alarm van Jan Bakker opgepakt.")
    );
    assert_eq!(town.fatima().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
    assert!(town.ruud().reads(&own, "confirmed").await.is_empty());
    town.until("13:50").await;
    assert!(town.ruud().phone().replies("1").await.starts_with("Bedankt."));
    assert_eq!(town.ruud().reads(&own, "confirmed").await, ["13:50"]);
}

async fn an_old_text_answers_nothing_once_the_visit_is_over(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
    assert!(town.jan().phone().replies("2580").await.starts_with("Er is nu geen afspraak"));
    let page = town.jan().phone().opens_link().await.ok();
    assert!(!page.text.contains("<button") && page.text.contains("afgesloten"), "{}", page.text);
}

async fn only_numbers_that_the_organisation_calls_are_taken(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let code = |body: &Value| body["faults"][0]["code"].as_str().unwrap().to_owned();
    for (number, why) in [
        ("+33612345678", "number-country"),
        ("+447400123456", "number-country"),
        ("0900 123 4567", "number-kind"),
    ] {
        let form = home_visit("13:00").asked_at(&["13:30"]).with("mobile", json!(number));
        let refused = jan.tries_to_register(&form).await.refused(400, "invalid-input").body;
        assert_eq!(code(&refused), why, "{number}");
    }
    for path in ["/v1/me/mobile", "/v1/me/button"] {
        let number = json!({ "number": "+33612345678" });
        let refused = jan.send(Method::PUT, path, &[], number).await.expect(400).body;
        assert_eq!(code(&refused), "number-country", "{path}");
    }
    let form = home_visit("13:00").asked_at(&["13:30"]).with("mobile", json!("+32470123456"));
    jan.registers(&form).await;
}

async fn a_number_from_before_goes_on_to_be_called(db: Db) {
    let town = Town::new(db).await;
    let french = "+33612345678";
    town.changes("worker", |jan| {
        let mobile = jan.mobile.as_mut().unwrap();
        mobile.number = french.parse().unwrap();
    })
    .await;
    assert_eq!(town.phone(french).replies("HULP").await, "Begrepen. We regelen het.");
    assert_eq!(town.ruud().phone().rang().await.len(), 1);
    // Whoever changes something else of the account is not held up by it.
    let me = town.jan().get("/v1/me").await.ok().body;
    let path = format!("/v1/people/{}", me["id"].as_str().unwrap());
    let etag = town.noor().get(&path).await.ok().etag();
    let change = json!({ "name": "Jan B.", "mobile": french });
    town.noor().send(Method::PATCH, &path, &[("if-match", &etag)], change).await.expect(200);
}

/// Jan goes with another phone.
async fn another_phone(town: &Town) -> (String, String) {
    let other = "+31613579246".to_owned();
    let form = home_visit("13:00").alone().asked_at(&["13:30"]).with("mobile", json!(other));
    (town.jan().registers(&form).await, other)
}

async fn another_number_for_one_visit_is_tested_by_an_answer(db: Db) {
    let town = Town::new(db).await;
    for (answer, hour) in [("JA", "13:00"), ("ok", "15:00"), ("1", "17:00")] {
        let number = "+31613579246";
        let form = home_visit(hour).alone().with("mobile", json!(number));
        let visit = town.jan().registers(&form).await;
        town.settles().await;
        let phone = town.phone(number);
        let asked = phone.text().await;
        assert!(asked.starts_with("Jan Bakker gaf dit nummer op"), "{asked}");
        assert_eq!(town.jan().sees(&visit).await["mobileTested"], false);
        assert_eq!(town.ruud().sees(&visit).await["mobileTested"], false);
        assert_eq!(phone.replies(answer).await, "Bedankt. Dit nummer is getest.");
        assert_eq!(town.ruud().sees(&visit).await["mobileTested"], true, "{answer}");
    }
    let told = town.ruud().phone().texts().await;
    assert!(told.is_empty(), "{told:?}");
}

async fn a_number_that_never_answered_is_told_when_the_visit_begins(db: Db) {
    let town = Town::new(db).await;
    let (visit, other) = another_phone(&town).await;
    town.until("13:02").await;
    town.jan().did(&visit, "start", json!({})).await;
    town.settles().await;
    let told = town.ruud().phone().text().await;
    assert!(told.contains("Dat nummer is niet getest"), "{told}");
    town.until("13:30").await;
    assert!(town.phone(&other).replies("OK").await.starts_with("Bedankt."));
    assert_eq!(town.jan().sees(&visit).await["mobileTested"], true, "an answer tests it as well");
}

async fn ones_own_number_needs_no_test(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.settles().await;
    assert!(town.jan().phone().texts().await.is_empty());
    assert_eq!(town.jan().sees(&visit).await["mobileTested"], true);
    let (path, etag) = (
        format!("/v1/visits/{visit}"),
        town.jan().get(&format!("/v1/visits/{visit}")).await.ok().etag(),
    );
    let change = json!({ "mobile": "+31613579246" });
    town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], change).await.expect(200);
    town.settles().await;
    assert_eq!(town.jan().sees(&visit).await["mobileTested"], false);
    assert!(town.phone("+31613579246").text().await.contains("Antwoord JA"));
}

async fn a_visit_that_is_changed_again_and_again_floods_nobody(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let path = format!("/v1/visits/{visit}");
    for number in ["+31613579246", "+31612345678"].repeat(5) {
        let etag = town.jan().get(&path).await.ok().etag();
        let change = json!({ "mobile": number });
        town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], change).await.expect(200);
    }
    town.settles().await;
    assert_eq!(town.phone("+31613579246").texts().await.len(), 3);
}

on_both!(
    another_number_for_one_visit_is_tested_by_an_answer,
    a_number_that_never_answered_is_told_when_the_visit_begins,
    ones_own_number_needs_no_test,
    a_visit_that_is_changed_again_and_again_floods_nobody,
    only_numbers_that_the_organisation_calls_are_taken,
    a_number_from_before_goes_on_to_be_called,
    a_number_belongs_to_whoever_proved_it,
    a_new_number_is_asked_on_the_visit_that_is_on,
    stop_is_honoured_at_once_confirms_nothing_and_calls_go_on,
    start_brings_texts_back,
    a_manager_who_stops_texts_is_still_called_and_the_administrators_hear,
    a_number_that_two_workers_share_cannot_answer_by_text,
    the_duress_pin_is_heard_even_when_it_is_unclear_which_visit_is_meant,
    help_from_a_shared_number_counts_for_every_visit_of_it,
    one_answer_counts_for_two_visits_of_one_worker,
    a_reply_of_a_manager_who_is_out_as_well_is_about_what_was_asked_last,
    an_old_text_answers_nothing_once_the_visit_is_over,
);
