//! The desk's screens ask for an extra check at the provider; help and alarms never do.

use reqwest::StatusCode;
use rugdekking::{
    api::people::auth::OidcSettings,
    model::{
        alarms::{Alarm, Cause},
        ids::AlarmId,
        people::Role,
    },
    store::{Db, Error, alarms, people::teams},
};
use serde_json::{Value, json};

use crate::support::{
    asking::Somebody,
    office::{letterhead, organisation},
    on_both,
    openid::{Browser, Town},
};

const STRONG: &str = "urn:example:strong";

on_both!(
    the_desks_screens_ask_for_an_extra_check,
    what_is_ones_own_asks_for_no_extra_check,
    a_check_that_was_not_done_is_told,
    a_context_of_entra_counts_too,
    nobody_is_kept_from_an_alarm,
    the_way_back_is_one_of_our_screens
);

fn asking_for_more(settings: &mut OidcSettings) {
    settings.step_up_acr = vec![STRONG.into()];
}

async fn town(db: Db) -> Town {
    Town::with(db, json!({}), asking_for_more).await
}

/// An incident of the worker, on which the manager decided; with its aftercare and its letter.
struct Case {
    incident: String,
    care: String,
    letter: String,
}

impl Case {
    async fn of(town: &Town, worker: &Somebody, manager: &Somebody) -> Self {
        let ask = &town.ask;
        let organisation = organisation(Some(letterhead()));
        let work = ask.app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { teams::save_organisation(tx, &organisation, 0).await })
        });
        work.await.unwrap();
        ask.team("Team", &[worker], &[manager]).await;
        let report = json!({ "how": "phone", "happenedAt": ask.app.now(), "behaviour": "D",
            "said": "I will get you.", "persistent": false, "resident": { "name": "Zoë Çelik",
                "address": { "street": "Kade", "houseNumber": 5, "postcode": "7514 AD",
                    "city": "Enschede" } } });
        let made = ask.post(worker, "/v1/incidents", report).await.ok();
        let incident = format!("/incidents/{}", made.body["id"].as_str().unwrap());
        ask.post(manager, &format!("/v1{incident}/assessment"), json!({})).await.ok();
        let letter = json!({ "reason": "Threatened.", "openChannel": "A letter.",
            "contact": { "name": "Els", "phone": "+31534818181" } });
        let decision = json!({ "reaction": "contact-ban", "letter": letter });
        let decided = ask.post(manager, &format!("/v1{incident}/decision"), decision).await.ok();
        let entry = &decided.body["decision"]["entryId"];
        let entry = entry.as_str().unwrap_or_else(|| panic!("{}", decided.body));
        let cares = ask.get(manager, "/v1/aftercare").await.ok();
        let care = format!("/aftercare/{}", cares.body["items"][0]["id"].as_str().unwrap());
        Self { incident, care, letter: format!("/register-entries/{entry}/letter") }
    }

    fn screens(&self) -> Vec<String> {
        let lists = ["/register-entries", "/privacy-requests", "/register-imports", "/incidents"];
        let document = format!("{}/document", self.letter);
        let own = [&self.letter, &document, &self.incident, &self.care];
        lists.into_iter().map(str::to_owned).chain(own.map(Clone::clone)).collect()
    }
}

fn asks_for_a_check(status: StatusCode, body: &Value, what: &str) {
    assert_eq!(status, StatusCode::FORBIDDEN, "{what}: {body}");
    assert_eq!(body["type"], "urn:rugdekking:problem:step-up-needed", "{what}");
    assert_eq!(body["stepUpUrl"], "/sign-in?step-up=true", "{what}");
}

async fn the_desks_screens_ask_for_an_extra_check(db: Db) {
    let town = town(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    let manager = town.ask.somebody("Manager", &[Role::Manager]).await;
    let desk = town.ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let case = Case::of(&town, &worker, &manager).await;
    let mut browser = Browser::new();
    browser.sign_in(&town, "desk").await;
    for path in &case.screens() {
        let (status, body) = browser.reads(&town, path).await;
        asks_for_a_check(status, &body, path);
    }
    for (path, body) in [
        (case.letter.clone(), json!({ "language": "nl" })),
        (case.letter.replace("letter", "registered-mail"), json!({ "sentOn": "2026-11-23" })),
        (case.letter.replace("letter", "delivery"), json!({ "deliveredOn": "2026-11-24" })),
        (format!("{}/assessment", case.incident), json!({})),
        (format!("{}/closure", case.incident), json!({ "note": "Done." })),
        (format!("{}/note", case.care), json!({ "note": "Done." })),
    ] {
        let refused = town.ask.post(&desk, &format!("/v1{path}"), body).await.any();
        asks_for_a_check(refused.status, &refused.body, &path);
    }
    let start = browser.get(&format!("{}/sign-in?step-up=true", town.url)).await;
    let asked = crate::support::openid::location(&start);
    assert!(asked.contains("acr_values=urn%3Aexample%3Astrong&"), "{asked}");
    assert!(asked.contains("prompt=login") && asked.contains("acrs"), "{asked}");
    let before = browser.cookies["rugdekking"].clone();
    let by = "/sign-in?step-up=true&back=/register";
    let done = browser.sign_in_by(&town, by, "desk", "strong").await;
    assert_eq!(done.headers()["location"], format!("{}/#/register", town.url).as_str());
    for path in &case.screens() {
        let url = format!("{}/v1{path}", town.url);
        assert_eq!(browser.get(&url).await.status(), StatusCode::OK, "{path}");
    }
    browser.cookies.insert("rugdekking".into(), before);
    assert_eq!(browser.me(&town).await.0, StatusCode::UNAUTHORIZED, "one session, not two");
}

/// Whoever sits at the desk as well as elsewhere keeps what comes from there.
async fn what_is_ones_own_asks_for_no_extra_check(db: Db) {
    let town = town(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker, Role::AggressionDesk]).await;
    let manager = town.ask.somebody("Manager", &[Role::Manager, Role::AggressionDesk]).await;
    let case = Case::of(&town, &worker, &manager).await;
    let read = async |who: &Somebody, path: &str| {
        let answer = town.ask.get(who, &format!("/v1{path}")).await.any();
        (answer.status, answer.body)
    };
    for path in [&case.letter, &case.incident, &case.care] {
        assert_eq!(read(&manager, path).await.0, StatusCode::OK, "{path}");
    }
    let (status, own) = read(&worker, &case.incident).await;
    assert_eq!((status, &own["assessment"]), (StatusCode::OK, &Value::Null), "as its reporter");
    assert_eq!(read(&worker, &case.care).await.0, StatusCode::OK);
    let closure = format!("/v1{}/closure", case.incident);
    let refused = town.ask.post(&worker, &closure, json!({ "note": "Done." })).await.any();
    asks_for_a_check(refused.status, &refused.body, &closure);
    let (status, body) = read(&worker, &case.letter).await;
    asks_for_a_check(status, &body, &case.letter);
}

