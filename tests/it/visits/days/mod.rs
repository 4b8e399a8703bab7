//! Days as people live them, from the first word to the last: nothing that anybody sends stays unheard,
//! and whatever is answered says what comes next. `docs/scripts.md` lists them.

pub mod alarms;
pub mod calls;
pub mod changes;
pub mod phones;
pub mod texts;
pub mod unanswered;

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::town::{Town, form::home_visit, person::Person};

/// A landline that nobody registered.
const LANDLINE: &str = "+31534818181";
const PIN: &str = "2580";
const DURESS: &str = "1379";

/// Jan is at an ordinary visit from 13:00, and is asked at 13:30; it is 13:10.
async fn out(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:10").await;
    visit
}

/// Ruud takes the alarm on the telephone that just rang, and closes it; nobody is called after that.
async fn ruud_sees_to_it(town: &Town, visit: &str, how: Value) {
    let alarm = town.ruud().sees_alarm(visit).await;
    let taken = town.ruud().phone().answers_with("1").await;
    assert!(taken.starts_with("Jij hebt dit alarm opgepakt."), "{taken}");
    town.ruud().closes(&alarm, how).await.ok();
    assert!(town.ruud().sees_alarm(visit).await.is_null());
}

/// The visit is over, and nobody is called or texted about it any more.
async fn it_is_quiet(town: &Town, visit: &str) {
    let counted = async || {
        let mut counts = vec![];
        for who in [town.jan(), town.sanne(), town.ruud(), town.fatima(), town.els()] {
            counts.push((who.phone().rang().await.len(), who.phone().texts().await.len()));
        }
        counts
    };
    assert_eq!(town.jan().sees(visit).await["status"], "ended");
    let before = counted().await;
    town.until("23:00").await;
    assert_eq!(counted().await, before);
}

async fn visits(of: &Person<'_>) -> Vec<Value> {
    let answer = of.send(Method::GET, "/v1/visits", &[], Value::Null).await.ok();
    answer.body["items"].as_array().unwrap().clone()
}

async fn the_only_visit(of: &Person<'_>) -> String {
    let [visit] = visits(of).await.try_into().unwrap();
    visit["id"].as_str().unwrap().to_owned()
}

/// What the worker changes of a visit.
async fn changes(of: &Person<'_>, visit: &str, what: Value) {
    let path = format!("/v1/visits/{visit}");
    let etag = of.get(&path).await.ok().etag();
    of.send(Method::PATCH, &path, &[("if-match", &etag)], what).await.expect(200);
}

/// Closed, with the worker out and safe.
fn safe() -> Value {
    json!({ "outcome": "safe", "visitEnded": true })
}

#[test]
fn every_day_is_on_the_list() {
    let list = include_str!("../../../../docs/scripts.md");
    let days = [
        include_str!("alarms.rs"),
        include_str!("calls.rs"),
        include_str!("changes.rs"),
        include_str!("phones.rs"),
        include_str!("texts.rs"),
        include_str!("unanswered.rs"),
    ];
    let listed = days.iter().flat_map(|file| file.split_once("on_both!(").unwrap().1.lines());
    let named = |line: &str| line.trim().strip_suffix(',').map(|name| format!("`{name}`"));
    let stories: Vec<String> = listed.filter_map(named).collect();
    assert!(stories.len() >= 30, "{}", stories.len());
    let missing: Vec<_> = stories.iter().filter(|name| !list.contains(*name)).collect();
    assert!(missing.is_empty(), "not in docs/scripts.md: {missing:?}");
}
