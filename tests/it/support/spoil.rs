//! Spoils what is stored: as a newer program would write it, as a broken disk would leave it, or as
//! somebody with another key would.

use rugdekking::{
    model::{
        clock::testing::{Seeded, keyring},
        privacy::sealing::{Keyring, MasterKey, Place},
    },
    store::{Db, Error},
};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::raw::{self, Sealed};

/// How a row is spoiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    /// Each part of the body has a field that no program of today knows.
    NewerFields,
    /// The body says something else altogether.
    Garbage,
    /// The body is sealed with a key that nobody has.
    AnotherKey,
}

/// What a newer program writes beside what is known.
pub const NEWER: &str = "newerThanThis";

/// Spoils the rows of a table that are chosen; says how many.
pub async fn spoil(db: &Db, table: &str, how: Spoil, chosen: impl Fn(&Sealed) -> bool) -> usize {
    let mut rows = raw::sealed(db, table).await;
    rows.retain(chosen);
    let count = rows.len();
    let changed: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let body = spoiled(&row, how);
            (row, body)
        })
        .collect();
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            for (row, body) in changed {
                row.set(tx, Json(json!(body))).await?;
            }
            Ok(())
        })
    });
    work.await.unwrap();
    count
}

fn spoiled(row: &Sealed, how: Spoil) -> String {
    let plain = match how {
        Spoil::NewerFields => newer(row.plain.clone()),
        Spoil::Garbage => json!([{ "this": "is nothing" }]),
        Spoil::AnotherKey => row.plain.clone(),
    };
    let ring = match how {
        Spoil::AnotherKey => Keyring::new(&MasterKey::generate(&Seeded::new(4711)), &[]),
        _ => keyring(),
    };
    seal(&ring, &row.place(), &plain)
}

fn seal(ring: &Keyring, at: &Place, plain: &Value) -> String {
    ring.seal(at, plain.to_string().as_bytes(), rand::random()).unwrap()
}

/// The same with a field that is not known, in it and in every part of it.
pub fn newer(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, newer(value)));
            let more = (NEWER.to_owned(), json!({ "since": 2031 }));
            Value::Object(fields.chain([more]).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(newer).collect()),
        other => other,
    }
}
