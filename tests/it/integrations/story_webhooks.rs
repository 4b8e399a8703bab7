//! Stories of other systems that are told what happens: valid, signed, once, and without names.

use rugdekking::{
    app::integrations::webhooks,
    config::Config,
    engine::Engine,
    model::clock::Clock as _,
    store::{Db, Error, integrations::outgoing},
};
use serde_json::{Value, json};

use crate::support::{
    hooks::{self, SECRET, believed, kinds, listens, tells},
    on_both,
    peers::EventReceiver,
    raw,
    town::{
        Town,
        day::{SECRETS, of_everything},
        form::{home_visit, risky_visit},
    },
};

/// Jan does not answer; Ruud takes the alarm and closes it, and Jan ends the visit.
async fn a_visit_with_an_alarm(town: &Town) -> String {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:37").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "note": "Belde terug." })).await.ok();
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
    visit
}

async fn a_visit_is_told_from_beginning_to_end_each_thing_once(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &[]).await;
    let visit = a_visit_with_an_alarm(&town).await;
    tells(&town).await;
    let all = receiver.received().await;
    assert!(all.iter().all(|it| it["is"] == "event"), "{all:?}");
    assert_eq!(all[0]["type"], "application/cloudevents+json; charset=utf-8");
    let events = believed(&receiver).await;
    let mut told = kinds(&events);
    told.sort();
    told.dedup_by(|a, b| a == b && a == "alarm.rung");
    let expected = [
        "alarm.closed",
        "alarm.raised",
        "alarm.rung",
        "alarm.taken",
        "check-in.missed",
        "visit.ended",
        "visit.registered",
        "visit.started",
    ];
    assert_eq!(told, expected);
    for event in &events {
        assert_eq!((&event["subject"], &event["source"]), (&json!(visit), &json!(town_url())));
        assert_eq!(event["dataref"], format!("{}/v1/visits/{visit}", town_url()));
        assert_eq!(event["data"]["visitId"], visit);
    }
    let mut ids: Vec<_> = events.iter().map(|event| event["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), events.len(), "each has an id of its own");
    tells(&town).await;
    assert_eq!(believed(&receiver).await.len(), events.len(), "nothing is told twice");
}

fn town_url() -> &'static str {
    "https://rugdekking.example"
}

/// As the NL GOV profile has it: the organisation's own number (OIN), and its domain turned round.
async fn a_municipality_is_known_by_its_own_number_and_domain(db: Db) {
    let source = "urn:nld:oin:00000001002564440000:systeem:rugdekking";
    let set = [
        ("PUBLIC_URL", town_url()),
        ("EVENTS__SOURCE", source),
        ("EVENTS__TYPE_PREFIX", "nl.enschede.rugdekking"),
    ];
    let set = set.map(|(name, value)| (format!("RUGDEKKING_{name}"), value.to_owned()));
    let config = Config::load(None, set.into_iter()).unwrap();
    let mut town = Town::new(db).await;
    town.engine = Engine { hooks: webhooks::teller(&config).unwrap(), ..town.engine };
    let receiver = listens(&town, &[]).await;
    let visit = a_visit_with_an_alarm(&town).await;
    tells(&town).await;
    assert_eq!(receiver.received().await.len(), believed(&receiver).await.len(), "all believed");
    let events = believed(&receiver).await;
    let told = kinds(&events);
    assert!(told.contains(&"nl.enschede.rugdekking.alarm.raised".to_owned()), "{told:?}");
    for event in &events {
        assert_eq!(event["source"], source);
        assert!(event["type"].as_str().unwrap().starts_with("nl.enschede.rugdekking."), "{event}");
        assert_eq!(event["dataref"], format!("{}/v1/visits/{visit}", town_url()));
    }
}

