//! Stories of the duress PIN. Each is lived in two towns that are equal but for the code that is
//! given, and what the worker's side sees must be equal too.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::risky_visit, person::faceless, phone::link_in, twin::Twin},
};

const PIN: &str = "2580";
const DURESS: &str = "1379";

/// Everything that those who are out there can see or hear.
async fn worker_side(town: &Town, visit: &str) -> Vec<Value> {
    let mut seen = town.jan().screens(visit).await;
    seen.extend(town.sanne().screens(visit).await);
    seen.push(faceless(town.jan().sees_alarm(visit).await));
    for phone in [town.jan().phone(), town.sanne().phone()] {
        let texts = phone.texts().await;
        let bare = texts.iter().map(|t| match link_in(t) {
            Some(link) => t.replace(&link, "link"),
            None => t.clone(),
        });
        seen.push(json!([bare.collect::<Vec<_>>(), phone.texted().await, phone.rang().await]));
    }
    seen
}

fn heard(answer: Answer) -> Value {
    let answer = answer.any();
    json!([answer.status.as_u16(), faceless(answer.body), answer.text.len()])
}

/// Lives the same visit in both towns; `says` gives the code at 13:33. Then compares, at once and
/// while the visit goes on, and looks at the silent alarm of the second town.
async fn nobody_out_there_can_tell(
    db: Db,
    from: &str,
    says: impl AsyncFn(&Town, &str, &str) -> Value,
) {
    let twin = Twin::of(&db).await;
    let mut sides = vec![];
    for (db, code) in [(db, PIN), (twin.db.clone(), DURESS)] {
        let town = Town::new(db).await;
        let form = risky_visit("13:00").lasting(90).asked_at(&["13:30", "14:00"]);
        let visit = town.agreed(&form).await;
        town.until(from).await;
        let mut seen = vec![says(&town, &visit, code).await];
        for until in [from, "13:37", "13:52", "14:01"] {
            town.until(until).await;
            seen.extend(worker_side(&town, &visit).await);
        }
        if code == DURESS {
            is_told_silently(&town, &visit, from).await;
        } else {
            assert_ne!(town.ruud().sees_alarm(&visit).await["cause"], "duress");
        }
        sides.push(seen);
    }
    for (with_pin, under_duress) in sides[0].iter().zip(&sides[1]) {
        assert_eq!(with_pin, under_duress);
    }
    twin.drop_it().await;
}

async fn is_told_silently(town: &Town, visit: &str, at: &str) {
    let alarm = town.ruud().sees_alarm(visit).await;
    assert_eq!((&alarm["cause"], &alarm["silent"]), (&json!("duress"), &json!(true)));
    // The second rung does not wait for the first.
    for minder in [town.ruud(), town.fatima()] {
        assert!(minder.phone().rang().await.contains(&at.to_owned()), "{}", minder.persona);
        let texts = minder.phone().texts().await;
        assert!(texts.iter().any(|t| t.contains("BEL OF SMS DE MEDEWERKER NIET")), "{texts:?}");
    }
    let to = |c: &Value| c["name"].as_str().unwrap().to_owned();
    let told: Vec<_> = alarm["contacted"].as_array().unwrap().iter().map(to).collect();
    assert!(!told.iter().any(|n| n == "Jan Bakker" || n == "Sanne Vos"), "{told:?}");
    let id = alarm["id"].as_str().unwrap();
    for worker in [town.jan(), town.sanne()] {
        // Once something else showed it, it is there; never before.
        let (see, take) =
            if worker.sees(visit).await["alarm"].is_null() { (404, 404) } else { (200, 403) };
        assert_eq!(worker.get(&format!("/v1/alarms/{id}")).await.status, see);
        assert_eq!(worker.takes(&alarm).await.status, take);
    }
}

