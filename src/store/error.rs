//! Why the store could not do what it was asked.

use crate::model::privacy::sealing::Closed;

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
    /// Whether a row was found that this program cannot read: the same fails until somebody mends
    /// that row, and everything else goes on.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Closed(_) | Self::Unreadable(_))
    }

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
