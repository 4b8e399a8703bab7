//! The program killed between due and answer, started again, and held to account over HTTP.

use std::time::Duration;

use crate::support::{
    on_both,
    process::{DEPUTY, Demo, MANAGER, WORKER},
};
use chrono::TimeDelta;
use reqwest::Method;
use rugdekking::{
    model::{clock::testing::keyring, ids::MessageId, messages::Channel},
    store::{
        Db, Error,
        messages::{self, sandbox},
    },
};
use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

fn states(visit: &Value) -> Vec<&str> {
    visit["checkIns"].as_array().unwrap().iter().map(|c| c["state"].as_str().unwrap()).collect()
}

/// How many lines of this kind the timeline holds.
async fn count(demo: &Demo, visit: &str, kind: &str) -> usize {
    demo.timeline(visit).await.iter().filter(|(k, _)| k == kind).count()
}

const PROMPT: &str = "alles goed?";
const ALARM: &str = "ALARM";

/// What was asked before the kill is not asked again, what was not is: once, by text and by call.
async fn asked_once(demo: &Demo, visit: &str) {
    assert_eq!(states(&demo.visit(visit).await), ["prompted"]);
    assert_eq!(count(demo, visit, "prompted").await, 1);
    assert_eq!(demo.texts(WORKER, PROMPT).await, 1);
    assert_eq!(demo.phone(WORKER).await.1.len(), 1);
}

/// The alarm is open, its owner-to-be was texted and called, and it climbs to the next by itself.
async fn alarm_climbs(demo: &Demo, visit: &str) {
    let seen = demo.visit(visit).await;
    assert_eq!(states(&seen), ["missed"]);
    assert_eq!(seen["alarm"]["state"], "open");
    assert_eq!(demo.texts(MANAGER, ALARM).await, 1);
    assert_eq!(demo.phone(MANAGER).await.1.len(), 1);
    demo.skip(180).await;
    assert_eq!(demo.texts(DEPUTY, ALARM).await, 1, "after three minutes the deputy hears");
    assert_eq!(demo.phone(DEPUTY).await.1.len(), 1);
}

async fn killed_after_the_registration(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    demo.crash().await;
    assert_eq!(states(&demo.visit(&visit).await), ["scheduled"]);
    demo.skip(61).await;
    asked_once(&demo, &visit).await;
}

async fn killed_just_after_due(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    let due = demo.now().await + TimeDelta::seconds(60);
    demo.until_just_after(due).await;
    demo.crash().await;
    // What was in a carrier's hand is only sure to be gone when its lease is over.
    demo.skip(62).await;
    asked_once(&demo, &visit).await;
}

async fn killed_between_the_question_and_the_miss(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    demo.skip(61).await;
    demo.crash().await;
    asked_once(&demo, &visit).await;
    demo.skip(300).await;
    assert_eq!(demo.texts(WORKER, PROMPT).await, 1);
    alarm_climbs(&demo, &visit).await;
}

async fn killed_after_the_alarm_opened(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    demo.skip(361).await;
    demo.crash().await;
    alarm_climbs(&demo, &visit).await;
    demo.crash().await;
    demo.skip(180).await;
    assert!(demo.texts(MANAGER, ALARM).await > 1, "earlier rungs keep being called");
}

async fn killed_while_help_can_be_undone(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(600).await;
    demo.skip(301).await;
    demo.post("worker", &format!("/v1/visits/{visit}/alarm"), json!({})).await;
    demo.crash().await;
    demo.skip(6).await;
    assert_eq!(demo.visit(&visit).await["alarm"]["state"], "open");
    assert_eq!(demo.texts(MANAGER, ALARM).await, 1, "whoever called for help is heard");
    assert_eq!(demo.phone(MANAGER).await.1.len(), 1);
}

