//! Moves the demo's clock ahead; everything that is due on the way happens in its order.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Mutex;

use crate::{
    app::{privacy::retention::Retention, serve::clock::DemoClock},
    engine::Engine,
    model::clock::{Clock as _, Instant},
    service::context::time_machine::TimeMachine,
    store::{Error, messages::sandbox},
};

/// How long between two looks whether all has arrived, and how often it is looked: one second.
const A_MOMENT: Duration = Duration::from_millis(10);
const MOMENTS: u32 = 100;

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
        self.until_all_arrived().await?;
        self.retention.tick().await
    }

    /// The loops of the engine run beside this: what they have in their hands is waited for, but not
    /// what a process that died had.
    async fn until_all_arrived(&self) -> Result<(), Error> {
        for _ in 0..MOMENTS {
            self.engine.settle().await?;
            let next = self.engine.next_due().await?;
            if next.is_none_or(|at| at > self.clock.now()) {
                return Ok(());
            }
            tokio::time::sleep(A_MOMENT).await;
        }
        Ok(())
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