async fn by_a_tap(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        heard(town.jan().says(visit, "check-ins", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn by_text(db: Db) {
    let says = async |town: &Town, _: &str, pin: &str| json!(town.jan().phone().replies(pin).await);
    nobody_out_there_can_tell(db, "13:31", says).await;
}

async fn by_keys_on_the_call(db: Db) {
    let says = async |town: &Town, _: &str, pin: &str| {
        json!(town.jan().phone().answers_with(&format!("{pin}#")).await)
    };
    nobody_out_there_can_tell(db, "13:32", says).await;
}

async fn behind_the_link(db: Db) {
    let says = async |town: &Town, _: &str, pin: &str| {
        json!(town.jan().phone().presses_button(json!({ "pin": pin })).await.ok().text)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn with_more_time(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        let said = json!({ "pin": pin, "minutes": 30 });
        heard(town.jan().says(visit, "extensions", said).await)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn while_nothing_is_asked(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        heard(town.jan().says(visit, "check-ins", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:10", says).await;
}

async fn while_asking_for_help(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        heard(town.jan().says(visit, "alarm", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn while_taking_help_back(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        let pressed = heard(town.jan().says(visit, "alarm", json!({})).await);
        let undone =
            town.jan().says(visit, "alarm/withdrawal", json!({ "pin": pin })).await.expect(200);
        assert!(undone.body["alarm"].is_null());
        // To the letter.
        json!([pressed, undone.etag(), undone.text])
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn while_pressing_help_again_after_taking_it_back(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        town.jan().did(visit, "alarm", json!({})).await;
        let undone = town.jan().says(visit, "alarm/withdrawal", json!({ "pin": pin })).await.any();
        let again = heard(town.jan().says(visit, "alarm", json!({})).await);
        let back = town.jan().says(visit, "alarm/withdrawal", json!({ "pin": PIN })).await.any();
        json!([undone.text, again, back.status.as_u16(), back.text])
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn by_text_with_the_word_for_help(db: Db) {
    let says = async |town: &Town, _: &str, pin: &str| {
        json!(town.jan().phone().replies(&format!("hulp {pin}")).await)
    };
    nobody_out_there_can_tell(db, "13:31", says).await;
}

async fn by_the_colleague(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        heard(town.sanne().says(visit, "check-ins", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn when_ending(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        heard(town.jan().says(visit, "end", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:30", says).await;
}

async fn after_a_missed_check_in(db: Db) {
    let says = async |town: &Town, visit: &str, pin: &str| {
        assert_eq!(town.ruud().sees_alarm(visit).await["cause"], "missed-check-in");
        heard(town.jan().says(visit, "check-ins", json!({ "pin": pin })).await)
    };
    nobody_out_there_can_tell(db, "13:36", says).await;
}

async fn nobody_out_there_sees_it_close(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(90).asked_at(&["13:30", "14:00"])).await;
    town.until("13:30").await;
    town.jan().did(&visit, "check-ins", json!({ "pin": DURESS })).await;
    town.until("13:35").await;
    let address = format!("/v1/visits/{visit}");
    let before = town.jan().get(&address).await.ok().body;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    let closed = town.ruud().closes(&alarm, json!({ "outcome": "help-sent" })).await.ok();
    assert_eq!(closed.body["state"], "closed");
    // Not even its version moves: a screen that jumps would tell that something happened.
    assert_eq!(town.jan().get(&address).await.ok().body, before);
    assert!(town.ruud().sees(&visit).await["alarm"].is_null());
}

/// What somebody far away, behind a proxy, sees of the service.
async fn outside(town: &Town) -> Vec<(u16, String)> {
    let mut seen = vec![];
    for path in ["/metrics", "/health/ready"] {
        let from = [("x-forwarded-for", "203.0.113.7")];
        let answer = town.ask(Method::GET, path, &from, Value::Null).await.any();
        seen.push((answer.status.as_u16(), answer.text));
    }
    seen
}

async fn outsiders_see_nothing_of_it(db: Db) {
    let town = Town::new(db).await;
    let form = risky_visit("13:00").lasting(90).asked_at(&["13:30", "14:00"]);
    let visit = town.agreed(&form).await;
    town.until("13:30").await;
    let before = outside(&town).await;
    assert_eq!((before[0].0, before[1].0), (404, 200));
    town.jan().says(&visit, "check-ins", json!({ "pin": DURESS })).await.ok();
    for until in ["13:30", "13:33"] {
        town.until(until).await;
        assert_eq!(outside(&town).await, before);
    }
    let figures = town.ask(Method::GET, "/metrics", &[], Value::Null).await.ok().text;
    assert!(figures.contains("\nrugdekking_alarms_open 1\n"), "{figures}");
}

on_both!(
    outsiders_see_nothing_of_it,
    nobody_out_there_sees_it_close,
    by_a_tap,
    by_text,
    by_keys_on_the_call,
    behind_the_link,
    with_more_time,
    while_nothing_is_asked,
    while_asking_for_help,
    while_taking_help_back,
    while_pressing_help_again_after_taking_it_back,
    by_text_with_the_word_for_help,
    by_the_colleague,
    when_ending,
    after_a_missed_check_in,
);
