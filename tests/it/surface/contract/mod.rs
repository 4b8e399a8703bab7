//! The contract and the service say the same: every address and method, and the shape of answers.

pub mod shapes;

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use rugdekking::{
    api::docs::openapi,
    model::{
        alarms::{Alarm, Cause},
        ids::{AlarmId, TeamId},
        people::{
            Role,
            teams::{Ladder, Organisation},
        },
    },
    store::{Db, Error, alarms, people::teams},
};
use serde_json::{Value, json};

use crate::support::{
    answer::Content,
    asking::{Answer, Asking, Somebody},
    on_both,
};
use shapes::Shapes;

on_both!(
    what_is_declared_is_served,
    what_is_not_declared_is_refused,
    visits_and_alarms_have_the_declared_shape,
    the_organisation_has_the_declared_shape,
    the_register_has_the_declared_shape,
    devices_have_the_declared_shape,
    refusals_have_the_declared_shape
);

const METHODS: [Method; 5] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
const NOBODY: &str = "01890000-0000-7000-8000-000000000001";

/// Every path of the document, with whether each method is declared for it.
fn declared() -> Vec<(String, Method, bool)> {
    let paths = openapi::document()["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        METHODS.map(|method| {
            let there = item.get(method.as_str().to_lowercase()).is_some();
            let path = path.replace("{id}", NOBODY).replace("{month}", "2026-11");
            (format!("/v1{path}"), method, there)
        })
    });
    all.collect()
}

/// Somebody who may do everything.
async fn almighty(ask: &Asking) -> Somebody {
    use Role::{Administrator, AggressionDesk, Auditor, Manager, Worker};
    ask.somebody("Almighty", &[Worker, Manager, AggressionDesk, Administrator, Auditor]).await
}

async fn what_is_declared_is_served(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    for (path, method, _) in declared().into_iter().filter(|(.., there)| *there) {
        if path == "/v1/events" {
            continue; // A feed does not end; it has tests of its own.
        }
        let answer = ask.send(Some(&who), method.clone(), &path, &[], Value::Null).await.any();
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_ne!(answer.body["code"], "no-such-address", "{method} {path}");
        assert!(!answer.status.is_server_error(), "{method} {path}: {:?}", answer.body);
    }
}

async fn what_is_not_declared_is_refused(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    for (path, method, _) in declared().into_iter().filter(|(.., there)| !there) {
        let answer = ask
            .send(Some(&who), method.clone(), &path, &[], Value::Null)
            .await
            .expect(StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{method} {path}");
    }
}

fn ladder() -> Value {
    json!({"rungs": [{"who": ["manager"], "channels": ["text", "call"], "waitMinutes": 3},
                     {"who": ["desk", {"personId": NOBODY}], "channels": ["call"], "waitMinutes": 2}],
           "repeatMinutes": 5,
           "outOfHours": {"officeHours": [{"days": ["mon", "tue"], "from": "08:00", "until": "17:30"}],
             "rungs": [{"who": ["desk"], "channels": ["call"], "waitMinutes": 2}]}})
}

fn visit_input() -> Value {
    json!({"kind": "home-visit", "startsAt": "2026-11-23T13:00:00Z", "expectedMinutes": 45,
        "mobile": "+31612345678",
        "colleagues": [{"name": "Sanne Vos", "mobile": "+31687654321"}],
        "residents": [{"name": "J. de Wit", "address": {"street": "Hengelosestraat",
            "houseNumber": 51, "houseLetter": "A", "addition": null, "postcode": "7514 AD",
            "city": "Enschede"}}],
        "background": "A talk about the benefit.", "expectsTrouble": true, "knownResident": false,
        "checkInTimes": ["2026-11-23T13:30:00Z"]})
}

/// Checks an answer's status, and its body against a schema.
fn fits(shapes: &Shapes, schema: &str, status: u16, answer: Answer) -> Content {
    let answer = answer.expect(status);
    shapes.fit(schema, &answer.body);
    assert_eq!(answer.headers["api-version"], openapi::version());
    answer
}

/// Without an organisation nothing can be promised at all; a service without one does not start.
pub async fn organisation(ask: &Asking) {
    let it = Organisation {
        name: "Enschede".into(),
        call_number: "+31534818181".parse().unwrap(),
        ladder: Ladder::default(),
        letterhead: None,
    };
    let work = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { teams::save_organisation(tx, &it, 0).await })
    });
    work.await.unwrap();
}

