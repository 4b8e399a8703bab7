//! Remembers the register of measures, and finds in it by keys alone.

pub mod imports;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        ids::EntryId,
        integrations::outgoing::Event,
        privacy::sealing::{Column, Place},
        register::{Entry, Hit, Sought, address::Address},
    },
    store::{
        db::{
            rows::{self, Versioned},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
        integrations::outgoing,
        jobs::{self, JobKind},
    },
};

/// More than this nobody can look through.
const MOST_HISTORY: i64 = 200;

const HISTORY: Sql = Sql {
    sqlite: "select id, version, body from register_entries where id in (
                 select entry_id from register_keys
                 where key in (select value from json_each($1)) and starts_on >= $2)
             order by starts_on desc limit $3",
    postgres: "select id, version, body from register_entries where id in (
                   select entry_id from register_keys
                   where key in (select jsonb_array_elements_text($1)) and starts_on >= $2)
               order by starts_on desc limit $3",
};

/// No check tells more hits of one grade than this: more would help nobody, and take time.
pub const MOST_HITS: i64 = 20;

/// Writes a new entry.
///
/// # Errors
/// [`Error::Stale`] when the id is there already.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
    tx.query(
        "insert into register_entries (id, status, starts_on, ends_on, version, body)
         values ($1, $2, $3, $4, 1, $5) on conflict (id) do nothing",
    )
    .bind(entry.id.0)
    .bind(entry.state.name())
    .bind(entry.from)
    .bind(entry.until)
    .seal(&Place::new("register_entries", entry.id), entry)
    .execute()
    .await
    .and_then(rows::changed)?;
    file(tx, entry).await
}

/// Sets when an entry next asks for attention: its review, or its end.
///
/// # Errors
/// When the database refuses.
pub async fn schedule(tx: &mut Tx, entry: &Entry, zone: Tz) -> Result<(), Error> {
    jobs::set(tx, JobKind::Measure, entry.id.0, entry.next_wake(zone)).await
}

/// The entries that somebody of this name may have had since that day: one after another is
/// looked at, for a key is not yet the same name.
///
/// # Errors
/// When the database refuses.
pub async fn history(tx: &mut Tx, keys: &[String], since: NaiveDate) -> Result<Vec<Entry>, Error> {
    let hashes = hashes(tx, keys);
    let statement = tx.query(HISTORY).bind(Json(hashes)).bind(since).bind(MOST_HISTORY);
    let found = statement.all_items::<Entry>("register_entries").await?;
    Ok(found.into_iter().map(|entry| entry.item).collect())
}

/// Changes an entry that is still at `version`, and files it anew.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, entry: &Entry, version: i64) -> Result<(), Error> {
    let before: Option<(String,)> = tx
        .query("select status from register_entries where id = $1")
        .bind(entry.id.0)
        .optional()
        .await?;
    tx.query(
        "update register_entries
         set status = $1, starts_on = $2, ends_on = $3, version = version + 1, body = $4
         where id = $5 and version = $6",
    )
    .bind(entry.state.name())
    .bind(entry.from)
    .bind(entry.until)
    .seal(&Place::new("register_entries", entry.id), entry)
    .bind(entry.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    let event = before.and_then(|(before,)| Event::of_measure(&before, entry));
    outgoing::note(tx, event.as_slice()).await?;
    refile(tx, entry).await
}

/// Every hash under which an entry with one of these keys may be filed.
fn hashes(tx: &Tx, keys: &[String]) -> Vec<String> {
    let ring = &tx.keys().ring;
    keys.iter().flat_map(|key| ring.indexes(Column::RegisterKey, key)).collect()
}

/// Files an entry under its keys anew; one that does not count has none.
pub(super) async fn refile(tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
    tx.query("delete from register_keys where entry_id = $1").bind(entry.id.0).execute().await?;
    file(tx, entry).await
}

async fn file(tx: &mut Tx, entry: &Entry) -> Result<(), Error> {
    let ring = &tx.keys().ring;
    let keys: Vec<_> =
        entry.keys().iter().map(|key| ring.index(Column::RegisterKey, key)).collect();
    if keys.is_empty() {
        return Ok(());
    }
    tx.query(Sql {
        sqlite: "insert into register_keys (key, ends_on, starts_on, entry_id)
                 select value, $2, $3, $4 from json_each($1)",
        postgres: "insert into register_keys (key, ends_on, starts_on, entry_id)
                   select value, $2, $3, $4 from jsonb_array_elements_text($1) as value",
    })
    .bind(Json(&keys))
    .bind(entry.until)
    .bind(entry.from)
    .bind(entry.id.0)
    .execute()
    .await
    .map(drop)
}

/// The entry.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: EntryId) -> Result<Versioned<Entry>, Error> {
    tx.query("select id, version, body from register_entries where id = $1")
        .bind(id.0)
        .item("register_entries")
        .await
}

/// A page of entries, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, Error> {
    let limit = rows::fetch(tx, "register_entries", limit);
    tx.query(
        "select id, version, body from register_entries where id < $1 order by id desc limit $2",
    )
    .bind(before.map_or(Uuid::max(), |id| id.0))
    .bind(limit)
    .items("register_entries")
    .await
}

