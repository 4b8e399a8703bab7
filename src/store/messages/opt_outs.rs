//! Remembers which numbers asked for silence.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;

use crate::{
    model::{
        clock::Instant,
        phone::Phone,
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{
            rows::{self, Versioned},
            sealed::any_of,
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        people::accounts,
    },
};

const REFILE: Sql =
    any_of!("update opt_outs set number = $1 where number <> $1 and number in", "$2");

#[derive(Clone, Deserialize, Serialize)]
struct OptOutBody {
    number: String,
}

/// Whether the holder of this number asked for no more texts.
///
/// # Errors
/// When the database refuses.
pub async fn opted_out(tx: &mut Tx, number: &str) -> Result<bool, Error> {
    Ok(opted_out_at(tx, number).await?.is_some())
}

/// When the holder of this number asked for no more texts.
///
/// # Errors
/// When the database refuses.
pub async fn opted_out_at(tx: &mut Tx, number: &str) -> Result<Option<Instant>, Error> {
    #[derive(sqlx::FromRow)]
    struct OptOutRow {
        at: Instant,
    }
    let found: Option<OptOutRow> = tx
        .query(any_of!("select at from opt_outs where number in", "$1"))
        .any_index(Column::OptOut, number)
        .optional()
        .await?;
    Ok(found.map(|row| row.at))
}

/// Notes that the holder of this number wants no texts, or (`None`) wants them again.
///
/// # Errors
/// When the database refuses.
pub async fn opt_out(tx: &mut Tx, number: &Phone, at: Option<Instant>) -> Result<(), Error> {
    rows::refile(tx, REFILE, Column::OptOut, number.as_str()).await?;
    let statement = match at {
        Some(at) => tx
            .query(
                "insert into opt_outs (number, at, body) values ($1, $2, $3)
                 on conflict (number) do nothing",
            )
            .index(Column::OptOut, number.as_str())
            .bind(at)
            .seal(&place(), &OptOutBody { number: number.to_string() }),
        None => tx
            .query("delete from opt_outs where number = $1")
            .index(Column::OptOut, number.as_str()),
    };
    statement.execute().await?;
    for Versioned { version, item: mut person } in accounts::by_mobile(tx, number).await? {
        if let Some(mobile) = &mut person.mobile {
            mobile.opted_out_at = at;
        }
        accounts::save(tx, &person, version).await?;
    }
    Ok(())
}

/// Which of these numbers belong to somebody who asked for no more texts.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn among(
    tx: &mut Tx,
    numbers: &BTreeSet<&str>,
) -> Result<BTreeSet<String>, Error> {
    if numbers.is_empty() {
        return Ok(BTreeSet::new());
    }
    let ring = &tx.keys().ring;
    let filed: BTreeMap<String, String> = numbers
        .iter()
        .flat_map(|n| ring.indexes(Column::OptOut, n).map(|hash| (hash, (*n).to_owned())))
        .collect();
    let hashes: Vec<_> = filed.keys().cloned().collect();
    let found: Vec<(String,)> = tx
        .query(any_of!("select number from opt_outs where number in", "$1"))
        .bind(Json(hashes))
        .all()
        .await?;
    Ok(found.into_iter().filter_map(|(hash,)| filed.get(&hash).cloned()).collect())
}

/// The number itself.
pub(crate) fn number(tx: &Tx, body: Value) -> Result<String, Error> {
    Ok(tx.keys().open::<OptOutBody>(&place(), body)?.number)
}

/// Files a number anew that was filed under `hash`.
pub(crate) async fn file_anew(tx: &mut Tx, hash: &str, number: &str) -> Result<u64, Error> {
    tx.query("update opt_outs set number = $1, body = $2 where number = $3")
        .index(Column::OptOut, number)
        .seal(&place(), &OptOutBody { number: number.to_owned() })
        .bind(hash)
        .execute()
        .await
}

/// A row here is found by nothing but its hash, which changes with the key.
fn place() -> Place {
    Place::new("opt_outs", "")
}
