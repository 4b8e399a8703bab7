//! Remembers visits: the whole in a body, with columns for what is looked up.

pub mod audit;
pub mod link_codes;
pub mod links;
pub mod reports;
pub mod timeline;
pub mod visit_lists;
pub mod watches;

use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::VisitId,
        phone::Phone,
        privacy::sealing::{Column, Place},
        visits::Visit,
    },
    store::{
        db::{
            rows::{self, Versioned},
            sealed::any_of,
            sets::{self, any_id, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// Writes a new visit with the numbers and people that may answer for it.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &mut Tx, visit: &Visit, now: Instant) -> Result<(), Error> {
    insert_all(tx, &[visit], now).await
}

/// Writes new visits, in as few statements as for one of them.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all(tx: &mut Tx, all: &[&Visit], now: Instant) -> Result<(), Error> {
    let keys = tx.keys();
    let row = |visit: &&Visit| {
        Ok(json!({
            "id": sets::id(visit.id.0),
            "team_id": sets::id(visit.team.0),
            "worker_id": sets::id(visit.worker.id.0),
            "status": visit.status().name(),
            "starts_at": sets::at(visit.plan.starts_at),
            "alarm_id": visit.alarm.map(|a| sets::id(a.0)),
            "body": keys.seal(&Place::new("visits", visit.id), visit)?,
        }))
    };
    let rows = all.iter().map(row).collect::<Result<_, Error>>()?;
    tx.query(INSERT).rows(rows).bind(now).execute().await?;
    note_people(tx, all).await
}

const INSERT: Sql = over_rows!(
    "insert into visits
       (id, team_id, worker_id, status, starts_at, updated_at, alarm_id, version, body)
     select r.id, r.team_id, r.worker_id, r.status, r.starts_at, $2, r.alarm_id, 1, r.body from",
    "$1",
    [id: uuid, team_id: uuid, worker_id: uuid, status: text, starts_at: timestamptz,
     alarm_id: uuid, body: jsonb]
);

/// Loads a visit and keeps others from changing it until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: VisitId) -> Result<Versioned<Visit>, Error> {
    tx.query(Sql {
        sqlite: "select id, version, body from visits where id = $1",
        postgres: "select id, version, body from visits where id = $1 for update",
    })
    .bind(id.0)
    .item("visits")
    .await
}

/// The same, without waiting: nothing when somebody else holds it right now. For whoever holds
/// other rows already, and must not wait in a circle.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn try_lock(tx: &mut Tx, id: VisitId) -> Result<Option<Versioned<Visit>>, Error> {
    let found = tx
        .query(Sql {
            sqlite: "select id, version, body from visits where id = $1",
            postgres: "select id, version, body from visits where id = $1 for update skip locked",
        })
        .bind(id.0)
        .maybe("visits")
        .await?;
    match found {
        Some(found) => Ok(Some(found)),
        None => load(tx, id).await.map(|_| None),
    }
}

/// Loads a visit to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: VisitId) -> Result<Versioned<Visit>, Error> {
    tx.query("select id, version, body from visits where id = $1").bind(id.0).item("visits").await
}

/// Those of these visits that nobody else holds right now, kept from others until this unit of work
/// ends; in no order. Nobody is waited for, as by [`try_lock`].
///
/// # Errors
/// When the database refuses, or one of them cannot be read.
pub async fn try_lock_all(
    tx: &mut Tx,
    ids: impl IntoIterator<Item = VisitId>,
) -> Result<Vec<Versioned<Visit>>, Error> {
    tx.query(TRY_LOCK_ALL).ids(ids.into_iter().map(|id| id.0)).all_items("visits").await
}

const TRY_LOCK_ALL: Sql = Sql {
    sqlite: any_id!("select id, version, body from visits where id in", "$1").sqlite,
    postgres: any_id!(
        "select id, version, body from visits where id in",
        "$1",
        " order by id for update skip locked"
    )
    .postgres,
};

/// Changes a visit that is still at `version`; answers with its new version.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, visit: &Visit, version: i64, now: Instant) -> Result<i64, Error> {
    save_all(tx, &[(visit, version)], now).await?;
    Ok(version + 1)
}

/// Changes visits, each of which is still at its version.
///
/// # Errors
/// [`Error::Stale`] when one of them is not.
pub async fn save_all(tx: &mut Tx, all: &[(&Visit, i64)], now: Instant) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |(visit, version): &(&Visit, i64)| {
        Ok(json!({
            "id": sets::id(visit.id.0),
            "version": version,
            "status": visit.status().name(),
            "starts_at": sets::at(visit.plan.starts_at),
            "alarm_id": visit.alarm.map(|a| sets::id(a.0)),
            "body": keys.seal(&Place::new("visits", visit.id), visit)?,
        }))
    };
    let rows = all.iter().map(row).collect::<Result<Vec<_>, Error>>()?;
    let (all, mut changed) = (all.len() as u64, 0);
    if tx.is_sqlite() {
        changed = tx.query(SAVE_IN_PLACE).rows(rows.clone()).bind(now).execute().await?;
    }
    if changed < all {
        changed += tx.query(SAVE).rows(rows).bind(now).execute().await?;
    }
    if changed == all { Ok(()) } else { Err(Error::Stale) }
}

