//! Looks at a database as somebody who has its file, or a dump of it, and no key.

use std::fs;

use rugdekking::store::{Db, Error, Tx};

/// Everything that lies in it, in small letters.
pub async fn everything(db: &Db, url: &str) -> String {
    match url.strip_prefix("sqlite://") {
        Some(file) => ["", "-wal"].map(|part| bytes(&format!("{file}{part}"))).concat(),
        None => dump(db).await,
    }
    .to_lowercase()
}

fn bytes(file: &str) -> String {
    String::from_utf8_lossy(&fs::read(file).unwrap_or_default()).into_owned()
}

/// Every row as text.
pub async fn dump(db: &Db) -> String {
    let work = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let mut rows = vec![];
            for table in tables(tx).await? {
                let sql = if tx.is_sqlite() {
                    let columns: Vec<(String,)> = ask(
                        tx,
                        format!("select 'coalesce(quote(' || name || '), '''')' from pragma_table_info('{table}')"),
                    )
                    .await?;
                    let columns: Vec<_> = columns.into_iter().map(|(name,)| name).collect();
                    format!("select {} from {table}", columns.join(" || ' ' || "))
                } else {
                    format!("select t::text from {table} t")
                };
                let found: Vec<(String,)> = ask(tx, sql).await?;
                rows.extend(found.into_iter().map(|(row,)| format!("{table}: {row}\n")));
            }
            Ok(rows.concat())
        })
    });
    work.await.unwrap()
}

/// The tables with a sealed body that hold no row.
pub async fn empty(db: &Db) -> Vec<String> {
    let work = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let mut empty = vec![];
            for table in tables(tx).await? {
                let (rows,): (i64,) =
                    ask(tx, format!("select count(*) from {table}")).await?.remove(0);
                if rows == 0 {
                    empty.push(table);
                }
            }
            Ok(empty)
        })
    });
    work.await.unwrap()
}

async fn tables(tx: &mut Tx) -> Result<Vec<String>, Error> {
    let sql = if tx.is_sqlite() {
        "select name from sqlite_master where type = 'table' and name not like '%sqlx%' order by name"
    } else {
        "select tablename::text from pg_tables where schemaname = 'public'
         and tablename not like '%sqlx%' order by tablename"
    };
    let found: Vec<(String,)> = tx.query(sql).all().await?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

async fn ask<R: rugdekking::store::db::Record>(tx: &mut Tx, sql: String) -> Result<Vec<R>, Error> {
    let sql: &'static str = sql.leak();
    tx.query(sql).all().await
}
