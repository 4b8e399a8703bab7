//! Accounts, and how they proved their number.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;

use super::selections::in_order;
use crate::{
    model::{
        clock::Instant,
        ids::PersonId,
        people::{Person, Role},
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
    },
};

const REFILE_EMAIL: Sql =
    any_of!("update people set email = $1 where email <> $1 and email in", "$2");

/// Writes a new account.
///
/// # Errors
/// When the mail address is taken, or the database refuses.
pub async fn insert(tx: &mut Tx, person: &Person) -> Result<(), Error> {
    rows::refile(tx, REFILE_EMAIL, Column::Email, &person.email).await?;
    let (mobile, button) = filed(tx, person);
    tx.query(
        "insert into people
           (id, email, mobile, active, at_desk, administers, version, filed_version, body, button)
         values ($1, $2, $3, $4, $5, $6, 1, 1, $7, $8) on conflict (email) do nothing",
    )
    .bind(person.id.0)
    .index(Column::Email, &person.email)
    .bind(mobile)
    .bind(person.active)
    .bind(person.is(Role::AggressionDesk))
    .bind(person.is(Role::Administrator))
    .seal(&Place::new("people", person.id), person)
    .bind(button)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Changes an account that is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, person: &Person, version: i64) -> Result<(), Error> {
    rows::refile(tx, REFILE_EMAIL, Column::Email, &person.email).await?;
    let (mobile, button) = filed(tx, person);
    tx.query(
        "update people set email = $1, mobile = $2, active = $3, at_desk = $4, administers = $5,
           version = version + 1, filed_version = version + 1, body = $6, button = $9
         where id = $7 and version = $8",
    )
    .index(Column::Email, &person.email)
    .bind(mobile)
    .bind(person.active)
    .bind(person.is(Role::AggressionDesk))
    .bind(person.is(Role::Administrator))
    .seal(&Place::new("people", person.id), person)
    .bind(person.id.0)
    .bind(version)
    .bind(button)
    .execute()
    .await
    .and_then(rows::changed)
}

/// The hashes under which the numbers of somebody and of their button are filed.
fn filed(tx: &Tx, person: &Person) -> (Option<String>, Option<String>) {
    let file = |column, number: &Phone| tx.keys().ring.index(column, number.as_str());
    let mobile = person.mobile.as_ref().map(|mobile| file(Column::Mobile, &mobile.number));
    (mobile, person.button.as_ref().map(|button| file(Column::Button, button)))
}

/// The account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: PersonId) -> Result<Versioned<Person>, Error> {
    tx.query("select id, version, body from people where id = $1").bind(id.0).item("people").await
}

/// All accounts, also those that no longer work here, by name.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<Versioned<Person>>, Error> {
    let mut all = tx.query("select id, version, body from people").items("people").await?;
    in_order(&mut all);
    Ok(all)
}

/// A page of accounts by mail address, after this one. The place is kept as an id, because a cursor
/// stands in an address and a mail address may not. All are opened to put them in their order: a
/// municipality has thousands at most.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Versioned<Person>>, Error> {
    let everybody = all(tx).await?;
    let start = match after {
        Some(id) => everybody.iter().position(|p| p.item.id == id).map_or(0, |at| at + 1),
        None => 0,
    };
    let limit = usize::try_from(limit).unwrap_or(0);
    Ok(everybody.into_iter().skip(start).take(limit).collect())
}

/// The account of this mail address.
///
/// # Errors
/// When the database refuses.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Versioned<Person>>, Error> {
    tx.query(any_of!("select id, version, body from people where email in", "$1"))
        .any_index(Column::Email, email)
        .maybe("people")
        .await
}

/// The account that signs in as this subject of this issuer.
///
/// # Errors
/// When the database refuses.
pub async fn by_subject(tx: &mut Tx, subject: &str) -> Result<Option<Versioned<Person>>, Error> {
    tx.query(any_of!("select id, version, body from people where subject in", "$1"))
        .any_index(Column::Subject, subject)
        .maybe("people")
        .await
}

/// Ties an account that has no subject yet to one.
///
/// # Errors
/// [`Error::Stale`] when it has one already.
pub async fn tie_subject(tx: &mut Tx, id: PersonId, subject: &str) -> Result<(), Error> {
    tx.query("update people set subject = $1, identity = $2 where id = $3 and subject is null")
        .index(Column::Subject, subject)
        .seal(&Place::new("identities", id), &subject)
        .bind(id.0)
        .execute()
        .await
        .and_then(rows::changed)
}

