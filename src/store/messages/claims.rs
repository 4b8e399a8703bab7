//! Remembers which messages somebody has in hand, so that nobody else sends them meanwhile.

use chrono::TimeDelta;

use crate::{
    model::{
        clock::Instant,
        ids::{InstanceId, MessageId},
        messages::{Channel, Message, Priority},
    },
    store::{
        db::{sql::Sql, tx::Tx},
        error::Error,
        messages::{opt_outs, push_receipts, sent::SentRow},
    },
};

/// Who has a message in hand, and until when nobody else may take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub by: InstanceId,
    /// Until when; it tells one claim of an instance from the next.
    pub until: Instant,
}

/// A message that was claimed to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub message: Message,
    /// Whether the holder of its number asked for no more texts.
    pub opted_out: bool,
    pub claim: Claim,
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

/// What somebody has in hand is free when its lease is over, or when its holder was not heard for
/// eight seconds; but not at once for one that was itself not heard shortly before, or that could not
/// say lately that it lives and may not know yet that it was away: see [`crate::store::instances`].
const CLAIM: Sql = Sql {
    sqlite: "update messages set state = 'sending', leased_until = $1, claimed_by = $6
        where rowid in (
          select rowid from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or (
              leased_until <= $2 and not exists (select 1 from instances where id = $6
                and (steady_since > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-3 seconds')
                  or beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-6 seconds')))
            ) or (
              claimed_by in (select id from instances
                where beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds'))
              and not exists (select 1 from instances where id = $6
                and (steady_since > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds')
                  or beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-6 seconds')))))
          order by priority, next_try_at limit $3)
        returning id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body",
    postgres: "update messages set state = 'sending', leased_until = $1, claimed_by = $6
        where id in (
          select id from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or (
              leased_until <= $2 and not exists (select 1 from instances where id = $6
                and (steady_since > clock_timestamp() - interval '3 seconds'
                  or beat_at <= clock_timestamp() - interval '6 seconds'))
            ) or (
              claimed_by in (select id from instances
                where beat_at <= clock_timestamp() - interval '8 seconds')
              and not exists (select 1 from instances where id = $6
                and (steady_since > clock_timestamp() - interval '8 seconds'
                  or beat_at <= clock_timestamp() - interval '6 seconds'))))
          order by priority, next_try_at limit $3 for update skip locked)
        returning id, purpose, channel, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body",
};

/// Claims what is to be sent: alarms before prompts before reminders before the rest, the most
/// overdue first. What an instance held when it died is claimed again: the outcome is unknown, and
/// one message too many is better than one too few.
///
/// # Errors
/// When the database refuses.
pub async fn claim(
    tx: &mut Tx,
    now: Instant,
    claim: Claim,
    limit: i64,
    lane: Lane,
) -> Result<Vec<Claimed>, Error> {
    let (first, last) = lane.ranks();
    let rows: Vec<SentRow> = tx
        .query(CLAIM)
        .bind(claim.until)
        .bind(now)
        .bind(limit)
        .bind(first)
        .bind(last)
        .bind(claim.by.0)
        .all()
        .await?;
    let read = |row: SentRow| row.readable(tx.keys()).transpose();
    let read = rows.into_iter().filter_map(read).map(|sent| sent.map(|sent| sent.message));
    let mut messages = read.collect::<Result<Vec<_>, Error>>()?;
    messages.iter_mut().for_each(|message| push_receipts::add(message, tx.keys()));
    let mut claimed = with_opt_outs(tx, messages, claim).await?;
    claimed.sort_by_key(|c| (c.message.priority, c.message.created_at, c.message.id));
    Ok(claimed)
}

async fn with_opt_outs(
    tx: &mut Tx,
    messages: Vec<Message>,
    claim: Claim,
) -> Result<Vec<Claimed>, Error> {
    let texts = messages.iter().filter(|m| m.channel == Channel::Text);
    let silent = opt_outs::among(tx, &texts.map(|m| m.to.as_str()).collect()).await?;
    let judge = |message: Message| {
        let opted_out = silent.contains(&message.to);
        Claimed { message, opted_out, claim }
    };
    Ok(messages.into_iter().map(judge).collect())
}

/// Makes a claim last for `lease` from now; nothing when it is no longer ours to keep.
///
/// # Errors
/// When the database refuses.
pub async fn renew(
    tx: &mut Tx,
    id: MessageId,
    claim: Claim,
    now: Instant,
    lease: TimeDelta,
) -> Result<Option<Claim>, Error> {
    let renewed = Claim { until: now + lease, ..claim };
    let rows = tx
        .query(
            "update messages set leased_until = $1
             where id = $2 and state = 'sending' and claimed_by = $3 and leased_until = $4",
        )
        .bind(renewed.until)
        .bind(id.0)
        .bind(claim.by.0)
        .bind(claim.until)
        .execute()
        .await?;
    Ok((rows == 1).then_some(renewed))
}

/// Whether a claim stands at this moment: nobody withdrew the message or took it over.
///
/// # Errors
/// When the database refuses.
pub async fn stands(tx: &mut Tx, id: MessageId, claim: Claim) -> Result<bool, Error> {
    is_found(tx, STANDS.into(), id, claim).await
}

/// Whether a claim still stands; if so nobody takes it until this unit of work ends.
///
/// # Errors
/// When the database refuses.
pub async fn holds(tx: &mut Tx, id: MessageId, claim: Claim) -> Result<bool, Error> {
    is_found(tx, HOLDS, id, claim).await
}

const STANDS: &str = "select 1 from messages
    where id = $1 and state = 'sending' and claimed_by = $2 and leased_until = $3";

const HOLDS: Sql = Sql {
    sqlite: STANDS,
    postgres: "select 1 from messages
        where id = $1 and state = 'sending' and claimed_by = $2 and leased_until = $3
        for update",
};

async fn is_found(tx: &mut Tx, sql: Sql, id: MessageId, claim: Claim) -> Result<bool, Error> {
    let found: Option<(i32,)> =
        tx.query(sql).bind(id.0).bind(claim.by.0).bind(claim.until).optional().await?;
    Ok(found.is_some())
}
