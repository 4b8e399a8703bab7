//! The calendar: what is to be done regularly. It never holds a deadline of a visit.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_cron_scheduler::{Job, JobScheduler};
use tracing::{Instrument as _, Span};

use crate::{
    api::http::state::AppState,
    app::{healthcheck, privacy::retention::Retention, trouble::StartupError},
    config::Config,
    store::{
        Error, instances,
        integrations::outgoing,
        messages::inbound_dedup,
        people::{devices, sessions},
        register::imports,
        visits::links,
    },
};

/// Every hour, a little past it.
const SWEEP: &str = "0 7 * * * *";

/// Six times an hour; what is removed then is for [`Retention`] to say.
const RETENTION: &str = "40 3/10 * * * *";

/// An import that takes longer than this was broken off.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

const HEARTBEAT: &str = "30 * * * * *";

/// The span of something that is done regularly, within the one in which the calendar was started.
fn span(here: &Span, task: &'static str) -> Span {
    tracing::info_span!(parent: here, "housekeeping", task)
}

/// Starts the calendar.
///
/// # Errors
/// When it cannot be started.
pub async fn start(app: &AppState, config: &Config) -> Result<JobScheduler, StartupError> {
    let calendar = JobScheduler::new().await?;
    let here = Span::current();
    let (swept, at) = (app.clone(), here.clone());
    calendar
        .add(Job::new_async(SWEEP, move |_, _| {
            let app = swept.clone();
            let sweeping = async move {
                if let Err(why) = sweep(&app).await {
                    tracing::warn!(%why, "failed to delete what has expired");
                }
            };
            Box::pin(sweeping.instrument(span(&at, "sweep")))
        })?)
        .await?;
    let (retention, at) = (Retention::of(app), here.clone());
    let removing = move || remove(retention.clone()).instrument(span(&at, "retention"));
    tokio::spawn(removing());
    calendar.add(Job::new_async(RETENTION, move |_, _| Box::pin(removing()))?).await?;
    if let Some(url) = &config.heartbeat_url {
        let (url, ready) = (url.clone(), healthcheck::Question::Ready.url(&local(config)));
        calendar
            .add(Job::new_async(HEARTBEAT, move |_, _| {
                let (url, ready) = (url.clone(), ready.clone());
                let beating = async move { beat(url.expose(), &ready).await };
                Box::pin(beating.instrument(span(&here, "heartbeat")))
            })?)
            .await?;
    }
    calendar.start().await?;
    Ok(calendar)
}

fn local(config: &Config) -> String {
    format!("http://{}", config.addr)
}

async fn remove(retention: Retention) {
    if let Err(why) = retention.tick().await {
        tracing::error!(%why, "what is kept too long could not be removed; it is tried again");
    }
}

async fn sweep(app: &AppState) -> Result<(), Error> {
    let now = app.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                sessions::sweep(tx, now).await?;
                devices::sweep(tx, now).await?;
                instances::sweep(tx).await?;
                inbound_dedup::sweep(tx, now).await?;
                outgoing::sweep(tx, now).await?;
                imports::give_up(tx, now - ABANDONED).await?;
                links::sweep(tx, now).await
            })
        })
        .await
}

/// Tells an outside monitor that all is well, and only when it is: silence is the alarm.
async fn beat(url: &str, ready: &str) {
    if let Err(why) = healthcheck::ask(ready).await {
        tracing::error!(%why, "not ready, heartbeat withheld");
        return;
    }
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build();
    let sent = match client {
        Ok(client) => client.get(url).send().await.and_then(reqwest::Response::error_for_status),
        Err(why) => Err(why),
    };
    if let Err(why) = sent {
        // Its address may hold a secret.
        tracing::warn!(why = %why.without_url(), "heartbeat failed");
    }
}

/// Stops the calendar.
pub async fn stop(mut calendar: JobScheduler) {
    if let Err(why) = calendar.shutdown().await {
        tracing::warn!(%why, "job scheduler did not shut down");
    }
}
