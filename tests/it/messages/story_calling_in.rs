//! Stories of calling back and calling in: what is heard, and what keys do there.

use axum::http::Method;
use chrono::TimeDelta;
use rugdekking::{
    model::messages::calls_in::{CallIn, CallSubject},
    service::messages::calls_in,
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, risky_visit},
        person::Person,
        phone::Phone,
        time,
    },
};

const OTHER_NUMBER: &str = "+31613579246";
const NO_VISIT: &str = "Hallo, we hebben nu geen afspraak van je.";

async fn visits(of: &Person<'_>) -> Vec<Value> {
    let answer = of.send(Method::GET, "/v1/visits", &[], Value::Null).await.ok();
    answer.body["items"].as_array().unwrap().clone()
}

async fn the_only_visit(of: &Person<'_>) -> String {
    let [visit] = visits(of).await.try_into().unwrap();
    visit["id"].as_str().unwrap().to_owned()
}

async fn who_missed_the_call_calls_back_and_confirms(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let asked = town.jan().phone().answers().await;
    let heard = town.jan().phone().calls_in().await;
    assert_eq!(heard, asked, "the same as when called");
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty(), "calling answers nothing");
    assert!(town.jan().phone().presses("1").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
    town.until("13:40").await;
    assert!(town.ruud().phone().rang().await.is_empty());
}

async fn more_time_out_safe_and_help_are_keys_there_too(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:45"])).await;
    town.until("12:10").await;
    let phone = town.jan().phone();
    assert_eq!(phone.calls_in_with("5").await, phone.calls_in().await, "it is said again");
    assert_eq!(phone.calls_in_with("2").await, "Bedankt. Je afspraak loopt nu tot 13:00.");
    assert_eq!(phone.calls_in_with("*").await, "Bedankt. Je afspraak is afgesloten.");
    assert_eq!(town.jan().sees(&visit).await["status"], "ended");
    let visit = town.jan().registers(&home_visit("12:10").asked_at(&["12:45"])).await;
    assert_eq!(phone.calls_in_with("9").await, "Begrepen. We regelen het.");
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn what_asks_for_a_code_asks_for_it_here_too(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let phone = town.jan().phone();
    assert!(phone.calls_in().await.contains("toets je code en een hekje"));
    assert_eq!(phone.presses("1").await, "Toets je code en een hekje.");
    assert!(phone.presses("1111#").await.starts_with("Deze code klopt niet."));
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty());
    assert!(phone.presses("2580#").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&visit, "confirmed").await, ["13:30"]);
    assert_eq!(phone.calls_in_with("*").await, "Toets je code en een hekje.");
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(phone.presses("2580#").await, "Bedankt. Je afspraak is afgesloten.");
}

async fn a_duress_code_is_heard_and_answered_as_the_code(db: Db) {
    let mut heard = vec![];
    let town = Town::new(db).await;
    for code in ["2580#", "1379#"] {
        let start = town.app.now() + TimeDelta::minutes(1);
        let [start, ask] = [start, start + TimeDelta::minutes(10)].map(time);
        let form = home_visit(&start).alone().lasting(10).asked_at(&[&ask]);
        let visit = town.jan().registers(&form).await;
        town.until(&ask).await;
        let words = town.jan().phone().calls_in_with(code).await;
        heard.push(words.replace(|c: char| c.is_ascii_digit(), ""));
        let alarm = town.ruud().sees_alarm(&visit).await;
        assert_eq!(alarm["silent"] == true, code == "1379#", "{code}: {alarm}");
        if code == "2580#" {
            town.jan().did(&visit, "end", json!({})).await;
        }
    }
    assert_eq!(heard[0], heard[1]);
}

async fn help_is_heard_without_a_visit(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let heard = town.jan().phone().calls_in().await;
    assert!(heard.starts_with(NO_VISIT) && heard.contains("toets 9"), "{heard}");
    assert_eq!(town.jan().phone().presses("99").await, "Begrepen. We regelen het.");
    let visit = the_only_visit(&town.jan()).await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["cause"], &alarm["state"]), (&json!("panic"), &json!("open")));
    assert_eq!(town.ruud().phone().rang().await, ["12:10"]);
}

