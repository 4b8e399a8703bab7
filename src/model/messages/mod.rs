//! What is said, to whom, by which channel, how urgently, and how often it is tried.

pub mod announcements;
pub mod audiences;
pub mod callbacks;
pub mod calls_in;
pub mod carrier_state;
pub mod carrier_tests;
pub mod channels;
pub mod language;
pub mod message_key;
pub mod notifications;
pub mod outages;
pub mod replies;
pub mod sms;
pub mod texts;
pub mod topics;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use super::messages::{channels::Channel, message_key::MessageKey};
use super::{
    clock::Instant,
    ids::{AlarmId, CheckInId, MessageId, PersonId, VisitId},
    messages::{language::Language, notifications::Notification},
    people::Person,
};

/// What goes first when there is more to say than can be said at once. Nothing is ever dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// Somebody may be in danger.
    Alarm,
    /// Is all well?
    Prompt,
    /// Soon we will ask.
    Reminder,
    Rest,
    /// What is said by another way as well. It goes out apart from the others, so that nothing ever
    /// waits for it.
    Beside,
}

impl Priority {
    /// Its rank in the outbox; lower goes first.
    pub fn rank(self) -> i32 {
        self as i32
    }

    /// The priority of that rank.
    pub fn from_rank(rank: i32) -> Self {
        match rank {
            0 => Self::Alarm,
            1 => Self::Prompt,
            2 => Self::Reminder,
            3 => Self::Rest,
            _ => Self::Beside,
        }
    }
}

/// The words, in the shape that their channel needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "as")]
pub enum Content {
    /// A text message.
    Text {
        /// The words; short enough for one segment where possible.
        body: String,
    },
    Call(Script),
    /// An e-mail message, plain text.
    Mail {
        /// The subject line.
        subject: String,
        body: String,
        /// What goes along with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    Push(Notification),
}

impl Content {
    /// A mail without attachments.
    pub fn mail(subject: impl Into<String>, body: impl Into<String>) -> Self {
        Self::Mail { subject: subject.into(), body: body.into(), attachments: vec![] }
    }
}

/// What goes along with a mail; text of some kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The name of the file, in plain letters.
    pub name: String,
    /// Its media type.
    pub kind: String,
    /// What is in it.
    pub text: String,
}

/// What is said on a call when it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The words, complete sentences; said twice when no key is pressed.
    pub words: String,
    /// In which language they are to be spoken.
    pub language: Language,
    /// Whether keys are listened to afterwards.
    pub listens: bool,
    /// Whether a first key may be that of a code: then a lone one is waited with, however slowly the
    /// others come.
    #[serde(default)]
    pub waits: bool,
}

/// A message as it lies in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id; also the reference given to a carrier, so that a doubt can be settled.
    pub id: MessageId,
    /// Unique, so that a step taken twice says it once.
    pub key: MessageKey,
    /// By which channel.
    pub channel: Channel,
    /// The number in E.164, or the mail address; of a notification the id of the device.
    pub to: String,
    /// The recipient's name, for the timeline.
    pub name: String,
    /// Whose it is, when it goes to an account.
    pub person: Option<PersonId>,
    /// The visit that it is about.
    pub visit: Option<VisitId>,
    /// The alarm that it is about.
    pub alarm: Option<AlarmId>,
    /// The check-in that it asks for.
    pub check_in: Option<CheckInId>,
    pub priority: Priority,
    pub content: Content,
    /// What is said by which other channel when this one does not arrive.
    pub instead: Option<(Channel, Content)>,
    /// When, without a receipt, it counts as not delivered.
    pub deliver_by: Option<Instant>,
    /// How many times a carrier was tried.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Instant,
}

/// A question of a check-in that waits for longer at a carrier had better not be asked.
const QUESTION_OF_USE: TimeDelta = TimeDelta::hours(1);

/// Everything else waits at a carrier for this long, which every provider allows.
const OF_USE: TimeDelta = TimeDelta::hours(4);

impl Message {
    /// A message to an address, about nothing in particular and for the outbox as it is; what more
    /// there is to it is filled in.
    pub fn plain(
        id: MessageId,
        key: MessageKey,
        (channel, to): (Channel, String),
        content: Content,
        now: Instant,
    ) -> Self {
        Self {
            id,
            key,
            channel,
            to,
            name: String::new(),
            person: None,
            visit: None,
            alarm: None,
            check_in: None,
            priority: Priority::Rest,
            content,
            instead: None,
            deliver_by: None,
            attempts: 0,
            created_at: now,
        }
    }

    /// The same, to somebody with an account.
    pub fn for_person(self, person: &Person) -> Self {
        Self { name: person.name.clone(), person: Some(person.id), ..self }
    }

    /// For how long a carrier that took it, but cannot bring it yet, should go on trying.
    pub fn of_use_for(&self) -> TimeDelta {
        if self.check_in.is_some() { QUESTION_OF_USE } else { OF_USE }
    }
}

/// How a message fared. Receipts only move it forward: see [`MessageState::may_become`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MessageState {
    /// Waits for its (next) try.
    Queued,
    /// Claimed: a carrier is being spoken to.
    Sending,
    /// The carrier took it.
    HandedOver,
    /// The phone has it, or the call was answered.
    Delivered,
    /// It will not arrive.
    Failed,
    /// No longer wanted before it was sent.
    Withdrawn,
}

impl MessageState {
    /// Its name in rows and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::HandedOver => "handed-over",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Sending,
            Self::HandedOver,
            Self::Delivered,
            Self::Failed,
            Self::Withdrawn,
        ]
        .into_iter()
        .find(|s| s.name() == name)
    }

    /// Whether a receipt that says `next` moves the message on; late and doubled ones do not.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Queued | Self::Sending => next != Self::Queued,
            Self::HandedOver => matches!(next, Self::Delivered | Self::Failed),
            Self::Delivered | Self::Failed | Self::Withdrawn => false,
        }
    }
}

/// Safety messages are tried for this long before they count as failed.
pub const KEEP_TRYING: TimeDelta = TimeDelta::hours(6);

/// How long to wait before try number `attempts + 1`: doubling from one second to at most a
/// minute, spread by `fraction` (in `0.0..1.0`) so that a storm does not come back as a storm.
pub fn backoff(attempts: u32, fraction: f64) -> TimeDelta {
    let full = 1000_u32.saturating_mul(1 << attempts.min(6)).min(60_000);
    let spread = f64::from(full) * (0.5 + fraction / 2.0);
    #[expect(clippy::cast_possible_truncation, reason = "at most 60 000")]
    TimeDelta::milliseconds(spread as i64)
}

/// What a provider reported about a message after it was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Receipt {
    /// The phone has the text.
    Delivered,
    /// The text will not arrive.
    Failed {
        /// Whether the same provider would say the same of another try.
        permanent: bool,
    },
    /// Somebody answered the call. What they pressed comes by another way; this confirms nothing.
    CallAnswered,
    /// A machine answered the call.
    CallVoicemail,
    /// It rang, and nobody answered.
    CallNoAnswer,
    /// The line was busy, or the call was turned away.
    CallBusy,
    /// The call could not be made.
    CallFailed,
}

impl Receipt {
    /// The state that the message is in by this receipt. Voicemail reached nobody, so it failed.
    pub fn state(self) -> MessageState {
        match self {
            Self::Delivered | Self::CallAnswered => MessageState::Delivered,
            Self::Failed { .. }
            | Self::CallVoicemail
            | Self::CallNoAnswer
            | Self::CallBusy
            | Self::CallFailed => MessageState::Failed,
        }
    }
}
