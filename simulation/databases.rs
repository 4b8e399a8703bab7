//! Databases, each of one town after another: to make one takes longer than much of a day in it.

use std::cell::RefCell;

use rugdekking::{
    model::clock::testing::keyring,
    store::{Db, Error, Tx},
};

/// Those that are empty, and that nobody has.
#[derive(Debug, Default)]
pub struct Databases {
    spare: RefCell<Vec<Database>>,
}

/// A database, with what lay in it when it was made.
#[derive(Debug)]
pub struct Database {
    pub db: Db,
    clear: Vec<&'static str>,
    lock: (String, String),
    chain: (String, String),
}

impl Databases {
    /// An empty one.
    pub async fn take(&self) -> Result<Database, Error> {
        let spare = self.spare.borrow_mut().pop();
        match spare {
            Some(spare) => Ok(spare),
            None => Database::make().await,
        }
    }

    /// Empties one, for the next town. One that cannot be emptied is not used again.
    pub async fn give_back(&self, database: Database) {
        if database.empty().await.is_ok() {
            self.spare.borrow_mut().push(database);
        }
    }
}

impl Database {
    async fn make() -> Result<Self, Error> {
        let db = Db::open("sqlite::memory:", keyring()).await?;
        let found = db.read(|tx| {
            Box::pin(async move {
                let lock = tx.query("select key, body from settings").one().await?;
                let chain = tx.query("select id, body from access_chain").one().await?;
                Ok::<_, Error>((lock, chain, tables(tx).await?))
            })
        });
        let (lock, chain, tables) = found.await?;
        // What refers to others was made after them, and goes before them.
        let clear = |name: &String| &*format!("delete from {name}").leak();
        Ok(Self { db, clear: tables.iter().map(clear).collect(), lock, chain })
    }

    async fn empty(&self) -> Result<(), Error> {
        let (clear, lock, chain) = (self.clear.clone(), self.lock.clone(), self.chain.clone());
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                for table in clear {
                    tx.query(table).execute().await?;
                }
                put(tx, "insert into settings (key, body) values ($1, $2)", lock).await?;
                put(tx, "insert into access_chain (id, body) values ($1, $2)", chain).await
            })
        });
        work.await
    }
}

async fn tables(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let found: Vec<(String,)> = tx
        .query(
            "select name from sqlite_master where type = 'table' and name <> '_sqlx_migrations'
               and (name = 'sqlite_sequence' or name not like 'sqlite%') order by rowid desc",
        )
        .all()
        .await?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

async fn put(tx: &mut Tx, sql: &'static str, row: (String, String)) -> Result<(), Error> {
    tx.query(sql).bind(row.0).bind(row.1).execute().await.map(drop)
}
