//! Remembers accounts, how they proved their number, and which numbers asked for silence.

use super::{
    Error, Tx,
    rows::{self, Row, Versioned},
};
use crate::model::{clock::Instant, ids::PersonId, people::Person, phone::Phone};

/// Writes a new account.
///
/// # Errors
/// When the mail address is taken, or the database refuses.
pub async fn insert(tx: &mut Tx, person: &Person) -> Result<(), Error> {
    tx.query(
        "insert into people (id, email, mobile, active, version, body)
         values ($1, $2, $3, $4, 1, $5) on conflict (email) do nothing",
    )
    .bind(person.id.0)
    .bind(person.email.to_lowercase())
    .bind(number(person))
    .bind(person.active)
    .bind(rows::body(person))
    .execute()
    .await
    .and_then(rows::changed)
}

/// Changes an account that is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, person: &Person, version: i64) -> Result<(), Error> {
    tx.query(
        "update people set email = $1, mobile = $2, active = $3, version = version + 1, body = $4
         where id = $5 and version = $6",
    )
    .bind(person.email.to_lowercase())
    .bind(number(person))
    .bind(person.active)
    .bind(rows::body(person))
    .bind(person.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}

fn number(person: &Person) -> Option<String> {
    person.mobile.as_ref().map(|m| m.number.to_string())
}

/// The account.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: PersonId) -> Result<Versioned<Person>, Error> {
    tx.query("select version, body from people where id = $1").bind(id.0).one::<Row>().await?.read()
}

/// All accounts, also those that no longer work here, by name.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<Versioned<Person>>, Error> {
    rows::read_all(tx.query("select version, body from people order by email").all().await?)
}

/// A page of accounts by mail address, after this one. The place is kept as an id, because a cursor
/// stands in an address and a mail address may not.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    after: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Versioned<Person>>, Error> {
    rows::read_all(
        tx.query(
            "select version, body from people
             where email > coalesce((select email from people where id = $1), '')
             order by email limit $2",
        )
        .bind(after.map(|id| id.0))
        .bind(limit)
        .all()
        .await?,
    )
}

/// The account of this mail address.
///
/// # Errors
/// When the database refuses.
pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<Versioned<Person>>, Error> {
    tx.query("select version, body from people where email = $1")
        .bind(email.to_lowercase())
        .optional::<Row>()
        .await?
        .map(Row::read)
        .transpose()
}

/// The account that signs in as this subject of this issuer.
///
/// # Errors
/// When the database refuses.
pub async fn by_subject(tx: &mut Tx, subject: &str) -> Result<Option<Versioned<Person>>, Error> {
    tx.query("select version, body from people where subject = $1")
        .bind(subject)
        .optional::<Row>()
        .await?
        .map(Row::read)
        .transpose()
}

/// Ties an account that has no subject yet to one.
///
/// # Errors
/// [`Error::Stale`] when it has one already.
pub async fn tie_subject(tx: &mut Tx, id: PersonId, subject: &str) -> Result<(), Error> {
    tx.query("update people set subject = $1 where id = $2 and subject is null")
        .bind(subject)
        .bind(id.0)
        .execute()
        .await
        .and_then(rows::changed)
}

/// The accounts that gave this number.
///
/// # Errors
/// When the database refuses.
pub async fn by_mobile(tx: &mut Tx, number: &Phone) -> Result<Vec<Versioned<Person>>, Error> {
    rows::read_all(
        tx.query("select version, body from people where mobile = $1 and active order by email")
            .bind(number.as_str())
            .all()
            .await?,
    )
}

/// A code that was sent to a number and waits to come back.
#[derive(Debug, sqlx::FromRow)]
pub struct Verification {
    /// The number.
    pub number: String,
    /// What is stored of the code.
    pub code_hash: String,
    /// How often another code came back.
    pub failures: i32,
    /// When it is too late.
    pub expires_at: Instant,
}

/// Notes that a code was sent; an earlier one no longer counts.
///
/// # Errors
/// When the database refuses.
pub async fn await_code(tx: &mut Tx, id: PersonId, waits: &Verification) -> Result<(), Error> {
    tx.query(
        "insert into verifications (person_id, number, code_hash, failures, expires_at)
         values ($1, $2, $3, $4, $5)
         on conflict (person_id) do update set number = excluded.number,
           code_hash = excluded.code_hash, failures = excluded.failures,
           expires_at = excluded.expires_at",
    )
    .bind(id.0)
    .bind(waits.number.clone())
    .bind(waits.code_hash.clone())
    .bind(waits.failures)
    .bind(waits.expires_at)
    .execute()
    .await
    .map(drop)
}

/// The code that this account was sent.
///
/// # Errors
/// When the database refuses.
pub async fn awaited_code(tx: &mut Tx, id: PersonId) -> Result<Option<Verification>, Error> {
    tx.query(
        "select number, code_hash, failures, expires_at from verifications where person_id = $1",
    )
    .bind(id.0)
    .optional()
    .await
}

/// Forgets the code that this account was sent.
///
/// # Errors
/// When the database refuses.
pub async fn forget_code(tx: &mut Tx, id: PersonId) -> Result<(), Error> {
    tx.query("delete from verifications where person_id = $1").bind(id.0).execute().await.map(drop)
}

/// How often in a row, and since when, this account gave a wrong PIN.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct PinFailures {
    /// How often.
    pub failures: i32,
    /// Since when.
    pub since: Instant,
}

/// The wrong PINs of this account.
///
/// # Errors
/// When the database refuses.
pub async fn pin_failures(tx: &mut Tx, id: PersonId) -> Result<Option<PinFailures>, Error> {
    tx.query("select failures, since from pin_failures where person_id = $1")
        .bind(id.0)
        .optional()
        .await
}

/// Notes the wrong PINs of this account; zero forgets them.
///
/// # Errors
/// When the database refuses.
pub async fn note_pin_failures(tx: &mut Tx, id: PersonId, now: PinFailures) -> Result<(), Error> {
    tx.query(
        "insert into pin_failures (person_id, failures, since) values ($1, $2, $3)
         on conflict (person_id) do update set failures = excluded.failures, since = excluded.since",
    )
    .bind(id.0)
    .bind(now.failures)
    .bind(now.since)
    .execute()
    .await
    .map(drop)
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
    struct Row {
        at: Instant,
    }
    let found: Option<Row> =
        tx.query("select at from opt_outs where number = $1").bind(number).optional().await?;
    Ok(found.map(|row| row.at))
}

/// Notes that the holder of this number wants no texts, or (`None`) wants them again.
///
/// # Errors
/// When the database refuses.
pub async fn opt_out(tx: &mut Tx, number: &Phone, at: Option<Instant>) -> Result<(), Error> {
    let statement = match at {
        Some(at) => tx
            .query(
                "insert into opt_outs (number, at) values ($1, $2) on conflict (number) do nothing",
            )
            .bind(number.as_str())
            .bind(at),
        None => tx.query("delete from opt_outs where number = $1").bind(number.as_str()),
    };
    statement.execute().await?;
    for Versioned { version, item: mut person } in by_mobile(tx, number).await? {
        if let Some(mobile) = &mut person.mobile {
            mobile.opted_out_at = at;
        }
        save(tx, &person, version).await?;
    }
    Ok(())
}
