//! The loops of a running service, and how they stop.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    CarrierAnswer, Engine,
    send::{AT_ONCE, BESIDE_AT_ONCE},
};
use crate::store::{
    Error,
    messages::claims::{Claimed, Lane},
};

/// Never sleeps longer than this, so that a clock that jumps or a lost signal costs a second.
const NAP: Duration = Duration::from_secs(1);

/// After one hand came free, in which others may.
const A_MOMENT: Duration = Duration::from_millis(5);

/// How often it is asked whether each channel still has a carrier that works.
const MIND: Duration = Duration::from_secs(5);

/// How long to leave a store alone that failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// How often outcomes are tried to be written down after the service was asked to stop.
const LAST_TRIES: u32 = 20;

/// How many outcomes share one unit of work.
const OUTCOMES: usize = 256;

/// Tells those who speak that there may be something to say.
#[derive(Debug, Default)]
struct SendSignals {
    main: Notify,
    beside: Notify,
}

impl SendSignals {
    fn ring(&self) {
        self.main.notify_one();
        self.beside.notify_one();
    }
}

impl Engine {
    /// Decides and sends until `stop`; then finishes what carriers have in hand.
    pub async fn run(self, stop: CancellationToken) {
        let to_say = SendSignals::default();
        tokio::join!(
            self.decide_loop(&stop, &to_say),
            self.audit_loop(&stop),
            self.send_loop(&stop, &to_say.main, Lane::Main, AT_ONCE),
            self.send_loop(&stop, &to_say.beside, Lane::Beside, BESIDE_AT_ONCE),
            self.monitor_carriers(&stop),
            self.webhook_loop(&stop),
        );
        tracing::info!("engine stopped");
    }

    async fn decide_loop(&self, stop: &CancellationToken, to_say: &SendSignals) {
        while !stop.is_cancelled() {
            match self.decide_batch().await {
                Ok(0) => {
                    // Whoever rang may have written a message rather than a job.
                    to_say.ring();
                    self.wait_for_work(stop, &self.wake).await;
                }
                Ok(_) => to_say.ring(),
                Err(why) => self.pause(stop, &why).await,
            }
        }
    }

    async fn monitor_carriers(&self, stop: &CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(MIND)).await.is_some() {
            match self.mind_the_carriers().await {
                Ok(()) => self.wake.notify_one(),
                Err(why) => tracing::error!(%why, "carrier health check failed"),
            }
        }
    }

    async fn send_loop(
        &self,
        stop: &CancellationToken,
        to_say: &Notify,
        lane: Lane,
        at_once: usize,
    ) {
        let (outcomes, heard) = mpsc::channel(at_once);
        let hands = Arc::new(Semaphore::new(at_once));
        let mut in_hand = JoinSet::new();
        let recorder = tokio::spawn(self.clone().record_on(heard, stop.clone()));
        while !stop.is_cancelled() {
            while in_hand.try_join_next().is_some() {}
            match self.claim_for(lane, &hands).await {
                Ok(claimed) if claimed.is_empty() => self.wait_for_work(stop, to_say).await,
                Ok(claimed) => {
                    for message in claimed {
                        let (engine, outcomes) = (self.clone(), outcomes.clone());
                        let hand = hands.clone().acquire_owned().await;
                        in_hand.spawn(async move {
                            let said = engine.hand_over(message).await;
                            drop(hand);
                            if let Some(said) = said {
                                let _ = outcomes.send(said).await;
                            }
                        });
                    }
                }
                Err(why) => self.pause(stop, &why).await,
            }
        }
        while in_hand.join_next().await.is_some() {}
        drop(outcomes);
        let _ = recorder.await;
    }

    async fn claim_for(&self, lane: Lane, hands: &Arc<Semaphore>) -> Result<Vec<Claimed>, Error> {
        if lane == Lane::Main {
            self.say_overdue_another_way().await?;
        }
        // Wait for hands to come free rather than ask the database again and again.
        if hands.available_permits() == 0 {
            drop(hands.acquire().await);
            tokio::time::sleep(A_MOMENT).await;
        }
        let hands = hands.clone();
        self.claim(lane, move || hands.available_permits().max(1)).await
    }

    /// Writes outcomes down, many at once when there are many.
    async fn record_on(self, mut heard: mpsc::Receiver<CarrierAnswer>, stop: CancellationToken) {
        let mut said = Vec::with_capacity(OUTCOMES);
        while heard.recv_many(&mut said, OUTCOMES).await > 0 {
            let batch = std::mem::take(&mut said);
            if !self.write_down(&batch, &stop).await {
                for one in batch {
                    self.write_down(&[one], &stop).await;
                }
            }
            self.wake.notify_one();
        }
    }

    /// Without a record a message goes out again, so a database that is away is waited for: as long
    /// as it takes, or for some seconds once the service is to stop. Says whether it could.
    async fn write_down(&self, said: &[CarrierAnswer], stop: &CancellationToken) -> bool {
        let mut last_tries = LAST_TRIES;
        loop {
            let Err(why) = self.record(said.to_vec()).await else { return true };
            tracing::error!(%why, "failed to record delivery outcomes");
            last_tries -= u32::from(stop.is_cancelled());
            if !why.is_outage() || last_tries == 0 {
                return false;
            }
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }

    async fn wait_for_work(&self, stop: &CancellationToken, ring: &Notify) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = ring.notified() => {}
            () = tokio::time::sleep(self.until_due().await) => {}
        }
    }

    /// How long until something is due; at most a wait_for_work.
    async fn until_due(&self) -> Duration {
        let next = self.next_due().await.ok().flatten();
        let wait = next.and_then(|at| (at - self.clock.now()).to_std().ok());
        match (next, wait) {
            (None, _) => NAP,
            (Some(_), Some(wait)) => wait.min(NAP),
            // Due already, and yet not taken: somebody else has it, or it was set aside.
            (Some(_), None) => Duration::from_millis(50),
        }
    }

    async fn pause(&self, stop: &CancellationToken, why: &Error) {
        tracing::error!(%why, "database failed, retrying");
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(AFTER_FAILURE) => {}
        }
    }

    /// When something is due next.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next_due(&self) -> Result<Option<crate::model::clock::Instant>, Error> {
        self.db
            .read(|tx| {
                Box::pin(async move {
                    let job = crate::store::jobs::next_due(tx).await?;
                    let message = crate::store::messages::next_try(tx).await?;
                    Ok([job, message].into_iter().flatten().min())
                })
            })
            .await
    }
}
