//! Stories of calendars: a visit that is mailed, a feed that is read elsewhere, and a calendar of one's own.

use std::sync::Arc;

use axum::http::{Method, header};
use rugdekking::{
    carrier::integrations::calendar::{CalendarClient, Unread},
    model::{
        clock::testing::keyring,
        integrations::calendars::{Source, Where},
        messages::Content,
        people::devices::HostReach,
    },
    store::{Db, Error, messages, rotate},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::Mutex};

use crate::support::{
    on_both,
    peers::Peer,
    town::{Answer, Town, form::home_visit, person::Person},
};

const SECRETS: [&str; 6] = ["Wit", "Hengelo", "7514", "traplift", "31612345678", "Sanne"];

/// What an independent reader makes of a calendar.
async fn read(text: &str) -> Value {
    let mut reader = Peer::start("calendar.js", "node-ical", &[]);
    let read = reader.answers(&json!({ "text": text })).await;
    assert_eq!(read["wrong"], Value::Null, "{text}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    read
}

async fn sets(person: &Person<'_>, what: Value) -> Answer {
    person.send(Method::PATCH, "/v1/me/calendar", &[], what).await
}

async fn feed_of(person: &Person<'_>) -> String {
    let made = person.send(Method::PUT, "/v1/me/calendar/feed", &[], Value::Null).await.expect(200);
    let url = made.body["url"].as_str().unwrap();
    url[url.find("/calendars/").unwrap()..].to_owned()
}

async fn at(town: &Town, path: &str) -> Answer {
    town.ask(Method::GET, path, &[], Value::Null).await
}

async fn a_visit_comes_along_for_the_calendar(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let path = format!("/v1/visits/{visit}/calendar");
    let file = town.jan().get(&path).await.expect(200);
    let seen = read(&file.text).await;
    let event = &seen["events"][0];
    assert_eq!(event["summary"], "Huisbezoek, Jan Bakker");
    assert_eq!(
        (&event["start"], &seen["method"]),
        (&json!("2026-11-23T12:00:00.000Z"), &json!("PUBLISH"))
    );
    assert_eq!(event["end"], "2026-11-23T12:45:00.000Z");
    assert_eq!((&event["class"], &event["also"]), (&json!("PRIVATE"), &json!([])));
    assert!(event["url"].as_str().unwrap().ends_with(&format!("/#/bezoeken/{visit}")), "{event}");
    assert_eq!(town.noor().get(&path).await.status, 404, "who stands outside");
}

async fn whoever_wants_it_gets_it_by_mail(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let mails = async || {
        let found = town.db.read::<_, Error, _>(|tx| {
            Box::pin(async move {
                let sql = "select id from messages where purpose like 'visit/%/calendar'";
                let ids: Vec<(uuid::Uuid,)> = tx.query(sql).all().await?;
                let mut found = vec![];
                for (id,) in ids {
                    let id = rugdekking::model::ids::MessageId(id);
                    found.push(messages::load(tx, id).await?.message);
                }
                Ok(found)
            })
        });
        found.await.unwrap()
    };
    jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    assert!(mails().await.is_empty(), "only who switched it on");
    assert_eq!(sets(&jan, json!({ "mailsVisits": true })).await.ok().body["mailsVisits"], true);
    let visit = jan.registers(&home_visit("15:00").asked_at(&["15:30"])).await;
    let sent = mails().await;
    let [mail] = sent.as_slice() else { panic!("{sent:?}") };
    assert_eq!(mail.to, town.account("worker").await.email);
    let Content::Mail { attachments, body, .. } = &mail.content else { panic!("{mail:?}") };
    assert_eq!(attachments[0].kind, "text/calendar; charset=utf-8; method=PUBLISH");
    let seen = read(&attachments[0].text).await;
    assert_eq!(seen["events"][0]["uid"], format!("{visit}@rugdekking"));
    assert!(!SECRETS.iter().any(|secret| body.contains(secret)), "{body}");
}

async fn a_managers_calendar_reads_the_visits_of_the_team(db: Db) {
    let town = Town::new(db).await;
    let (jan, ruud) = (town.jan(), town.ruud());
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let cancelled = jan.registers(&home_visit("15:00").asked_at(&["15:30"])).await;
    jan.did(&cancelled, "cancellation", json!({})).await;
    let path = feed_of(&ruud).await;
    let feed = at(&town, &path).await.expect(200);
    let seen = read(&feed.text).await;
    assert_eq!((&seen["version"], &seen["name"]), (&json!("2.0"), &json!("Rugdekking")));
    let uids: Vec<_> =
        seen["events"].as_array().unwrap().iter().map(|e| e["uid"].clone()).collect();
    assert_eq!(uids, [json!(format!("{visit}@rugdekking"))]);
    at(&town, &feed_of(&town.fatima()).await).await.expect(200);
    assert!(ruud.get("/v1/me/calendar").await.ok().body["feedSince"].is_string());
    assert!(!ruud.get("/v1/me/calendar").await.ok().text.contains(&path["/calendars/".len()..]));
    assert_eq!(at(&town, "/calendars/AAAAAAAAAAAAAAAAAAAAAA.ics").await.status, 404);
    assert_eq!(at(&town, path.trim_end_matches(".ics")).await.status, 404);

    let renewed = feed_of(&ruud).await;
    assert_eq!(at(&town, &path).await.status, 404, "the old address stopped");
    assert_eq!(at(&town, &renewed).await.status, 200);
    let request = axum::http::Request::get(&renewed).body(axum::body::Body::empty()).unwrap();
    let router = rugdekking::api::router(town.app.clone());
    let answer = tower::ServiceExt::oneshot(router, request).await.unwrap();
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
    town.changes("manager", |ruud| ruud.active = false).await;
    assert_eq!(at(&town, &renewed).await.status, 404, "whoever left reads nothing");
    town.changes("manager", |ruud| ruud.active = true).await;
    ruud.send(Method::DELETE, "/v1/me/calendar/feed", &[], Value::Null).await.ok();
    assert_eq!(at(&town, &renewed).await.status, 404, "taken back");
}

async fn who_no_longer_manages_a_team_no_longer_reads_it(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let path = feed_of(&town.ruud()).await;
    assert_eq!(
        read(&at(&town, &path).await.ok().text).await["events"].as_array().unwrap().len(),
        1
    );
    let ruud = town.account("manager").await.id;
    town.team(move |team| team.managers.retain(|id| *id != ruud)).await;
    let empty = at(&town, &path).await.expect(200);
    assert_eq!(read(&empty.text).await["events"], json!([]));
}

async fn a_feed_is_found_after_the_key_was_replaced(db: Db) {
    let town = Town::new(db).await;
    let path = feed_of(&town.ruud()).await;
    let kept = town.db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let all: Vec<(Option<String>,)> = tx.query("select feed from calendars").all().await?;
            Ok(all)
        })
    });
    let kept = kept.await.unwrap();
    let secret = path["/calendars/".len()..].trim_end_matches(".ics");
    assert!(kept.iter().all(|(feed,)| feed.as_deref().is_some_and(|f| !f.contains(secret))));
    rotate(&town.db).await.unwrap();
    assert_eq!(at(&town, &path).await.status, 200, "{:?}", keyring());
}

