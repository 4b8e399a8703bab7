//! How the service itself is doing, for those who monitor it.

use std::time::Duration;

use tokio::time::timeout;

use crate::{
    model::{clock::Instant, messages::outages::Outage, visits::audit::AuditReport},
    service::context::Context,
    store::{
        Error, alarms, instances,
        integrations::deliveries::{self, Backlog},
        jobs::{self, Lag},
        messages::{self, message_counts::MessageCount, outages},
        people::devices,
        privacy::retention::runs::{self, Last},
        visits::audit,
    },
};

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is due and not done; `None` when the database does not answer in time.
pub async fn lag(ctx: &Context) -> Option<Lag> {
    let now = ctx.now();
    in_time(ctx.db.read(move |tx| Box::pin(async move { jobs::lag(tx, now).await }))).await
}

/// By how many seconds the most overdue step is late.
pub fn seconds_late(lag: &Lag, now: Instant) -> f64 {
    let late = lag.oldest.map_or(0, |oldest| (now - oldest).num_milliseconds().max(0));
    // Milliseconds of a lag that anybody lives to see are exact in an f64.
    #[allow(clippy::cast_precision_loss, reason = "see above")]
    let seconds = late as f64 / 1000.0;
    seconds
}

/// Whether anybody could write lately: a database that is full, or may only be read, still answers.
pub async fn takes_what_is_written(ctx: &Context) -> bool {
    let silent = in_time(ctx.db.read(|tx| Box::pin(instances::are_silent(tx)))).await;
    silent == Some(false)
}

/// What the auditor last found; `None` when nobody looked yet.
pub async fn audited(ctx: &Context) -> Option<AuditReport> {
    in_time(ctx.db.read(|tx| Box::pin(async move { audit::last(tx).await }))).await.flatten()
}

/// What only the database can count.
#[derive(Debug)]
pub struct Figures {
    /// By channel and state.
    pub messages: Vec<MessageCount>,
    /// Alarms and drills that are not closed.
    pub alarms: i64,
    /// Devices that take notifications.
    pub devices: i64,
    /// When last all was removed that was kept long enough.
    pub retention: Last,
    /// Instances that share the work.
    pub instances: i64,
    /// Channels without a working carrier.
    pub outages: Vec<Outage>,
    /// What waits for other systems.
    pub events: Vec<Backlog>,
}

/// Counts; `None` when the database does not answer in time.
pub async fn figures(ctx: &Context) -> Option<Figures> {
    let counted = ctx.db.read(|tx| {
        Box::pin(async move {
            Ok(Figures {
                messages: messages::counts(tx).await?,
                alarms: alarms::count_not_closed(tx).await?,
                devices: devices::count(tx).await?,
                retention: runs::last(tx).await?,
                instances: instances::living(tx).await?,
                outages: outages::going_on(tx).await?,
                events: deliveries::backlogs(tx).await?,
            })
        })
    });
    in_time(counted).await
}

/// What the database answers; `None` when it does not, or too late.
async fn in_time<T>(asked: impl Future<Output = Result<T, Error>>) -> Option<T> {
    match timeout(PATIENCE, asked).await {
        Ok(Ok(found)) => return Some(found),
        Ok(Err(why)) => tracing::error!(%why, "database failed"),
        Err(_) => tracing::error!("database timed out"),
    }
    None
}