async fn visits_and_alarms_have_the_declared_shape(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    organisation(&ask).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let deputy = ask.somebody("Deputy", &[Role::Manager]).await;
    let team = ask.team("Team", &[&worker], &[&manager, &deputy]).await;
    shapes.fit("VisitInput", &visit_input());
    let made = ask.post(&worker, "/v1/visits", visit_input()).await;
    let made = fits(&shapes, "Visit", 201, made);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let at = |what: &str| format!("/v1/visits/{id}{what}");
    assert_eq!(made.headers["location"], *at(""));
    assert_eq!(made.body["status"], "awaiting-approval");
    let because = json!({"notInformedBecause": "Known as quiet."});
    fits(&shapes, "Visit", 200, ask.post(&worker, &at("/officer-notice"), because).await);
    let agreed = json!({"checkInTimes": ["2026-11-23T13:15:00Z"], "note": "Call me."});
    shapes.fit("ApprovalInput", &agreed);
    fits(&shapes, "Visit", 200, ask.post(&manager, &at("/approval"), agreed).await);
    fits(&shapes, "Visit", 200, ask.get(&manager, &at("")).await);
    let now = ask.get(&worker, &at("")).await.ok();
    let change = json!({"background": "Another talk."});
    fits(&shapes, "Visit", 200, ask.patch(&worker, &at(""), &now.etag(), change).await);
    ask.clock.advance(TimeDelta::hours(4));
    fits(&shapes, "Visit", 200, ask.post(&worker, &at("/start"), Value::Null).await);
    fits(&shapes, "Visit", 200, ask.post(&worker, &at("/check-ins"), json!({})).await);
    let more = json!({"minutes": 15});
    fits(&shapes, "Visit", 200, ask.post(&worker, &at("/extensions"), more).await);
    let position =
        json!({"position": {"latitude": 52.22, "longitude": 6.89, "accuracyMetres": 12.5}});
    fits(&shapes, "Alarm", 201, ask.post(&worker, &at("/alarm"), position).await);
    let found = json!({"position": {"latitude": 52.22, "longitude": 6.9}, "followUp": true});
    shapes.fit("PanicInput", &found);
    fits(&shapes, "Alarm", 201, ask.post(&worker, &at("/alarm"), found).await);
    let back = json!({"pin": "2580"});
    shapes.fit("UndoInput", &back);
    let stays = ask.post(&worker, &at("/alarm/withdrawal"), back).await;
    assert_eq!(fits(&shapes, "Problem", 409, stays).body["code"], "help-stays");
    let seen = ask.get(&worker, &at("")).await;
    let mine = format!(
        "/v1/alarms/{}",
        fits(&shapes, "Visit", 200, seen).body["alarm"]["id"].as_str().unwrap()
    );
    fits(&shapes, "Alarm", 200, ask.get(&worker, &mine).await);
    let all = ask.get(&manager, "/v1/alarms?state=open").await;
    let alarm =
        fits(&shapes, "AlarmPage", 200, all).body["items"][0]["id"].as_str().unwrap().to_owned();
    let alarm = format!("/v1/alarms/{alarm}");
    fits(&shapes, "Alarm", 200, ask.get(&manager, &alarm).await);
    let take = format!("{alarm}/acknowledgement");
    fits(&shapes, "Alarm", 200, ask.post(&manager, &take, Value::Null).await);
    let late = ask.post(&deputy, &take, Value::Null).await;
    assert_eq!(fits(&shapes, "Problem", 409, late).body["code"], "already-owned");
    let tick = json!({"step": "worker-called"});
    let words = json!({"text": "The neighbours see a light."});
    for note in [tick, words] {
        shapes.fit("AlarmNoteInput", &note);
        let noted = ask.post(&manager, &format!("{alarm}/notes"), note).await;
        fits(&shapes, "Alarm", 200, noted);
    }
    let outcome = json!({"outcome": "safe", "note": "All is well.", "visitEnded": false});
    shapes.fit("ClosureInput", &outcome);
    let close = format!("{alarm}/closure");
    fits(&shapes, "Alarm", 200, ask.post(&manager, &close, outcome).await);
    fits(&shapes, "Visit", 200, ask.post(&manager, &at("/end"), json!({})).await);
    fits(&shapes, "TimelineEntryPage", 200, ask.get(&manager, &at("/timeline")).await);
    for list in ["/v1/visits", "/v1/visits?scope=team&limit=1&status=ended"] {
        fits(&shapes, "VisitPage", 200, ask.get(&manager, list).await);
    }
    let other = ask.post(&worker, "/v1/visits", {
        let mut input = visit_input();
        input["startsAt"] = json!("2026-11-24T13:00:00Z");
        input["checkInTimes"] = json!([]);
        input
    });
    let other = other.await.ok().body["id"].as_str().unwrap().to_owned();
    let cancel = format!("/v1/visits/{other}/cancellation");
    let cancelled = ask.post(&worker, &cancel, json!({"reason": "Ill."})).await;
    assert_eq!(fits(&shapes, "Visit", 200, cancelled).body["status"], "cancelled");
    drills(&ask, &shapes, &manager, team).await;
}

