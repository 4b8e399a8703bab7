//! The doors of the database. Somebody may stand at them who holds up, refuses, or loses the answer:
//! so a simulation makes the database fail, and the service die, at every moment that matters.

use std::fmt::Debug;

use async_trait::async_trait;

use crate::store::{db::sql::Sql, error::Error};

/// Where a unit of work passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failpoint {
    /// Before it begins.
    Begin,
    /// All is written, and nothing is committed.
    Commit,
    /// It is committed, and nobody knows yet.
    Committed,
}

/// Who stands at the doors.
#[async_trait]
pub trait Failpoints: Debug + Send + Sync {
    /// Lets a unit of work pass.
    ///
    /// # Errors
    /// What the unit of work is told instead: that the database failed.
    async fn pass(&self, door: Failpoint) -> Result<(), Error>;

    /// Hears what is asked of the database.
    fn hear(&self, _sql: Sql) {}
}