/// A page of the entries that were neither withdrawn nor have ended, the oldest first, younger
/// than `after`.
///
/// # Errors
/// When the database refuses.
pub async fn running(
    tx: &mut Tx,
    today: NaiveDate,
    after: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, Error> {
    let limit = rows::fetch(tx, "register_entries", limit);
    tx.query(
        "select id, version, body from register_entries
         where status in ('proposed', 'approved') and ends_on >= $1 and id > $2
         order by id limit $3",
    )
    .bind(today)
    .bind(after.map_or(Uuid::nil(), |id| id.0))
    .bind(limit)
    .items("register_entries")
    .await
}

/// A page of entries, the newest first, in one state: `proposed`, `approved` or `withdrawn`.
///
/// # Errors
/// When the database refuses.
pub async fn page_by_status(
    tx: &mut Tx,
    status: &str,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, Error> {
    let limit = rows::fetch(tx, "register_entries", limit);
    tx.query(
        "select id, version, body from register_entries where status = $1 and id < $2
             order by id desc limit $3",
    )
    .bind(status.to_owned())
    .bind(before.map_or(Uuid::max(), |id| id.0))
    .bind(limit)
    .items("register_entries")
    .await
}

/// The same for approved entries whose term has `ended`, or has not.
///
/// # Errors
/// When the database refuses.
pub async fn page_by_term(
    tx: &mut Tx,
    today: NaiveDate,
    ended: bool,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, Error> {
    let limit = rows::fetch(tx, "register_entries", limit);
    tx.query(
        "select id, version, body from register_entries
             where status in ('approved', 'lapsed') and (ends_on < $1) = $2 and id < $3
             order by id desc limit $4",
    )
    .bind(today)
    .bind(ended)
    .bind(before.map_or(Uuid::max(), |id| id.0))
    .bind(limit)
    .items("register_entries")
    .await
}

/// How the index is asked which entries are filed under any of these keys and count today.
pub const CANDIDATES: Sql = Sql {
    sqlite: "select id, version, body from register_entries where id in (
                 select k.entry_id from json_each($1) as sought
                 cross join register_keys as k
                 where k.key = sought.value and k.ends_on >= $2 and k.starts_on <= $2
                 limit $3)
             limit $4",
    postgres: "select id, version, body from register_entries where id in (
                   select k.entry_id from jsonb_array_elements_text($1) as sought (value)
                   join register_keys as k on k.key = sought.value
                   where k.ends_on >= $2 and k.starts_on <= $2
                   limit $3)
               limit $4",
};

/// Entries filed under any of these keys that count today, at most `limit`.
///
/// # Errors
/// When the database refuses, or one of them cannot be read: nobody may take it for no entry.
pub async fn candidates(
    tx: &mut Tx,
    keys: &[String],
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // An entry may be filed under each of the keys, so that many rows may be few entries.
    let hashes = hashes(tx, keys);
    let rows = limit.saturating_mul(i64::try_from(hashes.len()).unwrap_or(i64::MAX));
    let statement = tx.query(CANDIDATES).bind(Json(hashes)).bind(today).bind(rows).bind(limit);
    let found = statement.items::<Entry>("register_entries").await?;
    Ok(found.into_iter().map(|entry| entry.item).collect())
}

/// Whom of the register each of these residents at their addresses may meet: each entry once, the
/// surest first, at most [`MOST_HITS`] of each grade.
///
/// # Errors
/// When the database refuses.
pub async fn check_all(
    tx: &mut Tx,
    residents: &[(&str, &Address)],
    today: NaiveDate,
) -> Result<Vec<Vec<Hit>>, Error> {
    let sought: Vec<_> = residents.iter().map(|(name, at)| Sought::new(name, at)).collect();
    let keys = sought.iter().flat_map(|one| one.keys().concat()).collect();
    let used = used(tx, keys, today).await?;
    let mut found = vec![];
    for one in &sought {
        let mut hits = BTreeMap::new();
        for mut keys in one.keys() {
            keys.retain(|key| used.contains(key));
            for entry in candidates(tx, &keys, today, MOST_HITS).await? {
                if let Some(hit) = one.hit(&entry, today) {
                    hits.insert((hit.grade, entry.id), hit);
                }
            }
        }
        found.push(hits.into_values().collect());
    }
    Ok(found)
}

/// Those of these keys under which anything is filed that counts today: most have nothing, and need
/// not be looked at one by one.
async fn used(
    tx: &mut Tx,
    keys: BTreeSet<String>,
    today: NaiveDate,
) -> Result<BTreeSet<String>, Error> {
    let ring = tx.keys().ring.clone();
    let hashed = |key: String| {
        let hashes: Vec<_> = ring.indexes(Column::RegisterKey, &key).collect();
        hashes.into_iter().map(move |hash| (hash, key.clone()))
    };
    let of: BTreeMap<String, String> = keys.into_iter().flat_map(hashed).collect();
    if of.is_empty() {
        return Ok(BTreeSet::new());
    }
    let hashes: Vec<_> = of.keys().collect();
    let found: Vec<(String,)> = tx.query(USED).bind(Json(hashes)).bind(today).all().await?;
    Ok(found.into_iter().filter_map(|(hash,)| of.get(&hash).cloned()).collect())
}

const USED: Sql = Sql {
    sqlite: "select sought.value from json_each($1) as sought where exists (
                 select 1 from register_keys as k
                 where k.key = sought.value and k.ends_on >= $2 and k.starts_on <= $2)",
    postgres: "select sought.value from jsonb_array_elements_text($1) as sought (value)
               where exists (
                   select 1 from register_keys as k
                   where k.key = sought.value and k.ends_on >= $2 and k.starts_on <= $2)",
};

/// Whom of the register this resident at this address may meet, as [`check_all`] finds them.
///
/// # Errors
/// When the database refuses.
pub async fn check(
    tx: &mut Tx,
    resident: &str,
    address: &Address,
    today: NaiveDate,
) -> Result<Vec<Hit>, Error> {
    Ok(check_all(tx, &[(resident, address)], today).await?.pop().unwrap_or_default())
}
