//! Removes what has been kept long enough, a small batch at a time, so that a watch never waits
//! behind it. What is decided item by item goes on after the last one seen.

mod care;
mod holds;
mod loose;
mod positions;
pub mod runs;
mod watch;

use uuid::Uuid;

use super::{Error, Tx};
use crate::model::retention::{Count, Kind, Terms};

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
    fn of(ids: &[Id], count: Count, limit: i64) -> Self {
        let full = i64::try_from(ids.len()).is_ok_and(|n| n >= limit);
        Self { count, last: ids.last().filter(|_| full).map(|found| found.id) }
    }

    /// Rows that were removed without looking at each.
    fn bulk(removed: u64, limit: i64) -> Self {
        let full = i64::try_from(removed).is_ok_and(|n| n >= limit);
        Self { count: Count { removed, ..Count::default() }, last: full.then_some(Uuid::nil()) }
    }
}

#[derive(sqlx::FromRow)]
struct Id {
    id: Uuid,
}

/// Looks at the next items of a kind, and removes those whose term is over.
///
/// # Errors
/// When the database refuses; then nothing of this batch was removed.
pub async fn batch(
    tx: &mut Tx,
    kind: Kind,
    terms: &Terms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    match kind {
        Kind::Positions => positions::batch(tx, terms, after, limit).await,
        Kind::Visits => watch::visits(tx, terms, after, limit).await,
        Kind::Drills => watch::drills(tx, terms, after, limit).await,
        Kind::Incidents => care::incidents(tx, terms, after, limit).await,
        Kind::Measures => care::measures(tx, terms, after, limit).await,
        Kind::Checks => loose::checks(tx, terms, limit).await,
        Kind::AccessLog => loose::access_log(tx, terms).await,
        Kind::Messages => loose::messages(tx, terms, limit).await,
        Kind::Answers => loose::answers(tx, terms, limit).await,
    }
}

/// No item that was made since then has an id before this one: ids are in the order of time.
fn before_all_of(terms: &Terms, kind: Kind) -> Uuid {
    // A cutoff may be some days late, where months are not of one length.
    let made = terms.cutoff(kind) + chrono::TimeDelta::days(4);
    let millis = u64::try_from(made.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Forgets the answers that are kept to repeat them, about this visit, incident or measure.
async fn forget_answers(tx: &mut Tx, about: Uuid) -> Result<(), Error> {
    tx.query("delete from idempotency where subject = $1").bind(about).execute().await.map(drop)
}
