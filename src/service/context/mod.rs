//! What every use case needs, handed in by whoever wires the house.

pub(crate) mod extensions;
pub(crate) mod spans;
pub mod time_machine;

use std::sync::Arc;

use chrono_tz::Tz;
use futures::future::BoxFuture;
use tokio::sync::Notify;

use super::context::extensions::Extensions;
use crate::{
    model::{
        clock::{Instant, SharedClock},
        ids::SharedRandomness,
        incidents::letters::Templates,
        messages::{Channel, announcements::Composer, language::Language, texts::Words},
        people::devices::HostReach,
        phone::{Countries, Phone},
    },
    store::{self, Db, Tx},
};

/// What every use case needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where everything is kept.
    pub db: Db,
    /// Tells the time.
    pub clock: SharedClock,
    /// Where ids and secrets come from; seeded in tests.
    pub random: SharedRandomness,
    /// Fixed at start.
    pub settings: Arc<Settings>,
    /// Wakes the engine after something was saved that it may have to act on.
    pub wake: Arc<Notify>,
    /// Shared by the requests of this process: batchers.
    pub(super) extensions: Extensions,
}

/// The settings that use cases need; fixed at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people reach the service, without a slash at the end.
    pub public_url: String,
    /// The zone in which people see time.
    pub zone: Tz,
    /// The language for those of whom none is known.
    pub language: Language,
    /// The channels that have a carrier.
    pub channels: Vec<Channel>,
    /// Notifications on devices; none when they are switched off.
    pub push: Option<PushSettings>,
    /// The number to which people text their answers, when there is one.
    pub text_number: Option<Phone>,
    /// Whose numbers may be entered.
    pub countries: Countries,
    /// The municipality's templates for letters.
    pub letters: Arc<Templates>,
}

/// What devices need to know to subscribe.
#[derive(Clone, Debug)]
pub struct PushSettings {
    /// The public half of the key by which push services know us.
    pub public_key: String,
    /// Which push services they may name.
    pub reach: HostReach,
}

impl Context {
    /// A context of these.
    pub fn new(
        db: Db,
        clock: SharedClock,
        random: SharedRandomness,
        settings: Settings,
        wake: Arc<Notify>,
    ) -> Self {
        let (settings, extensions) = (Arc::new(settings), Extensions::default());
        Self { db, clock, random, settings, wake, extensions }
    }

    /// The same with other settings.
    #[must_use]
    pub fn with(&self, settings: Settings) -> Self {
        Self { settings: Arc::new(settings), ..self.clone() }
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The texts of the service in a language.
    pub fn words(&self, language: Language) -> Words {
        let Settings { zone, public_url, .. } = &*self.settings;
        Words { language, zone: *zone, public_url: public_url.clone() }
    }

    /// What announcements are made with.
    pub fn composer(&self) -> Composer<'_> {
        let words = self.words(self.settings.language);
        Composer { now: self.now(), random: &*self.random, words }
    }

    /// Does `work` in one transaction, and wakes the engine afterwards.
    ///
    /// # Errors
    /// What `work` says, or that the store fails.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<store::Error> + Send + 'static,
        T: Send + 'static,
    {
        let done = self.db.write(work).await?;
        self.wake.notify_one();
        Ok(done)
    }
}
