//! Seals everything with the current key: what lies open from before, and what an old key sealed.
//! Batch by batch, while the service runs; what was done is not done again.

use std::{fmt::Display, time::Duration};

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    sql::{Record, Sql, Value as Bound},
    tables::{BY_ID, BY_NAME, Table},
};
use crate::{
    model::{
        ids::VisitId,
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{database::Db, tx::Tx},
        error::Error,
        messages::opt_outs,
        register, visits,
    },
};

/// How many rows one unit of work takes: nobody waits for more.
const BATCH: i64 = 200;
/// What somebody holds right now is tried again.
const PASSES: usize = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// Seals everything with the current key, until nothing is left.
pub(crate) async fn seal_all(db: &Db) -> Result<u64, Error> {
    let mut sealed = 0;
    for _ in 0..PASSES {
        sealed += pass(db).await?;
        if db.read::<_, Error, _>(|tx| Box::pin(left(tx))).await? == 0 {
            return Ok(sealed);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::Keys("some rows stayed in use and are not sealed yet; try again".into()))
}

async fn pass(db: &Db) -> Result<u64, Error> {
    let mut sealed = 0;
    for table in BY_ID {
        sealed += table_of(db, table, Uuid::nil()).await?;
    }
    for table in BY_NAME {
        sealed += table_of(db, table, String::new()).await?;
    }
    sealed += until_none(db, |tx| Box::pin(subjects(tx))).await?;
    sealed += until_none(db, |tx| Box::pin(silent_numbers(tx))).await?;
    sealed += until_none(db, |tx| Box::pin(visit_numbers(tx))).await?;
    Ok(sealed)
}

type Work<'t> = futures::future::BoxFuture<'t, Result<u64, Error>>;

async fn until_none(db: &Db, work: for<'t> fn(&'t mut Tx) -> Work<'t>) -> Result<u64, Error> {
    let mut sealed = 0;
    loop {
        match db.write(work).await? {
            0 => return Ok(sealed),
            some => sealed += some,
        }
    }
}

/// What a table's rows are known by.
trait RotationKey: Clone + Display + Send + Sync + for<'v> Bound<'v> + 'static {}
impl<T: Clone + Display + Send + Sync + for<'v> Bound<'v> + 'static> RotationKey for T {}

