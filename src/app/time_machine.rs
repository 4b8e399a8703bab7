//! Moves the demo's clock ahead; everything that is due on the way happens in its order.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Mutex;

use super::{clock::DemoClock, retention::Retention};
use crate::{
    api::demo::TimeMachine,
    engine::Engine,
    model::clock::{Clock as _, Instant},
    store::{Error, sandbox},
};

/// The engine with a clock that can be moved.
#[derive(Debug)]
pub struct Skipper {
    engine: Engine,
    clock: Arc<DemoClock>,
    retention: Retention,
    one_at_a_time: Mutex<()>,
}

impl Skipper {
    /// Moves this clock, lets this engine do what is due, and removes what was kept long enough.
    pub fn new(engine: Engine, clock: Arc<DemoClock>, retention: Retention) -> Self {
        Self { engine, clock, retention, one_at_a_time: Mutex::new(()) }
    }

    async fn go(&self, target: Instant) -> Result<(), Error> {
        loop {
            self.engine.settle().await?;
            let now = self.clock.now();
            match self.engine.next_due().await? {
                Some(at) if at <= target && now < target => {
                    // Something that stays due (set aside, or refused) must not hold the clock.
                    let at = if at <= now { now + TimeDelta::seconds(1) } else { at };
                    self.move_to(at.min(target)).await?;
                }
                _ => break,
            }
        }
        self.move_to(target).await?;
        self.engine.settle().await?;
        self.retention.tick().await
    }

    /// Noted before it moves: after a crash the clock never stands before what happened already.
    async fn move_to(&self, at: Instant) -> Result<(), Error> {
        let ahead = self.clock.micros_ahead_at(at);
        self.engine
            .db
            .write(move |tx| Box::pin(async move { sandbox::move_clock(tx, ahead).await }))
            .await?;
        self.clock.move_to(at);
        Ok(())
    }
}

#[async_trait]
impl TimeMachine for Skipper {
    async fn skip(&self, by: Duration) -> Result<Instant, String> {
        let _alone = self.one_at_a_time.lock().await;
        let by = TimeDelta::from_std(by).map_err(|why| why.to_string())?;
        let target = self.clock.now() + by;
        self.go(target).await.map_err(|why| why.to_string())?;
        Ok(self.clock.now())
    }
}
