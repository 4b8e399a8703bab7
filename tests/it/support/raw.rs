//! Looks at a database as somebody who has its file, or a dump of it, and no key.

use std::fs;

use rugdekking::{
    model::{clock::testing::keyring, privacy::sealing::Place},
    store::{Db, Error, Tx},
};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

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
                if key_of(tx, &table).await?.is_none() {
                    continue;
                }
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
    tx.query(leaked(&sql)).all().await
}

/// Those whose rows are known by a text.
const BY_NAME: [&str; 8] = [
    "organisation",
    "policy",
    "sign_ins",
    "idempotency",
    "links",
    "access_chain",
    "settings",
    "report_tallies",
];

/// Every row as text, with what lies sealed in it opened.
pub async fn opened(db: &Db) -> String {
    let bodies = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let mut rows = vec![];
            for table in tables(tx).await? {
                rows.extend(bodies(tx, &table).await?);
            }
            Ok(rows.concat())
        })
    });
    format!("{}{}", dump(db).await, bodies.await.unwrap()).to_lowercase()
}

async fn bodies(tx: &mut Tx, table: &str) -> Result<Vec<String>, Error> {
    let rows = sealed_in(tx, table).await?;
    let line = |row: Result<Sealed, String>| {
        let row = row.unwrap_or_else(|why| panic!("{table}: {why}"));
        format!("{table}: {}\n", row.plain)
    };
    Ok(rows.into_iter().map(line).collect())
}

/// A row with a sealed body, opened.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub table: &'static str,
    pub key: String,
    pub part: String,
    pub plain: Value,
}

impl Sealed {
    pub fn place(&self) -> Place {
        Place::new(self.table, format!("{}{}", self.key, self.part))
    }

    /// Gives the row another body.
    pub async fn set(&self, tx: &mut Tx, body: Json<Value>) -> Result<u64, Error> {
        let Self { table, part, .. } = self;
        let key = key_of(tx, table).await?.unwrap();
        let kind = part.strip_prefix('/').map(|kind| format!(" and kind = '{kind}'"));
        let kind = kind.unwrap_or_default();
        let sql = leaked(&format!("update {table} set body = $1 where {key} = $2{kind}"));
        let statement = tx.query(sql).bind(body);
        match self.key.parse::<Uuid>() {
            Ok(id) if !BY_NAME.contains(table) => statement.bind(id).execute().await,
            _ => statement.bind(self.key.clone()).execute().await,
        }
    }
}

/// Every row of a table with a sealed body that opens.
pub async fn sealed(db: &Db, table: &str) -> Vec<Sealed> {
    let table = leaked(table);
    let work = db.read::<_, Error, _>(move |tx| Box::pin(sealed_in(tx, table)));
    work.await.unwrap().into_iter().filter_map(Result::ok).collect()
}

/// Every table with a sealed body.
pub async fn sealed_tables(db: &Db) -> Vec<&'static str> {
    let work = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let mut found = vec![];
            for table in tables(tx).await? {
                if key_of(tx, &table).await?.is_some() {
                    found.push(leaked(&table));
                }
            }
            Ok(found)
        })
    });
    work.await.unwrap()
}

async fn sealed_in(tx: &mut Tx, table: &str) -> Result<Vec<Result<Sealed, String>>, Error> {
    let table = leaked(table);
    let Some(key) = key_of(tx, table).await? else { return Ok(vec![]) };
    let kind = if table == "incident_affairs" { "'/' || kind" } else { "''" };
    let sql = format!("select {key}, {kind}, body from {table} where body is not null");
    let rows: Vec<(String, String, Json<Value>)> = if BY_NAME.contains(&table) {
        ask(tx, sql).await?
    } else {
        let rows: Vec<(Uuid, String, Json<Value>)> = ask(tx, sql).await?;
        rows.into_iter().map(|(key, part, body)| (key.to_string(), part, body)).collect()
    };
    let open = |(key, part, Json(body)): (String, String, Json<Value>)| {
        let mut row = Sealed { table, key, part, plain: body };
        if let Value::String(sealed) = &row.plain {
            let plain = keyring().open(&row.place(), sealed).map_err(|why| why.to_string())?;
            row.plain = serde_json::from_slice(&plain).unwrap();
        }
        Ok(row)
    };
    Ok(rows.into_iter().map(open).collect())
}

/// The column that a row with a sealed body is known by.
async fn key_of(tx: &mut Tx, table: &str) -> Result<Option<&'static str>, Error> {
    let sql = if tx.is_sqlite() {
        format!("select name from pragma_table_info('{table}')")
    } else {
        format!(
            "select column_name::text from information_schema.columns where table_name = '{table}'"
        )
    };
    let columns: Vec<(String,)> = ask(tx, sql).await?;
    let has = |name: &str| columns.iter().any(|(column,)| column == name);
    let keys = [
        "id",
        "line_id",
        "state_hash",
        "token_hash",
        "key",
        "incident_id",
        "entry_id",
        "person_id",
    ];
    Ok(keys.into_iter().find(|key| has("body") && has(key)))
}

fn leaked(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// The tables in which any row tells this id, sealed or not.
pub async fn tables_with(db: &Db, id: &str) -> Vec<String> {
    let hex = id.replace('-', "").to_lowercase();
    let rows = opened(db).await;
    let told = rows.lines().filter(|row| row.contains(id) || row.contains(&hex));
    let mut found: Vec<_> =
        told.filter_map(|row| row.split(':').next()).map(String::from).collect();
    found.sort();
    found.dedup();
    found
}
