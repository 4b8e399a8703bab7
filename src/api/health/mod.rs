//! Says whether the service lives, and whether it watches: for monitors, and for the watchdog.

mod insider;
pub mod metrics;

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Serialize;

use self::insider::Insider;
use super::http::state::AppState;
use crate::{
    model::{
        clock::Instant,
        messages::{Channel, carrier_state::CarrierState},
        visits::audit::Finding,
    },
    service::integrations::health,
    store::jobs::Lag,
};

/// How late a step may be before the service is not watching any more.
const MOST_LAG_SECONDS: f64 = 60.0;

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum HealthStatus {
    Live,
    Ready,
    Degraded,
    Failing,
}

impl HealthStatus {
    fn of(well: bool) -> Self {
        if well { Self::Ready } else { Self::Failing }
    }
}

#[derive(Serialize)]
struct LiveView {
    status: HealthStatus,
}

#[derive(Serialize)]
struct ReadyView<'a> {
    audit: AuditView,
    carriers: ChannelsView,
    database: DatabaseView,
    jobs: JobsView,
    rows: RowsView<'a>,
    status: HealthStatus,
}

/// What anybody may know; the app shows an administrator the rows that cannot be read.
#[derive(Serialize)]
struct OutsideView<'a> {
    rows: RowsView<'a>,
    status: HealthStatus,
}

#[derive(Serialize)]
struct DatabaseView {
    status: HealthStatus,
    writable: bool,
}

async fn live() -> Json<LiveView> {
    Json(LiveView { status: HealthStatus::Live })
}

async fn ready(State(app): State<AppState>, Insider(sees_inside): Insider) -> Response {
    let lag = health::lag(&app).await;
    let writable = health::takes_what_is_written(&app).await;
    let database = DatabaseView { status: HealthStatus::of(lag.is_some() && writable), writable };
    let jobs = jobs_view(lag.as_ref(), app.now());
    let carriers = channels_view(&app.carriers.states(), &app.settings.channels);
    let unreadable = app.db.unreadable();
    let audit = audit_view(&app, &unreadable).await;
    let parts = [database.status, jobs.status, carriers.status, audit.status];
    let well = parts.into_iter().all(|status| status == HealthStatus::Ready);
    let code = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let (rows, status) = (rows(&unreadable), HealthStatus::of(well));
    if !sees_inside {
        return (code, Json(OutsideView { rows, status })).into_response();
    }
    let body = ReadyView { audit, carriers, database, jobs, rows, status };
    (code, Json(body)).into_response()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    lag_seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    set_aside: Option<i64>,
    status: HealthStatus,
}

/// Unknown is not well.
fn jobs_view(lag: Option<&Lag>, now: Instant) -> JobsView {
    let lag_seconds = lag.map(|lag| health::seconds_late(lag, now));
    let set_aside = lag.map(|lag| lag.set_aside);
    let well = lag_seconds.is_some_and(|late| late <= MOST_LAG_SECONDS) && set_aside == Some(0);
    JobsView { lag_seconds, set_aside, status: HealthStatus::of(well) }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuditView {
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    looked_at: Option<Instant>,
    status: HealthStatus,
}

/// Well is when nothing is left that could not be put right. A message that waits because it cannot
/// be read is not for a balancer to judge: elsewhere it cannot be read either.
async fn audit_view(app: &AppState, unreadable: &BTreeMap<String, usize>) -> AuditView {
    let Some(report) = health::audited(app).await else {
        return AuditView { left: None, looked_at: None, status: HealthStatus::Ready };
    };
    let left = report.left.iter().map(|(finding, _)| finding.name()).collect();
    let messages = unreadable.get("messages").and_then(|n| i64::try_from(*n).ok()).unwrap_or(0);
    let is_told =
        |(finding, n): &(Finding, i64)| *finding == Finding::MessageLate && *n <= messages;
    let status = HealthStatus::of(report.left.iter().all(is_told));
    AuditView { left: Some(left), looked_at: Some(report.at), status }
}

#[derive(Serialize)]
struct RowsView<'a> {
    status: HealthStatus,
    unreadable: &'a BTreeMap<String, usize>,
}

/// Rows that cannot be read are told, and nothing more: all that can be read is watched over.
fn rows(unreadable: &BTreeMap<String, usize>) -> RowsView<'_> {
    let status = if unreadable.is_empty() { HealthStatus::Ready } else { HealthStatus::Degraded };
    RowsView { status, unreadable }
}

#[derive(Serialize)]
struct ChannelsView {
    channels: Vec<ChannelView>,
    status: HealthStatus,
}

#[derive(Serialize)]
struct ChannelView {
    carriers: Vec<CarrierView>,
    channel: Channel,
    status: HealthStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CarrierView {
    circuit: &'static str,
    failures_in_a_row: u32,
    handed_over: u64,
    line_is_down: bool,
    name: &'static str,
    refusals_in_a_row: u32,
    status: HealthStatus,
}

impl From<&CarrierState> for CarrierView {
    fn from(it: &CarrierState) -> Self {
        Self {
            circuit: it.circuit,
            failures_in_a_row: it.failures_in_a_row,
            handed_over: it.successes,
            line_is_down: it.line_is_down,
            name: it.name,
            refusals_in_a_row: it.refusals_in_a_row,
            status: HealthStatus::of(it.works()),
        }
    }
}

/// Well is when each channel that is promised has somebody who works.
fn channels_view(states: &[CarrierState], channels: &[Channel]) -> ChannelsView {
    let works = |channel: Channel| states.iter().any(|s| s.channel == channel && s.works());
    let view = |channel: &Channel| ChannelView {
        carriers: states.iter().filter(|s| s.channel == *channel).map(Into::into).collect(),
        channel: *channel,
        status: HealthStatus::of(works(*channel)),
    };
    // A notification is said beside something else: without it everybody is still reached.
    let mut needed = channels.iter().filter(|c| **c != Channel::Push);
    let status = HealthStatus::of(needed.all(|channel| works(*channel)));
    ChannelsView { channels: channels.iter().map(view).collect(), status }
}
