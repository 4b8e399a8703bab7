//! What was removed by itself, over REST and in the figures.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use rugdekking::{
    api::docs::openapi, app::privacy::retention::Retention, model::people::Role, store::Db,
};
use serde_json::json;

use crate::{
    support::{asking::Asking, on_both},
    surface::contract::shapes::Shapes,
};

on_both!(administrators_and_auditors_read_the_runs, the_figures_tell_of_a_night_that_was_missed);

async fn administrators_and_auditors_read_the_runs(db: Db) {
    let ask = Asking::whole(db);
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let retention = Retention::of(&ask.app);
    retention.tick().await.unwrap();
    ask.clock.advance(TimeDelta::hours(12));
    retention.tick().await.unwrap();
    ask.clock.advance(TimeDelta::hours(11));
    retention.tick().await.unwrap();
    let runs = ask.get(&admin, "/v1/retention-runs").await;
    assert_eq!(runs.status, StatusCode::UNAUTHORIZED, "twelve hours are over");
    let admin = ask.somebody("Again", &[Role::Administrator]).await;
    let runs = ask.get(&admin, "/v1/retention-runs?limit=1").await.ok();
    Shapes::of(openapi::document()).fit("RetentionRunPage", &runs.body);
    let run = &runs.body["items"][0];
    assert_eq!(
        (&run["state"], &run["startedAt"]),
        (&json!("done"), &json!("2026-11-24T08:00:00Z"))
    );
    assert_eq!(run["kinds"].as_array().unwrap().len(), 9);
    assert!(runs.body["next"].is_string(), "there was one before");
    for (role, status) in [
        (Role::Auditor, 200),
        (Role::Worker, 403),
        (Role::Manager, 403),
        (Role::AggressionDesk, 403),
    ] {
        let who = ask.somebody(&format!("{role:?}"), &[role]).await;
        assert_eq!(ask.get(&who, "/v1/retention-runs").await.status.as_u16(), status, "{role:?}");
    }
}

async fn figures(ask: &Asking) -> String {
    ask.ask(Request::get("/metrics").body(Body::empty()).unwrap()).await.ok().text
}

async fn the_figures_tell_of_a_night_that_was_missed(db: Db) {
    let ask = Asking::whole(db);
    let told = figures(&ask).await;
    assert!(told.contains("\nrugdekking_retention_done_timestamp_seconds 0\n"), "{told}");
    assert!(told.contains("\nrugdekking_retention_late 0\n"), "it only just began: {told}");
    Retention::of(&ask.app).tick().await.unwrap();
    let at = ask.app.now().timestamp();
    let told = figures(&ask).await;
    assert!(told.contains(&format!("\nrugdekking_retention_done_timestamp_seconds {at}\n")));
    ask.clock.advance(TimeDelta::hours(27));
    assert!(figures(&ask).await.contains("\nrugdekking_retention_late 1\n"));
}
