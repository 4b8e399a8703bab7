//! Speaks. Text messages, voice calls, mail and push, each behind one trait; and asks the register
//! of addresses.
//!
//! # One more carrier
//! 1. A folder in [`providers`] with its client, a [`Carrier`]; its settings and their faults, a
//!    [`setup::CarrierSettings`], with the [`setup::CarrierProvider`] that names and reads them; and, when
//!    its provider sends something, how that is believed, read and answered: a
//!    [`CallbackReceiver`](crate::model::messages::callbacks::CallbackReceiver), which `api` finds below
//!    `/callbacks/` by its [path](crate::model::messages::callbacks::CallbackReceiver::path).
//! 2. One line in [`providers::PROVIDERS`], and its `mod` above it.
//! 3. Its settings in `docs/configuration.md` and `rugdekking.example.toml`; tests compare them.
//!
//! Nothing else knows it: the configuration, the order of turns, the test from the command line,
//! readiness and metrics go by that list.

mod http;
pub mod integrations;
pub mod providers;
pub mod push;
pub mod router;
pub mod sandbox;
pub mod setup;

use std::{fmt::Debug, sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::model::{
    ids::MessageId,
    messages::{
        Channel, Message, Receipt, Script,
        calls_in::{CallIn, CallInStep},
    },
};

/// Somebody who takes a message and brings it to a person.
#[async_trait]
pub trait Carrier: Debug + Send + Sync {
    /// Its name in rows, metrics and readiness, for instance `twilio`.
    fn name(&self) -> &'static str;

    /// The channels that it speaks.
    fn channels(&self) -> &'static [Channel];

    /// How the line stands that it keeps, whether or not there is anything to say.
    fn line(&self) -> LineState {
        LineState::None
    }

    /// Hands a message over. The message's id goes along as the provider's idempotency key or
    /// reference where it has one. Returns within the carrier's own time limit.
    ///
    /// # Errors
    /// When the carrier did not take it, or nobody knows whether it did.
    async fn send(&self, message: &Message) -> Result<HandedOver, SendError>;
}

/// A carrier that holds its calls itself: what happens on them is known here and nowhere else.
#[async_trait]
pub trait CallHolder: Carrier {
    /// Opens its line and keeps it open until it is closed. What goes wrong is told in the log and
    /// tried again: others may carry meanwhile.
    async fn serve(self: Arc<Self>, listener: SharedListener);

    /// Ends all calls and the line. Whoever was on a call and said nothing yet was not reached.
    async fn close(&self);
}

/// Whoever is told what happens on calls, and decides what it means.
#[async_trait]
pub trait Listener: Debug + Send + Sync {
    /// Keys were pressed on the call about a message; what is to be said next, or nothing when they
    /// could not be taken.
    async fn keys(&self, id: MessageId, digits: &str) -> Option<Script>;

    /// Somebody calls us, or pressed keys on such a call; what is to be said next. Nothing when nobody
    /// answers calls here.
    async fn called(&self, call: &CallIn) -> Option<CallInStep>;

    /// The call is over. Answers only when that was written down, or cannot be.
    async fn ended(&self, id: MessageId, receipt: Receipt);
}

/// A listener, shared.
pub type SharedListener = Arc<dyn Listener>;

/// A carrier may keep a line open, and knows of itself when it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// It keeps none.
    None,
    /// All is well.
    Up,
    /// Nothing can be brought now.
    Down,
}

/// The carrier took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// The provider's own id, by which receipts will name it.
    pub provider_id: Option<String>,
    /// Whether that is already proof that the phone has it.
    pub delivered: bool,
}

/// The carrier did not take it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Worth another try, by another carrier at once or by this one later.
    #[error("temporary: {reason}")]
    Temporary {
        /// What the carrier said; never holds personal data.
        reason: String,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// This carrier will never bring this message.
    #[error("permanent: {reason}")]
    Permanent {
        /// What the carrier said; never holds personal data.
        reason: String,
    },
    /// It hung or the line broke: it may or may not have been taken.
    #[error("unknown outcome: {reason}")]
    Unknown {
        /// What happened; never holds personal data.
        reason: String,
    },
}
