//! What was removed by itself: counts, for administrators and auditors.

use axum::{Router, extract::State, response::Response, routing::get};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        ids::LineId,
        people::Role,
        retention::{Count, Kind},
    },
    store::retention::runs::{self, Run},
};

const PATH: &str = "/v1/retention-runs";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/retention-runs", get(list))
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<LineId>,
) -> Result<Response, Problem> {
    if !caller.person.is(Role::Auditor) {
        caller.must_be(Role::Administrator)?;
    }
    let (before, limit) = (page.after, page.fetch());
    let found = house
        .db
        .read(move |tx| Box::pin(async move { runs::page(tx, before, limit).await }))
        .await?;
    Ok(respond(Reply::ok(page.answer(&found, |run| run.id, view)), PATH))
}

fn view(run: &Run) -> Value {
    let kinds: Vec<_> = run.outcome.kinds.iter().map(|(kind, count)| of(*kind, count)).collect();
    json!({
        "id": run.id,
        "state": run.state.name(),
        "startedAt": run.started_at,
        "endedAt": run.ended_at,
        "kinds": kinds,
    })
}

fn of(kind: Kind, count: &Count) -> Value {
    let held: Vec<_> =
        count.held.iter().map(|(why, n)| json!({ "reason": why, "count": n })).collect();
    json!({ "kind": kind, "removed": count.removed, "held": held })
}
