//! The figures of the policy: read by everybody, changed by an administrator, each change kept.

use axum::http::{Method, StatusCode};
use rugdekking::{api::docs::openapi, model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::{
    support::{asking::Asking, on_both},
    surface::contract::shapes::Shapes,
};

on_both!(
    an_administrator_changes_a_figure_and_it_is_kept_who_did,
    figures_that_contradict_each_other_are_refused,
    nobody_else_changes_a_figure
);

async fn an_administrator_changes_a_figure_and_it_is_kept_who_did(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let auditor = ask.somebody("Auditor", &[Role::Auditor]).await;
    let before = ask.get(&auditor, "/v1/policy").await.ok();
    shapes.fit("PolicyFigures", &before.body);
    assert_eq!(
        (&before.body["warningTermMonths"], &before.body["version"]),
        (&json!(6), &json!(0))
    );
    let input = json!({"warningTermMonths": 12, "aftercareMorning": "08:30"});
    let saved = ask.put(&admin, "/v1/policy", &before.etag(), input.clone()).await.expect(200);
    assert_eq!(saved.body["version"], 1);
    ask.put(&admin, "/v1/policy", &before.etag(), json!({})).await.expect(412);
    let same = ask.put(&admin, "/v1/policy", &saved.etag(), input).await.ok();
    assert_eq!(same.body["version"], 1, "nothing was changed");
    let back =
        ask.put(&admin, "/v1/policy", &saved.etag(), json!({"warningTermMonths": 12})).await.ok();
    assert_eq!(back.body["aftercareMorning"], "09:00");

    let kept = ask.get(&auditor, "/v1/policy-changes").await.ok().body;
    shapes.fit("PolicyChangePage", &kept);
    let figures: Vec<_> = kept["items"].as_array().unwrap().iter().map(|c| &c["figures"]).collect();
    let morning = |old, new| json!({"name": "aftercareMorning", "old": old, "new": new});
    let term = json!({"name": "warningTermMonths", "old": 6, "new": 12});
    assert_eq!(*figures[0], json!([morning("08:30", "09:00")]));
    assert_eq!(*figures[1], json!([morning("09:00", "08:30"), term]));
    assert_eq!(kept["items"][0]["by"], json!({"id": admin.id, "name": "Admin"}));
    assert_eq!(kept["items"][0]["at"], "2026-11-23T09:00:00Z");
}

async fn figures_that_contradict_each_other_are_refused(db: Db) {
    let ask = Asking::whole(db);
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let bad = json!({"reactionHours": 18, "banMonths": 99});
    let answer = ask.put(&admin, "/v1/policy", "\"0\"", bad).await.expect(400);
    assert_eq!(answer.faults(), ["banMonths", "secondReminderHours"]);
    let unknown =
        ask.put(&admin, "/v1/policy", "\"0\"", json!({"reactionDays": 1})).await.expect(400);
    assert_eq!(unknown.faults(), ["reactionDays"]);
    ask.send(Some(&admin), Method::PUT, "/v1/policy", &[], json!({})).await.expect(428);
    assert_eq!(ask.get(&admin, "/v1/policy").await.ok().body["version"], 0);
}

async fn nobody_else_changes_a_figure(db: Db) {
    let ask = Asking::whole(db);
    for role in [Role::Worker, Role::Manager, Role::AggressionDesk, Role::Auditor] {
        let who = ask.somebody(&format!("{role:?}"), &[role]).await;
        let put = ask.put(&who, "/v1/policy", "\"0\"", json!({"banMonths": 1})).await;
        assert_eq!(put.status, StatusCode::FORBIDDEN, "{role:?}");
        assert_eq!(ask.get(&who, "/v1/policy").await.ok().body["banMonths"], 6);
        let log = ask.get(&who, "/v1/policy-changes").await.status;
        assert_eq!(log == StatusCode::OK, role == Role::Auditor, "{role:?}");
    }
    ask.send(None, Method::GET, "/v1/policy", &[], Value::Null).await.expect(401);
}
