//! One instance among perhaps several: says that it lives, hears what others wrote, tells them.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, task::JoinSet, time::sleep};

use super::clock::DemoClock;
use crate::{
    model::ids::InstanceId,
    store::{Db, Error, instances, messages::sandbox},
};

/// How often it says that it lives; others take it for dead after eight seconds.
const BEAT: Duration = Duration::from_secs(2);
/// How soon it tries again when the database was away.
const AGAIN: Duration = Duration::from_millis(500);
/// Rings within this time are told to the others as one.
const TOGETHER: Duration = Duration::from_millis(20);
/// How long before listening anew when the line is down; the engine's nap stands in meanwhile.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Instance {
    pub id: InstanceId,
    /// Where they meet.
    pub db: Db,
    /// Rung by the api of this instance.
    pub written: Arc<Notify>,
    /// Wakes the engine of this instance.
    pub wake: Arc<Notify>,
    /// The demo's clock, which another instance may have moved.
    pub clock: Option<Arc<DemoClock>>,
}

/// An instance that lives. It goes on to say so while the engine finishes what it has in hand.
#[derive(Debug)]
pub struct Living {
    instance: Instance,
    tasks: JoinSet<()>,
}

impl Instance {
    /// Comes to life: from now on it may hold what others must not take.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn start(self) -> Result<Living, Error> {
        let id = self.id;
        let alone = self.db.is_sqlite();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    instances::beat(tx, id).await?;
                    if alone { instances::is_alone(tx, id).await } else { Ok(()) }
                })
            })
            .await?;
        let (abroad, mut tasks) = (Arc::new(Notify::new()), JoinSet::new());
        tasks.spawn(self.clone().beat());
        tasks.spawn(self.clone().pass_on(abroad.clone()));
        if !alone {
            tasks.spawn(self.clone().tell(abroad));
            tasks.spawn(self.clone().hear());
        }
        Ok(Living { instance: self, tasks })
    }

    async fn beat(self) {
        let id = self.id;
        loop {
            let beaten =
                self.db.write(move |tx| Box::pin(async move { instances::beat(tx, id).await }));
            match beaten.await {
                Ok(()) => {
                    self.look_at_the_clock().await;
                    sleep(BEAT).await;
                }
                Err(why) => {
                    tracing::warn!(%why, "failed to renew the lease of this instance");
                    sleep(AGAIN).await;
                }
            }
        }
    }

    /// What the api wrote wakes the engine here at once, and those elsewhere a moment later.
    async fn pass_on(self, abroad: Arc<Notify>) {
        loop {
            self.written.notified().await;
            self.wake.notify_one();
            abroad.notify_one();
        }
    }

    async fn tell(self, abroad: Arc<Notify>) {
        loop {
            abroad.notified().await;
            if let Err(why) = self.db.ring(self.id).await {
                tracing::warn!(%why, "failed to notify the other instances; they poll");
            }
            sleep(TOGETHER).await;
        }
    }

    async fn hear(self) {
        loop {
            if let Err(why) = self.listen().await {
                tracing::warn!(%why, "cannot hear the other instances; looking every second");
            }
            sleep(LISTEN_AGAIN).await;
        }
    }

    async fn listen(&self) -> Result<(), Error> {
        let Some(mut line) = self.db.listen().await? else { return Ok(()) };
        loop {
            // Something may have been written while nobody listened.
            self.look_at_the_clock().await;
            self.wake.notify_one();
            while line.rung().await? == Some(self.id) {}
        }
    }

    /// A demo's clock is moved for all instances.
    async fn look_at_the_clock(&self) {
        let Some(clock) = &self.clock else { return };
        if let Ok(ahead) = self.db.read(|tx| Box::pin(sandbox::clock_ahead(tx))).await {
            clock.is_ahead(ahead);
        }
    }
}

impl Living {
    /// Nothing is in its hands any more.
    pub async fn leave(mut self) {
        self.tasks.shutdown().await;
        let id = self.instance.id;
        let left = self
            .instance
            .db
            .write(move |tx| Box::pin(async move { instances::leave(tx, id).await }))
            .await;
        if let Err(why) = left {
            tracing::warn!(%why, "failed to release the lease of this instance; it expires by itself");
        }
    }
}
