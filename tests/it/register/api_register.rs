//! The register over REST: four eyes, the least that helps, and every look in the log.

use axum::{
    Router,
    http::{Method, StatusCode},
};
use chrono::TimeDelta;
use rugdekking::{
    api::{
        http::state::AppState,
        privacy::access,
        register::{self, register_checks},
    },
    model::{
        ids::{PersonId, TeamId, VisitId},
        messages::language::Language,
        people::{Named, Role},
        register::address::Address,
        visits::{Kind, Plan, Resident, State, Visit},
    },
    store::{Db, visits},
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Asking, Somebody},
    on_both,
};

on_both!(
    an_entry_needs_four_eyes,
    every_fault_of_an_entry_comes_at_once,
    each_role_has_its_part,
    a_worker_sees_the_least_that_helps,
    a_check_is_for_a_visit_of_ones_own,
    a_visit_about_to_be_registered_can_be_checked_and_the_log_says_so,
    a_look_without_a_visit_says_why,
    the_register_cannot_be_browsed_by_checks,
    every_look_is_logged,
    entries_are_listed_by_how_they_stand
);

fn routes() -> Router<AppState> {
    Router::new().merge(register::routes()).merge(register_checks::routes()).merge(access::routes())
}

fn address(number: &str) -> Value {
    json!({"street": "Hengelosestraat", "houseNumber": number, "postcode": "7514 AD",
           "city": "Enschede"})
}

fn entry(name: &str) -> Value {
    json!({"name": name, "addresses": [address("51A")], "measure": "contact-ban",
           "from": "2026-11-01", "until": "2027-02-01", "reviewOn": "2027-01-15",
           "reason": "Threatened an employee at the counter on 30 October 2026.",
           "contact": {"name": "Kennispunt Agressie", "phone": "0534818181"}})
}

async fn approved(ask: &Asking, proposer: &Somebody, other: &Somebody, name: &str) -> String {
    let made = ask.post(proposer, "/register-entries", entry(name)).await.ok();
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/register-entries/{id}/approval");
    assert_eq!(ask.post(other, &path, Value::Null).await.status, StatusCode::OK);
    id
}

fn sought(name: &str, number: &str) -> Value {
    json!({"residents": [{"name": name, "address": address(number)}]})
}

async fn an_entry_needs_four_eyes(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk]).await;
    let made = ask.post(&desk, "/register-entries", entry("J. de Wit")).await.expect(201);
    assert_eq!(
        (&made.body["status"], &made.body["mayApprove"]),
        (&json!("proposed"), &json!(false))
    );
    let path = format!("/register-entries/{}", made.body["id"].as_str().unwrap());
    assert_eq!(ask.get(&other, &path).await.ok().body["mayApprove"], true);
    let nothing = ask.post(&desk, "/register-checks", sought("J. de Wit", "51A")).await.ok();
    assert_eq!(nothing.body["hits"], json!([]), "not before somebody else agrees");
    let approval = format!("{path}/approval");
    ask.post(&desk, &approval, Value::Null).await.refused(403, "four-eyes");
    let agreed = ask.post(&other, &approval, Value::Null).await.ok();
    assert_eq!(agreed.body["status"], "approved");
    assert_eq!(agreed.body["approvedBy"], json!({"id": other.id, "name": "Other"}));
    assert_eq!(agreed.body["proposedBy"], json!({"id": desk.id, "name": "Desk"}));
    assert_eq!(ask.post(&other, &approval, Value::Null).await.status, StatusCode::CONFLICT);
    let hits = ask.post(&desk, "/register-checks", sought("J. de Wit", "51A")).await.ok();
    assert_eq!(hits.body["hits"][0]["grade"], "same-address");
    let away = format!("{path}/withdrawal");
    assert_eq!(ask.post(&desk, &away, json!({"why": " "})).await.expect(400).faults(), ["why"]);
    let gone = ask.post(&desk, &away, json!({"why": "Moved abroad."})).await.ok();
    assert_eq!(
        (&gone.body["status"], &gone.body["withdrawnBecause"]),
        (&json!("withdrawn"), &json!("Moved abroad."))
    );
    let none = ask.post(&desk, "/register-checks", sought("J. de Wit", "51A")).await.ok();
    assert_eq!(none.body["hits"], json!([]));
}