async fn table_of<K: RotationKey>(db: &Db, table: &'static Table, first: K) -> Result<u64, Error>
where
    (K, Json<Value>): Record + Send + Unpin,
{
    let (mut sealed, mut after) = (0, first);
    loop {
        let from = after.clone();
        let work = db.write::<_, Error, _>(move |tx| Box::pin(batch(tx, table, from)));
        let (some, last) = work.await?;
        sealed += some;
        match last {
            Some(last) => after = last,
            None => return Ok(sealed),
        }
    }
}

async fn batch<K: RotationKey>(
    tx: &mut Tx,
    table: &'static Table,
    after: K,
) -> Result<(u64, Option<K>), Error>
where
    (K, Json<Value>): Record + Send + Unpin,
{
    let like = sealed_like(tx);
    let statement = tx.query(table.page).bind(after).bind(like).bind(BATCH);
    let rows: Vec<(K, Json<Value>)> = statement.all().await?;
    let (mut sealed, mut last) = (0, None);
    for (key, Json(body)) in rows {
        let at = Place::new(table.name, format_args!("{key}{}", table.part));
        let mut item: Value = tx.keys().open(&at, body)?;
        if table.name == "messages" && item.get("to").is_none() {
            item["to"] = recipient(tx, key.clone()).await?.into();
        }
        let mut statement = tx.query(table.update).seal(&at, &item).bind(key.clone());
        for (column, pointer) in table.found_by {
            let value = item.pointer(pointer).and_then(Value::as_str);
            let hash = value.map(|value| statement.keys.ring.index(*column, value));
            statement = statement.bind(hash);
        }
        sealed += statement.execute().await?;
        if table.name == "register_entries" {
            let entry = serde_json::from_value(item);
            let entry = entry.map_err(|why| Error::Unreadable(why.to_string()))?;
            register::refile(tx, &entry).await?;
        }
        last = Some(key);
    }
    Ok((sealed, last))
}

/// Whom a message from before is for, which stood beside its body then.
async fn recipient<K: RotationKey>(tx: &mut Tx, id: K) -> Result<String, Error> {
    let sql = "select recipient from messages where id = $1";
    let (recipient,): (String,) = tx.query(sql).bind(id).one().await?;
    Ok(recipient)
}

/// How a body begins that the current key sealed, as `like` wants it.
fn sealed_like(tx: &Tx) -> String {
    format!("\"{}%", tx.keys().ring.mark())
}

/// How a hash begins that the current key made, as `like` wants it.
fn filed_like(tx: &Tx) -> String {
    format!("{}.%", tx.keys().ring.current())
}

/// Who accounts are to the identity provider.
async fn subjects(tx: &mut Tx) -> Result<u64, Error> {
    let filed = filed_like(tx);
    let rows: Vec<(Uuid, String, Option<Json<Value>>)> = tx
        .query(Sql {
            sqlite: "select id, subject, identity from people where subject not like $1
                order by id limit $2",
            postgres: "select id, subject, identity from people where subject not like $1
                order by id limit $2 for update skip locked",
        })
        .bind(filed)
        .bind(BATCH)
        .all()
        .await?;
    let mut sealed = 0;
    for (id, subject, identity) in rows {
        let at = Place::new("identities", id);
        let subject = match identity {
            Some(Json(body)) => tx.keys().open::<String>(&at, body)?,
            None => subject,
        };
        sealed += tx
            .query("update people set subject = $1, identity = $2 where id = $3")
            .index(Column::Subject, &subject)
            .seal(&at, &subject)
            .bind(id)
            .execute()
            .await?;
    }
    Ok(sealed)
}

/// The numbers that asked for silence.
async fn silent_numbers(tx: &mut Tx) -> Result<u64, Error> {
    let filed = filed_like(tx);
    let rows: Vec<(String, Option<Json<Value>>)> = tx
        .query("select number, body from opt_outs where number not like $1 limit $2")
        .bind(filed)
        .bind(BATCH)
        .all()
        .await?;
    let mut sealed = 0;
    for (hash, body) in rows {
        let number = match body {
            Some(Json(body)) => opt_outs::number(tx, body)?,
            None => hash.clone(),
        };
        sealed += opt_outs::file_anew(tx, &hash, &number).await?;
    }
    Ok(sealed)
}

/// The numbers that may answer for visits.
async fn visit_numbers(tx: &mut Tx) -> Result<u64, Error> {
    let filed = filed_like(tx);
    let rows: Vec<(Uuid,)> = tx
        .query("select distinct visit_id from visit_numbers where number not like $1 limit 20")
        .bind(filed)
        .all()
        .await?;
    let mut sealed = 0;
    for (id,) in rows {
        let visit = visits::lock(tx, VisitId(id)).await?.item;
        visits::forget_people(tx, visit.id).await?;
        visits::note_people(tx, &[&visit]).await?;
        sealed += 1;
    }
    Ok(sealed)
}

/// How many rows the current key did not seal or file.
async fn left(tx: &mut Tx) -> Result<i64, Error> {
    let (sealed, filed) = (sealed_like(tx), filed_like(tx));
    let mut left = 0;
    for table in BY_ID.iter().chain(BY_NAME) {
        let (n,): (i64,) = tx.query(table.left).bind(sealed.clone()).one().await?;
        left += n;
    }
    for left_of in [
        "select count(*) from people where subject not like $1",
        "select count(*) from opt_outs where number not like $1",
        "select count(*) from visit_numbers where number not like $1",
        "select count(*) from register_keys where key not like $1",
    ] {
        let (n,): (i64,) = tx.query(left_of).bind(filed.clone()).one().await?;
        left += n;
    }
    Ok(left)
}