async fn it_says_what_was_decided_and_nothing_that_anybody_wrote(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &["--type", "alarm.raised", "--type", "alarm.closed"]).await;
    let visit = a_visit_with_an_alarm(&town).await;
    tells(&town).await;
    let events = believed(&receiver).await;
    assert_eq!(kinds(&events), ["alarm.raised", "alarm.closed"], "only what it asked for");
    let team = town.jan().sees(&visit).await["teamId"].clone();
    let data = json!({ "visitId": visit, "teamId": team, "cause": "missed-check-in",
        "alarmId": events[1]["data"]["alarmId"] });
    assert_eq!(events[0]["data"], data);
    assert_eq!(events[1]["data"]["outcome"], "safe");
}

async fn incidents_and_measures_are_told_when_they_begin_and_end(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &["--type", "measure.begun", "--type", "measure.ended"]).await;
    let other = EventReceiver::start(SECRET).await;
    hooks::adds(&town, "tweede", &other.address, &["--type", "incident.reported"]).await;
    let entries = town.els().get("/v1/register-entries?status=proposed").await.ok().body;
    assert_eq!(entries["items"], json!([]), "{entries}");
    let proposed = town.els().post("/v1/register-entries", measure()).await.ok();
    let id = proposed.body["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/register-entries/{id}");
    for (who, what, body) in [
        (town.tom(), "approval", json!({})),
        (town.tom(), "review", json!({ "reviewOn": "2027-04-01", "because": "Nog nodig." })),
        (town.els(), "withdrawal", json!({ "why": "Vergissing." })),
    ] {
        who.post(&format!("{path}/{what}"), body).await.expect(200);
    }
    let said = json!({ "teamId": town.jan().get("/v1/me").await.ok().body["teams"][0]["id"],
        "said": "Hij schold.", "behaviour": "A", "persistent": false,
        "happenedAt": "2026-11-23T10:00:00Z", "how": "phone",
        "resident": { "name": "P. Peters" } });
    let reported = town.jan().post("/v1/incidents", said).await.expect(201);
    tells(&town).await;
    let events = believed(&receiver).await;
    assert_eq!(kinds(&events), ["measure.begun", "measure.ended"]);
    assert_eq!(events[0]["data"]["entryId"], id);
    assert_eq!(events[1]["data"]["status"], "withdrawn");
    let events = believed(&other).await;
    assert_eq!(kinds(&events), ["incident.reported"]);
    assert_eq!(events[0]["data"]["incidentId"], reported.body["id"]);
}

fn measure() -> Value {
    json!({ "name": "P. Peters", "measure": "warning-letter", "from": "2026-11-23",
        "until": "2027-05-24", "reviewOn": "2027-02-01", "reason": "Schold herhaaldelijk.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" },
        "addresses": [{ "street": "Beukenlaan", "houseNumber": 3, "city": "Enschede" }] })
}

/// The events of a whole day, told to the system that was added in the morning.
async fn told_of_a_day(db: Db, more: &[&str]) -> (Town, EventReceiver, String) {
    let town = of_everything(db).await;
    let receiver = EventReceiver::start(SECRET).await;
    hooks::adds(&town, "ander", &receiver.address, more).await;
    let id = town.noor().get("/v1/webhooks").await.ok().body["items"][0]["id"].clone();
    let work = town.db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            let addressed = "update webhook_deliveries set webhook_id = (
                select id from webhooks where name = 'ander')";
            tx.query(addressed).execute().await
        })
    });
    assert!(work.await.unwrap() > 8, "{id}");
    tells(&town).await;
    let bytes = receiver.received().await.iter().map(|it| it["body"].to_string()).collect();
    (town, receiver, bytes)
}

async fn nobody_is_named_unless_it_is_switched_on(db: Db) {
    let (_town, receiver, bytes) = told_of_a_day(db, &[]).await;
    let told = kinds(&believed(&receiver).await);
    assert!(told.contains(&"incident.reported".into()), "{told:?}");
    for secret in SECRETS {
        assert!(!bytes.contains(secret), "{secret}: {bytes}");
    }
}

