//! Takes what is due, lets the model decide, and writes the decision together with the next job.

use chrono::TimeDelta;

use super::{Engine, job_runner::JobRunner};
use crate::{
    model::messages::backoff,
    store::{
        Error,
        jobs::{self, Job},
    },
};

/// How many jobs one unit of work takes: enough to share a commit, few enough that what they want
/// to say is on its way soon.
const BATCH: i64 = 250;

impl Engine {
    /// Decides what is due, at most one batch of it; says how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn decide_batch(&self) -> Result<usize, Error> {
        let engine = self.clone();
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                let mut desk = JobRunner::new(&engine);
                let due = jobs::due(tx, desk.now, BATCH).await?;
                desk.decide_all(tx, &due).await
            })
        });
        match work.await {
            Err(why) if !why.is_outage() => self.one_by_one().await,
            done => done,
        }
    }

    /// One job of a batch cannot be done: each gets a unit of work of its own, so that the poisoned
    /// one is set aside and stops nobody.
    async fn one_by_one(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let due = self
            .db
            .read(move |tx| Box::pin(async move { jobs::due(tx, now, BATCH).await }))
            .await?;
        let mut done = 0;
        for job in due {
            let engine = self.clone();
            let decided = self
                .db
                .write(move |tx| {
                    Box::pin(async move { JobRunner::new(&engine).decide_all(tx, &[job]).await })
                })
                .await;
            match decided {
                Ok(decided) => done += decided,
                // Not the job's fault: it stays due, and nothing is held against it.
                Err(why) if why.is_outage() => return Err(why),
                Err(why) if why.is_unreadable() && self.rescue(job).await? => done += 1,
                Err(why) => self.set_aside(job, &why).await?,
            }
        }
        Ok(done)
    }

    async fn set_aside(&self, job: Job, why: &Error) -> Result<(), Error> {
        tracing::error!(kind = job.kind.name(), subject = %job.subject, %why, "job failed");
        let attempts = u32::try_from(job.attempts).unwrap_or(0);
        let again = self.clock.now() + backoff(attempts, 1.0).max(TimeDelta::seconds(1));
        self.db
            .write(move |tx| Box::pin(async move { jobs::set_aside(tx, &job, again).await }))
            .await
    }
}
