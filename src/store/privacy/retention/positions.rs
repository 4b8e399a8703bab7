//! Takes positions out of alarms that are over, and out of the answers that told them; all else of
//! the alarm stays.

use uuid::Uuid;

use crate::{
    model::{
        alarms::Alarm,
        ids::AlarmId,
        privacy::{
            retention::{Count, Holds, RetentionKind, RetentionTerms, Verdict, without_positions},
            sealing::Place,
        },
    },
    store::{
        alarms,
        db::tx::Tx,
        error::Error,
        people::sessions,
        privacy::retention::batch::{Batch, IdRow, or_keep},
        visits,
    },
};

/// The next alarms with a position.
pub(crate) async fn batch(
    tx: &mut Tx,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    let ids: Vec<IdRow> = tx
        .query(
            "select id from alarms where has_position and id > $1 and opened_at <= $2
             order by id limit $3",
        )
        .bind(after)
        .bind(terms.cutoff(RetentionKind::Positions))
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(or_keep(forget(tx, AlarmId(found.id), terms).await)?);
    }
    Ok(Batch::of(&ids, count, limit))
}

/// Whoever changes an alarm holds its visit first.
async fn forget(tx: &mut Tx, id: AlarmId, terms: &RetentionTerms) -> Result<Verdict, Error> {
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
    let verdict = terms.verdict(RetentionKind::Positions, Some(alarm.opened_at), holds);
    if verdict == Verdict::Remove {
        alarm.position = None;
        save(tx, &alarm).await?;
        for about in [Some(id.0), visit.map(|v| v.0)].into_iter().flatten() {
            sessions::change_answers(tx, about, without_positions).await?;
        }
    }
    Ok(verdict)
}

/// Without a new version: no screen shows anything else for it, and none is to move.
async fn save(tx: &mut Tx, alarm: &Alarm) -> Result<(), Error> {
    tx.query("update alarms set has_position = false, body = $1 where id = $2")
        .seal(&Place::new("alarms", alarm.id), alarm)
        .bind(alarm.id.0)
        .execute()
        .await
        .map(drop)
}
