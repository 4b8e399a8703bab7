//! Remembers. The only SQL of the house, one portable set of it.

pub mod access;
pub mod aftercare;
pub mod alarms;
pub mod audit;
pub mod channel_tests;
pub mod claims;
pub mod db;
pub mod devices;
pub mod directory;
pub mod gate;
pub mod incidents;
pub mod jobs;
pub mod links;
mod message_counts;
pub mod messages;
mod notices;
mod overdue;
pub mod people;
pub mod policy;
pub mod register;
pub mod reports;
mod rows;
pub mod sandbox;
pub mod sessions;
pub mod teams;
pub mod timeline;
pub mod vapid;
pub mod visits;
pub mod watches;

pub use db::{Db, Tx};
pub use rows::Versioned;

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
