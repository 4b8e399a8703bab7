//! Remembers the tests of somebody's channels; they are messages of the outbox like any other.

use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{MessageId, PersonId},
        messages::{Channel, MessageState, message_key::CHANNEL_TEST_PREFIX},
        privacy::sealing::Column,
    },
    store::{
        db::{rows, sealed::any_of, tx::Tx},
        error::Error,
    },
};

/// A test, and how it fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    pub id: MessageId,
    /// By which channel.
    pub channel: Channel,
    /// When it was asked for.
    pub asked_at: Instant,
    /// Which carrier took it.
    pub carrier: Option<String>,
    /// How it fared.
    pub state: MessageState,
    /// When a carrier took it.
    pub handed_over_at: Option<Instant>,
    /// When it arrived, or was answered.
    pub delivered_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct ChannelTestRow {
    id: Uuid,
    channel: String,
    carrier: Option<String>,
    state: String,
    created_at: Instant,
    handed_over_at: Option<Instant>,
    delivered_at: Option<Instant>,
}

impl ChannelTestRow {
    fn read(self) -> Result<Tested, Error> {
        let unreadable = |what: &str| Error::Unreadable(format!("message with {what}"));
        Ok(Tested {
            id: MessageId(self.id),
            channel: Channel::from_name(&self.channel).ok_or_else(|| unreadable("channel"))?,
            asked_at: self.created_at,
            carrier: self.carrier,
            state: MessageState::from_name(&self.state).ok_or_else(|| unreadable("state"))?,
            handed_over_at: self.handed_over_at,
            delivered_at: self.delivered_at,
        })
    }
}

/// The tests of a person that went to these numbers, addresses and devices since then, the newest
/// first.
///
/// # Errors
/// When the database refuses.
pub async fn since(
    tx: &mut Tx,
    person: PersonId,
    recipients: &[String],
    since: Instant,
) -> Result<Vec<Tested>, Error> {
    let mut found = vec![];
    for recipient in recipients {
        let found_rows: Vec<ChannelTestRow> = tx
            .query(any_of!(
                "select id, channel, carrier, state, created_at, handed_over_at, delivered_at
                 from messages where recipient in",
                "$1",
                " and created_at >= $2 and person_id = $3 and purpose like $4"
            ))
            .any_index(Column::Recipient, recipient)
            .bind(since)
            .bind(person.0)
            .bind(format!("{CHANNEL_TEST_PREFIX}%"))
            .all()
            .await?;
        found.extend(rows::all_readable(found_rows.into_iter().map(ChannelTestRow::read))?);
    }
    found.sort_by_key(|test| std::cmp::Reverse((test.asked_at, test.id)));
    Ok(found)
}