async fn drills(ask: &Asking, shapes: &Shapes, manager: &Somebody, team: TeamId) {
    let made = ask.post(manager, "/v1/drills", json!({"teamId": team})).await;
    fits(shapes, "Drill", 201, made);
    // As the engine leaves it: somebody on a rung was told.
    let now = ask.app.now();
    let id = AlarmId::new(&*ask.app.random, now);
    let mut drill = Alarm::open(id, None, team, Cause::Drill, now);
    drill.rungs = 1;
    drill.told.push(rugdekking::model::alarms::Told {
        person: Some(manager.id),
        officer: None,
        name: "Manager".into(),
        number: None,
        rung: 1,
        at: now,
    });
    let work = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { alarms::save(tx, &drill, now).await })
    });
    work.await.unwrap();
    fits(shapes, "DrillPage", 200, ask.get(manager, "/v1/drills").await);
}

async fn the_organisation_has_the_declared_shape(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let mut rungs = ladder();
    rungs["rungs"][1]["who"][1]["personId"] = json!(manager.id);
    let organisation = json!({"name": "Enschede", "callNumber": "+31534818181", "ladder": rungs});
    shapes.fit("OrganisationInput", &organisation);
    let put = ask.send(Some(&admin), Method::PUT, "/v1/organisation", &[], organisation).await;
    fits(&shapes, "Organisation", 200, put);
    let policy = json!({"reminderMinutes": 5, "secondCallMinutes": 2, "missMinutes": 5,
        "intervalMinutes": 30, "riskyIntervalMinutes": 15, "riskyFirstMinutes": 15,
        "ownedMinutes": 15, "startBy": "tap", "pin": "always"});
    let team = json!({"name": "Zorg", "members": [worker.id], "managers": [manager.id],
        "deputies": [], "policy": policy, "ladder": rungs});
    shapes.fit("TeamInput", &team);
    let made = ask.post(&admin, "/v1/teams", team).await;
    let id = fits(&shapes, "Team", 201, made).body["id"].as_str().unwrap().to_owned();
    let person = json!({"name": "New", "email": "new@enschede.example", "roles": ["worker"]});
    shapes.fit("PersonInput", &person);
    let person = ask.post(&admin, "/v1/people", person).await;
    let person = fits(&shapes, "Person", 201, person).body["id"].as_str().unwrap().to_owned();
    let officer = json!({"name": "Officer", "mobile": "+31655555555", "email": null,
        "areas": [{"postcodeFrom": "7500", "postcodeUntil": "7549"}, {"code": "BU01530101"}]});
    shapes.fit("DistrictOfficerInput", &officer);
    let officer = ask.post(&admin, "/v1/district-officers", officer).await;
    let officer =
        fits(&shapes, "DistrictOfficer", 201, officer).body["id"].as_str().unwrap().to_owned();
    let person = format!("/v1/people/{person}");
    fits(&shapes, "Person", 200, ask.get(&admin, &person).await);
    fits(&shapes, "Problem", 403, ask.get(&worker, &person).await);
    for who in [&admin, &manager] {
        fits(&shapes, "PersonPage", 200, ask.get(who, "/v1/people").await);
    }
    for who in [&admin, &manager, &worker] {
        fits(&shapes, "Me", 200, ask.get(who, "/v1/me").await);
        let test = json!({"channel": "text"});
        shapes.fit("ChannelTestInput", &test);
        fits(&shapes, "ChannelTests", 202, ask.post(who, "/v1/me/channel-tests", test).await);
        fits(&shapes, "ChannelTests", 200, ask.get(who, "/v1/me/channel-tests").await);
        let unused = ask.post(who, "/v1/me/channel-tests", json!({"channel": "mail"})).await;
        assert_eq!(fits(&shapes, "Problem", 409, unused).body["code"], "channel-not-in-use");
        fits(&shapes, "Organisation", 200, ask.get(who, "/v1/organisation").await);
        fits(&shapes, "TeamPage", 200, ask.get(who, "/v1/teams").await);
        fits(&shapes, "Team", 200, ask.get(who, &format!("/v1/teams/{id}")).await);
        let list = ask.get(who, "/v1/district-officers").await;
        fits(&shapes, "DistrictOfficerPage", 200, list);
        let one = ask.get(who, &format!("/v1/district-officers/{officer}")).await;
        fits(&shapes, "DistrictOfficer", 200, one);
    }
}

