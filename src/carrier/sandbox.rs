//! The carrier of the demo: phones that live in the database.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Carrier, HandedOver, SendError};
use crate::model::{
    ids::MessageId,
    messages::{Channel, Content, Message},
};

/// Where the phones live.
#[async_trait]
pub trait Handsets: Debug + Send + Sync {
    /// A text (or mail) arrives.
    ///
    /// # Errors
    /// Why it could not be kept.
    async fn text(&self, id: MessageId, number: &str, body: &str) -> Result<(), String>;

    /// A call begins to ring.
    ///
    /// # Errors
    /// Why it could not be kept.
    async fn ring(&self, id: MessageId, number: &str) -> Result<(), String>;
}

/// The sandbox carrier.
#[derive(Clone, Debug)]
pub struct Sandbox {
    handsets: Arc<dyn Handsets>,
}

impl Sandbox {
    /// A carrier to these phones.
    pub fn new(handsets: Arc<dyn Handsets>) -> Self {
        Self { handsets }
    }
}

#[async_trait]
impl Carrier for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call, Channel::Mail]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        let to = &message.to;
        let (done, delivered) = match &message.content {
            Content::Text { body } => (self.handsets.text(message.id, to, body).await, true),
            Content::Mail { subject, body, .. } => {
                let body = format!("{subject}\n\n{body}");
                (self.handsets.text(message.id, to, &body).await, true)
            }
            Content::Push(_) => {
                let reason = "the phones of the demo take no notifications".into();
                return Err(SendError::Permanent { reason });
            }
            // A call is delivered once somebody answers it.
            Content::Call(_) => (self.handsets.ring(message.id, to).await, false),
        };
        match done {
            Ok(()) => Ok(HandedOver { provider_id: Some(message.id.to_string()), delivered }),
            Err(reason) => Err(SendError::Temporary { reason, retry_after: None }),
        }
    }
}
