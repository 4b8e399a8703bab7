//! A batch of what is looked at, and what all kinds do with it.

use uuid::Uuid;

use crate::{
    model::privacy::retention::{Count, RetentionKind, RetentionTerms, Verdict},
    store::{
        db::{rows, tx::Tx},
        error::Error,
    },
};

/// What came of a batch.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// How much was removed, and held back.
    pub count: Count,
    /// The last item that was looked at; nothing when there are no more.
    pub last: Option<Uuid>,
}

impl Batch {
    /// A batch of these items; fewer than were asked for are the last ones.
    pub(super) fn of(ids: &[IdRow], count: Count, limit: i64) -> Self {
        let full = i64::try_from(ids.len()).is_ok_and(|n| n >= limit);
        Self { count, last: ids.last().filter(|_| full).map(|found| found.id) }
    }

    /// Rows that were removed without looking at each.
    pub(super) fn bulk(removed: u64, limit: i64) -> Self {
        let full = i64::try_from(removed).is_ok_and(|n| n >= limit);
        Self { count: Count { removed, ..Count::default() }, last: full.then_some(Uuid::nil()) }
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct IdRow {
    pub(super) id: Uuid,
}

/// What cannot be read stays: nobody knows whether its term is over, or what it hangs on.
pub(super) fn or_keep(judged: Result<Verdict, Error>) -> Result<Verdict, Error> {
    Ok(rows::readable(judged)?.unwrap_or(Verdict::Keep(None)))
}

/// No item that was made since then has an id before this one: ids are in the order of time.
pub(super) fn before_all_of(terms: &RetentionTerms, kind: RetentionKind) -> Uuid {
    // A cutoff may be some days late, where months are not of one length.
    let made = terms.cutoff(kind) + chrono::TimeDelta::days(4);
    let millis = u64::try_from(made.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Forgets the answers that are kept to repeat them, about this visit, incident or measure.
pub(super) async fn forget_answers(tx: &mut Tx, about: Uuid) -> Result<(), Error> {
    tx.query("delete from idempotency where subject = $1").bind(about).execute().await.map(drop)
}