async fn the_register_has_the_declared_shape(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk, Role::Auditor]).await;
    let address = visit_input()["residents"][0]["address"].clone();
    let entry = json!({"name": "J. de Wit", "addresses": [address], "measure": "contact-ban",
        "from": "2026-11-01", "until": "2027-02-01", "reviewOn": "2027-01-15",
        "reason": "Threatened an employee at the counter.",
        "contact": {"name": "Desk", "phone": "0534818181"}});
    shapes.fit("RegisterEntryInput", &entry);
    let made = ask.post(&desk, "/v1/register-entries", entry).await;
    let id = fits(&shapes, "RegisterEntry", 201, made).body["id"].as_str().unwrap().to_owned();
    let at = |what: &str| format!("/v1/register-entries/{id}{what}");
    fits(&shapes, "RegisterEntry", 200, ask.post(&other, &at("/approval"), Value::Null).await);
    fits(&shapes, "RegisterEntry", 200, ask.get(&desk, &at("")).await);
    fits(&shapes, "RegisterEntryPage", 200, ask.get(&desk, "/v1/register-entries").await);
    let sought = json!({"residents": visit_input()["residents"]});
    let found = ask.post(&desk, "/v1/register-checks", sought).await;
    assert_eq!(fits(&shapes, "RegisterHits", 200, found).body["hits"][0]["grade"], "same-address");
    let gone = ask.post(&desk, &at("/withdrawal"), json!({"why": "Moved."})).await;
    fits(&shapes, "RegisterEntry", 200, gone);
    let log = ask.get(&other, "/v1/access-log").await.ok();
    shapes.fit_answer("/access-log", "get", "200", &log.body);
}

async fn devices_have_the_declared_shape(db: Db) {
    let (ask, shapes) = (Asking::whole(db), Shapes::of(openapi::document()));
    let who = almighty(&ask).await;
    let key =
        "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";
    let device = json!({"endpoint": "https://push.example.nl/x", "label": "Chrome",
        "keys": {"p256dh": key, "auth": "_ordMnz7uTCmrpBTeUV4Bw"},
        "expiresAt": "2026-11-24T09:00:00Z"});
    shapes.fit("PushSubscriptionInput", &device);
    let path = "/v1/me/push-subscriptions";
    fits(&shapes, "PushSubscription", 201, ask.post(&who, path, device).await);
    fits(&shapes, "PushSubscriptionPage", 200, ask.get(&who, path).await);
    fits(&shapes, "PushKey", 200, ask.get(&who, "/v1/push/key").await);
    let gone = ask.post(&who, "/v1/push/answers", json!({"token": "none"})).await;
    fits(&shapes, "Problem", 410, gone);
}

async fn refusals_have_the_declared_shape(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    organisation(&ask).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let faults = ask.post(&worker, "/v1/visits", json!({"kind": "home-visit"})).await;
    assert!(!fits(&shapes, "Problem", 400, faults).body["faults"].as_array().unwrap().is_empty());
    fits(&shapes, "Problem", 404, ask.get(&worker, &format!("/v1/visits/{NOBODY}")).await);
    fits(&shapes, "Problem", 404, ask.get(&worker, "/v1/nothing").await);
    let nobody = ask.send(None, Method::GET, "/v1/me", &[], Value::Null).await;
    fits(&shapes, "Problem", 401, nobody);
    fits(&shapes, "Problem", 403, ask.post(&worker, "/v1/people", json!({})).await);
    // In a team with nobody to call, nothing is promised.
    ask.team("Team", &[&worker], &[]).await;
    let refused = ask.post(&worker, "/v1/visits", visit_input()).await;
    assert_eq!(fits(&shapes, "Problem", 409, refused).body["code"], "nobody-to-call");
}
