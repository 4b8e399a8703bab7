//! Stories of systems that are told in vain, and of nobody else who waits for them.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use rugdekking::{
    app::serve::clock::SystemClock,
    carrier::integrations::webhooks::Webhooks,
    model::{clock::Clock as _, integrations::outgoing::Naming},
    store::Db,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::{
    hooks::{self, adds, believed, kinds, listens, run, tells, tries},
    on_both,
    peers::EventReceiver,
    town::{Town, form::home_visit},
};

/// The system as an administrator sees it.
async fn seen(town: &Town) -> Value {
    town.noor().get("/v1/webhooks").await.ok().body["items"][0].clone()
}

/// Everything that was given up.
async fn given_up(town: &Town) -> Vec<Value> {
    let id = seen(town).await["id"].as_str().unwrap().to_owned();
    let answer = town.noor().get(&format!("/v1/webhooks/{id}/undelivered-events")).await.ok();
    answer.body["items"].as_array().unwrap().clone()
}

/// Half a day and more passes, in which it is tried at every turn.
async fn half_a_day_passes(town: &Town) {
    for _ in 0..200 {
        tells(town).await;
        town.clock.advance(TimeDelta::minutes(5));
    }
    tells(town).await;
}

async fn fails_for_half_a_day(db: Db, mood: Value, failure: &str) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &["--type", "visit.registered"]).await;
    receiver.is(mood).await;
    town.jan().registers(&home_visit("13:00")).await;
    tells(&town).await;
    let now = seen(&town).await;
    assert_eq!((&now["waiting"], &now["undelivered"]), (&json!(1), &json!(0)));
    half_a_day_passes(&town).await;
    let tried = receiver.received().await;
    assert_eq!(tried.len(), 9, "once, and eight times again");
    assert!(tried.iter().all(|it| it["id"] == tried[0]["id"]), "under one id");
    let dead = given_up(&town).await;
    assert_eq!(dead.len(), 1);
    assert_eq!((&dead[0]["id"], &dead[0]["type"]), (&tried[0]["id"], &json!("visit.registered")));
    assert_eq!(dead[0]["attempts"], 9);
    assert!(dead[0]["failure"].as_str().unwrap().contains(failure), "{dead:?}");
    receiver.is(json!({})).await;
    half_a_day_passes(&town).await;
    assert_eq!(receiver.received().await.len(), 9, "somebody has to look first");
    let id = seen(&town).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/webhooks/{id}/replays");
    let none = json!({ "eventIds": ["018f0000-0000-7000-8000-000000000007"] });
    assert_eq!(town.noor().post(&path, none).await.ok().body, json!({ "replayed": 0 }));
    let this = json!({ "eventIds": [tried[0]["id"]] });
    assert_eq!(town.noor().post(&path, this).await.ok().body, json!({ "replayed": 1 }));
    tells(&town).await;
    let all = receiver.received().await;
    assert_eq!((all.len(), &all[9]["is"]), (10, &json!("event")));
    assert_eq!(all[9]["id"], tried[0]["id"], "it is still the same");
    assert_eq!(given_up(&town).await.len(), 0);
}

async fn one_that_breaks_is_told_later_and_then_on_request(db: Db) {
    fails_for_half_a_day(db, json!({ "answers": 500 }), "answered 500").await;
}

async fn one_that_says_it_is_gone_is_treated_alike(db: Db) {
    fails_for_half_a_day(db, json!({ "answers": 410 }), "answered 410").await;
}

async fn one_that_never_answers_is_told_again_under_the_same_id(db: Db) {
    let mut town = Town::new(db).await;
    impatient(&mut town, Duration::from_millis(200));
    let receiver = listens(&town, &["--type", "visit.registered"]).await;
    receiver.is(json!({ "hangs": true })).await;
    town.jan().registers(&home_visit("13:00")).await;
    tells(&town).await;
    receiver.is(json!({})).await;
    town.clock.advance(TimeDelta::seconds(15));
    tells(&town).await;
    let all = receiver.received().await;
    assert_eq!((all.len(), &all[0]["id"]), (2, &all[1]["id"]));
    assert_eq!(seen(&town).await["waiting"], 0);
}

/// So long does the service wait for a system.
fn impatient(town: &mut Town, limit: Duration) {
    let naming = Naming::of("https://rugdekking.example");
    let hooks = Webhooks::new(naming, Arc::new(SystemClock), limit).unwrap();
    town.engine.hooks = Arc::new(hooks);
}

