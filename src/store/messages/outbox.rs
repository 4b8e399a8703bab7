//! Puts messages in the outbox, takes them back, and notes that a carrier took them: many at once.

use serde_json::{Value, json};

use crate::{
    model::{
        clock::Instant, ids::MessageId, messages::Message, privacy::sealing::Column,
        visits::watch::Withdraw,
    },
    store::{
        db::{
            sealed::DatabaseKeys,
            sets::{self, any_id, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        messages::sent::{SentBody, place},
    },
};

/// Puts a message in the outbox. One with the same key is there already: then nothing changes,
/// so that a step taken twice says it once.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &mut Tx, message: &Message) -> Result<(), Error> {
    insert_all(tx, &[message]).await
}

/// Puts messages in the outbox, each as [`insert`] does.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all(tx: &mut Tx, messages: &[&Message]) -> Result<(), Error> {
    if messages.is_empty() {
        return Ok(());
    }
    let rows = messages.iter().map(|m| row(m, tx.keys())).collect::<Result<_, Error>>()?;
    tx.query(INSERT).rows(rows).execute().await.map(drop)
}

fn row(message: &Message, keys: &DatabaseKeys) -> Result<Value, Error> {
    let body = SentBody {
        to: message.to.clone(),
        name: message.name.clone(),
        content: message.content.clone(),
        instead: message.instead.clone(),
    };
    Ok(json!({
        "id": sets::id(message.id.0),
        "purpose": message.key.to_string(),
        "channel": message.channel.name(),
        "recipient": keys.ring.index(Column::Recipient, &message.to),
        "person_id": message.person.map(|p| sets::id(p.0)),
        "visit_id": message.visit.map(|v| sets::id(v.0)),
        "alarm_id": message.alarm.map(|a| sets::id(a.0)),
        "check_in_id": message.check_in.map(|c| sets::id(c.0)),
        "priority": message.priority.rank(),
        "created_at": sets::at(message.created_at),
        "deliver_by": message.deliver_by.map(sets::at),
        "body": keys.seal(&place(message.id), &body)?,
    }))
}

const INSERT: Sql = over_rows!(
    "insert into messages (id, purpose, channel, recipient, person_id, visit_id, alarm_id,
       check_in_id, priority, state, attempts, created_at, next_try_at, deliver_by, body)
     select r.id, r.purpose, r.channel, r.recipient, r.person_id, r.visit_id, r.alarm_id,
       r.check_in_id, r.priority, 'queued', 0, r.created_at, r.created_at, r.deliver_by, r.body
     from",
    "$1",
    [id: uuid, purpose: text, channel: text, recipient: text, person_id: uuid, visit_id: uuid,
     alarm_id: uuid, check_in_id: uuid, priority: integer, created_at: timestamptz,
     deliver_by: timestamptz, body: jsonb],
    "where true on conflict (purpose) do nothing"
);

/// A message that a carrier took.
#[derive(Clone, Copy, Debug)]
pub struct TakenMessage<'a> {
    pub id: MessageId,
    pub carrier: &'a str,
    /// The carrier's own id for it.
    pub provider_id: Option<&'a str>,
    /// Whether it has arrived with that.
    pub delivered: bool,
}

/// A carrier took the message. A receipt that was faster keeps its say, and so does whoever wrote
/// down first that a carrier took it.
///
/// # Errors
/// When the database refuses.
pub async fn handed_over(
    tx: &mut Tx,
    id: MessageId,
    carrier: &str,
    provider_id: Option<&str>,
    delivered: bool,
    now: Instant,
) -> Result<(), Error> {
    handed_over_all(tx, &[TakenMessage { id, carrier, provider_id, delivered }], now).await
}

/// Carriers took these messages, each as [`handed_over`] says.
///
/// # Errors
/// When the database refuses.
pub async fn handed_over_all(
    tx: &mut Tx,
    all: &[TakenMessage<'_>],
    now: Instant,
) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    let row = |taken: &TakenMessage<'_>| {
        json!({
            "id": sets::id(taken.id.0),
            "carrier": taken.carrier,
            "provider_id": taken.provider_id,
            "state": if taken.delivered { "delivered" } else { "handed-over" },
        })
    };
    let rows = all.iter().map(row).collect();
    tx.query(HANDED_OVER).rows(rows).bind(now).execute().await.map(drop)
}

const HANDED_OVER: Sql = over_rows!(
    "update messages set
       state = case when messages.state in ('queued', 'sending', 'withdrawn')
         then r.state else messages.state end,
       carrier = r.carrier, provider_id = r.provider_id, handed_over_at = $2, leased_until = null,
       delivered_at = case when r.state = 'delivered' then $2 else delivered_at end,
       attempts = attempts + 1
     from",
    "$1",
    [id: uuid, carrier: text, provider_id: text, state: text],
    "where messages.id = r.id and messages.handed_over_at is null"
);

/// Takes back what waits and is no longer wanted. One that a carrier has in hand right now may
/// still go out; it is not tried again.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw_all(tx: &mut Tx, what: &[Withdraw]) -> Result<(), Error> {
    let (mut check_ins, mut alarms) = (vec![], vec![]);
    for what in what {
        match what {
            Withdraw::CheckIn(visit, id) => check_ins
                .push(json!({ "visit_id": sets::id(visit.0), "check_in_id": sets::id(id.0) })),
            Withdraw::Alarm(id) => alarms.push(id.0),
        }
    }
    if !check_ins.is_empty() {
        tx.query(WITHDRAW_CHECK_INS).rows(check_ins).execute().await?;
    }
    if !alarms.is_empty() {
        tx.query(WITHDRAW_ALARMS).ids(alarms).execute().await?;
    }
    Ok(())
}

/// In the order of their ids: see [`hold_all`].
const WITHDRAW_CHECK_INS: Sql = Sql {
    sqlite: over_rows!(
        "update messages set state = 'withdrawn' where id in (select m.id from messages m,",
        "$1",
        [visit_id: uuid, check_in_id: uuid],
        "where m.visit_id = r.visit_id and m.check_in_id = r.check_in_id
           and m.state in ('queued', 'sending'))"
    )
    .sqlite,
    postgres: over_rows!(
        "update messages set state = 'withdrawn' where id in (select m.id from messages m,",
        "$1",
        [visit_id: uuid, check_in_id: uuid],
        "where m.visit_id = r.visit_id and m.check_in_id = r.check_in_id
           and m.state in ('queued', 'sending') order by m.id for update of m)"
    )
    .postgres,
};

const WITHDRAW_ALARMS: Sql = Sql {
    sqlite: any_id!(
        "update messages set state = 'withdrawn'
         where state in ('queued', 'sending') and alarm_id in",
        "$1"
    )
    .sqlite,
    postgres: any_id!(
        "update messages set state = 'withdrawn' where id in (
           select id from messages where state in ('queued', 'sending') and alarm_id in",
        "$1",
        " order by id for update)"
    )
    .postgres,
};

/// Keeps messages from others until this unit of work ends. Two who change several messages take
/// them in the order of their ids, and so never wait in a circle.
///
/// # Errors
/// When the database refuses.
pub async fn hold_all(tx: &mut Tx, all: &[MessageId]) -> Result<(), Error> {
    if tx.is_sqlite() || all.len() < 2 {
        return Ok(());
    }
    tx.query(HOLD).ids(all.iter().map(|id| id.0)).execute().await.map(drop)
}

const HOLD: Sql = any_id!("select 1 from messages where id in", "$1", " order by id for update");