async fn before_the_start_help_counts_for_the_visit(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("14:00").asked_at(&["14:30"])).await;
    town.until("12:10").await;
    assert_eq!(town.jan().phone().calls_in_with("112").await, "Begrepen. We regelen het.");
    assert_eq!(the_only_visit(&town.jan()).await, visit);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn a_watch_begins_by_one_key_and_the_manager_knows_that_the_address_is_not_known(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let jan = town.jan();
    assert_eq!(jan.phone().calls_in_with("3").await, "Begrepen. We bellen je om 12:40.");
    let told = town.ruud().phone().text().await;
    assert_eq!(
        told,
        "Jan Bakker is tot ongeveer 12:40 op bezoek; dat is per sms of telefoon gemeld. \
         We kennen het adres NIET."
    );
    assert!(town.ruud().phone().rang().await.is_empty(), "it is no alarm");
    assert!(jan.phone().texts().await.is_empty(), "nothing tells the address on the phone");
    let visit = the_only_visit(&jan).await;
    assert!(jan.phone().calls_in().await.starts_with("Hallo, dit is je geplande belletje."));
    town.until("12:40").await;
    assert!(jan.phone().rang().await.contains(&"12:40".to_owned()));
    town.until("12:45").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
    for (who, keys, at) in [(town.sanne(), "6", "13:45"), (town.fatima(), "8", "14:15")] {
        let heard = who.phone().calls_in_with(keys).await;
        assert_eq!(heard, format!("Begrepen. We bellen je om {at}."));
    }
}

async fn a_manager_takes_an_alarm_and_hears_whom_it_is_about(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:45"])).await;
    town.until("12:10").await;
    town.jan().phone().replies("hulp").await;
    let ruud = town.ruud().phone();
    let heard = ruud.calls_in().await;
    assert!(heard.contains("Jan Bakker vraagt om hulp. Toets 1 om het op te pakken."), "{heard}");
    assert_eq!(ruud.presses("7").await, heard);
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    let taken = ruud.presses("1").await;
    assert!(taken.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{taken}");
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
    assert!(ruud.calls_in().await.starts_with(NO_VISIT));
}

async fn a_key_means_what_was_said_with_it(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00").asked_at(&["12:45"])).await;
    town.until("12:10").await;
    town.jan().phone().replies("hulp").await;
    town.ruud().phone().calls_in().await;
    let alarm = town.fatima().sees_alarm(&visit).await;
    town.fatima().takes(&alarm).await.ok();
    let late = town.ruud().phone().presses("1").await;
    assert_eq!(late, "Fatima El Amrani heeft dit alarm opgepakt. Je hoeft niets te doen.");
    town.ruud().phone().calls_in().await;
    town.ruud().phone().presses("1").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Fatima El Amrani");
}

async fn their_own_visit_goes_first_once_it_is_asked_about(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("12:00").alone().asked_at(&["13:30"])).await;
    let own = home_visit("12:00").alone().with("mobile", json!("+31611223344"));
    let own = town.ruud().registers(&own.asked_at(&["12:30"])).await;
    town.until("12:10").await;
    town.jan().phone().replies("hulp").await;
    assert!(town.ruud().phone().calls_in().await.contains("Jan Bakker"));
    town.until("12:30").await;
    let heard = town.ruud().phone().calls_in().await;
    assert!(heard.starts_with("Hallo, dit is je geplande belletje."), "{heard}");
    town.ruud().phone().presses("1").await;
    assert_eq!(town.ruud().reads(&own, "confirmed").await, ["12:30"]);
}

