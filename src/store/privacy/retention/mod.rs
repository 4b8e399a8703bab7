//! Removes what has been kept long enough, a small batch at a time, so that a watch never waits
//! behind it. What is decided item by item goes on after the last one seen.

mod batch;
mod care;
mod holds;
mod loose;
mod positions;
pub mod runs;
mod watch;

use uuid::Uuid;

pub use self::batch::Batch;
use crate::{
    model::privacy::retention::{RetentionKind, RetentionTerms},
    store::{db::tx::Tx, error::Error},
};

/// Looks at the next items of a kind, and removes those whose term is over.
///
/// # Errors
/// When the database refuses; then nothing of this batch was removed.
pub async fn batch(
    tx: &mut Tx,
    kind: RetentionKind,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    match kind {
        RetentionKind::Positions => positions::batch(tx, terms, after, limit).await,
        RetentionKind::Visits => watch::visits(tx, terms, after, limit).await,
        RetentionKind::Drills => watch::drills(tx, terms, after, limit).await,
        RetentionKind::Incidents => care::incidents(tx, terms, after, limit).await,
        RetentionKind::Measures => care::measures(tx, terms, after, limit).await,
        RetentionKind::Checks => loose::checks(tx, terms, limit).await,
        RetentionKind::AccessLog => loose::access_log(tx, terms).await,
        RetentionKind::Messages => loose::messages(tx, terms, limit).await,
        RetentionKind::Answers => loose::answers(tx, terms, limit).await,
    }
}
