//! Stories of the SOS button that somebody carries: a phone of its own, that texts and reads nothing.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::home_visit, person::Person, phone::Phone},
};

const BUTTON: &str = "+31613579246";
const PRESSED: &str = "SOS! http://maps.google.com/maps?q=52.2,6.9";

async fn gives(of: &Person<'_>, number: &str) -> Answer {
    of.send(Method::PUT, "/v1/me/button", &[], json!({ "number": number })).await
}

fn refused(answer: Answer, code: &str) {
    let problem = answer.refused(400, "invalid-input").body;
    assert_eq!(problem["faults"][0]["code"], code, "{problem}");
}

/// Jan carries a button.
async fn carried(town: &Town) -> Phone<'_> {
    let me = gives(&town.jan(), "06 13579246").await.expect(200).body;
    assert_eq!(me["button"], BUTTON);
    town.phone(BUTTON)
}

async fn the_only_visit(of: &Person<'_>) -> String {
    let list = of.get("/v1/visits").await.ok().body;
    let [visit] = list["items"].as_array().unwrap().as_slice() else { panic!("{list}") };
    visit["id"].as_str().unwrap().to_owned()
}

async fn its_press_is_an_alarm_with_its_place(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    let button = carried(&town).await;
    town.until("12:10").await;
    for (sent, latitude, longitude) in [
        (PRESSED, 52.2, 6.9),
        ("Help me! lat:52.21 lon:6.89", 52.21, 6.89),
        ("052.2183N 006.8958E", 52.2183, 6.8958),
        ("SOS 52,2183 6,8957", 52.2183, 6.8957),
    ] {
        button.sends(sent).await;
        let alarm = town.ruud().sees_alarm(&visit).await;
        assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")), "{sent}");
        let place = &alarm["position"];
        assert_eq!(
            (&place["latitude"], &place["longitude"]),
            (&json!(latitude), &json!(longitude))
        );
    }
    let rang = town.ruud().phone().rang().await;
    assert_eq!(rang, ["12:10"; 4], "help that is called once more rings once more");
    assert_eq!(town.jan().phone().text().await, "Begrepen. We regelen het.");
    assert!(button.texts().await.is_empty(), "a button reads nothing");
    assert_eq!(town.ruud().reads(&visit, "alarm-opened").await, ["12:10"]);
    // Where somebody was stands with the alarm, and is forgotten with it.
    let timeline = town.ruud().get(&format!("/v1/visits/{visit}/timeline")).await.ok().text;
    assert!(timeline.contains("Noodknop: SOS!"), "{timeline}");
    assert!(!timeline.contains("52.2") && !timeline.contains("52,2"), "{timeline}");
}

async fn without_a_visit_one_begins_on_the_ladder(db: Db) {
    let town = Town::new(db).await;
    let button = carried(&town).await;
    town.until("12:10").await;
    button.sends(PRESSED).await;
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["position"]["latitude"], 52.2);
    assert_eq!(town.jan().sees(&visit).await["mobile"], "+31612345678", "who is asked is Jan");
    town.until("12:13").await;
    assert_eq!(town.fatima().phone().rang().await, ["12:13"], "nobody took it");
}

async fn who_falls_needs_help(db: Db) {
    let town = Town::new(db).await;
    carried(&town).await.sends("Fall down!").await;
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn what_it_tells_of_itself_is_no_alarm(db: Db) {
    let town = Town::new(db).await;
    let button = carried(&town).await;
    let jan = town.jan();
    button.sends("Low battery! lat:52.21 lon:6.89").await;
    assert!(jan.phone().text().await.contains("batterij van je noodknop"));
    button.sends("Power off").await;
    assert!(jan.phone().text().await.starts_with("Je noodknop staat uit."));
    let told = jan.phone().texts().await.len();
    button.sends("Power on").await;
    assert_eq!(jan.phone().texts().await.len(), told);
    button.sends("zzz").await;
    assert!(jan.phone().text().await.contains("Niemand is gewaarschuwd"));
    let list = jan.get("/v1/visits").await.ok().body;
    assert_eq!(list["items"], json!([]));
    assert!(town.ruud().phone().texts().await.is_empty());
}

async fn its_number_is_nobody_elses(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    refused(gives(&jan, "+31612345678").await, "own-number");
    refused(gives(&jan, "+31687654321").await, "taken");
    carried(&town).await;
    refused(gives(&town.sanne(), BUTTON).await, "taken");
    let number = json!({ "number": BUTTON });
    let as_own = town.sanne().send(Method::PUT, "/v1/me/mobile", &[], number).await;
    refused(as_own, "is-button");
    town.changes("worker", |jan| jan.mobile = None).await;
    gives(&jan, BUTTON).await.refused(409, "no-number");
    jan.send(Method::DELETE, "/v1/me/button", &[], Value::Null).await.expect(204);
    assert!(jan.get("/v1/me").await.ok().body["button"].is_null());
    town.phone(BUTTON).sends(PRESSED).await;
    assert!(town.phone(BUTTON).text().await.starts_with("Let op: niemand is gewaarschuwd."));
}

async fn a_place_in_somebodys_own_words_is_shown_as_well(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.until("12:10").await;
    // The digits of a place are no PIN, right or wrong.
    let sent = "Hulp! https://maps.google.com/?q=52.2580,6.1379 achterin";
    assert_eq!(town.jan().phone().replies(sent).await, "Begrepen. We regelen het.");
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["silent"]), (&json!("panic"), &json!(false)));
    assert_eq!(alarm["position"]["longitude"], 6.1379);
    assert!(town.ruud().reads(&visit, "pin-refused").await.is_empty());
}

on_both!(
    its_press_is_an_alarm_with_its_place,
    without_a_visit_one_begins_on_the_ladder,
    who_falls_needs_help,
    what_it_tells_of_itself_is_no_alarm,
    its_number_is_nobody_elses,
    a_place_in_somebodys_own_words_is_shown_as_well,
);