/// Those that stay where they are filed, as most do. SQLite files a row anew in each index that has a
/// column which is set, though it be set to what it was.
const SAVE_IN_PLACE: Sql = over_rows!(
    "update visits set updated_at = $2, alarm_id = r.alarm_id, version = visits.version + 1,
       body = r.body
     from",
    "$1",
    [id: uuid, version: bigint, status: text, starts_at: timestamptz, alarm_id: uuid,
     body: jsonb],
    "where visits.id = r.id and visits.version = r.version and visits.status = r.status
       and visits.starts_at = r.starts_at"
);

const SAVE: Sql = over_rows!(
    "update visits set status = r.status, starts_at = r.starts_at, updated_at = $2,
       alarm_id = r.alarm_id, version = visits.version + 1, body = r.body
     from",
    "$1",
    [id: uuid, version: bigint, status: text, starts_at: timestamptz, alarm_id: uuid,
     body: jsonb],
    "where visits.id = r.id and visits.version = r.version"
);

/// Notes that a visit's silent alarm is over: no version, no change that a screen could show. The
/// worker's phone must not move when somebody closes what it never showed.
///
/// # Errors
/// [`Error::Stale`] when the visit is not at `version`.
pub async fn save_unseen(tx: &mut Tx, visit: &Visit, version: i64) -> Result<i64, Error> {
    tx.query("update visits set alarm_id = $1, body = $2 where id = $3 and version = $4")
        .bind(visit.alarm.map(|a| a.0))
        .seal(&Place::new("visits", visit.id), visit)
        .bind(visit.id.0)
        .bind(version)
        .execute()
        .await
        .and_then(rows::changed)?;
    Ok(version)
}

/// The visits of this number that ended since then.
///
/// # Errors
/// When the database refuses.
pub async fn ended_of(tx: &mut Tx, number: &Phone, since: Instant) -> Result<Vec<VisitId>, Error> {
    let found: Vec<(Uuid,)> = tx
        .query(any_of!(
            "select distinct visit_id from visit_numbers where number in",
            "$1",
            " and exists (select 1 from visits where visits.id = visit_id
               and status = 'ended' and updated_at >= $2)
             order by visit_id"
        ))
        .any_index(Column::VisitNumber, number.as_str())
        .bind(since)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| VisitId(id)).collect())
}

/// Notes who may answer for these visits.
///
/// # Errors
/// When the database refuses.
pub async fn note_people(tx: &mut Tx, visits: &[&Visit]) -> Result<(), Error> {
    let ring = tx.keys().ring.clone();
    let (mut numbers, mut colleagues) = (vec![], vec![]);
    for visit in visits {
        let id = sets::id(visit.id.0);
        let number = |number: &Phone| ring.index(Column::VisitNumber, number.as_str());
        // Who said not to go along may still say otherwise.
        let named = visit.plan.colleagues.iter().map(|colleague| &colleague.mobile);
        let named = std::iter::once(&visit.plan.mobile).chain(named);
        numbers.extend(named.map(|n| json!({ "number": number(n), "visit_id": id })));
        let known = visit.plan.colleagues.iter().filter_map(|c| c.person_id);
        colleagues.extend(known.map(|p| json!({ "person_id": sets::id(p.0), "visit_id": id })));
    }
    if !numbers.is_empty() {
        tx.query(NOTE_NUMBERS).rows(numbers).execute().await?;
    }
    if !colleagues.is_empty() {
        tx.query(NOTE_COLLEAGUES).rows(colleagues).execute().await?;
    }
    Ok(())
}

const NOTE_NUMBERS: Sql = over_rows!(
    "insert into visit_numbers (number, visit_id) select r.number, r.visit_id from",
    "$1",
    [number: text, visit_id: uuid],
    "where true on conflict do nothing"
);

const NOTE_COLLEAGUES: Sql = over_rows!(
    "insert into visit_colleagues (person_id, visit_id) select r.person_id, r.visit_id from",
    "$1",
    [person_id: uuid, visit_id: uuid],
    "where true on conflict do nothing"
);

/// Forgets who may answer for a visit.
///
/// # Errors
/// When the database refuses.
pub async fn forget_people(tx: &mut Tx, id: VisitId) -> Result<(), Error> {
    tx.query("delete from visit_numbers where visit_id = $1").bind(id.0).execute().await?;
    tx.query("delete from visit_colleagues where visit_id = $1")
        .bind(id.0)
        .execute()
        .await
        .map(drop)
}

/// The visits that are not over for which this number may answer.
///
/// # Errors
/// When the database refuses.
pub async fn by_number(tx: &mut Tx, number: &Phone) -> Result<Vec<VisitId>, Error> {
    #[derive(sqlx::FromRow)]
    struct FoundVisit {
        visit_id: Uuid,
    }
    let found: Vec<FoundVisit> = tx
        .query(any_of!(
            "select distinct visit_id from visit_numbers where number in",
            "$1",
            " and exists (select 1 from visits where visits.id = visit_id
               and (status in ('awaiting-approval', 'planned', 'under-way')
                    or alarm_id is not null))
             order by visit_id"
        ))
        .any_index(Column::VisitNumber, number.as_str())
        .all()
        .await?;
    Ok(found.into_iter().map(|f| VisitId(f.visit_id)).collect())
}
