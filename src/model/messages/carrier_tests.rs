//! A test of one carrier, asked for from the command line: one message, and what became of it.

use chrono::TimeDelta;

use super::{Channel, Message, MessageKey, MessageState, Priority, texts::Words};
use crate::model::{
    clock::Instant,
    ids::{MessageId, Randomness},
    people::channel_tests::content,
};

/// What became of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// It arrived, or was answered, after so long.
    Arrived(TimeDelta),
    /// A server took it after so long; nobody reports whether it arrives.
    Taken(TimeDelta),
    /// It was taken, and after so long nothing was reported.
    Silent(TimeDelta),
    /// It was taken, and after so long it was reported that it does not arrive.
    Lost(TimeDelta),
    /// It was not taken, for this reason.
    Refused(String),
}

impl Came {
    /// What a message's state says after so long; nothing while it may still come.
    pub fn of(state: MessageState, after: TimeDelta) -> Option<Self> {
        match state {
            MessageState::Delivered => Some(Self::Arrived(after)),
            MessageState::Failed | MessageState::Withdrawn => Some(Self::Lost(after)),
            MessageState::Queued | MessageState::Sending | MessageState::HandedOver => None,
        }
    }

    /// Whether all is as it should be.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Arrived(_) | Self::Taken(_))
    }
}

/// The message by which a carrier is tested on a channel. Notifications go to devices, which only
/// their owners can test.
pub fn test(
    channel: Channel,
    to: &str,
    words: &Words,
    random: &dyn Randomness,
    now: Instant,
) -> Option<Message> {
    let id = MessageId::new(random, now);
    let to = (channel, to.to_owned());
    let message =
        Message::plain(id, MessageKey::CarrierTest(id), to, content(channel, words)?, now);
    Some(Message { priority: Priority::Reminder, ..message })
}
