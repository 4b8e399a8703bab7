//! Drills: the real ladder with messages that say TEST, and how long each rung took.

use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::alarm_view::{AlarmView, alarm};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::Body,
            pages::Items,
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
        visits::visit_list::page,
    },
    model::{alarms::Alarm, clock::Instant, ids::TeamId, people::Named},
    service::{
        alarms::drills::{self, Drill, no_team},
        visits::viewer::Viewer,
    },
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list, hold))
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DrillInput {
    #[schema(value_type = TeamId)]
    team_id: String,
}

/// A drill is an alarm without a visit; its report says how long each rung took.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Drill)]
struct DrillView<'a> {
    #[serde(flatten)]
    alarm: AlarmView<'a>,
    team_id: TeamId,
    report: DrillReport<'a>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DrillReport<'a> {
    rungs: Vec<DrillRung<'a>>,
    /// Who took it first.
    taken_by: Option<&'a Named>,
    seconds_until_taken: Option<i64>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DrillRung<'a> {
    rung: u32,
    at: Instant,
    /// Names.
    contacted: Vec<&'a str>,
    seconds_after_start: i64,
}

fn view(Drill { alarm: found, said }: &Drill) -> DrillView<'_> {
    let it = &found.item;
    let viewer = Viewer::Minder { approves: false };
    DrillView {
        alarm: alarm(it, found.version, None, said, viewer),
        team_id: it.team,
        report: DrillReport {
            rungs: (1..=it.rungs).filter_map(|nth| rung(it, nth)).collect(),
            taken_by: it.first_taken.as_ref().map(|taken| &taken.by),
            seconds_until_taken: it.seconds_until_taken(),
        },
    }
}

fn rung(drill: &Alarm, rung: u32) -> Option<DrillRung<'_>> {
    let reached = drill.told.iter().filter(|told| told.rung == rung);
    let at = reached.clone().map(|told| told.at).min()?;
    let contacted = reached.map(|told| told.name.as_str()).collect();
    let seconds_after_start = (at - drill.opened_at).num_seconds();
    Some(DrillRung { rung, at, contacted, seconds_after_start })
}

/// Try the real ladder with messages that say TEST
#[utoipa::path(post, path = "/drills", operation_id = "startDrill", tag = "alarms",
    params(OnceHeader), request_body = DrillInput,
    responses((status = 201, body = DrillView, headers(("Location"))), (status = 403),
        (status = 409)))]
async fn hold(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<DrillInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/drills", &said)?;
    let team = said.team_id.parse().map_err(|_| no_team())?;
    drills::may_drill(&app, &caller, team).await?;
    let at = app.clone();
    once(&app, key, move |tx| {
        Box::pin(async move {
            let held = drills::hold(tx, &at, team).await?;
            Ok(ChangeReply::created(view(&held)))
        })
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct DrillQuery {
    /// Only of this team.
    #[param(value_type = Option<TeamId>, nullable = false)]
    team_id: Option<String>,
}

/// List drills with how long each rung took
///
/// The last fifty of each team.
#[utoipa::path(get, path = "/drills", operation_id = "listDrills", tag = "alarms",
    params(DrillQuery), responses((status = 200, body = Items<DrillView>), (status = 403)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Query(asked): Query<DrillQuery>,
) -> Result<Response, Problem> {
    let only = asked.team_id.map(|id| id.parse::<TeamId>());
    let only = only.transpose().map_err(|_| no_team())?;
    let found = drills::list(&app, caller, only).await?;
    Ok(page(found.iter().map(view).collect(), None))
}
