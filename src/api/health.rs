//! Says whether the service lives, and whether it watches: for monitors, and for the watchdog.

use std::{fmt::Debug, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::state::House;
use crate::{
    model::{audit::Report, clock::Instant, messages::Channel},
    store::{Error, audit, instances, jobs},
};

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How late a step may be before the service is not watching any more.
const MOST_LAG_SECONDS: f64 = 60.0;
/// So many failures in a row, and a carrier counts as out of order.
const FAILURES: u32 = 3;
/// So many refusals in a row are no longer about the messages.
const REFUSALS: u32 = 10;

/// Tells how the carriers are doing.
pub trait Carriers: Debug + Send + Sync {
    /// Each carrier on each of its channels.
    fn states(&self) -> Vec<CarrierState>;
}

/// How a carrier did on a channel since the start.
#[derive(Clone, Copy, Debug)]
pub struct CarrierState {
    /// The channel.
    pub channel: Channel,
    /// Its name.
    pub name: &'static str,
    /// Messages that it took.
    pub successes: u64,
    /// Messages that it did not take.
    pub failures: u64,
    /// Failures since it last answered.
    pub failures_in_a_row: u32,
    /// Refusals since it last took a message.
    pub refusals_in_a_row: u32,
    /// Whether it is left alone for a while: `closed` when not, `open` when so, or `probing`.
    pub circuit: &'static str,
    /// Whether it keeps a line, and lost it.
    pub line_is_down: bool,
}

impl CarrierState {
    /// Whether a message can be trusted to it.
    pub fn works(&self) -> bool {
        !self.line_is_down && self.failures_in_a_row < FAILURES && self.refusals_in_a_row < REFUSALS
    }
}

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<House> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

async fn ready(State(house): State<House>) -> Response {
    let lag = lag(&house).await;
    let takes = takes_what_is_written(&house).await;
    let database = Part { well: lag.is_some() && takes, more: json!({ "writable": takes }) };
    let jobs = jobs_part(lag.as_ref(), house.now());
    let channels = channels_part(&house.carriers.states(), &house.settings.channels);
    let audit = audit_part(&house).await;
    let well = database.well && jobs.well && channels.well && audit.well;
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": word(well),
        "database": database.view(), "jobs": jobs.view(), "carriers": channels.view(),
        "audit": audit.view(),
    });
    (status, Json(body)).into_response()
}

struct Part {
    well: bool,
    more: Value,
}

impl Part {
    fn view(mut self) -> Value {
        self.more["status"] = json!(word(self.well));
        self.more
    }
}

fn word(well: bool) -> &'static str {
    if well { "ready" } else { "failing" }
}

/// What is due and not done; `None` when the database does not answer in time.
pub(super) async fn lag(house: &House) -> Option<jobs::Lag> {
    let now = house.now();
    in_time(house.db.read(move |tx| Box::pin(async move { jobs::lag(tx, now).await }))).await
}

/// Whether anybody could write lately: a database that is full, or may only be read, still answers.
async fn takes_what_is_written(house: &House) -> bool {
    let silent = in_time(house.db.read(|tx| Box::pin(instances::are_silent(tx)))).await;
    silent == Some(false)
}

/// What the database answers; `None` when it does not, or too late.
pub(super) async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Option<T> {
    match timeout(PATIENCE, asked).await {
        Ok(Ok(found)) => return Some(found),
        Ok(Err(why)) => tracing::error!(%why, "the database fails"),
        Err(_) => tracing::error!("the database does not answer in time"),
    }
    None
}

/// By how many seconds the most overdue step is late.
pub(super) fn seconds_late(lag: &jobs::Lag, now: Instant) -> f64 {
    let late = lag.oldest.map_or(0, |oldest| (now - oldest).num_milliseconds().max(0));
    // Milliseconds of a lag that anybody lives to see are exact in an f64.
    #[allow(clippy::cast_precision_loss, reason = "see above")]
    let seconds = late as f64 / 1000.0;
    seconds
}

/// Unknown is not well.
fn jobs_part(lag: Option<&jobs::Lag>, now: Instant) -> Part {
    let Some(lag) = lag else { return Part { well: false, more: json!({}) } };
    let late = seconds_late(lag, now);
    let well = late <= MOST_LAG_SECONDS && lag.set_aside == 0;
    Part { well, more: json!({ "lagSeconds": late, "setAside": lag.set_aside }) }
}

/// What the auditor last found; `None` when nobody looked yet.
pub(super) async fn audited(house: &House) -> Option<Report> {
    in_time(house.db.read(|tx| Box::pin(async move { audit::last(tx).await }))).await.flatten()
}

/// Well is when nothing is left that could not be put right.
async fn audit_part(house: &House) -> Part {
    let Some(report) = audited(house).await else { return Part { well: true, more: json!({}) } };
    let left: Vec<_> = report.left.iter().map(|(finding, _)| finding.name()).collect();
    Part { well: report.is_well(), more: json!({ "lookedAt": report.at, "left": left }) }
}

/// Well is when each channel that is promised has somebody who works.
fn channels_part(states: &[CarrierState], channels: &[Channel]) -> Part {
    let works = |channel: Channel| states.iter().any(|s| s.channel == channel && s.works());
    let views = channels.iter().map(|channel| {
        let carriers = states.iter().filter(|s| s.channel == *channel).map(|s| {
            json!({
                "name": s.name, "status": word(s.works()), "handedOver": s.successes,
                "failuresInARow": s.failures_in_a_row, "refusalsInARow": s.refusals_in_a_row,
                "circuit": s.circuit, "lineIsDown": s.line_is_down,
            })
        });
        json!({
            "channel": channel.name(), "status": word(works(*channel)),
            "carriers": carriers.collect::<Vec<_>>(),
        })
    });
    // A notification is said beside something else: without it everybody is still reached.
    let needed = channels.iter().filter(|c| **c != Channel::Push);
    let channels_well = needed.copied().all(works);
    Part { well: channels_well, more: json!({ "channels": views.collect::<Vec<_>>() }) }
}
