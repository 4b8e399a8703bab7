//! Removes incidents with their affairs and aftercare, and measures with the keys by which they
//! are found.

use uuid::Uuid;

use crate::{
    model::{
        ids::{EntryId, IncidentId},
        privacy::retention::{Count, RetentionKind, RetentionTerms, Verdict, incident_closed},
        register::Entry,
    },
    store::{
        db::{sql::Sql, tx::Tx},
        error::Error,
        incidents::{self, letters},
        integrations::outgoing,
        jobs::{self, JobKind},
        privacy::retention::{
            batch::{Batch, IdRow, before_all_of, forget_answers, or_keep},
            holds,
        },
    },
};

/// The next incidents that are closed.
pub(crate) async fn incidents(
    tx: &mut Tx,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    let ids: Vec<IdRow> = tx
        .query(
            "select id from incidents
             where stage = 'closed' and id > $1 and id < $2 order by id limit $3",
        )
        .bind(after)
        .bind(before_all_of(terms, RetentionKind::Incidents))
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(or_keep(incident(tx, IncidentId(found.id), terms).await)?);
    }
    Ok(Batch::of(&ids, count, limit))
}

async fn incident(tx: &mut Tx, id: IncidentId, terms: &RetentionTerms) -> Result<Verdict, Error> {
    let Some(found) = incidents::try_lock(tx, id).await? else { return Ok(Verdict::Keep(None)) };
    let holds = holds::of_incident(tx, &found.item, terms).await?;
    let verdict = terms.verdict(RetentionKind::Incidents, incident_closed(&found.item), holds);
    if verdict == Verdict::Remove {
        remove_incident(tx, id).await?;
    }
    Ok(verdict)
}

async fn remove_incident(tx: &mut Tx, id: IncidentId) -> Result<(), Error> {
    let cares: Vec<IdRow> =
        tx.query("select id from aftercare where incident_id = $1").bind(id.0).all().await?;
    for care in cares {
        jobs::set(tx, JobKind::Care, care.id, None).await?;
        forget_answers(tx, care.id).await?;
    }
    for table in [
        "delete from aftercare where incident_id = $1",
        "delete from incident_affairs where incident_id = $1",
    ] {
        tx.query(table).bind(id.0).execute().await?;
    }
    outgoing::forget(tx, id.0).await?;
    jobs::set(tx, JobKind::Incident, id.0, None).await?;
    forget_answers(tx, id.0).await?;
    tx.query("delete from incidents where id = $1").bind(id.0).execute().await.map(drop)
}

/// The next measures whose term is over, or that were withdrawn.
pub(crate) async fn measures(
    tx: &mut Tx,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    let today = terms.now.with_timezone(&terms.zone).date_naive();
    let ids: Vec<IdRow> = tx
        .query(
            "select id from register_entries
             where (status = 'withdrawn' or ends_on < $1) and id > $2 order by id limit $3",
        )
        .bind(today)
        .bind(after)
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(or_keep(measure(tx, EntryId(found.id), terms).await)?);
    }
    Ok(Batch::of(&ids, count, limit))
}

const LOCK: Sql = Sql {
    sqlite: "select id, version, body from register_entries where id = $1",
    postgres: "select id, version, body from register_entries where id = $1
        for update skip locked",
};

async fn measure(tx: &mut Tx, id: EntryId, terms: &RetentionTerms) -> Result<Verdict, Error> {
    let found = tx.query(LOCK).bind(id.0).maybe::<Entry>("register_entries").await?;
    let Some(entry) = found.map(|found| found.item) else { return Ok(Verdict::Keep(None)) };
    let holds = holds::of_entry(tx, &entry).await?;
    let verdict = terms.verdict(RetentionKind::Measures, terms.over_since(&entry), holds);
    if verdict == Verdict::Remove {
        tx.query("delete from register_keys where entry_id = $1").bind(id.0).execute().await?;
        letters::forget(tx, id).await?;
        outgoing::forget(tx, id.0).await?;
        jobs::set(tx, JobKind::Measure, id.0, None).await?;
        forget_answers(tx, id.0).await?;
        tx.query("delete from register_entries where id = $1").bind(id.0).execute().await?;
    }
    Ok(verdict)
}
