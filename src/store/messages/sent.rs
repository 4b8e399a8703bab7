//! A row of the outbox: a message, and how it fared.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{AlarmId, CheckInId, MessageId, PersonId, VisitId},
        messages::{Channel, Content, Message, MessageState, Priority},
        privacy::sealing::Place,
    },
    store::{
        db::{rows, sealed::DatabaseKeys},
        error::Error,
    },
};

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct SentBody {
    pub(super) to: String,
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) instead: Option<(Channel, Content)>,
}

#[derive(sqlx::FromRow)]
pub(super) struct SentRow {
    pub(super) id: Uuid,
    purpose: String,
    channel: String,
    person_id: Option<Uuid>,
    visit_id: Option<Uuid>,
    alarm_id: Option<Uuid>,
    check_in_id: Option<Uuid>,
    priority: i32,
    state: String,
    attempts: i32,
    created_at: Instant,
    deliver_by: Option<Instant>,
    handed_over_at: Option<Instant>,
    body: Json<serde_json::Value>,
}

/// A message with how it fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    pub message: Message,
    /// How it fared.
    pub state: MessageState,
    /// When a carrier took it.
    pub handed_over_at: Option<Instant>,
}

impl SentRow {
    /// One that cannot be read is told and left out: it may not hold up the others.
    pub(super) fn readable(self, keys: &DatabaseKeys) -> Result<Option<SentMessage>, Error> {
        rows::readable(self.read(keys))
    }

    pub(super) fn read(self, keys: &DatabaseKeys) -> Result<SentMessage, Error> {
        let at = place(MessageId(self.id));
        let newer = |what: &str, name: &str| {
            let why = Error::Unreadable(format!("message with {what} {name}"));
            keys.unreadable.note(&at, &why);
            why
        };
        let channel = Channel::from_name(&self.channel);
        let channel = channel.ok_or_else(|| newer("channel", &self.channel))?;
        let state = MessageState::from_name(&self.state);
        let state = state.ok_or_else(|| newer("state", &self.state))?;
        let body: SentBody = keys.open(&at, self.body.0)?;
        let message = Message {
            id: MessageId(self.id),
            key: self.purpose.as_str().into(),
            channel,
            to: body.to,
            name: body.name,
            person: self.person_id.map(PersonId),
            visit: self.visit_id.map(VisitId),
            alarm: self.alarm_id.map(AlarmId),
            check_in: self.check_in_id.map(CheckInId),
            priority: Priority::from_rank(self.priority),
            content: body.content,
            instead: body.instead,
            deliver_by: self.deliver_by,
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            created_at: self.created_at,
        };
        Ok(SentMessage { message, state, handed_over_at: self.handed_over_at })
    }
}

pub(super) fn place(id: MessageId) -> Place {
    Place::new("messages", id)
}