/// Somebody's calendar at an address of this machine; what it says can be changed.
struct Elsewhere {
    url: String,
    says: Arc<Mutex<(u16, String)>>,
}

impl Elsewhere {
    async fn open() -> Self {
        let says = Arc::new(Mutex::new((200, String::new())));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/geheim.ics", listener.local_addr().unwrap());
        let told = says.clone();
        let app = axum::Router::new().fallback(move || {
            let told = told.clone();
            async move {
                let (status, text) = told.lock().await.clone();
                let status = axum::http::StatusCode::from_u16(status).unwrap();
                (status, [(header::LOCATION, "http://127.0.0.1:9/")], text)
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, says }
    }

    async fn says(&self, status: u16, events: &str) {
        let text =
            format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n");
        *self.says.lock().await = (status, text);
    }
}

async fn my_own_calendar_proposes_visits_and_registers_none(db: Db) {
    let town = Town::new(db).await;
    let (jan, elsewhere) = (town.jan(), Elsewhere::open().await);
    assert_eq!(jan.get("/v1/me/calendar/proposals").await.ok().body["items"], json!([]));
    let set = sets(&jan, json!({ "source": elsewhere.url })).await.expect(200);
    assert_eq!(set.body["source"], "127.0.0.1", "{}", set.text);
    assert!(!set.text.contains("geheim"), "its address is not told again");
    elsewhere
        .says(
            200,
            "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Amsterdam:20261123T140000\r\n\
             DTEND;TZID=Europe/Amsterdam:20261123T150000\r\nSUMMARY:Mevrouw De Vries\r\n\
             LOCATION:Beukenlaan 21\\, 7523 KD Enschede\r\nEND:VEVENT\r\n",
        )
        .await;
    let found = jan.get("/v1/me/calendar/proposals").await.ok();
    assert_eq!(
        found.body["items"],
        json!([{ "startsAt": "2026-11-23T13:00:00Z", "expectedMinutes": 60,
            "title": "Mevrouw De Vries", "place": "Beukenlaan 21, 7523 KD Enschede" }])
    );
    assert_eq!(jan.get("/v1/visits").await.ok().body["items"], json!([]), "it only proposes");
    assert_eq!(town.sanne().get("/v1/me/calendar/proposals").await.ok().body["items"], json!([]));
    sets(&jan, json!({ "source": null })).await.ok();
    assert_eq!(jan.get("/v1/me/calendar/proposals").await.ok().body["items"], json!([]));
}

async fn a_calendar_that_cannot_be_read_says_so_calmly(db: Db) {
    let town = Town::new(db).await;
    let (jan, elsewhere) = (town.jan(), Elsewhere::open().await);
    sets(&jan, json!({ "source": elsewhere.url })).await.ok();
    let unread = async || {
        let answer = jan.get("/v1/me/calendar/proposals").await.any();
        (answer.status.as_u16(), answer.body["code"].clone())
    };
    let calm = (409, json!("calendar-unreadable"));
    for status in [404, 301, 302, 500] {
        elsewhere.says(status, "").await;
        assert_eq!(unread().await, calm, "{status}");
    }
    for nonsense in ["<html>Log in</html>".to_owned(), String::new(), "BEGIN:VCALENDAR\r\nX".into()]
    {
        *elsewhere.says.lock().await = (200, nonsense.clone());
        assert_eq!(unread().await, calm, "{nonsense}");
    }
    elsewhere.says(200, &"X-A:x\r\n".repeat(700_000)).await;
    assert_eq!(unread().await, calm, "too long");
    for bad in ["http://example.nl/x.ics", "https://10.0.0.1/x.ics", "https://intranet/x.ics", "x"]
    {
        let refused = sets(&jan, json!({ "source": bad })).await.expect(400);
        assert_eq!(refused.body["faults"][0]["field"], "source");
    }
}

/// A name that leads to this machine is not followed, whatever it is called.
#[tokio::test]
async fn a_name_that_leads_into_our_own_network_is_not_followed() {
    let at = Where { reach: HostReach::Public, networks: vec!["203.0.113.0/24".parse().unwrap()] };
    let source = Source::parse("https://localhost/x.ics", &at).unwrap();
    let read = CalendarClient::new(at).unwrap().read(&source).await;
    assert_eq!(read, Err(Unread::NoAnswer));
}

on_both!(
    a_visit_comes_along_for_the_calendar,
    whoever_wants_it_gets_it_by_mail,
    a_managers_calendar_reads_the_visits_of_the_team,
    who_no_longer_manages_a_team_no_longer_reads_it,
    a_feed_is_found_after_the_key_was_replaced,
    my_own_calendar_proposes_visits_and_registers_none,
    a_calendar_that_cannot_be_read_says_so_calmly,
);
