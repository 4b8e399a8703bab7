//! Sees that the keys are those of the database, before anything is read or written with them.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;

use super::{rotation::seal_all, sealed::random};
use crate::{
    model::privacy::{
        chain::ChainKey,
        sealing::{Closed, Place},
    },
    store::{
        db::{database::Db, tx::Tx},
        error::Error,
        people::{memberships, selections},
        privacy::chain,
    },
};

/// Its name among the settings.
pub(crate) const NAME: &str = "sealing";

/// What only the right key opens.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Lock {
    chain: ChainKey,
    /// The keys that nothing may be sealed with any more.
    retired: Vec<String>,
}

fn place() -> Place {
    Place::new("settings", NAME)
}

/// Tries the keys; seals what lies open, and files what is not filed; gives the key of the access
/// log's chain.
pub(crate) async fn unlock(db: &Db) -> Result<ChainKey, Error> {
    let chain = open(db).await?;
    memberships::file_all(db).await?;
    selections::file_all(db).await?;
    Ok(chain)
}

async fn open(db: &Db) -> Result<ChainKey, Error> {
    if let Some(lock) = db.read(|tx| Box::pin(look(tx))).await? {
        return fits(db, lock);
    }
    // All of it lies open, or nothing is there yet. The lock comes last: until then a crash leaves
    // what the next start takes up again.
    seal_all(db).await?;
    if db.read::<_, Error, _>(|tx| Box::pin(holds_something(tx))).await? {
        db.wipe().await?;
    }
    let lock = db.write::<_, Error, _>(|tx| Box::pin(begin(tx))).await?;
    fits(db, lock)
}

fn fits(db: &Db, lock: Lock) -> Result<ChainKey, Error> {
    let current = db.keys().ring.current();
    if lock.retired.iter().any(|id| id == current) {
        let why = format!("data_key ({current}) was replaced by another; give that one");
        return Err(Error::Keys(why));
    }
    Ok(lock.chain)
}

async fn look(tx: &mut Tx) -> Result<Option<Lock>, Error> {
    #[derive(sqlx::FromRow)]
    struct UnlockRow {
        body: Json<serde_json::Value>,
    }
    let found: Option<UnlockRow> =
        tx.query("select body from settings where key = $1").bind(NAME).optional().await?;
    let Some(row) = found else { return Ok(None) };
    tx.keys().open(&place(), row.body.0).map(Some).map_err(|why| match why {
        Error::Closed(Closed::Key(id)) => Error::Keys(format!(
            "the database is sealed with another data_key (its name is {id}); give that key, or add \
             it to old_data_keys when you are replacing it"
        )),
        why => why,
    })
}

async fn holds_something(tx: &mut Tx) -> Result<bool, Error> {
    let (people,): (i64,) = tx.query("select count(*) from people").one().await?;
    Ok(people > 0)
}

/// Of two that begin at the same moment the second waits here, and finds what the first wrote.
async fn begin(tx: &mut Tx) -> Result<Lock, Error> {
    let lock = Lock { chain: ChainKey::new(random()?), retired: Vec::new() };
    let first = tx
        .query("insert into settings (key, body) values ($1, $2) on conflict (key) do nothing")
        .bind(NAME)
        .seal(&place(), &lock)
        .execute()
        .await?;
    if first == 0 {
        return look(tx).await?.ok_or(Error::NotFound);
    }
    chain::begin(tx, &lock.chain).await?;
    Ok(lock)
}

/// Locks with the current key alone: the old ones were replaced, and nothing needs them any more.
pub(crate) async fn retire(tx: &mut Tx) -> Result<(), Error> {
    let mut lock = look(tx).await?.ok_or(Error::NotFound)?;
    let old: Vec<_> = tx.keys().ring.old().map(str::to_owned).collect();
    lock.retired
        .extend(old.into_iter().filter(|id| !lock.retired.contains(id)).collect::<Vec<_>>());
    tx.query("update settings set body = $1 where key = $2")
        .seal(&place(), &lock)
        .bind(NAME)
        .execute()
        .await
        .map(drop)
}

/// Seals everything with the current key, and forgets the old ones. Gives how many rows it sealed.
///
/// # Errors
/// When the database refuses, or some rows stay in use.
pub async fn rotate(db: &Db) -> Result<u64, Error> {
    let sealed = seal_all(db).await?;
    db.write::<_, Error, _>(|tx| Box::pin(retire(tx))).await?;
    if sealed > 0 {
        db.wipe().await?;
    }
    Ok(sealed)
}
