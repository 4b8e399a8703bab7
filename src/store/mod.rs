//! Remembers. The only SQL of the house, one portable set of it.

pub mod access;
pub mod aftercare;
pub mod alarms;
pub mod audit;
mod chain;
pub mod channel_tests;
pub mod claims;
pub mod db;
pub mod devices;
pub mod directory;
pub mod gate;
pub mod held;
pub mod imports;
pub mod incidents;
pub mod jobs;
pub mod letters;
pub mod links;
mod message_counts;
pub mod messages;
mod notices;
mod opt_outs;
mod overdue;
pub mod people;
pub mod policy;
pub mod register;
pub mod reports;
pub mod requests;
pub mod retention;
mod rotation;
mod rows;
pub mod sandbox;
mod sealed;
pub mod sessions;
mod tables;
pub mod teams;
pub mod timeline;
mod unlock;
pub mod vapid;
pub mod visits;
pub mod watches;

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
}

impl Error {
    /// Whether the database itself cannot be reached: nothing else would fare better.
    pub fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Database(
                sqlx::Error::Io(_)
                    | sqlx::Error::Tls(_)
                    | sqlx::Error::PoolTimedOut
                    | sqlx::Error::PoolClosed
                    | sqlx::Error::WorkerCrashed
            )
        )
    }
}
