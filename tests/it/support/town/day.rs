//! A day on which nearly everything happens, so that every table holds something personal.

use axum::http::Method;
use chrono::TimeDelta;
use rugdekking::{
    model::{clock::Clock as _, people::teams::WatchPolicy, visits::tallies::Tally},
    store::{
        Db, Error,
        people::{self, sessions, teams},
        visits::reports,
    },
};
use serde_json::{Value, json};

use super::{
    Town,
    form::{home_visit, risky_visit},
};
use crate::support::hooks;

/// What Jan tells of the day, where he goes, and who is told: nobody without a key may read it.
pub const SECRETS: [&str; 33] = [
    "J. de Wit",
    "Hengelosestraat",
    "7514 AD",
    "7514AD",
    "traplift",
    "Jan Bakker",
    "Sanne Vos",
    "Ruud Smit",
    "Fatima",
    "Els de Groot",
    "Karin Wolters",
    "612345678",
    "687654321",
    "611223344",
    "681234567",
    "612987654",
    "demo.rugdekking.example",
    "Brinkhuis",
    "Wolterink",
    "Lammerink",
    "Beukenlaan",
    "Haaksbergerstraat",
    "7523KD",
    "thuis zou opzoeken",
    "Gooide een stoel",
    "fiets staan",
    "subject-of-jan",
    "push-of-jan",
    "agenda-van-jan",
    "jan-in-the-directory",
    "id-of-jan-there",
    "id-of-the-team-there",
    "argon2",
];

/// Tells the day: a visit to an address that the register knows, an alarm, an incident, and more.
pub async fn of_everything(db: Db) -> Town {
    let town = Town::new(db).await;
    let system = "https://zaken.example.nl/haak?van=traplift";
    hooks::run(&town.db, &["add", "zaken", "--url", system]).await;
    signs_in(&town).await;
    let device = town.push.device("push-of-jan");
    town.jan().post("/v1/me/push-subscriptions", device).await.ok();
    let own = json!({ "mailsVisits": true, "source": "https://example.nl/agenda-van-jan.ics" });
    town.jan().send(Method::PATCH, "/v1/me/calendar", &[], own).await.expect(200);
    town.jan().send(Method::PUT, "/v1/me/calendar/feed", &[], Value::Null).await.ok();
    let visit = visit_with_an_alarm(&town).await;
    incident(&town, &visit).await;
    visit_without_one(&town).await;
    town.sanne().phone().sends("STOP").await;
    let button = json!({ "number": "+31613579246" });
    town.jan().send(Method::PUT, "/v1/me/button", &[], button).await.expect(200);
    let number = json!({ "number": "+31612987654" });
    town.jan().send(Method::PUT, "/v1/me/mobile", &[], number).await.expect(202);
    let policy = town.noor().get("/v1/policy").await.ok();
    let etag = policy.etag();
    let input = json!({ "warningTermMonths": 12 });
    let headers = [("if-match", etag.as_str())];
    town.noor().send(Method::PUT, "/v1/policy", &headers, input).await.ok();
    asked_and_written(&town).await;
    known_to_the_directory(&town).await;
    town.retention.tick().await.unwrap();
    let counted = town.db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            let team = teams::all(tx).await?.remove(0).item.id;
            let month = "2026-10".parse().unwrap();
            reports::keep(tx, team, month, Tally::of(&[], &[], &WatchPolicy::default())).await
        })
    });
    counted.await.unwrap();
    town
}

/// The desk words a letter, and somebody asks what is held on him.
async fn asked_and_written(town: &Town) {
    let entries = town.els().get("/v1/register-entries?status=proposed").await.ok().body;
    let id = entries["items"][0]["id"].as_str().unwrap().to_owned();
    let words = json!({ "consequences": "Wie thuis zou opzoeken, krijgt een contactverbod." });
    town.els().post(&format!("/v1/register-entries/{id}/letter"), words).await.expect(200);
    let asked = json!({ "kind": "access", "receivedOn": "2026-11-23",
        "asked": "Wat hebben jullie over mij, J. de Wit?", "person": { "name": "J. de Wit",
            "address": { "street": "Beukenlaan", "houseNumber": 21, "postcode": "7523 KD" } } });
    town.els().post("/v1/privacy-requests", asked).await.expect(201);
}

