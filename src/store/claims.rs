//! Remembers which messages somebody has in hand, so that nobody else sends them meanwhile.

use chrono::TimeDelta;

use super::{Error, Tx, db::Sql, messages::Row, opt_outs};
use crate::model::{
    clock::Instant,
    ids::MessageId,
    messages::{Channel, Message, Priority},
};

/// A message that was claimed to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// Whether the holder of its number asked for no more texts.
    pub opted_out: bool,
    /// Until when it is nobody else's; after that somebody else may have it in hand.
    pub until: Instant,
}

/// What goes out together. The lanes never wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// What must be said.
    Main,
    /// What is said beside it.
    Beside,
}

impl Lane {
    fn ranks(self) -> (i32, i32) {
        match self {
            Self::Main => (Priority::Alarm.rank(), Priority::Rest.rank()),
            Self::Beside => (Priority::Beside.rank(), i32::MAX),
        }
    }
}

const CLAIM: Sql = Sql {
    sqlite: "update messages set state = 'sending', leased_until = $1
        where rowid in (
          select rowid from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or leased_until <= $2)
          order by priority, next_try_at limit $3)
        returning id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body",
    postgres: "update messages set state = 'sending', leased_until = $1
        where id in (
          select id from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or leased_until <= $2)
          order by priority, next_try_at limit $3 for update skip locked)
        returning id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body",
};

/// Claims what is to be sent for `lease`: alarms before prompts before reminders before the rest,
/// the most overdue first. What an instance held when it died is claimed again: the outcome is
/// unknown, and one message too many is better than one too few.
///
/// # Errors
/// When the database refuses.
pub async fn claim(
    tx: &mut Tx,
    now: Instant,
    lease: TimeDelta,
    limit: i64,
    lane: Lane,
) -> Result<Vec<Claimed>, Error> {
    let (first, last) = lane.ranks();
    let rows: Vec<Row> = tx
        .query(CLAIM)
        .bind(now + lease)
        .bind(now)
        .bind(limit)
        .bind(first)
        .bind(last)
        .all()
        .await?;
    let read = |row: Row| row.readable(tx.keys()).transpose();
    let read = rows.into_iter().filter_map(read).map(|sent| sent.map(|sent| sent.message));
    let messages = read.collect::<Result<Vec<_>, Error>>()?;
    let mut claimed = with_opt_outs(tx, messages, now + lease).await?;
    claimed.sort_by_key(|c| (c.message.priority, c.message.created_at, c.message.id));
    Ok(claimed)
}

async fn with_opt_outs(
    tx: &mut Tx,
    messages: Vec<Message>,
    until: Instant,
) -> Result<Vec<Claimed>, Error> {
    let texts = messages.iter().filter(|m| m.channel == Channel::Text);
    let silent = opt_outs::among(tx, &texts.map(|m| m.to.as_str()).collect()).await?;
    let judge = |message: Message| {
        let opted_out = silent.contains(&message.to);
        Claimed { message, opted_out, until }
    };
    Ok(messages.into_iter().map(judge).collect())
}

/// Whether it is still to be sent by whoever claimed it until `until`: nobody withdrew it, and nobody
/// else took it over.
///
/// # Errors
/// When the database refuses.
pub async fn is_ours(tx: &mut Tx, id: MessageId, until: Instant) -> Result<bool, Error> {
    let found: Option<(i32,)> = tx
        .query("select 1 from messages where id = $1 and state = 'sending' and leased_until = $2")
        .bind(id.0)
        .bind(until)
        .optional()
        .await?;
    Ok(found.is_some())
}
