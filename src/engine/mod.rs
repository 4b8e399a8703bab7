//! Wakes. What is due now goes to the model; what is to be said goes to a carrier.
//!
//! Deciding and sending are two loops that meet in the outbox, so that a slow carrier never delays
//! a decision and a long batch of decisions never holds up what can already be said.

mod auditor;
mod cases;
mod decide;
mod job_runner;
mod outages;
mod outcome;
mod rescue;
mod run;
mod send;
mod spans;
mod webhooks;

use std::sync::Arc;

use chrono_tz::Tz;
use tokio::sync::Notify;

use crate::{
    carrier::{HandedOver, SendError, integrations::webhooks::Webhooks, router::Router},
    model::{
        clock::{Instant, SharedClock},
        ids::{InstanceId, SharedRandomness},
        messages::{Channel, Message, announcements::Composer, texts::Words},
    },
    store::{Db, Error, messages::claims::Claim},
};

/// What a carrier said to a message that was claimed.
#[derive(Clone, Debug)]
pub struct CarrierAnswer {
    pub message: Message,
    /// As whose it was handed over.
    pub claim: Claim,
    /// What the carrier said, and which.
    pub outcome: Result<(&'static str, HandedOver), SendError>,
}

/// The engine and what it needs.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Which of perhaps several instances this is.
    pub instance: InstanceId,
    pub db: Db,
    /// What tells the time.
    pub clock: SharedClock,
    /// The source of chance.
    pub random: SharedRandomness,
    pub router: Arc<Router>,
    /// Who tells other systems.
    pub hooks: Arc<Webhooks>,
    /// How words are made.
    pub words: Words,
    /// The zone of office hours.
    pub zone: Tz,
    /// Rung by whoever wrote something that may be due.
    pub wake: Arc<Notify>,
}

impl Engine {
    /// The channels that have a carrier.
    pub fn channels(&self) -> Vec<Channel> {
        self.router.channels()
    }

    fn composer(&self, now: Instant) -> Composer<'_> {
        Composer { now, random: &*self.random, words: self.words.clone() }
    }

    /// Does everything that is due at this moment, until nothing is left: for tests, and for the
    /// demo's clock that can be moved. Other systems are told apart: see [`Engine::deliver_batch`].
    ///
    /// # Errors
    /// When the store fails.
    pub async fn settle(&self) -> Result<(), Error> {
        // Bounded, so that a carrier that refuses everything cannot hold it forever.
        for _ in 0..10_000 {
            let decided = self.decide_batch().await?;
            let said = self.say_batch().await?;
            if decided + said == 0 {
                return Ok(());
            }
        }
        Ok(())
    }
}
