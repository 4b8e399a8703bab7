//! Teams, the organisation and district officers over REST.

use axum::{
    Router,
    http::{Method, StatusCode},
};
use rugdekking::{
    api::{
        http::state::AppState,
        people::{organisation, teams},
        visits::officers,
    },
    model::people::Role,
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Asking, Somebody},
    on_both,
};

on_both!(
    a_team_is_kept,
    every_fault_of_a_team_comes_at_once,
    each_role_sees_its_part,
    the_organisation_is_kept,
    officers_are_kept,
    officers_are_read_with_every_fault
);

fn routes() -> Router<AppState> {
    Router::new().merge(teams::routes()).merge(organisation::routes()).merge(officers::routes())
}

fn ladder(who: Value) -> Value {
    json!({"rungs": [{"who": who, "channels": ["text", "call"], "waitMinutes": 3}],
           "repeatMinutes": 5,
           "outOfHours": {"officeHours": [{"days": ["mon", "tue"], "from": "08:00", "until": "17:30"}],
             "rungs": [{"who": ["desk"], "channels": ["call"], "waitMinutes": 2}]}})
}

fn policy() -> Value {
    json!({"reminderMinutes": 5, "secondCallMinutes": 2, "missMinutes": 5, "intervalMinutes": 30,
           "riskyIntervalMinutes": 15, "riskyFirstMinutes": 15, "ownedMinutes": 15,
           "startBy": "tap", "pin": "always"})
}

fn team(name: &str, manager: &Somebody) -> Value {
    json!({"name": name, "members": [], "managers": [manager.id, manager.id], "deputies": [],
           "policy": policy(), "ladder": ladder(json!(["manager", {"personId": manager.id}]))})
}

async fn a_team_is_kept(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let made = ask.post(&admin, "/teams", team("Zorg", &manager)).await.expect(201);
    assert_eq!(made.body["managers"], json!([manager.id]), "each once");
    assert_eq!(made.body["warnings"], json!([]));
    assert_eq!(made.body["ladder"]["outOfHours"]["officeHours"][0]["days"], json!(["mon", "tue"]));
    ask.post(&admin, "/teams", team("Zorg", &manager)).await.refused(409, "name-taken");
    let path = format!("/teams/{}", made.body["id"].as_str().unwrap());
    let mut other = team("Werk", &manager);
    other["managers"] = json!([]);
    let changed = ask.put(&admin, &path, &made.etag(), other.clone()).await.expect(200);
    assert_eq!(changed.body["warnings"][0]["code"], "nobody-to-call");
    assert_eq!(changed.etag(), "\"2\"");
    ask.put(&admin, &path, &made.etag(), other).await.expect(412);
    assert_eq!(ask.get(&admin, &path).await.ok().body["name"], "Werk");
}

async fn every_fault_of_a_team_comes_at_once(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let stranger = "01890000-0000-7000-8000-000000000001";
    let mut bad_policy = policy();
    bad_policy["missMinutes"] = json!(0);
    let bad = json!({"name": " ", "members": [stranger, "x"], "managers": [worker.id],
        "policy": bad_policy, "ladder": ladder(json!([{"personId": stranger}]))});
    let answer = ask.post(&admin, "/teams", bad).await.expect(400);
    assert_eq!(
        answer.faults(),
        [
            "deputies",
            "ladder.rungs.who",
            "managers[0]",
            "members[0]",
            "members[1]",
            "name",
            "policy.missMinutes",
            "policy.secondCallMinutes"
        ]
    );
    let shapeless = json!({"name": "A", "members": [], "managers": [], "deputies": [],
        "policy": {"missMinutes": "soon"}, "ladder": []});
    assert_eq!(
        ask.post(&admin, "/teams", shapeless).await.expect(400).faults(),
        ["ladder", "policy"]
    );
}

