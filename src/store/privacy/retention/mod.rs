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
    model::privacy::retention::{Kind, Terms},
    store::{db::tx::Tx, error::Error},
};

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