/// Unties an account from whoever signed in with it, so that a first sign-in ties it again.
///
/// # Errors
/// When the database refuses.
pub async fn untie_subject(tx: &mut Tx, id: PersonId) -> Result<(), Error> {
    tx.query("update people set subject = null, identity = null where id = $1")
        .bind(id.0)
        .execute()
        .await
        .map(drop)
}

/// The accounts that gave this number.
///
/// # Errors
/// When the database refuses.
pub async fn by_mobile(tx: &mut Tx, number: &Phone) -> Result<Vec<Versioned<Person>>, Error> {
    let mut found = tx
        .query(any_of!("select id, version, body from people where active and mobile in", "$1"))
        .any_index(Column::Mobile, number.as_str())
        .items_to_change("people")
        .await?;
    in_order(&mut found);
    Ok(found)
}

/// The accounts whose button has this number.
///
/// # Errors
/// When the database refuses.
pub async fn by_button(tx: &mut Tx, number: &Phone) -> Result<Vec<Versioned<Person>>, Error> {
    let mut found = tx
        .query(any_of!("select id, version, body from people where active and button in", "$1"))
        .any_index(Column::Button, number.as_str())
        .items("people")
        .await?;
    in_order(&mut found);
    Ok(found)
}

/// A code that was sent to a number and waits to come back.
#[derive(Debug)]
pub struct Verification {
    pub number: String,
    /// What is stored of the code.
    pub code_hash: String,
    /// How often another code came back.
    pub failures: i32,
    /// When it is too late.
    pub expires_at: Instant,
}

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Awaited {
    number: String,
    code_hash: String,
}

/// Notes that a code was sent; an earlier one no longer counts.
///
/// # Errors
/// When the database refuses.
pub async fn await_code(tx: &mut Tx, id: PersonId, waits: &Verification) -> Result<(), Error> {
    let body = Awaited { number: waits.number.clone(), code_hash: waits.code_hash.clone() };
    tx.query(
        "insert into verifications (person_id, failures, expires_at, body)
         values ($1, $2, $3, $4)
         on conflict (person_id) do update set failures = excluded.failures,
           expires_at = excluded.expires_at, body = excluded.body",
    )
    .bind(id.0)
    .bind(waits.failures)
    .bind(waits.expires_at)
    .seal(&Place::new("verifications", id), &body)
    .execute()
    .await
    .map(drop)
}

/// The code that this account was sent.
///
/// # Errors
/// When the database refuses.
pub async fn awaited_code(tx: &mut Tx, id: PersonId) -> Result<Option<Verification>, Error> {
    #[derive(sqlx::FromRow)]
    struct AccountRow {
        failures: i32,
        expires_at: Instant,
        body: Json<Value>,
    }
    let found: Option<AccountRow> = tx
        .query("select failures, expires_at, body from verifications where person_id = $1")
        .bind(id.0)
        .optional()
        .await?;
    let Some(AccountRow { failures, expires_at, body }) = found else { return Ok(None) };
    let Awaited { number, code_hash } = tx.keys().open(&Place::new("verifications", id), body.0)?;
    Ok(Some(Verification { number, code_hash, failures, expires_at }))
}

/// Forgets the code that this account was sent.
///
/// # Errors
/// When the database refuses.
pub async fn forget_code(tx: &mut Tx, id: PersonId) -> Result<(), Error> {
    tx.query("delete from verifications where person_id = $1").bind(id.0).execute().await.map(drop)
}

/// Counts a PIN given for this account by this way before anybody has looked at it, in one statement: of
/// many that come at once each has a number of its own. Those from before `fresh_after` count no more.
///
/// # Errors
/// When the database refuses.
pub async fn count_pin(
    tx: &mut Tx,
    (id, way): (PersonId, &str),
    now: Instant,
    fresh_after: Instant,
) -> Result<i32, Error> {
    let counted: Option<(i32,)> = tx
        .query(
            "insert into pin_guesses (person_id, way, failures, since) values ($1, $2, 1, $3)
             on conflict (person_id, way) do update set
               failures = case when pin_guesses.since <= $4 then 1
                               else pin_guesses.failures + 1 end,
               since = case when pin_guesses.since <= $4 then excluded.since
                            else pin_guesses.since end
             returning failures",
        )
        .bind(id.0)
        .bind(way)
        .bind(now)
        .bind(fresh_after)
        .optional()
        .await?;
    counted.map(|(failures,)| failures).ok_or(Error::NotFound)
}

/// Those that were counted so far by this way were no wrong ones.
///
/// # Errors
/// When the database refuses.
pub async fn forget_pins(tx: &mut Tx, id: PersonId, way: &str) -> Result<(), Error> {
    tx.query("update pin_guesses set failures = 0 where person_id = $1 and way = $2")
        .bind(id.0)
        .bind(way)
        .execute()
        .await
        .map(drop)
}
