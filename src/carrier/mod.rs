//! Speaks. Text messages, voice calls, mail and push, each behind one trait; and asks the register
//! of addresses.

pub mod calendar;
pub mod circuit;
mod http;
pub mod kannel;
mod kannel_status;
pub mod kpn;
mod kpn_token;
pub mod kpn_webhook;
pub mod locatieserver;
pub mod push;
pub mod receipts;
pub mod router;
pub mod sandbox;
pub mod setup;
pub mod signature;
pub mod sip;
pub mod smtp;
mod smtp_server;
pub mod twilio;
pub mod twiml;
pub mod webhooks;

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;

use crate::model::messages::{Channel, Message};

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
    async fn send(&self, message: &Message) -> Result<HandedOver, Refusal>;
}

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
pub enum Refusal {
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
