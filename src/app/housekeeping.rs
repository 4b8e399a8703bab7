//! The calendar: what is to be done regularly. It never holds a deadline of a visit.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_cron_scheduler::{Job, JobScheduler};

use super::{healthcheck, retention::Retention, serve::Trouble};
use crate::{
    api::state::House,
    config::Config,
    store::{Error, devices, heard, imports, instances, links, outgoing, sessions},
};

/// Every hour, a little past it.
const SWEEP: &str = "0 7 * * * *";

/// Six times an hour; what is removed then is for [`Retention`] to say.
const RETENTION: &str = "40 3/10 * * * *";

/// An import that takes longer than this was broken off.
const ABANDONED: TimeDelta = TimeDelta::hours(1);

/// Every minute.
const HEARTBEAT: &str = "30 * * * * *";

/// Starts the calendar.
///
/// # Errors
/// When it cannot be started.
pub async fn start(house: &House, config: &Config) -> Result<JobScheduler, Trouble> {
    let calendar = JobScheduler::new().await?;
    let swept = house.clone();
    calendar
        .add(Job::new_async(SWEEP, move |_, _| {
            let house = swept.clone();
            Box::pin(async move {
                if let Err(why) = sweep(&house).await {
                    tracing::warn!(%why, "what has expired could not be swept");
                }
            })
        })?)
        .await?;
    let retention = Retention::of(house);
    tokio::spawn(remove(retention.clone()));
    calendar
        .add(Job::new_async(RETENTION, move |_, _| Box::pin(remove(retention.clone())))?)
        .await?;
    if let Some(url) = &config.heartbeat_url {
        let (url, ready) = (url.clone(), healthcheck::Question::Ready.url(&local(config)));
        calendar
            .add(Job::new_async(HEARTBEAT, move |_, _| {
                let (url, ready) = (url.clone(), ready.clone());
                Box::pin(async move { beat(url.expose(), &ready).await })
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

async fn sweep(house: &House) -> Result<(), Error> {
    let now = house.now();
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                sessions::sweep(tx, now).await?;
                devices::sweep(tx, now).await?;
                instances::sweep(tx).await?;
                heard::sweep(tx, now).await?;
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
        tracing::error!(%why, "not ready, so no heartbeat goes out");
        return;
    }
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build();
    let sent = match client {
        Ok(client) => client.get(url).send().await.and_then(reqwest::Response::error_for_status),
        Err(why) => Err(why),
    };
    if let Err(why) = sent {
        // Its address may hold a secret.
        tracing::warn!(why = %why.without_url(), "the heartbeat did not arrive");
    }
}

/// Stops the calendar.
pub async fn stop(mut calendar: JobScheduler) {
    if let Err(why) = calendar.shutdown().await {
        tracing::warn!(%why, "the calendar did not stop");
    }
}
