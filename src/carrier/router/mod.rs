//! Picks who brings a message: the carriers of its channel in order, the next when one refuses.

pub mod circuit;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::future::BoxFuture;
use tokio::time::timeout;

use self::circuit::{Circuit, Turn};
use super::{Carrier, HandedOver, LineState, SendError};
use crate::model::{
    clock::{Instant, SharedClock},
    messages::{Channel, Message, Priority},
};

/// The longest that any carrier may hold up a message. Beyond its own limit, as a last resort.
pub const CARRIER_LIMIT: Duration = Duration::from_secs(15);

/// All carriers in use, by channel.
#[derive(Debug)]
pub struct Router {
    slots: BTreeMap<Channel, Vec<Slot>>,
    clock: Option<SharedClock>,
}

#[derive(Debug)]
struct Slot {
    carrier: Arc<dyn Carrier>,
    state: Mutex<(CarrierTally, Circuit)>,
    /// Whether its line was down when last looked at.
    was_down: AtomicBool,
}

/// How a carrier did on a channel since the start; no personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CarrierHealth {
    pub channel: Channel,
    /// The carrier's name.
    pub name: &'static str,
    /// What it did.
    pub tally: CarrierTally,
    /// Whether it is left alone.
    pub circuit: Circuit,
    /// How the line stands that it keeps.
    pub line: LineState,
}

/// Counts of what a carrier did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarrierTally {
    /// Messages that it took.
    pub successes: u64,
    /// Messages that it did not take, for whatever reason.
    pub failures: u64,
    /// Temporary failures and unknown outcomes since it last took or refused a message.
    pub consecutive_failures: u32,
    /// Permanent refusals since it last took a message. A few are about the messages; many in a
    /// row are about our settings.
    pub consecutive_refusals: u32,
    /// How it last failed.
    pub last_failure: Option<FailureKind>,
}

/// The kinds of [`SendError`], without what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Worth another try.
    Temporary,
    /// Not by this carrier.
    Permanent,
    Unknown,
}

impl Router {
    /// A router over the carriers of each channel, the preferred one first. A carrier is never
    /// given a channel that it does not speak.
    pub fn new(carriers: Vec<(Channel, Vec<Arc<dyn Carrier>>)>) -> Self {
        let all = carriers.into_iter().flat_map(|(channel, carriers)| {
            carriers.into_iter().map(move |carrier| (channel, carrier))
        });
        let nobody = Self { slots: BTreeMap::new(), clock: None };
        all.fold(nobody, |router, (channel, carrier)| router.with(channel, carrier))
    }

    /// The same router with one more carrier, the last one of its channel.
    #[must_use]
    pub fn with(mut self, channel: Channel, carrier: Arc<dyn Carrier>) -> Self {
        if carrier.channels().contains(&channel) {
            let slot = Slot { carrier, state: Mutex::default(), was_down: AtomicBool::new(false) };
            self.slots.entry(channel).or_default().push(slot);
        }
        self
    }

    /// The same router with a clock, by which a carrier that fails is left alone for a while.
    #[must_use]
    pub fn by(self, clock: SharedClock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The channels that somebody speaks.
    pub fn channels(&self) -> Vec<Channel> {
        self.slots.keys().copied().collect()
    }

    /// Every carrier by itself, by channel and in order of preference.
    pub fn carriers(&self) -> Vec<(Channel, Arc<dyn Carrier>)> {
        let slots =
            self.slots.iter().flat_map(|(channel, slots)| slots.iter().map(|s| (*channel, s)));
        slots.map(|(channel, slot)| (channel, slot.carrier.clone())).collect()
    }

    /// The longest that [`Router::send`] can take.
    pub fn longest_try(&self) -> Duration {
        let most = self.slots.values().map(Vec::len).max().unwrap_or(0);
        CARRIER_LIMIT * u32::try_from(most).unwrap_or(u32::MAX)
    }

    /// How every carrier did so far, by channel and in order of preference. A line that is down is
    /// felt here, also while there is nothing to say.
    pub fn health(&self) -> Vec<CarrierHealth> {
        let slots =
            self.slots.iter().flat_map(|(channel, slots)| slots.iter().map(|s| (*channel, s)));
        slots.map(|(channel, slot)| slot.health(channel, self.clock.as_ref())).collect()
    }

    /// Hands a message over to the first carrier of its channel that takes it, and says which.
    ///
    /// With each earlier attempt another carrier goes first, so that a dead one with slow
    /// time-outs does not eat every try: `attempts` counts the tries before this one. A carrier
    /// whose circuit is open goes last, and is tried all the same when nobody else takes it.
    ///
    /// # Errors
    /// When nobody took it, or somebody may have. An unknown outcome ends the try, for the next
    /// carrier might say it twice; but an alarm is better said twice than not at all.
    pub async fn send(&self, message: &Message) -> Result<(&'static str, HandedOver), SendError> {
        self.send_while(message, || Box::pin(std::future::ready(true))).await
    }

    /// The same, as long as it is wanted: asked again before each further carrier, for the one before
    /// may have hung for a while.
    ///
    /// # Errors
    /// As [`Router::send`]; what is no longer wanted ends as it stood.
    pub async fn send_while(
        &self,
        message: &Message,
        is_wanted: impl Fn() -> BoxFuture<'static, bool> + Send + Sync,
    ) -> Result<(&'static str, HandedOver), SendError> {
        let mut worst = None;
        for (turn, slot) in self.line(message).into_iter().enumerate() {
            if turn > 0 && !is_wanted().await {
                break;
            }
            let refusal = match slot.send(message, self.clock.as_ref()).await {
                Ok(handed_over) => return Ok((slot.carrier.name(), handed_over)),
                Err(refusal) => refusal,
            };
            if is_unknown(&refusal) && message.priority != Priority::Alarm {
                return Err(refusal);
            }
            worst = Some(match worst {
                None => refusal,
                Some(earlier) => combined(earlier, refusal),
            });
        }
        Err(worst.unwrap_or_else(|| SendError::Permanent {
            reason: format!("nobody brings messages by {}", message.channel.name()),
        }))
    }

    /// In which order the carriers get their turn.
    fn line(&self, message: &Message) -> Vec<&Slot> {
        let slots = self.slots.get(&message.channel).map(Vec::as_slice).unwrap_or_default();
        let (urgent, alone) = (message.priority == Priority::Alarm, slots.len() == 1);
        let mut line: Vec<_> = (0..slots.len())
            .map(|turn| &slots[(message.attempts as usize + turn) % slots.len()])
            .map(|slot| match &self.clock {
                Some(clock) if !alone => (slot.state().1.turn(clock.now(), urgent), slot),
                _ => (Turn::Usual, slot),
            })
            .collect();
        line.sort_by_key(|(turn, _)| *turn);
        line.into_iter().map(|(_, slot)| slot).collect()
    }
}

impl Slot {
    async fn send(
        &self,
        message: &Message,
        clock: Option<&SharedClock>,
    ) -> Result<HandedOver, SendError> {
        let outcome = match timeout(CARRIER_LIMIT, self.carrier.send(message)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(SendError::Unknown { reason: "the carrier hung".into() }),
        };
        self.note(outcome.as_ref().err(), clock.map(|clock| clock.now()));
        outcome
    }

