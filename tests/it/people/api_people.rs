//! Accounts over REST: who may see and change what, and what it warns of.

use axum::http::{Method, StatusCode};
use rugdekking::{api::people::routes, model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::support::{asking::Asking, on_both};

on_both!(
    an_account_is_kept,
    every_fault_comes_at_once,
    each_role_sees_its_own,
    a_team_without_anybody_to_call_is_told,
    two_editors_do_not_overwrite,
    pages_hold_everybody_once
);

fn anna() -> Value {
    json!({"name": "Anna Bos", "email": "Anna.Bos@enschede.example", "roles": ["worker"],
           "mobile": "06 12345678"})
}

async fn an_account_is_kept(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let key = [("idempotency-key", "k1")];
    let made = ask.send(Some(&admin), Method::POST, "/people", &key, anna()).await.expect(201);
    assert_eq!(made.body["mobile"]["number"], "+31612345678");
    assert_eq!(made.body["mobile"]["verifiedAt"], Value::Null);
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(made.headers["location"], format!("/v1/people/{id}").as_str());
    let again = ask.send(Some(&admin), Method::POST, "/people", &key, anna()).await.ok();
    assert_eq!(again.body, made.body, "the same key is done once");
    ask.post(&admin, "/people", anna()).await.refused(409, "email-taken");
    let seen = ask.get(&admin, &format!("/people/{id}")).await.ok();
    assert_eq!(seen.body, made.body);
    let path = format!("/people/{id}");
    let change = json!({"language": "en", "mobile": null});
    let changed = ask.patch(&admin, &path, &seen.etag(), change).await.expect(200);
    assert_eq!(changed.body["mobile"], Value::Null);
    assert_eq!(changed.body["language"], "en");
    assert_eq!(changed.body["name"], "Anna Bos", "what is not said stays");
}

async fn every_fault_comes_at_once(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let bad =
        json!({"email": "nobody", "roles": ["worker", "king"], "mobile": "112", "language": "fr"});
    let answer = ask.post(&admin, "/people", bad).await.expect(400);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.faults(), ["email", "language", "mobile", "name", "roles[1]"]);
    let desk_phone = json!({"name": "A", "email": "a@b.nl", "mobile": "0534818181"});
    assert_eq!(ask.post(&admin, "/people", desk_phone).await.expect(400).faults(), ["mobile"]);
}

async fn each_role_sees_its_own(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let nobody = ask.somebody("Nobody", &[]).await;
    ask.team("Zorg", &[&worker], &[&manager]).await;

    let one = format!("/people/{}", worker.id);
    for (who, list, show, create) in [
        (&admin, 200, 200, 201),
        (&manager, 200, 403, 403),
        (&desk, 200, 403, 403),
        (&worker, 403, 403, 403),
        (&auditor, 403, 403, 403),
        (&nobody, 403, 403, 403),
    ] {
        assert_eq!(ask.get(who, "/people").await.status, list);
        assert_eq!(ask.get(who, &one).await.status, show);
        assert_eq!(ask.post(who, "/people", anna()).await.status, create);
        let change = ask.patch(who, &one, "\"1\"", json!({"name": "Other"})).await.status;
        assert_eq!(change, if create == 201 { 200 } else { 403 });
    }
    ask.send(None, Method::GET, "/people", &[], Value::Null).await.expect(401);

    let names = ask.get(&manager, "/people").await.ok().body["items"].clone();
    let mine = json!([{"id": manager.id, "name": "Manager"}, {"id": worker.id, "name": "Other"}]);
    assert_eq!(names, mine, "names only, of the own team only");
    assert_eq!(ask.get(&desk, "/people").await.ok().body["items"], json!([]));
}

async fn a_team_without_anybody_to_call_is_told(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let second = ask.somebody("Second", &[Role::Manager]).await;
    let team = ask.team("Zorg", &[], &[&manager, &second]).await;
    let off = || json!({"active": false});
    let first = ask.patch(&admin, &format!("/people/{}", manager.id), "\"1\"", off()).await.ok();
    assert_eq!(first.body["warnings"], json!([]), "the other one can still be called");
    let other = json!({"mobile": "+31687654321"});
    let last =
        ask.patch(&admin, &format!("/people/{}", second.id), "\"1\"", other).await.expect(200);
    assert_eq!(last.body["warnings"][0]["code"], "nobody-to-call");
    assert_eq!(last.body["warnings"][0]["team"]["id"], json!(team));
    assert_eq!(ask.get(&manager, "/people").await.status, StatusCode::UNAUTHORIZED);

    let path = format!("/people/{}", admin.id);
    ask.patch(&admin, &path, "\"1\"", json!({"roles": ["worker"]}))
        .await
        .refused(409, "last-administrator");
}

async fn two_editors_do_not_overwrite(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let path = format!("/people/{}", worker.id);
    ask.send(Some(&admin), Method::PATCH, &path, &[], json!({"name": "A"})).await.expect(428);
    assert_eq!(
        ask.patch(&admin, &path, "\"1\"", json!({"name": "A"})).await.status,
        StatusCode::OK
    );
    ask.patch(&admin, &path, "\"1\"", json!({"name": "B"})).await.expect(412);
    assert_eq!(ask.stored(worker.id).await.name, "A");
    ask.patch(&admin, &format!("/people/{}x", worker.id), "\"1\"", json!({})).await.expect(404);
}

async fn pages_hold_everybody_once(db: Db) {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    for name in ["Bea", "Cor", "Dik", "Eva"] {
        ask.somebody(name, &[Role::Worker]).await;
    }
    let (mut names, mut path) = (vec![], "/people?limit=2".to_owned());
    loop {
        let page = ask.get(&admin, &path).await.ok().body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        names.extend(items.iter().map(|p| p["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        assert!(!next.contains('@'));
        path = format!("/people?limit=2&cursor={next}");
    }
    assert_eq!(names, ["Admin", "Bea", "Cor", "Dik", "Eva"]);
    let bad = ask.get(&admin, "/people?limit=1000&cursor=nonsense").await.expect(400);
    assert_eq!(bad.faults(), vec!["cursor", "limit"]);
}