async fn one_that_asks_for_patience_gets_it(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &["--type", "visit.registered"]).await;
    receiver.is(json!({ "answers": 429, "after": 600 })).await;
    town.jan().registers(&home_visit("13:00")).await;
    tells(&town).await;
    receiver.is(json!({})).await;
    town.clock.advance(TimeDelta::seconds(590));
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), 1);
    town.clock.advance(TimeDelta::seconds(11));
    tells(&town).await;
    assert_eq!(kinds(&believed(&receiver).await).len(), 2, "the first was no forgery either");
}

async fn another_secret_is_noticed_and_while_it_is_changed_both_count(db: Db) {
    let town = Town::new(db).await;
    let shown = run(&town.db, &["add", "zaken", "--url", "http://127.0.0.1:9/"]).await;
    let fresh = shown.split_whitespace().find(|w| w.starts_with("whsec_")).unwrap().to_owned();
    run(&town.db, &["remove", "zaken"]).await;
    let theirs = EventReceiver::start(&fresh).await;
    adds(&town, "zaken", &theirs.address, &["--type", "visit.registered"]).await;
    town.jan().registers(&home_visit("13:00")).await;
    tells(&town).await;
    let all = theirs.received().await;
    assert_eq!((all.len(), &all[0]["is"]), (1, &json!("forged")), "{all:?}");
    run(&town.db, &["remove", "zaken"]).await;
    let ours = EventReceiver::start(hooks::SECRET).await;
    adds(&town, "zaken", &ours.address, &["--type", "visit.registered"]).await;
    let shown = run(&town.db, &["rotate", "zaken"]).await;
    assert!(shown.contains("whsec_") && !shown.contains(hooks::SECRET), "{shown}");
    town.jan().registers(&home_visit("15:00")).await;
    tells(&town).await;
    assert_eq!(believed(&ours).await.len(), 1, "the one before still counts");
    run(&town.db, &["rotate", "zaken", "--overlap-hours", "0"]).await;
    run(&town.db, &["rotate", "zaken", "--overlap-hours", "0"]).await;
    town.jan().registers(&home_visit("17:00")).await;
    tells(&town).await;
    assert_eq!(ours.received().await.last().unwrap()["is"], "forged", "now it does not");
}

async fn who_dies_between_telling_and_writing_down_tells_it_again_under_the_same_id(db: Db) {
    let mut town = Town::new(db).await;
    impatient(&mut town, Duration::from_secs(60));
    let receiver = listens(&town, &["--type", "visit.registered"]).await;
    receiver.is(json!({ "hangs": true })).await;
    town.jan().registers(&home_visit("13:00")).await;
    let engine = town.engine.clone();
    let dies = tokio::spawn(async move { engine.deliver_batch().await });
    while receiver.received().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    dies.abort();
    receiver.is(json!({})).await;
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), 1, "it may be in hand still");
    town.clock.advance(TimeDelta::seconds(61));
    tells(&town).await;
    let all = receiver.received().await;
    assert_eq!((all.len(), &all[0]["id"]), (2, &all[1]["id"]), "a double that can be dropped");
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), 2);
}

/// The service itself runs, with everything that it does at once.
async fn no_alarm_waits_for_a_system_that_hangs(db: Db) {
    let mut town = Town::new(db).await;
    impatient(&mut town, Duration::from_secs(60));
    let receiver = listens(&town, &[]).await;
    receiver.is(json!({ "hangs": true })).await;
    for nth in 0..8 {
        town.jan()
            .registers(&home_visit("17:00").living_at("Beukenlaan", nth + 1, "7523 KD"))
            .await;
    }
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let (engine, stop) = (town.engine.clone(), CancellationToken::new());
    let running = tokio::spawn(engine.run(stop.clone()));
    let begun = town.clock.now();
    while receiver.received().await.len() < 4 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    town.clock.set(begun + TimeDelta::minutes(6));
    let texted = async {
        while town.ruud().phone().texts().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), texted).await.expect("Ruud is texted");
    let told = receiver.received().await.len();
    assert_eq!(told, 4, "the system still has in hand what it has, and gets no more");
    assert!(seen(&town).await["waiting"].as_i64().unwrap() > 8);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
    stop.cancel();
    let stopped = tokio::time::timeout(Duration::from_secs(10), running).await;
    stopped.expect("nor does stopping wait for it").unwrap();
}

