//! A carrier to the phones in town that can be in a bad mood, and remembers what it was given.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rugdekking::{
    app::demo::handsets::DatabasePhones,
    carrier::{Carrier, HandedOver, SendError, sandbox::Sandbox},
    model::{
        clock::testing::ManualClock,
        messages::{Channel, Message},
    },
    store::Db,
};

/// How a carrier takes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It brings it.
    Well,
    /// Not now.
    Temporary,
    /// Never.
    Permanent,
    /// It takes it, and nothing is ever heard of it.
    Silent,
}

/// The carrier.
#[derive(Debug)]
pub struct Moody {
    name: &'static str,
    phones: Sandbox,
    moods: Mutex<Vec<(Channel, Mood)>>,
    given: Mutex<Vec<Message>>,
    spare: Mutex<Option<Arc<Moody>>>,
}

impl Moody {
    pub fn new(name: &'static str, db: &Db, clock: &Arc<ManualClock>) -> Self {
        let phones =
            DatabasePhones { db: db.clone(), clock: clock.clone(), sender: "Rugdekking".into() };
        Self {
            name,
            phones: Sandbox::new(Arc::new(phones)),
            moods: Mutex::default(),
            given: Mutex::default(),
            spare: Mutex::default(),
        }
    }

    /// From now on it takes this channel so.
    pub fn takes(&self, channel: Channel, mood: Mood) {
        let mut moods = self.moods.lock().unwrap();
        moods.retain(|(c, _)| *c != channel);
        moods.push((channel, mood));
    }

    /// It brings nothing at all.
    pub fn is_away(&self) {
        for channel in [Channel::Text, Channel::Call, Channel::Mail] {
            self.takes(channel, Mood::Permanent);
        }
    }

    pub fn has_spare(&self, spare: Arc<Self>) {
        *self.spare.lock().unwrap() = Some(spare);
    }

    /// Another carrier stands ready for this channel.
    pub fn spare_takes(&self, channel: Channel, mood: Mood) {
        self.spare.lock().unwrap().as_ref().unwrap().takes(channel, mood);
    }

    /// How often it was asked to bring something for this purpose to this number.
    pub fn tries(&self, purpose: &str, number: &str) -> usize {
        let given = self.given.lock().unwrap();
        given.iter().filter(|m| m.key.to_string().contains(purpose) && m.to == number).count()
    }

    /// To which numbers it was asked to bring something for this purpose, in the order in which
    /// that was decided; what is in hand at once may overtake each other.
    pub fn order(&self, purpose: &str) -> Vec<String> {
        let mut given = self.given.lock().unwrap().clone();
        given.retain(|m| m.key.to_string().ends_with(purpose));
        given.sort_by_key(|m| m.id);
        given.into_iter().map(|m| m.to).collect()
    }

    fn mood(&self, channel: Channel) -> Mood {
        let moods = self.moods.lock().unwrap();
        moods.iter().find(|(c, _)| *c == channel).map_or(Mood::Well, |(_, mood)| *mood)
    }
}

#[async_trait]
impl Carrier for Moody {
    fn name(&self) -> &'static str {
        self.name
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call, Channel::Mail]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        self.given.lock().unwrap().push(message.clone());
        match self.mood(message.channel) {
            Mood::Well => self.phones.send(message).await,
            Mood::Temporary => {
                Err(SendError::Temporary { reason: "busy".into(), retry_after: None })
            }
            Mood::Permanent => Err(SendError::Permanent { reason: "no".into() }),
            Mood::Silent => Ok(HandedOver { provider_id: None, delivered: false }),
        }
    }
}
