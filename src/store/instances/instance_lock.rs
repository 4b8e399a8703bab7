//! Keeps a second engine away from a SQLite file, which belongs to one process.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    str::FromStr as _,
};

use sqlx::sqlite::SqliteConnectOptions;

use crate::store::{db::pool::is_postgres, error::Error};

/// Proof that nobody else watches with this database, for as long as it is kept. The system takes
/// it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Sole {
    _lock: Option<File>,
}

impl Sole {
    /// Keeps others away from the database at `url`. Many may share a PostgreSQL.
    ///
    /// # Errors
    /// [`Error::InUse`] when somebody else watches with it, or nobody can tell.
    pub fn take(url: &str) -> Result<Self, Error> {
        if is_postgres(url) {
            return Ok(Self { _lock: None });
        }
        let database = SqliteConnectOptions::from_str(url)?.get_filename().to_owned();
        let beside = beside(&database);
        let refused = |why: String| Error::InUse(format!("{}: {why}", database.display()));
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(|why| refused(format!("{} cannot be opened: {why}", beside.display())))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: Some(lock) }),
            Err(TryLockError::WouldBlock) => Err(refused(
                "another rugdekking watches with it. A SQLite file belongs to one process: stop \
                 the other, or use PostgreSQL for several"
                    .into(),
            )),
            Err(TryLockError::Error(why)) => {
                Err(refused(format!("{} cannot be locked: {why}", beside.display())))
            }
        }
    }
}

/// The lock's own file: SQLite would lose its locks on the database if we opened and closed that.
/// One database has one lock, by whatever link it is reached.
fn beside(database: &Path) -> PathBuf {
    let mut name = database.canonicalize().unwrap_or_else(|_| database.to_owned()).into_os_string();
    name.push("-lock");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_has_one_master_by_whatever_name() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.sqlite");
        std::fs::write(&file, "").unwrap();
        let link = dir.path().join("b.sqlite");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let url = |path: &Path| format!("sqlite://{}", path.display());
        let first = Sole::take(&url(&file)).unwrap();
        for path in [&file, &link] {
            let refused = Sole::take(&url(path)).unwrap_err().to_string();
            assert!(refused.contains("another rugdekking watches with it"), "{refused}");
        }
        drop(first);
        Sole::take(&url(&link)).unwrap();
    }

    #[test]
    fn many_share_a_postgresql() {
        let url = "postgres://a@b/c";
        let (_one, _two) = (Sole::take(url).unwrap(), Sole::take(url).unwrap());
    }
}
