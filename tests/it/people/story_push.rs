//! Stories of notifications: beside what is texted and called, and never in its way.

use axum::http::Method;
use rugdekking::{
    model::{messages::Channel, people::teams::Team},
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        carrier::Mood as CarrierMood,
        form::home_visit,
        person::Person,
        push_service::{Arrived, Mood},
        time,
    },
};

const JAN: &str = "+31612345678";
const RUUD: &str = "+31611223344";

pub async fn has(person: &Person<'_>, device: &str) -> String {
    let input = person.town.push.device(device);
    let answer = person.post("/v1/me/push-subscriptions", input).await.expect(201);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn devices(person: &Person<'_>) -> Vec<Value> {
    let answer = person.get("/v1/me/push-subscriptions").await.ok();
    answer.body["items"].as_array().unwrap().clone()
}

fn when(arrived: &[Arrived]) -> Vec<String> {
    arrived.iter().map(|a| time(a.at)).collect()
}

async fn each_device_is_asked_and_reads_no_name(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    has(&jan, "telefoon").await;
    has(&jan, "tablet").await;
    jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    for device in ["telefoon", "tablet"] {
        let arrived = town.push.on(device);
        // At the question and at the second call; once each, and each in the place of the last.
        assert_eq!(when(&arrived), ["13:30", "13:32"], "{device}");
        let [first, second] = &arrived[..] else { unreachable!() };
        assert_eq!((first.ttl, second.ttl), (120, 180), "as long as it is asked");
        assert_eq!(first.topic, second.topic);
        assert_eq!(first.shown["tag"], first.topic.as_str());
        assert_eq!(first.shown["title"], "Rugdekking");
        assert_eq!(first.shown["body"], "Gaat het goed? Afspraak van 13:30.");
        assert_eq!(first.shown["well"]["label"], "Alles goed");
        let all = first.shown.to_string();
        for secret in ["Wit", "Hengelo", "7514", "traplift", "Sanne", "Jan", "0612345678", JAN] {
            assert!(!all.contains(secret), "{secret} in {all}");
        }
    }
    // Beside it everything is texted and called as ever, and somebody is told in time.
    assert_eq!(jan.phone().rang().await, ["13:30", "13:32"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    let used: Vec<_> = devices(&jan).await.iter().map(|d| d["usedAt"].clone()).collect();
    assert!(used.iter().all(|at| at == "2026-11-23T12:32:00Z"), "{used:?}");
}

async fn an_alarm_opens_the_app_and_names_nobody(db: Db) {
    let town = Town::new(db).await;
    has(&town.ruud(), "ruud").await;
    has(&town.fatima(), "fatima").await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    let arrived = town.push.on("ruud");
    assert_eq!(when(&arrived), ["13:35"], "again he is called, and not shown the same");
    let alarm = town.ruud().sees_alarm(&visit).await["id"].as_str().unwrap().to_owned();
    assert_eq!(arrived[0].shown["opens"], format!("/#/alarmen/{alarm}"));
    assert_eq!(arrived[0].shown["body"], "ALARM 13:35. Open om te zien wat er is.");
    assert!(arrived[0].shown.get("well").is_none(), "taking it needs a look first");
    assert_eq!(arrived[0].ttl, 180, "until the next rung");
    assert_eq!(when(&town.push.on("fatima")), ["13:38"]);
}

async fn without_a_device_nothing_waits(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    assert!(!figures(&town).await.contains("channel=\"push\",state"));
}

async fn figures(town: &Town) -> String {
    town.ask(Method::GET, "/metrics", &[], Value::Null).await.ok().text
}

async fn a_device_that_is_gone_is_forgotten_and_the_others_go_on(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    for device in ["weg", "onbekend", "telefoon"] {
        has(&jan, device).await;
    }
    town.push.takes("weg", Mood::Answers(410, None));
    town.push.takes("onbekend", Mood::Answers(404, None));
    jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    assert_eq!((town.push.tries("weg"), town.push.tries("onbekend")), (1, 1));
    assert_eq!(when(&town.push.on("telefoon")), ["13:30", "13:32"]);
    let left: Vec<_> = devices(&jan).await.iter().map(|d| d["label"].clone()).collect();
    assert_eq!(left, ["telefoon"]);
    let figures = figures(&town).await;
    assert!(figures.contains("rugdekking_messages{channel=\"push\",state=\"failed\"} 2"));
    assert!(figures.contains("rugdekking_messages{channel=\"push\",state=\"handed-over\"} 2"));
    assert!(figures.contains("rugdekking_push_devices 1"));
}

async fn a_refusal_for_now_is_tried_again_while_it_is_of_use(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    for device in ["druk", "stuk", "telefoon"] {
        has(&jan, device).await;
    }
    town.push.takes("druk", Mood::Answers(429, Some(40)));
    town.push.takes("stuk", Mood::Answers(503, None));
    jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    assert_eq!(town.push.tries("druk"), 2, "it asked to be left alone for 40 seconds");
    let tries = town.push.tries("stuk");
    assert!((4..=10).contains(&tries), "{tries} tries in a minute");
    town.push.takes_well("stuk");
    town.until("13:31").await;
    jan.says(&jan_visit(&town).await, "check-ins", json!({})).await.ok();
    let before = town.push.tries("druk");
    town.until("13:44").await;
    assert_eq!(town.push.tries("druk"), before, "answered: nobody needs to be asked any more");
}

async fn jan_visit(town: &Town) -> String {
    let visits = town.jan().get("/v1/visits").await.ok().body;
    visits["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn what_is_of_no_use_any_more_is_not_sent(db: Db) {
    let town = Town::new(db).await;
    has(&town.jan(), "telefoon").await;
    town.push.takes("telefoon", Mood::Answers(500, None));
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    town.push.takes_well("telefoon");
    let before = town.push.tries("telefoon");
    town.until("15:00").await;
    assert!(before > 6 && town.push.tries("telefoon") == before, "{before}");
    assert!(town.push.on("telefoon").is_empty());
}

async fn a_push_service_that_hangs_holds_up_nobody(db: Db) {
    let town = Town::new(db).await;
    has(&town.jan(), "jan").await;
    has(&town.ruud(), "ruud").await;
    town.push.takes("jan", Mood::Hangs);
    town.push.takes("ruud", Mood::Hangs);
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35", "13:38"]);
    assert_eq!(town.fatima().phone().rang().await, ["13:38"]);
    let ready = town.ask(Method::GET, "/health/ready", &[], Value::Null).await.expect(200);
    let push = ready.body["carriers"]["channels"].as_array().unwrap().iter();
    let push = push.clone().find(|c| c["channel"] == "push").unwrap();
    assert_eq!(push["status"], "failing");
    assert!(!ready.text.contains("127.0.0.1"), "an address is personal");
}

async fn a_push_that_was_taken_reached_nobody_yet(db: Db) {
    let town = Town::new(db).await;
    has(&town.ruud(), "ruud").await;
    town.team(|team: &mut Team| team.ladder.rungs[0].wait_minutes = 30).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    for channel in [Channel::Text, Channel::Call] {
        town.carrier.takes(channel, CarrierMood::Permanent);
    }
    town.until("13:36").await;
    assert!(when(&town.push.on("ruud")).iter().all(|at| at == "13:35"));
    assert!(!town.push.on("ruud").is_empty());
    assert!(town.carrier.tries("/text", RUUD) >= 1);
    let fatima = "+31622334455";
    assert!(town.carrier.tries("/call", fatima) >= 1, "the ladder did not wait for half an hour");
}

async fn a_ladder_of_notifications_alone_is_refused_and_never_trusted(db: Db) {
    let town = Town::new(db).await;
    let noor = town.noor();
    let teams = noor.get("/v1/teams").await.ok().body;
    let team = teams["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|t| t["name"].as_str().unwrap().starts_with("Wmo"));
    let path = format!("/v1/teams/{}", team.unwrap()["id"].as_str().unwrap());
    let seen = noor.get(&path).await.ok();
    let mut asked = seen.body.clone();
    asked["ladder"]["rungs"][0]["channels"] = json!(["push"]);
    let etag = seen.etag();
    let answer = noor.send(Method::PUT, &path, &[("if-match", &etag)], asked).await.expect(400);
    assert_eq!(answer.body["faults"][0]["field"], "ladder.rungs[0].channels");
    // And if one stood there all the same, it would count as nobody: the next rung is told at once.
    has(&town.ruud(), "ruud").await;
    town.team(|team| team.ladder.rungs[0].channels = vec![Channel::Push]).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:35").await;
    assert_eq!(town.fatima().phone().rang().await, ["13:35"]);
}

async fn a_device_stops_when_it_said_so(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let mut input = town.push.device("tijdelijk");
    input["expiresAt"] = json!("2026-11-23T12:15:00Z");
    assert_eq!(jan.post("/v1/me/push-subscriptions", input).await.status, 201);
    assert_eq!(devices(&jan).await.len(), 1);
    jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    assert!(town.push.on("tijdelijk").is_empty() && devices(&jan).await.is_empty());
}

async fn a_phone_says_that_it_showed_it_and_that_answers_nothing(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    has(&jan, "telefoon").await;
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:31").await;
    let receipt = town.push.on("telefoon")[0].shown["receipt"].as_str().unwrap().to_owned();
    let says = async |token: &str| {
        let body = json!({ "token": token });
        town.ask(Method::POST, "/v1/push/receipts", &[], body).await.status
    };
    let told = async || {
        let lines = jan.get(&format!("/v1/visits/{visit}/timeline")).await.ok().body;
        let texts = lines["items"].as_array().unwrap().iter().map(|l| l["text"].clone());
        texts.filter(|t| t.as_str().unwrap().starts_with("Melding")).collect::<Vec<_>>()
    };
    assert_eq!(told().await, ["Melding naar Jan Bakker: verstuurd"]);
    let (id, proof) = receipt.split_once('.').unwrap();
    let other = uuid::Uuid::nil();
    for forged in
        [id, &format!("{id}."), &format!("{other}.{proof}"), &format!("{id}.{}", &proof[1..])]
    {
        assert_eq!(says(forged).await, 410, "{forged}");
    }
    assert_eq!(told().await, ["Melding naar Jan Bakker: verstuurd"]);
    assert_eq!([says(&receipt).await, says(&receipt).await], [204, 204], "twice is once");
    assert_eq!(told().await, ["Melding naar Jan Bakker: getoond op de telefoon"]);
    town.until("13:36").await;
    assert!(jan.reads(&visit, "confirmed").await.is_empty(), "it answers nothing");
    assert_eq!(town.ruud().phone().rang().await, ["13:35"], "and holds up no alarm");
    town.clock.advance(chrono::TimeDelta::hours(25));
    assert_eq!(says(&receipt).await, 410, "of long ago");
}

on_both!(
    a_phone_says_that_it_showed_it_and_that_answers_nothing,
    each_device_is_asked_and_reads_no_name,
    an_alarm_opens_the_app_and_names_nobody,
    without_a_device_nothing_waits,
    a_device_that_is_gone_is_forgotten_and_the_others_go_on,
    a_refusal_for_now_is_tried_again_while_it_is_of_use,
    what_is_of_no_use_any_more_is_not_sent,
    a_push_service_that_hangs_holds_up_nobody,
    a_push_that_was_taken_reached_nobody_yet,
    a_ladder_of_notifications_alone_is_refused_and_never_trusted,
    a_device_stops_when_it_said_so,
);