async fn every_fault_of_an_entry_comes_at_once(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let bad = json!({"birthDate": "2015-01-01", "addresses": [{"houseNumber": "x"}],
        "measure": "prison", "from": "2026-11-01", "until": "2026-10-01", "reviewOn": "soon"});
    let answer = ask.post(&desk, "/register-entries", bad).await.expect(400);
    for field in [
        "name",
        "measure",
        "until",
        "reviewOn",
        "reason",
        "contact.name",
        "contact.phone",
        "addresses[0].houseNumber",
    ] {
        assert!(answer.faults().contains(&field), "{field} in {:?}", answer.faults());
    }
    let check = json!({"visitId": "x", "residents": [{"name": ""}]});
    let answer = ask.post(&desk, "/register-checks", check).await.expect(400);
    assert_eq!(answer.faults(), ["residents[0].address", "residents[0].name", "visitId"]);
    let nobody = ask.post(&desk, "/register-checks", json!({"residents": []})).await.expect(400);
    assert_eq!(nobody.faults(), ["residents"]);
}

async fn each_role_has_its_part(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let second = ask.somebody("Second", &[Role::AggressionDesk]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let id = approved(&ask, &desk, &second, "J. de Wit").await;
    let path = format!("/register-entries/{id}");
    for (who, entries, checks, log) in [
        (&desk, true, 200, 403),
        (&worker, false, 200, 403),
        (&manager, false, 200, 403),
        (&admin, false, 403, 403),
        (&auditor, false, 403, 200),
    ] {
        assert_eq!(ask.post(who, "/register-checks", sought("A", "9")).await.status, checks);
        assert_eq!(ask.get(who, "/access-log").await.status, log);
        if entries {
            continue;
        }
        let refused = [
            ask.get(who, "/register-entries").await.status,
            ask.get(who, &path).await.status,
            ask.post(who, "/register-entries", entry("X")).await.status,
            ask.post(who, &format!("{path}/approval"), Value::Null).await.status,
            ask.post(who, &format!("{path}/withdrawal"), json!({"why": "x"})).await.status,
        ];
        assert_eq!(refused, [StatusCode::FORBIDDEN; 5]);
    }
    for (method, path) in [
        (Method::GET, "/register-entries"),
        (Method::POST, "/register-checks"),
        (Method::GET, "/access-log"),
    ] {
        ask.send(None, method, path, &[], Value::Null).await.expect(401);
    }
}

async fn a_worker_sees_the_least_that_helps(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let second = ask.somebody("Second", &[Role::AggressionDesk]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    approved(&ask, &desk, &second, "J. de Wit").await;
    let answer = ask.post(&worker, "/register-checks", sought("Somebody Else", "51-A")).await.ok();
    let all = json!({"hits": [{"grade": "same-address", "measure": "contact-ban",
        "until": "2027-02-01", "resident": "Somebody Else",
        "contact": {"name": "Kennispunt Agressie", "phone": "+31534818181"}}]});
    assert_eq!(answer.body, all);
    let next_door = ask.post(&worker, "/register-checks", sought("A. Vos", "51B")).await.ok();
    assert_eq!(next_door.body["hits"][0]["grade"], "same-house");
    let namesake = ask.post(&worker, "/register-checks", sought("J. de Wit", "900")).await.ok();
    assert_eq!(namesake.body["hits"][0]["grade"], "same-name");
    ask.clock.advance(TimeDelta::days(71));
    let later = ask.somebody("Later", &[Role::Worker]).await;
    let lapsed = ask.post(&later, "/register-checks", sought("J. de Wit", "51A")).await.expect(200);
    assert_eq!(&lapsed.body["hits"], &json!([]));
}

async fn visit(ask: &Asking, worker: PersonId, team: TeamId) -> VisitId {
    let now = ask.app.now();
    let address: Address = serde_json::from_value(json!({"street": "Hengelosestraat",
        "houseNumber": 51, "postcode": "7514 AD", "city": "Enschede"}))
    .unwrap();
    let id = VisitId::new(&*ask.app.random, now);
    let visit = Visit {
        id,
        team,
        worker: Named { id: worker, name: "Worker".into() },
        language: Language::Nl,
        has_pin: false,
        pins_begin_apart: false,
        extensions: 0,
        number_test: rugdekking::model::visits::NumberTest::Own,
        number_asks: 0,
        plan: Plan {
            kind: Kind::HomeVisit,
            starts_at: now,
            expected_minutes: 30,
            mobile: "+31612345678".parse().unwrap(),
            colleagues: vec![],
            residents: vec![Resident { name: "J. de Wit".into(), address }],
            background: String::new(),
            expects_trouble: false,
            known_resident: false,
        },
        expected_end_at: now + TimeDelta::minutes(30),
        hits: vec![],
        approval: None,
        officer: None,
        check_ins: vec![],
        state: State::Ahead { asked: false },
        alarm: None,
    };
    let write =
        ask.app.db.write(move |tx| Box::pin(async move { visits::insert(tx, &visit, now).await }));
    write.await.unwrap();
    id
}

async fn a_check_is_for_a_visit_of_ones_own(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let other = ask.somebody("Other", &[Role::Worker]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let stranger = ask.somebody("Stranger", &[Role::Manager]).await;
    let team = ask.team("Zorg", &[&worker], &[&manager]).await;
    let id = visit(&ask, worker.id, team).await;
    let mut body = sought("J. de Wit", "51A");
    body["visitId"] = json!(id);
    for (who, status) in [(&worker, 200), (&manager, 200), (&other, 404), (&stranger, 404)] {
        ask.post(who, "/register-checks", body.clone()).await.expect(status);
    }
    body["visitId"] = json!("01890000-0000-7000-8000-000000000001");
    ask.post(&worker, "/register-checks", body).await.expect(404);
}

async fn a_visit_about_to_be_registered_can_be_checked_and_the_log_says_so(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let second = ask.somebody("Second", &[Role::AggressionDesk]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let entry = approved(&ask, &desk, &second, "J. de Wit").await;
    let two = json!({"residents": [{"name": "J. de Wit", "address": address("51A")},
        {"name": "P. Anders", "address": address("900")}]});
    let answer = ask.post(&worker, "/register-checks", two).await.ok();
    assert_eq!(answer.body["hits"].as_array().unwrap().len(), 1);
    let log = ask.get(&auditor, "/access-log").await.ok().body;
    let lines = log["items"].as_array().unwrap().iter();
    let mut looks: Vec<_> = lines
        .filter(|l| l["action"] == "register-checked")
        .map(|l| (l["by"]["name"].clone(), l["visitId"].clone(), l["details"].clone()))
        .collect();
    looks.sort_by_key(|(.., details)| details.to_string().len());
    let for_new = |hits: Value| json!({"for": "new-visit", "hits": hits});
    let hit = json!([{"entry": entry, "grade": "same-address"}]);
    assert_eq!(
        looks,
        [for_new(json!([])), for_new(hit)].map(|d| (json!("Worker"), Value::Null, d)),
        "a line for each resident, with the reason"
    );
}

async fn a_look_without_a_visit_says_why(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let mut one = json!({"reason": "colleague-asks",
        "residents": [{"name": "A. Vos", "address": address("9")}]});
    assert_eq!(ask.post(&desk, "/register-checks", one.clone()).await.status, StatusCode::OK);
    let log = ask.get(&auditor, "/access-log").await.ok().body;
    let lines = log["items"].as_array().unwrap();
    let look = lines.iter().find(|l| l["action"] == "register-checked").unwrap();
    assert_eq!(look["details"], json!({"for": "colleague-asks", "hits": []}));
    one["reason"] = json!("curious about my neighbour");
    let refused = ask.post(&desk, "/register-checks", one).await.expect(400);
    assert_eq!(refused.faults(), vec!["reason"]);
}

async fn the_register_cannot_be_browsed_by_checks(db: Db) {
    let ask = Asking::new(db, routes());
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let other = ask.somebody("Other", &[Role::Worker]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let team = ask.team("Zorg", &[&worker], &[]).await;
    let many = |n: usize| {
        let one = json!({"name": "A. Vos", "address": address("9")});
        json!({"residents": vec![one; n]})
    };
    let check = async |who: &Somebody, n: usize| {
        let answer = ask.post(who, "/register-checks", many(n)).await.any();
        (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default().to_owned())
    };
    for n in [20, 20, 19] {
        assert_eq!(check(&worker, n).await.0, 200);
    }
    assert_eq!(check(&worker, 2).await, (429, "too-many-checks".into()), "61 in an hour");
    assert_eq!(check(&worker, 1).await.0, 200, "a refusal does not count");
    assert_eq!(check(&worker, 1).await.0, 429);
    assert_eq!(check(&other, 1).await.0, 200, "it is somebody's own limit");
    for _ in 0..4 {
        assert_eq!(check(&desk, 20).await.0, 200, "the desk keeps the register");
    }
    let mut of_a_visit = many(1);
    of_a_visit["visitId"] = json!(visit(&ask, worker.id, team).await);
    let bound = ask.post(&worker, "/register-checks", of_a_visit).await;
    assert_eq!(bound.status, StatusCode::OK, "a registered visit can always be checked");
    ask.clock.advance(TimeDelta::minutes(61));
    assert_eq!(check(&worker, 1).await.0, 200);
}

async fn every_look_is_logged(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let second = ask.somebody("Second", &[Role::AggressionDesk]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let team = ask.team("Zorg", &[&worker], &[]).await;
    let id = approved(&ask, &desk, &second, "J. de Wit").await;
    let path = format!("/register-entries/{id}");
    ask.get(&desk, &path).await.ok();
    ask.get(&desk, "/register-entries").await.ok();
    let mut check = sought("J. de Wit", "51A");
    let visit = visit(&ask, worker.id, team).await;
    check["visitId"] = json!(visit);
    ask.post(&worker, "/register-checks", check).await.ok();
    ask.post(&second, &format!("{path}/withdrawal"), json!({"why": "Done."})).await.ok();

    let (mut lines, mut next) = (vec![], "/access-log?limit=2".to_owned());
    for _ in 0..9 {
        let page = ask.get(&auditor, &next).await.ok().body;
        lines.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("/access-log?limit=2&cursor={cursor}");
    }
    let seen: Vec<_> = lines
        .iter()
        .map(|l| (l["action"].as_str().unwrap(), l["by"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            ("entry-withdrawn", "Second"),
            ("register-checked", "Worker"),
            ("entries-listed", "Desk"),
            ("entry-read", "Desk"),
            ("entry-approved", "Second"),
            ("entry-proposed", "Desk"),
        ]
    );
    assert_eq!(lines[1]["visitId"], json!(visit));
    assert_eq!(lines[1]["details"]["hits"], json!([{"entry": id, "grade": "same-address"}]));
    assert_eq!(lines[3]["entryId"], json!(id));
    assert!(!json!(lines).to_string().contains("Wit"), "the log holds no names of residents");
    let later = ask.get(&auditor, "/access-log").await.ok().body;
    assert_eq!(later["items"][0]["action"], "log-read");
}

async fn entries_are_listed_by_how_they_stand(db: Db) {
    let ask = Asking::new(db, routes());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let second = ask.somebody("Second", &[Role::AggressionDesk]).await;
    approved(&ask, &desk, &second, "J. de Wit").await;
    let mut short = entry("K. Kort");
    short["until"] = json!("2026-11-23");
    short["reviewOn"] = json!("2026-11-20");
    let made = ask.post(&desk, "/register-entries", short).await.ok();
    let path = format!("/register-entries/{}/approval", made.body["id"].as_str().unwrap());
    ask.post(&second, &path, Value::Null).await.ok();
    ask.post(&desk, "/register-entries", entry("P. Later")).await.ok();
    let names = async |status: &str| {
        let body = ask.get(&desk, &format!("/register-entries?status={status}")).await.ok().body;
        let items = body["items"].as_array().unwrap().clone();
        items.iter().map(|e| e["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("proposed").await, ["P. Later"]);
    assert_eq!(names("approved").await, ["K. Kort", "J. de Wit"], "its last day counts");
    // Half past eleven in the evening in UTC is the next day in Enschede.
    ask.clock.set("2026-11-23T23:30:00Z".parse().unwrap());
    let night = ask.somebody("Night", &[Role::AggressionDesk]).await;
    let ended = ask.get(&night, "/register-entries?status=ended").await.ok().body;
    assert_eq!(
        (&ended["items"][0]["name"], &ended["items"][0]["status"]),
        (&json!("K. Kort"), &json!("ended"))
    );
    assert_eq!(ended["items"].as_array().unwrap().len(), 1);
    let bad = ask.get(&night, "/register-entries?status=secret").await.expect(400);
    assert_eq!(bad.faults(), ["status"]);
}