async fn killed_while_somebody_has_the_alarm(url: String) {
    let mut demo = Demo::start(&url).await;
    let visit = demo.register(60).await;
    demo.skip(361).await;
    let alarm = demo.visit(&visit).await["alarm"]["id"].as_str().unwrap().to_owned();
    demo.post("manager", &format!("/v1/alarms/{alarm}/acknowledgement"), json!({})).await;
    demo.crash().await;
    demo.skip(600).await;
    assert_eq!(demo.visit(&visit).await["alarm"]["state"], "owned");
    assert_eq!(demo.texts(DEPUTY, ALARM).await, 0, "it stands still while somebody has it");
    demo.crash().await;
    demo.skip(600).await;
    assert_eq!(demo.visit(&visit).await["alarm"]["state"], "open", "not closed in time");
    assert!(demo.texts(MANAGER, ALARM).await > 1, "so it climbs on");
    demo.post("deputy", &format!("/v1/alarms/{alarm}/acknowledgement"), json!({})).await;
    let how = json!({ "outcome": "safe", "visitEnded": true });
    demo.post("deputy", &format!("/v1/alarms/{alarm}/closure"), how).await;
    demo.crash().await;
    demo.skip(3600).await;
    let seen = demo.visit(&visit).await;
    assert_eq!((&seen["status"], &seen["alarm"]), (&json!("ended"), &Value::Null));
    assert_eq!(states(&seen), ["missed"], "nobody who is home is asked again");
}

async fn killed_again_and_again_while_100_are_asked(url: String) {
    const VISITS: usize = 100;
    let mut demo = Demo::start(&url).await;
    // Far enough ahead to register them all, too near for reminders.
    let due = demo.now().await + TimeDelta::seconds(290);
    let mut visits = vec![];
    for _ in 0..VISITS {
        visits.push(demo.register_at(due).await);
    }
    // Each time a little later in the middle of the sending.
    for millis in [40, 90, 150, 230, 340, 500] {
        let seconds = (due - demo.now().await).num_seconds().max(0) + 1;
        let skip = demo.ask("", Method::POST, "/demo/skip", json!({ "seconds": seconds }));
        let done = tokio::time::timeout(Duration::from_millis(millis), skip).await;
        demo.kill().await;
        demo.start_again().await;
        if let Ok(answer) = done {
            let (status, body) = answer.unwrap();
            assert!(status.is_success(), "{status} {body}");
            break; // Everything was said before the kill.
        }
    }
    answer_some(&demo, &visits[..10]).await;
    demo.skip(1200).await;
    for (nth, visit) in visits.iter().enumerate() {
        accounted_for(&demo, visit, nth < 10).await;
    }
    assert_eq!(demo.texts(WORKER, PROMPT).await, VISITS, "nobody was forgotten or asked twice");
    let told = demo.texts(MANAGER, ALARM).await;
    assert!(told >= VISITS - 10, "the manager heard of {told} alarms");
}

async fn answer_some(demo: &Demo, visits: &[String]) {
    demo.skip(62).await; // What somebody had in hand when they were killed is free again.
    for visit in visits {
        demo.post("worker", &format!("/v1/visits/{visit}/check-ins"), json!({})).await;
    }
}

/// Confirmed by a human, or missed with an alarm that climbs; and every message went its way.
async fn accounted_for(demo: &Demo, visit: &str, answered: bool) {
    let seen = demo.visit(visit).await;
    let first = states(&seen)[0];
    assert_eq!(first, if answered { "confirmed" } else { "missed" });
    if !answered {
        let alarm = &seen["alarm"];
        assert_eq!(alarm["state"], "open");
        assert!(alarm["rung"].as_u64().unwrap() >= 3, "it climbs: {alarm}");
    }
    let lines = demo.timeline(visit).await;
    let of = |kind: &str| lines.iter().filter(|(k, _)| k == kind).count();
    assert_eq!(of("prompted"), 1, "{lines:?}");
    assert_eq!(of("missed"), usize::from(!answered), "{lines:?}");
    assert_eq!(of("alarm-opened"), usize::from(!answered), "{lines:?}");
    let waiting = lines.iter().filter(|(k, text)| k == "message" && text.contains("wacht"));
    assert_eq!(waiting.count(), 0, "everything was said: {lines:?}");
}