/// The directory finds Jan and his team, and gives them its own names.
async fn known_to_the_directory(town: &Town) {
    let links = async |path: String, value: Value| {
        let body = json!({ "Operations": [{ "op": "add", "value": value }] });
        town.directory(Method::PATCH, &path, body).await.expect(200);
    };
    let jan = town.account("worker").await.id;
    let names = json!({ "userName": "jan-in-the-directory", "externalId": "id-of-jan-there" });
    links(format!("/Users/{jan}"), names).await;
    let teams = town.directory(Method::GET, "/Groups", Value::Null).await.ok().body;
    let team = teams["Resources"][0]["id"].as_str().unwrap();
    links(format!("/Groups/{team}"), json!({ "externalId": "id-of-the-team-there" })).await;
}

async fn signs_in(town: &Town) {
    let (jan, now) = (town.account("worker").await.id, town.clock.now());
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            people::tie_subject(tx, jan, "subject-of-jan").await?;
            sessions::open(tx, "token", jan, now, TimeDelta::hours(1)).await?;
            let until = now + TimeDelta::minutes(10);
            sessions::begin_sign_in(tx, "state", &json!({ "back": "subject-of-jan" }), until).await
        })
    });
    work.await.unwrap();
}

/// Jan does not answer; Ruud takes the alarm, notes what he hears, and closes it.
async fn visit_with_an_alarm(town: &Town) -> String {
    let karin = json!({ "officerId": town.officer().await.id });
    let form = risky_visit("13:00").with("districtOfficer", karin).asked_at(&["13:30"]);
    let once = [("idempotency-key", "once")];
    let visit = town.jan().send(Method::POST, "/v1/visits", &once, form.0).await.ok();
    let visit = visit.body["id"].as_str().unwrap().to_owned();
    town.ruud().did(&visit, "approval", json!({})).await;
    let mut near = home_visit("17:00").living_at("Beukenlaan", 21, "7523 KD").0;
    near["colleagues"] = json!([{ "name": "Sanne Vos", "mobile": "+31687654321",
        "personId": town.account("colleague").await.id }]);
    town.jan().post("/v1/visits", near).await.expect(201);
    town.until("13:37").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
    let path = format!("/v1/alarms/{}/notes", alarm["id"].as_str().unwrap());
    town.ruud().post(&path, json!({ "text": "De buren zien zijn fiets staan." })).await.ok();
    town.ruud().closes(&alarm, json!({ "outcome": "safe", "note": "Belde terug." })).await.ok();
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
    visit
}

/// Jan says on his phone's notification that all is well.
async fn visit_without_one(town: &Town) {
    town.jan().registers(&home_visit("14:00").asked_at(&["14:10"])).await;
    town.until("14:11").await;
    let token = json!({ "token": town.push.token("push-of-jan") });
    town.ask(Method::POST, "/v1/push/answers", &[], token).await.expect(200);
}

async fn incident(town: &Town, visit: &str) {
    let body = json!({ "visitId": visit, "said": "Gooide een stoel naar mij.", "behaviour": "D",
        "persistent": false, "damage": "Een stoel." });
    let made = town.jan().post("/v1/incidents", body).await.expect(201);
    let id = made.body["id"].as_str().unwrap();
    let says = async |what: &str, body: Value| {
        town.ruud().post(&format!("/v1/incidents/{id}/{what}"), body).await.expect(200);
    };
    says("assessment", json!({})).await;
    let letter = json!({ "reason": "Gooide een stoel naar een medewerker.",
        "openChannel": "Per brief.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } });
    says("decision", json!({ "reaction": "contact-ban", "letter": letter })).await;
}
