//! Remembers what people have set for their calendars.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        ids::{PersonId, digest},
        integrations::calendars::Calendars,
        privacy::sealing::{Column, Place},
    },
    store::{
        db::{
            rows::{self, Versioned},
            sealed::any_of,
            sets::any_id,
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

fn place(person: PersonId) -> Place {
    Place::new("calendars", person)
}

/// What a person has set; nothing at version 0.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx, person: PersonId) -> Result<Versioned<Calendars>, Error> {
    let found = tx
        .query("select version, body from calendars where person_id = $1")
        .bind(person.0)
        .maybe_at(&place(person))
        .await?;
    Ok(found.unwrap_or_else(|| Versioned { version: 0, item: Calendars::default() }))
}

/// Those of these people who have the visits that they register mailed to them.
///
/// # Errors
/// When the database refuses, or what one of them has set cannot be read.
pub async fn mailed(tx: &mut Tx, people: &[PersonId]) -> Result<BTreeSet<PersonId>, Error> {
    let found: Vec<(Uuid, Json<Value>)> =
        tx.query(OF_ALL).ids(people.iter().map(|id| id.0)).all().await?;
    let mut mailed = BTreeSet::new();
    for (id, body) in found {
        let person = PersonId(id);
        let set = rows::readable(tx.keys().open::<Calendars>(&place(person), body.0))?;
        if set.is_some_and(|set| set.mails_visits) {
            mailed.insert(person);
        }
    }
    Ok(mailed)
}

const OF_ALL: Sql = any_id!("select person_id, body from calendars where person_id in", "$1");

/// Writes what a person has set, which is at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is at another version.
pub async fn save(
    tx: &mut Tx,
    person: PersonId,
    it: &Calendars,
    version: i64,
) -> Result<(), Error> {
    let feed = it.feed.as_ref();
    let feed = feed.map(|feed| tx.keys().ring.index(Column::CalendarFeed, &feed.digest));
    tx.query(
        "insert into calendars (person_id, feed, version, body) values ($1, $2, 1, $3)
         on conflict (person_id) do update set version = calendars.version + 1,
           feed = excluded.feed, body = excluded.body
         where calendars.version = $4",
    )
    .bind(person.0)
    .bind(feed)
    .seal(&place(person), it)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Whose feed it is that has this secret.
///
/// # Errors
/// When the database refuses.
pub async fn by_feed(tx: &mut Tx, secret: &str) -> Result<Option<PersonId>, Error> {
    let found: Option<(Uuid,)> = tx
        .query(any_of!("select person_id from calendars where feed in", "$1", ""))
        .any_index(Column::CalendarFeed, &digest(secret))
        .optional()
        .await?;
    Ok(found.map(|(id,)| PersonId(id)))
}