async fn one_system_does_not_wait_for_another(db: Db) {
    let mut town = Town::new(db).await;
    impatient(&mut town, Duration::from_secs(60));
    let slow = listens(&town, &[]).await;
    slow.is(json!({ "hangs": true })).await;
    let quick = EventReceiver::start(hooks::SECRET).await;
    adds(&town, "snel", &quick.address, &[]).await;
    town.jan().registers(&home_visit("13:00")).await;
    let (engine, stop) = (town.engine.clone(), CancellationToken::new());
    let running = tokio::spawn(engine.run(stop.clone()));
    let told = async {
        while believed(&quick).await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.expect("the quick one is told");
    stop.cancel();
    running.await.unwrap();
}

async fn one_that_keeps_failing_is_left_alone_and_gets_everything_later(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &["--type", "visit.registered"]).await;
    receiver.is(json!({ "answers": 503 })).await;
    for nth in 0..12 {
        town.jan()
            .registers(&home_visit("17:00").living_at("Beukenlaan", nth + 1, "7523 KD"))
            .await;
    }
    tells(&town).await;
    let tried = receiver.received().await.len();
    assert_eq!(tried, 4, "then its circuit is open");
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), tried);
    town.clock.advance(TimeDelta::seconds(16));
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), tried + 1, "one sees whether it is well again");
    receiver.is(json!({})).await;
    for _ in 0..3 {
        town.clock.advance(TimeDelta::minutes(2));
        tells(&town).await;
    }
    let mut ids: Vec<_> = believed(&receiver).await.iter().map(|e| e["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 12, "nothing was lost");
    assert_eq!(seen(&town).await["waiting"], 0);
}

async fn whoever_runs_the_service_sees_what_was_added(db: Db) {
    let town = Town::new(db).await;
    let url = "https://zaken.example.nl/haak/geheim";
    let words = ["add", "zaken", "--url", url, "--type", "alarm.raised", "--with-silent-alarms"];
    let shown = run(&town.db, &words).await;
    assert!(shown.contains("whsec_"), "{shown}");
    let listed = run(&town.db, &["list"]).await;
    let expected =
        "zaken (zaken.example.nl): alarm.raised, with silent alarms; 0 waiting, 0 given up\n";
    assert_eq!(listed, expected);
    let system = seen(&town).await;
    assert_eq!(
        (&system["host"], &system["types"]),
        (&json!("zaken.example.nl"), &json!(["alarm.raised"]))
    );
    let told = system.to_string();
    assert!(!told.contains("geheim") && !told.contains("whsec_"), "{told}");
    for (words, why) in [
        (vec!["add", "zaken", "--url", url], "is there already"),
        (vec!["add", "plat", "--url", "http://zaken.example.nl/"], "https://"),
        (vec!["add", "x", "--url", url, "--type", "alarm.odd"], "alarm.raised"),
        (vec!["rotate", "niemand"], "there is no niemand"),
    ] {
        let refused = tries(&town.db, &words).await.unwrap_err();
        assert!(refused.contains(why), "{words:?}: {refused}");
    }
    assert_eq!(run(&town.db, &["dead", "zaken"]).await, "");
    run(&town.db, &["remove", "zaken"]).await;
    assert_eq!(run(&town.db, &["list"]).await, "");
    let log = town.noor().get("/v1/access-log").await.ok().body;
    let lines = log["items"].as_array().unwrap().iter();
    let changed: Vec<_> = lines.filter(|line| line["action"] == "webhook-changed").collect();
    let did: Vec<_> = changed.iter().map(|line| line["details"]["did"].as_str().unwrap()).collect();
    assert_eq!(did, ["removed", "added"]);
    assert_eq!(changed[1]["details"]["withSilentAlarms"], true);
}

on_both!(
    one_that_breaks_is_told_later_and_then_on_request,
    one_that_says_it_is_gone_is_treated_alike,
    one_that_never_answers_is_told_again_under_the_same_id,
    one_that_asks_for_patience_gets_it,
    another_secret_is_noticed_and_while_it_is_changed_both_count,
    who_dies_between_telling_and_writing_down_tells_it_again_under_the_same_id,
    no_alarm_waits_for_a_system_that_hangs,
    one_system_does_not_wait_for_another,
    one_that_keeps_failing_is_left_alone_and_gets_everything_later,
    whoever_runs_the_service_sees_what_was_added,
);
