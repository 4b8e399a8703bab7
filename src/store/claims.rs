//! Remembers which messages somebody has in hand, so that nobody else sends them meanwhile.

use chrono::TimeDelta;

use super::{Error, Tx, db::Sql, messages::Row};
use crate::model::{
    clock::Instant,
    ids::{InstanceId, MessageId},
    messages::{Message, Priority},
};

/// Who has a message in hand, and until when nobody else may take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub by: InstanceId,
    /// Until when; it tells one claim of an instance from the next.
    pub until: Instant,
}

/// A message that was claimed to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// Whether the holder of its number asked for no more texts.
    pub opted_out: bool,
    /// By whom.
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

#[derive(sqlx::FromRow)]
struct ClaimedRow {
    #[sqlx(flatten)]
    message: Row,
    opted_out: bool,
}

/// What somebody has in hand is free when its lease is over, or when its holder was not heard for
/// eight seconds; but not at once for one that was itself not heard shortly before: see
/// [`super::instances`].
const CLAIM: Sql = Sql {
    sqlite: "update messages set state = 'sending', leased_until = $1, claimed_by = $6
        where rowid in (
          select rowid from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or (
              leased_until <= $2 and not exists (select 1 from instances where id = $6
                and steady_since > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-3 seconds'))
            ) or (
              claimed_by in (select id from instances
                where beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds'))
              and not exists (select 1 from instances where id = $6
                and steady_since > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds'))))
          order by priority, next_try_at limit $3)
        returning id, purpose, channel, recipient, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body,
          exists (select 1 from opt_outs where number = recipient) as opted_out",
    postgres: "update messages set state = 'sending', leased_until = $1, claimed_by = $6
        where id in (
          select id from messages
          where state in ('queued', 'sending') and next_try_at <= $2
            and priority between $4 and $5
            and (leased_until is null or (
              leased_until <= $2 and not exists (select 1 from instances where id = $6
                and steady_since > clock_timestamp() - interval '3 seconds')
            ) or (
              claimed_by in (select id from instances
                where beat_at <= clock_timestamp() - interval '8 seconds')
              and not exists (select 1 from instances where id = $6
                and steady_since > clock_timestamp() - interval '8 seconds')))
          order by priority, next_try_at limit $3 for update skip locked)
        returning id, purpose, channel, recipient, person_id, visit_id, alarm_id, check_in_id,
          priority, state, attempts, created_at, deliver_by, handed_over_at, body,
          exists (select 1 from opt_outs where number = recipient) as opted_out",
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
    let rows: Vec<ClaimedRow> = tx
        .query(CLAIM)
        .bind(claim.until)
        .bind(now)
        .bind(limit)
        .bind(first)
        .bind(last)
        .bind(claim.by.0)
        .all()
        .await?;
    let read = |row: ClaimedRow| {
        Ok(Claimed { message: row.message.read()?.message, opted_out: row.opted_out, claim })
    };
    let mut claimed = rows.into_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    claimed.sort_by_key(|c| (c.message.priority, c.message.created_at, c.message.id));
    Ok(claimed)
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

/// Whether a claim still stands; if so nobody takes it until this unit of work ends.
///
/// # Errors
/// When the database refuses.
pub async fn stands(tx: &mut Tx, id: MessageId, claim: Claim) -> Result<bool, Error> {
    let found: Option<(i32,)> = tx
        .query(Sql {
            sqlite: "select 1 from messages
                where id = $1 and state = 'sending' and claimed_by = $2 and leased_until = $3",
            postgres: "select 1 from messages
                where id = $1 and state = 'sending' and claimed_by = $2 and leased_until = $3
                for update",
        })
        .bind(id.0)
        .bind(claim.by.0)
        .bind(claim.until)
        .optional()
        .await?;
    Ok(found.is_some())
}