async fn who_is_to_know_names_is_told_them(db: Db) {
    let (_town, receiver, bytes) = told_of_a_day(db, &["--with-personal-data"]).await;
    assert!(bytes.contains("J. de Wit") && bytes.contains("Hengelosestraat"), "{bytes}");
    let events = believed(&receiver).await;
    let raised = events.iter().find(|e| e["type"].as_str().unwrap().ends_with("alarm.raised"));
    assert_eq!(raised.unwrap()["data"]["personal"]["worker"]["name"], "Jan Bakker");
}

/// Jan gives the duress PIN.
async fn duress(town: &Town) {
    let visit = town.jan().registers(&risky_visit("12:00").asked_at(&["12:30"])).await;
    town.jan().did(&visit, "start", json!({})).await;
    town.until("12:30").await;
    town.jan().did(&visit, "check-ins", json!({ "pin": "1379" })).await;
    town.until("12:33").await;
}

async fn a_silent_alarm_is_told_only_where_it_may_be_known(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &[]).await;
    let may_know = EventReceiver::start(SECRET).await;
    hooks::adds(&town, "meldkamer", &may_know.address, &["--with-silent-alarms"]).await;
    duress(&town).await;
    tells(&town).await;
    let told = kinds(&believed(&receiver).await);
    assert!(!told.is_empty() && !told.iter().any(|kind| kind.starts_with("alarm")), "{told:?}");
    let told = kinds(&believed(&may_know).await);
    assert!(told.contains(&"alarm.raised".into()), "{told:?}");
    assert!(told.contains(&"alarm.rung".into()), "{told:?}");
}

async fn what_is_no_longer_kept_is_told_no_more(db: Db) {
    let mut town = Town::new(db).await;
    hooks::run(&town.db, &["add", "zaken", "--url", "http://127.0.0.1:9/"]).await;
    let visit = a_visit_with_an_alarm(&town).await;
    let told = raw::tables_with(&town.db, &visit).await;
    assert!(told.contains(&"outgoing_events".to_owned()), "{told:?}");
    town.days_pass("2029-12-23T11:49:59Z").await;
    town.retention.tick().await.unwrap();
    town.days_pass("2029-12-24T02:20:00Z").await;
    town.retention.tick().await.unwrap();
    assert_eq!(raw::tables_with(&town.db, &visit).await, ["access_log"], "who looked at what");
}

async fn what_arrived_is_forgotten_after_a_week(db: Db) {
    let town = Town::new(db).await;
    let receiver = listens(&town, &[]).await;
    town.jan().registers(&home_visit("13:00")).await;
    tells(&town).await;
    assert_eq!(believed(&receiver).await.len(), 1);
    for (days, left) in [(6, true), (8, false)] {
        let now = town.clock.now() + chrono::TimeDelta::days(days);
        let swept = town.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { outgoing::sweep(tx, now).await })
        });
        swept.await.unwrap();
        let empty = raw::empty(&town.db).await.contains(&"outgoing_events".to_owned());
        assert_eq!(!empty, left, "after {days} days");
    }
}

async fn where_nobody_is_told_nothing_is_written(db: Db) {
    let town = Town::new(db).await;
    a_visit_with_an_alarm(&town).await;
    let empty = raw::empty(&town.db).await;
    assert!(empty.contains(&"outgoing_events".to_owned()), "{empty:?}");
}

on_both!(
    a_visit_is_told_from_beginning_to_end_each_thing_once,
    a_municipality_is_known_by_its_own_number_and_domain,
    it_says_what_was_decided_and_nothing_that_anybody_wrote,
    incidents_and_measures_are_told_when_they_begin_and_end,
    nobody_is_named_unless_it_is_switched_on,
    who_is_to_know_names_is_told_them,
    a_silent_alarm_is_told_only_where_it_may_be_known,
    what_is_no_longer_kept_is_told_no_more,
    what_arrived_is_forgotten_after_a_week,
    where_nobody_is_told_nothing_is_written,
);
