//! What every handler needs, handed in by whoever wires the house.

use std::sync::Arc;

use chrono_tz::Tz;
use tokio::sync::Notify;

use super::{
    addresses::AddressBook,
    auth::{Door, SignIn},
    calendars::Reader,
    callbacks::Provider,
    changes::Changes,
    counter::Counter,
    demo::TimeMachine,
    health::Carriers,
    registering::Registering,
    taking_in::Given,
};
use crate::{
    model::{
        clock::{Instant, SharedClock},
        devices::Reach,
        ids::SharedDice,
        language::Language,
        letters::Templates,
        messages::Channel,
        phone::Phone,
        secret::Secret,
    },
    store::Db,
};

/// The house as the api sees it.
#[derive(Clone, Debug)]
pub struct House {
    /// What remembers.
    pub db: Db,
    /// What tells the time.
    pub clock: SharedClock,
    /// The source of chance.
    pub dice: SharedDice,
    /// What does not change while it runs.
    pub settings: Arc<Settings>,
    /// Wakes the engine after something was written.
    pub wake: Arc<Notify>,
    /// Moves the clock, in the demo only.
    pub time_machine: Option<Arc<dyn TimeMachine>>,
    /// Who brings what is pressed and texted, when a provider is set up.
    pub provider: Option<Arc<dyn Provider>>,
    /// Where people sign in, when that is set up.
    pub sign_in: Option<Arc<SignIn>>,
    /// Who reads people's own calendars, when they are read.
    pub calendars: Option<Arc<dyn Reader>>,
    /// How those who speak are doing.
    pub carriers: Arc<dyn Carriers>,
    /// Who knows all addresses, unless nobody is asked.
    pub addresses: Option<Arc<dyn AddressBook>>,
    /// Who listens to what changes.
    pub changes: Changes,
    /// Where sessions are looked up.
    pub door: Door,
    /// Where answers are taken in.
    pub answers: Counter<Given>,
    /// Where visits are registered.
    pub registrations: Counter<Registering>,
}

/// What does not change while the service runs.
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
    /// Notifications on devices, unless they are switched off.
    pub push: Option<PushSettings>,
    /// The number to which people text their answers, when there is one.
    pub text_number: Option<Phone>,
    /// The style sheet with the municipality's own colours.
    pub theme: String,
    /// What letters are written into.
    pub letters: Arc<Templates>,
    /// What the municipality's directory shows to be let in, when it keeps people and teams here.
    pub scim_token: Option<Secret>,
    /// Whether this is a demo: personas, sandbox phones, a clock that can be moved.
    pub demo: bool,
}

/// What devices need to know to subscribe.
#[derive(Clone, Debug)]
pub struct PushSettings {
    /// The key by which their push services know us, its public half.
    pub public_key: String,
    /// Which push services they may name.
    pub reach: Reach,
}

impl House {
    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }
}