async fn each_role_sees_its_part(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let other = ask.somebody("Other", &[Role::Manager]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let id = ask.team("Zorg", &[&worker], &[&manager]).await;
    let organisation = json!({"name": "Enschede", "callNumber": "053 481 8181",
        "ladder": ladder(json!(["desk"]))});
    ask.send(Some(&admin), Method::PUT, "/organisation", &[], organisation.clone())
        .await
        .expect(200);
    let officer = json!({"name": "De Boer", "mobile": "0612345678",
        "areas": [{"postcodeFrom": "7511", "postcodeUntil": "7514"}]});
    let made = ask.post(&admin, "/district-officers", officer.clone()).await.ok();
    let officer_path = format!("/district-officers/{}", made.body["id"].as_str().unwrap());

    for (who, everything, writes, officers) in [
        (&admin, true, true, 200),
        (&manager, true, false, 200),
        (&other, false, false, 200),
        (&worker, false, false, 200),
        (&desk, false, false, 403),
        (&auditor, false, false, 403),
    ] {
        let seen = ask.get(who, &format!("/teams/{id}")).await.ok();
        assert_eq!(seen.body["name"], "Zorg");
        assert_eq!(seen.body.get("ladder").is_some(), everything);
        let listed = ask.get(who, "/teams").await.ok().body;
        assert_eq!(listed["items"][0].get("members").is_some(), everything);
        let known = ask.get(who, "/organisation").await.ok().body;
        assert_eq!(known["callNumber"], "+31534818181");
        assert_eq!(known.get("ladder").is_some(), writes);
        assert_eq!(ask.get(who, "/district-officers").await.status, officers);
        let shown = ask.get(who, &officer_path).await.expect(officers);
        assert_eq!(shown.body.get("mobile").is_some(), writes);
        if writes {
            continue;
        }
        let refused = [
            ask.post(who, "/teams", team("Ander", &manager)).await.status,
            ask.put(who, &format!("/teams/{id}"), "\"1\"", team("Ander", &manager)).await.status,
            ask.put(who, "/organisation", "\"1\"", organisation.clone()).await.status,
            ask.post(who, "/district-officers", officer.clone()).await.status,
            ask.put(who, &officer_path, "\"1\"", officer.clone()).await.status,
        ];
        assert_eq!(refused, [StatusCode::FORBIDDEN; 5]);
    }
    for path in ["/teams", "/organisation", "/district-officers", &officer_path] {
        ask.send(None, Method::GET, path, &[], Value::Null).await.expect(401);
    }
}

async fn the_organisation_is_kept(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    assert_eq!(ask.get(&admin, "/organisation").await.status, StatusCode::NOT_FOUND);
    let bad = json!({"callNumber": "112", "ladder": {"rungs": [], "repeatMinutes": 0}});
    let answer = ask.send(Some(&admin), Method::PUT, "/organisation", &[], bad).await.expect(400);
    assert_eq!(answer.faults(), ["callNumber", "ladder.repeatMinutes", "ladder.rungs", "name"]);
    let good = json!({"name": "Enschede", "callNumber": "0534818181",
        "ladder": ladder(json!(["desk"]))});
    let first =
        ask.send(Some(&admin), Method::PUT, "/organisation", &[], good.clone()).await.expect(200);
    assert_eq!(first.etag().as_str(), "\"1\"");
    ask.send(Some(&admin), Method::PUT, "/organisation", &[], good.clone()).await.expect(428);
    let second = ask.put(&admin, "/organisation", "\"1\"", good.clone()).await.ok();
    assert_eq!(second.etag(), "\"2\"");
    ask.put(&admin, "/organisation", "\"1\"", good).await.expect(412);
}

async fn officers_are_kept(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let boer = json!({"name": "De Boer", "email": "boer@politie.example",
        "areas": [{"postcodeFrom": "7511aa", "postcodeUntil": "7511 zz"}, {"code": "bu01530101"}]});
    let made = ask.post(&admin, "/district-officers", boer.clone()).await.expect(201);
    assert_eq!(
        made.body["areas"],
        json!([
        {"postcodeFrom": "7511 AA", "postcodeUntil": "7511 ZZ"}, {"code": "BU01530101"}])
    );
    let path = format!("/district-officers/{}", made.body["id"].as_str().unwrap());
    assert_eq!(ask.get(&admin, &path).await.ok().body, made.body);
    let changed = ask.put(&admin, &path, "\"1\"", boer.clone()).await.expect(200);
    assert_eq!(changed.etag().as_str(), "\"2\"");
    ask.put(&admin, &path, "\"1\"", boer.clone()).await.expect(412);
    let unknown = "/district-officers/01890000-0000-7000-8000-000000000001";
    assert_eq!(ask.put(&admin, unknown, "\"1\"", boer).await.status, StatusCode::NOT_FOUND);
}

async fn officers_are_read_with_every_fault(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let areas = json!([{"postcodeFrom": "7514", "postcodeUntil": "7511"}, {"code": "???"}, {},
        {"postcodeFrom": "0123", "postcodeUntil": "75"}]);
    let answer = ask.post(&admin, "/district-officers", json!({"areas": areas})).await.expect(400);
    assert_eq!(
        answer.faults(),
        [
            "areas[0].postcodeUntil",
            "areas[1].code",
            "areas[2]",
            "areas[3].postcodeFrom",
            "areas[3].postcodeUntil",
            "mobile",
            "name"
        ]
    );
}