async fn a_check_that_was_not_done_is_told(db: Db) {
    let town = town(db).await;
    town.ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let mut browser = Browser::new();
    browser.sign_in(&town, "desk").await;
    let refused = browser.sign_in_by(&town, "/sign-in?step-up=true", "desk", "any").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let page = refused.text().await.unwrap();
    assert!(page.contains("De extra controle") && page.contains("The extra check"), "{page}");
    assert_eq!(browser.me(&town).await.0, StatusCode::OK, "who was signed in still is");
    assert_eq!(browser.reads(&town, "/register-entries").await.0, StatusCode::FORBIDDEN);
}

async fn a_context_of_entra_counts_too(db: Db) {
    let town = town(db).await;
    let desk = town.ask.somebody("Desk", &[Role::AggressionDesk]).await.id;
    town.twists(json!({ "acr": "1", "acrs": ["c3", STRONG] })).await;
    let mut browser = Browser::new();
    browser.sign_in(&town, "desk").await;
    assert_eq!(browser.reads(&town, "/register-entries").await.0, StatusCode::OK);
    for (acr, status) in [(json!(STRONG), StatusCode::OK), (json!("1"), StatusCode::FORBIDDEN)] {
        let mut claims = town.claims("desk");
        claims["acr"] = acr;
        let program = Somebody { id: desk, token: town.mint("RS256", claims).await };
        assert_eq!(town.ask.get(&program, "/v1/register-entries").await.status, status);
    }
}

/// Everybody who has to do with an alarm has signed in without any extra check.
async fn nobody_is_kept_from_an_alarm(db: Db) {
    let town = town(db).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    let manager = town.ask.somebody("Manager", &[Role::Manager]).await;
    let desk = town.ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let team = town.ask.team("Team", &[&worker], &[&manager]).await;
    let visit = json!({ "kind": "home-visit", "startsAt": town.ask.app.now(),
        "expectedMinutes": 45, "mobile": "+31612345678", "residents": [{ "name": "J. de Wit",
            "address": { "street": "Kade", "houseNumber": 5, "postcode": "7514 AD",
                "city": "Enschede" } }] });
    crate::surface::contract::organisation(&town.ask).await;
    let made = town.ask.post(&worker, "/v1/visits", visit).await.ok();
    let path = format!("/v1/visits/{}", made.body["id"].as_str().unwrap());
    town.ask.post(&worker, &format!("{path}/start"), Value::Null).await.ok();
    let help = town.ask.post(&worker, &format!("{path}/alarm"), json!({})).await.expect(201);
    let alarm = help.body["id"].as_str().unwrap();
    let take = format!("/v1/alarms/{alarm}/acknowledgement");
    town.ask.post(&manager, &take, Value::Null).await.expect(200);

    let now = town.ask.app.now();
    let id = AlarmId::new(&*town.ask.app.random, now);
    let drill = Alarm::open(id, None, team, Cause::Drill, now);
    let work = town.ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { alarms::save(tx, &drill, now).await })
    });
    work.await.unwrap();
    assert_eq!(town.ask.get(&desk, "/v1/alarms").await.status, StatusCode::OK);
    let note = json!({ "text": "The desk listens." });
    town.ask.post(&desk, &format!("/v1/alarms/{alarm}/notes"), note).await.expect(200);
}

async fn the_way_back_is_one_of_our_screens(db: Db) {
    let town = town(db).await;
    town.ask.somebody("Desk", &[Role::AggressionDesk]).await;
    for (back, screen) in [
        ("/register/0190-a_b", "#/register/0190-a_b"),
        ("//evil.example", ""),
        ("https%3A%2F%2Fevil.example", ""),
        ("%2F%3Cscript%3E", ""),
        ("", ""),
    ] {
        let by = format!("/sign-in?back={back}");
        let done = Browser::new().sign_in_by(&town, &by, "desk", "any").await;
        assert_eq!(done.headers()["location"], format!("{}/{screen}", town.url).as_str());
    }
}
