//! What was removed by itself: counts, for administrators and auditors.

use axum::{extract::State, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::LineId,
        privacy::retention::{Count, Hold, RetentionKind, RunState},
    },
    service::privacy::retention,
    store::privacy::retention::runs::RetentionRun,
};

const PATH: &str = "/v1/retention-runs";

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list))
}

/// Read what was removed by itself, newest first (administrators and auditors)
#[utoipa::path(get, path = "/retention-runs", operation_id = "listRetentionRuns",
    tag = "organisation", params(PageQuery),
    responses((status = 200, body = Items<RunView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<LineId>,
) -> Result<Response, Problem> {
    let found = retention::list(&app, &caller, page.after, page.limit).await?;
    Ok(respond(ChangeReply::ok(page.answer(&found, |run| run.id, view)), PATH))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RetentionRun)]
struct RunView {
    id: LineId,
    state: RunState,
    started_at: Instant,
    ended_at: Option<Instant>,
    kinds: Vec<CountView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RetentionCount)]
struct CountView {
    kind: RetentionKind,
    removed: u64,
    /// What was kept past its term, and why.
    held: Vec<HoldView>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RetentionHeld)]
struct HoldView {
    reason: Hold,
    #[schema(minimum = 1)]
    count: u64,
}

fn view(run: &RetentionRun) -> RunView {
    RunView {
        id: run.id,
        state: run.state,
        started_at: run.started_at,
        ended_at: run.ended_at,
        kinds: run.outcome.kinds.iter().map(|(kind, count)| count_view(*kind, count)).collect(),
    }
}

fn count_view(kind: RetentionKind, count: &Count) -> CountView {
    let held = count.held.iter().map(|(reason, count)| HoldView { reason: *reason, count: *count });
    CountView { kind, removed: count.removed, held: held.collect() }
}