async fn a_silent_alarm_is_not_heard_of_and_not_taken_by_a_number_alone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let before = town.ruud().phone().calls_in().await;
    town.jan().phone().replies("1379").await;
    town.until("13:31").await;
    let ruud = town.ruud().phone();
    assert_eq!(ruud.calls_in().await, before, "anybody can call in his name");
    assert_eq!(ruud.presses("1").await, before);
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    assert!(ruud.presses("14711#").await.starts_with("Deze code klopt niet."));
    let taken = ruud.presses("12580#").await;
    assert!(taken.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{taken}");
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
}

async fn a_silent_alarm_changes_nothing_that_its_worker_hears(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:30").await;
    town.jan().phone().replies("1379").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["silent"], true);
    town.jan().did(&visit, "end", json!({})).await;
    assert_eq!(town.jan().phone().calls_in().await, town.sanne().phone().calls_in().await);
}

async fn without_a_visit_the_duress_code_looks_as_the_code_does(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let plain = town.sanne().phone().calls_in_with("2580#").await;
    assert_eq!(plain, "Bedankt. We bellen je weer om 12:40.");
    assert_eq!(town.jan().phone().calls_in_with("1379#").await, plain);
    let [hers, his] = [the_only_visit(&town.sanne()).await, the_only_visit(&town.jan()).await];
    let shown = async |of: Person<'_>, visit: &str| {
        let seen = of.sees(visit).await;
        (seen["status"].clone(), seen["alarm"].clone(), of.reads_timeline(visit).await)
    };
    assert_eq!(shown(town.jan(), &his).await, shown(town.sanne(), &hers).await);
    assert_eq!(town.ruud().sees_alarm(&his).await["silent"], true);
    assert!(town.ruud().sees_alarm(&hers).await.is_null());
    assert!(town.jan().phone().calls_in_with("4711#").await.contains("Deze code klopt niet"));
}

async fn who_is_not_known_hears_that_nobody_was_warned(db: Db) {
    let town = Town::new(db).await;
    let phone = Phone { town: &town, number: OTHER_NUMBER.into() };
    let heard = phone.calls_in().await;
    assert!(heard.starts_with("Let op: niemand is gewaarschuwd."), "{heard}");
    assert!(heard.contains("Bel 112."), "{heard}");
    let withheld = CallIn { from: None, about: None, pressed: None };
    let step = calls_in::answer(&town.app, &withheld).await;
    assert_eq!((step.script.words, step.script.listens), (heard, false));
    assert_eq!(step.about, Some(CallSubject::Nobody));
    // The administrator is in no team: nobody would come.
    let heard = town.noor().phone().calls_in_with("9").await;
    assert!(heard.starts_with("Let op: niemand is gewaarschuwd."), "{heard}");
    assert!(town.ruud().phone().texts().await.is_empty());
}

async fn where_nobody_could_be_told_no_watch_is_promised(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    for persona in ["manager", "deputy", "desk", "desk2", "admin"] {
        town.changes(persona, |person| person.mobile = None).await;
    }
    let heard = town.jan().phone().calls_in_with("3").await;
    assert!(heard.starts_with("Let op: niemand is gewaarschuwd."), "{heard}");
    assert!(visits(&town.jan()).await.is_empty());
}

on_both!(
    who_missed_the_call_calls_back_and_confirms,
    more_time_out_safe_and_help_are_keys_there_too,
    what_asks_for_a_code_asks_for_it_here_too,
    a_duress_code_is_heard_and_answered_as_the_code,
    help_is_heard_without_a_visit,
    before_the_start_help_counts_for_the_visit,
    a_watch_begins_by_one_key_and_the_manager_knows_that_the_address_is_not_known,
    a_manager_takes_an_alarm_and_hears_whom_it_is_about,
    a_key_means_what_was_said_with_it,
    their_own_visit_goes_first_once_it_is_asked_about,
    a_silent_alarm_is_not_heard_of_and_not_taken_by_a_number_alone,
    a_silent_alarm_changes_nothing_that_its_worker_hears,
    without_a_visit_the_duress_code_looks_as_the_code_does,
    who_is_not_known_hears_that_nobody_was_warned,
    where_nobody_could_be_told_no_watch_is_promised,
);
