//! Takes positions out of alarms that are over, and out of the answers that told them; all else of
//! the alarm stays.

use sqlx::types::Json;
use uuid::Uuid;

use super::{
    super::{Error, Tx, alarms, rows, visits},
    Batch, Id,
};
use crate::model::{
    alarms::Alarm,
    ids::AlarmId,
    retention::{Count, Holds, Kind, Terms, Verdict, without_positions},
};

/// The next alarms with a position.
pub(super) async fn batch(
    tx: &mut Tx,
    terms: &Terms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    let ids: Vec<Id> = tx
        .query(
            "select id from alarms where has_position and id > $1 and opened_at <= $2
             order by id limit $3",
        )
        .bind(after)
        .bind(terms.cutoff(Kind::Positions))
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(forget(tx, AlarmId(found.id), terms).await?);
    }
    Ok(Batch::of(&ids, count, limit))
}

/// Whoever changes an alarm holds its visit first.
async fn forget(tx: &mut Tx, id: AlarmId, terms: &Terms) -> Result<Verdict, Error> {
    let visit = alarms::visit_of(tx, id).await?;
    if let Some(visit) = visit
        && visits::try_lock(tx, visit).await?.is_none()
    {
        return Ok(Verdict::Keep(None));
    }
    let mut alarm: Alarm = alarms::lock(tx, id).await?.item;
    if alarm.position.is_none() {
        save(tx, &alarm).await?;
        return Ok(Verdict::Keep(None));
    }
    let holds = Holds { alarm_open: !alarm.is_closed(), ..Holds::default() };
    let verdict = terms.verdict(Kind::Positions, Some(alarm.opened_at), holds);
    if verdict == Verdict::Remove {
        alarm.position = None;
        save(tx, &alarm).await?;
        for about in [Some(id.0), visit.map(|v| v.0)].into_iter().flatten() {
            strip_answers(tx, about).await?;
        }
    }
    Ok(verdict)
}

/// Without a new version: no screen shows anything else for it, and none is to move.
async fn save(tx: &mut Tx, alarm: &Alarm) -> Result<(), Error> {
    tx.query("update alarms set has_position = false, body = $1 where id = $2")
        .bind(rows::body(alarm))
        .bind(alarm.id.0)
        .execute()
        .await
        .map(drop)
}

#[derive(sqlx::FromRow)]
struct Answer {
    scope: String,
    key: String,
    body: Json<serde_json::Value>,
}

async fn strip_answers(tx: &mut Tx, about: Uuid) -> Result<(), Error> {
    let answers: Vec<Answer> = tx
        .query("select scope, key, body from idempotency where subject = $1")
        .bind(about)
        .all()
        .await?;
    for Answer { scope, key, body } in answers {
        let body = without_positions(rows::read(body.0)?);
        tx.query("update idempotency set body = $1 where scope = $2 and key = $3")
            .bind(rows::body(&body))
            .bind(scope)
            .bind(key)
            .execute()
            .await?;
    }
    Ok(())
}
