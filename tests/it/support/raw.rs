//! Looks into the tables themselves: what is left of something, wherever it may stand.

use rugdekking::store::{Db, Error};

#[derive(sqlx::FromRow)]
struct Name {
    name: String,
}

#[derive(sqlx::FromRow)]
struct Count {
    n: i64,
}

/// The tables in which any column of any row tells this id.
pub async fn tables_with(db: &Db, id: &str) -> Vec<String> {
    let mut found = vec![];
    for table in names(db, TABLES.0, TABLES.1, "").await {
        let (sqlite, postgres) = (told_in(db, &table, id).await, in_text(&table, id));
        let count: Result<Count, Error> = db
            .read(move |tx| {
                Box::pin(async move {
                    tx.query(rugdekking::store::db::Sql { sqlite, postgres }).one().await
                })
            })
            .await;
        if count.unwrap().n > 0 {
            found.push(table);
        }
    }
    found
}

const TABLES: (&str, &str) = (
    "select name from sqlite_master where type = 'table' and $1 = '' order by name",
    "select tablename::text as name from pg_tables where schemaname = 'public' and $1 = ''
     order by 1",
);
const COLUMNS: &str = "select name from pragma_table_info($1)";

async fn names(db: &Db, sqlite: &'static str, postgres: &'static str, of: &str) -> Vec<String> {
    let of = of.to_owned();
    let names: Result<Vec<Name>, Error> = db
        .read(move |tx| {
            Box::pin(async move {
                tx.query(rugdekking::store::db::Sql { sqlite, postgres }).bind(of).all().await
            })
        })
        .await;
    names.unwrap().into_iter().map(|found| found.name).collect()
}

async fn told_in(db: &Db, table: &str, id: &str) -> &'static str {
    let Db::Sqlite { .. } = db else { return "" };
    let hex = id.replace('-', "").to_uppercase();
    let columns = names(db, COLUMNS, "", table).await;
    let told = columns
        .iter()
        .map(|c| format!("cast(\"{c}\" as text) like '%{id}%' or hex(\"{c}\") like '%{hex}%'"));
    let told = told.collect::<Vec<_>>().join(" or ");
    format!("select count(*) as n from \"{table}\" where {told}").leak()
}

fn in_text(table: &str, id: &str) -> &'static str {
    format!("select count(*) as n from \"{table}\" as t where t::text like '%{id}%'").leak()
}