async fn asked_to_stop_it_finishes_what_it_holds(url: String) {
    let mut demo = Demo::start(&url).await;
    let due = demo.now().await + TimeDelta::seconds(290);
    let mut visits = vec![];
    for _ in 0..30 {
        visits.push(demo.register_at(due).await);
    }
    let seconds = (due - demo.now().await).num_seconds() - 1;
    demo.skip(seconds).await;
    let wait = (due - demo.now().await).to_std().unwrap_or_default();
    // Somebody who never finishes a request does not hold it up.
    let mut idle = TcpStream::connect(demo.url().trim_start_matches("http://")).await.unwrap();
    idle.write_all(b"POST /v1/visits HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n")
        .await
        .unwrap();
    tokio::time::sleep(wait + Duration::from_millis(20)).await;
    assert_eq!(demo.terminate().await.code(), Some(0));
    assert_eq!(in_hand(&url).await, 0, "nothing is half sent");
    demo.start_again().await;
    demo.skip(5).await;
    assert_eq!(demo.texts(WORKER, PROMPT).await, 30);
    for visit in &visits {
        assert_eq!(count(&demo, visit, "prompted").await, 1);
    }
}

/// How many messages are neither waiting nor sent.
async fn in_hand(url: &str) -> i64 {
    let db = Db::open(url, keyring()).await.unwrap();
    let count = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let sql = "select count(*) from messages where state = 'sending'";
            let row: (i64,) = tx.query(sql).one().await?;
            Ok(row.0)
        })
    });
    let count = count.await.unwrap();
    db.close().await;
    count
}

async fn after_an_outage_the_overdue_go_first_and_say_how_late(url: String) {
    let mut demo = Demo::start(&url).await;
    let later = demo.register(15 * 60).await;
    let sooner = demo.register(5 * 60).await;
    let ahead = demo.register(90 * 60).await;
    demo.kill().await;
    pass(&url, TimeDelta::minutes(35)).await;
    demo.start_again().await;
    until_texts(&demo, 2).await;
    for (visit, late) in [(&sooner, "30 min te laat"), (&later, "20 min te laat")] {
        assert_eq!(
            states(&demo.visit(visit).await),
            ["prompted"],
            "asked first, not missed unasked"
        );
        let lines = demo.timeline(visit).await;
        let said = lines.iter().find(|(kind, _)| kind == "prompted").map(|(_, text)| text);
        assert!(said.is_some_and(|text| text.contains(late)), "{lines:?}");
    }
    assert_eq!(states(&demo.visit(&ahead).await), ["scheduled"]);
    let (one, other) = (asked(&url, &sooner).await, asked(&url, &later).await);
    assert!(one < other, "the most overdue first");
    demo.skip(301).await;
    assert_eq!(states(&demo.visit(&sooner).await), ["missed"]);
}

/// The text that asked on this visit. What is in hand at once may overtake each other on its way to
/// the phone, so its id tells when it was its turn.
async fn asked(url: &str, visit: &str) -> MessageId {
    let id = visit.parse().unwrap();
    let db = Db::open(url, keyring()).await.unwrap();
    let work =
        db.read::<_, Error, _>(move |tx| Box::pin(async move { messages::of_visit(tx, id).await }));
    let found = work.await.unwrap();
    db.close().await;
    let texts = found.iter().filter(|sent| sent.message.channel == Channel::Text);
    texts.map(|sent| sent.message.id).min().expect("somebody was asked")
}

/// Time passes while nobody runs.
async fn pass(url: &str, time: TimeDelta) {
    let db = Db::open(url, keyring()).await.unwrap();
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let ahead = sandbox::clock_ahead(tx).await? + time.num_microseconds().unwrap();
            sandbox::move_clock(tx, ahead).await
        })
    });
    work.await.unwrap();
    db.close().await;
}

/// By itself, without anybody moving the clock.
async fn until_texts(demo: &Demo, wanted: usize) {
    for _ in 0..200 {
        if demo.texts(WORKER, PROMPT).await >= wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the worker was not asked within ten seconds");
}

on_both!(url:
    killed_after_the_registration,
    killed_just_after_due,
    killed_between_the_question_and_the_miss,
    killed_after_the_alarm_opened,
    killed_while_help_can_be_undone,
    killed_while_somebody_has_the_alarm,
    killed_again_and_again_while_100_are_asked,
    asked_to_stop_it_finishes_what_it_holds,
    after_an_outage_the_overdue_go_first_and_say_how_late,
);
