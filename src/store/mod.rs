//! Remembers. The only SQL of the house, one portable set of it.

pub mod access;
pub mod aftercare;
pub mod alarms;
pub mod audit;
pub mod bell;
pub mod calendars;
pub mod calls;
mod chain;
pub mod channel_tests;
pub mod claims;
pub mod db;
pub mod deliveries;
pub mod devices;
pub mod directory;
pub mod gate;
pub mod heard;
pub mod held;
pub mod imports;
pub mod incidents;
pub mod instances;
pub mod jobs;
pub mod letters;
pub mod links;
mod message_counts;
pub mod messages;
mod notices;
mod opt_outs;
pub mod outages;
mod outbox;
pub mod outgoing;
mod overdue;
pub mod people;
pub mod policy;
mod pool;
pub mod provisioned;
pub mod push_receipts;
pub mod queue;
pub mod register;
pub mod reports;
pub mod requests;
pub mod retention;
mod rotation;
mod rows;
pub mod sandbox;
mod scribe;
mod sealed;
pub mod sessions;
mod sets;
pub mod sole;
mod tables;
pub mod teams;
pub mod timeline;
mod unlock;
pub mod vapid;
pub mod visit_lists;
pub mod visits;
pub mod watches;
pub mod webhooks;

pub use db::{Db, Tx};
pub use rotation::rotate;
pub use rows::Versioned;

use crate::model::sealing::Closed;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such row.
    #[error("no such row")]
    NotFound,
    /// The row was changed by somebody else in between.
    #[error("the row was changed in between")]
    Stale,
    /// The database cannot be reached or refused.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// What a row holds stays closed.
    #[error("what a row holds stays closed: {0}")]
    Closed(#[from] Closed),
    /// The keys are not those of the database.
    #[error("{0}")]
    Keys(String),
    /// A row holds what this version cannot read.
    #[error("row cannot be read: {0}")]
    Unreadable(String),
    /// The database belongs to somebody else.
    #[error("the database is in use: {0}")]
    InUse(String),
}

impl Error {
    /// Whether the database itself cannot do its work now: nothing else would fare better, and the
    /// same may go well once it can.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(why)) => {
                why.code().is_some_and(|code| passes(&code))
            }
            Self::Database(why) => matches!(
                why,
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::Protocol(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            ),
            _ => false,
        }
    }
}

/// Codes that are about the database's state, not about what it was asked. PostgreSQL has five
/// characters: connection (08), read-only as a standby is (25006), rolled back for the sake of
/// others (40), out of resources (53), an operator's doing such as a restart (57), the system (58).
/// SQLite has a number, of which the lowest byte is the kind: busy, locked, read-only, I/O, full,
/// cannot open.
fn passes(code: &str) -> bool {
    if code.len() == 5 {
        return code == "25006"
            || ["08", "40", "53", "57", "58"].iter().any(|c| code.starts_with(c));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14))
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn a_database_that_is_away_is_told_from_a_row_that_is_wrong() {
        for away in
            ["57P01", "57P03", "08006", "53300", "53100", "25006", "40P01", "5", "261", "10"]
        {
            assert!(passes(away), "{away}");
        }
        for wrong in ["23505", "22P02", "42703", "25P02", "1", "19", "2067", ""] {
            assert!(!passes(wrong), "{wrong}");
        }
    }
}