    fn note(&self, refusal: Option<&SendError>, now: Option<Instant>) {
        let mut state = self.state();
        let (tally, circuit) = &mut *state;
        tally.note(refusal);
        match (refusal, now) {
            (_, None) => {}
            (None, Some(now)) => circuit.took(now),
            (Some(SendError::Permanent { .. }), Some(now)) => circuit.refused(now),
            (Some(refusal), Some(now)) => circuit.failed(refusal, now),
        }
    }

    fn state(&self) -> MutexGuard<'_, (CarrierTally, Circuit)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health(&self, channel: Channel, clock: Option<&SharedClock>) -> CarrierHealth {
        let line = self.carrier.line();
        if let Some(clock) = clock {
            self.mind(line, clock.now());
        }
        let (tally, circuit) = *self.state();
        CarrierHealth { channel, name: self.carrier.name(), tally, circuit, line }
    }

    /// A line that is down counts as a failure each time that it is looked at, and one that is back as
    /// an answer.
    fn mind(&self, line: LineState, now: Instant) {
        let is_down = line == LineState::Down;
        let was_down = self.was_down.swap(is_down, Ordering::Relaxed);
        let circuit = &mut self.state().1;
        if is_down {
            let reason = "its line is down".into();
            circuit.failed(&SendError::Temporary { reason, retry_after: None }, now);
        } else if was_down {
            circuit.took(now);
        }
    }
}

impl CarrierTally {
    fn note(&mut self, refusal: Option<&SendError>) {
        let Some(refusal) = refusal else {
            self.successes += 1;
            self.consecutive_failures = 0;
            self.consecutive_refusals = 0;
            return;
        };
        self.failures += 1;
        self.last_failure = Some(match refusal {
            SendError::Temporary { .. } => FailureKind::Temporary,
            SendError::Permanent { .. } => FailureKind::Permanent,
            SendError::Unknown { .. } => FailureKind::Unknown,
        });
        if let SendError::Permanent { .. } = refusal {
            self.consecutive_refusals = self.consecutive_refusals.saturating_add(1);
            self.consecutive_failures = 0; // it is there, and it answers
        } else {
            self.consecutive_failures = self.consecutive_failures.saturating_add(1);
        }
    }
}

fn is_unknown(refusal: &SendError) -> bool {
    matches!(refusal, SendError::Unknown { .. })
}

/// What two refusals come down to: temporary if either is, for then another try can help; else
/// unknown if either is; permanent only if both are. The sooner of two waits counts.
fn combined(one: SendError, other: SendError) -> SendError {
    match (one, other) {
        (
            SendError::Temporary { reason, retry_after: one },
            SendError::Temporary { reason: also, retry_after: other },
        ) => SendError::Temporary {
            reason: format!("{reason}; {also}"),
            retry_after: one.min(other),
        },
        (temporary @ SendError::Temporary { .. }, _)
        | (_, temporary @ SendError::Temporary { .. }) => temporary,
        (unknown @ SendError::Unknown { .. }, _) | (_, unknown @ SendError::Unknown { .. }) => {
            unknown
        }
        (permanent, _) => permanent,
    }
}
