//! The data key: where it comes from, and how it is made and replaced.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use crate::{
    app::{serve::randomness::SystemDice, trouble::StartupError},
    config::Config,
    model::privacy::sealing::MasterKey,
    store::{Db, rotate},
};

/// What can be done with keys.
#[derive(Debug, clap::Subcommand)]
pub enum KeyCommand {
    /// Make a key and print it. Keep it apart from the database: without it the data is lost.
    New,
    /// Seal everything with data_key that one of old_data_keys sealed. The service may run.
    Rotate,
}

/// Makes or replaces the data key.
///
/// # Errors
/// Why it cannot.
pub async fn keys(config: &Config, what: &KeyCommand) -> Result<(), StartupError> {
    match what {
        KeyCommand::New => {
            println!("{}", MasterKey::generate(&SystemDice::default()).write().expose())
        }
        KeyCommand::Rotate => {
            let db = open(config).await?;
            let sealed = rotate(&db).await?;
            db.close().await;
            println!("{sealed} rows were sealed anew. Nothing needs old_data_keys any more.");
        }
    }
    Ok(())
}

/// Opens the database with the configured keys.
///
/// # Errors
/// When there is no key, it is not the database's, or the database cannot be reached.
pub async fn open(config: &Config) -> Result<Db, StartupError> {
    let keys = config.keyring().ok_or("data_key: is missing")?;
    Ok(Db::open(config.database_url.expose(), keys).await?)
}

/// The configuration of a demo, which makes itself a key beside its database when it has none.
///
/// # Errors
/// When the key cannot be read or written.
pub fn for_demo(config: &Config) -> Result<Config, StartupError> {
    if config.data_key.is_some() {
        return Ok(config.clone());
    }
    let file = beside(config.database_url.expose());
    let key = read_or_make(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    Ok(Config { data_key: Some(key), ..config.clone() })
}

/// `demo.sqlite` has its key in `demo.sqlite.key`; a server's database has it in this directory.
fn beside(url: &str) -> PathBuf {
    let file = url.strip_prefix("sqlite:").map(|file| file.trim_start_matches("//"));
    let file = file.and_then(|file| file.split('?').next()).unwrap_or("rugdekking-demo");
    PathBuf::from(format!("{file}.key"))
}

fn read_or_make(file: &Path) -> Result<MasterKey, StartupError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
    match made {
        Ok(mut made) => {
            let key = MasterKey::generate(&SystemDice::default());
            writeln!(made, "{}", key.write().expose())?;
            made.sync_all()?;
            Ok(key)
        }
        Err(why) if why.kind() == ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(file)?;
            MasterKey::read(text.trim()).ok_or_else(|| "holds no data key".into())
        }
        Err(why) => Err(why.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_demo_keeps_its_key_beside_its_database() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", dir.path().join("demo.sqlite").display());
        let file = beside(&url);
        assert_eq!(file, dir.path().join("demo.sqlite.key"));
        let key = read_or_make(&file).unwrap();
        assert_eq!(read_or_make(&file).unwrap(), key, "made once");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&file, "kaas").unwrap();
        assert!(read_or_make(&file).is_err(), "never replaced");
    }
}
