//! Remembers the codes that were sent for what a link shows, and which phones gave one. The secret of the
//! link is in the digest of its code, and is not kept: nobody guesses a code by what stands here.

use crate::{
    model::{
        clock::Instant,
        ids::{PersonId, digest},
    },
    store::{
        db::{rows, tx::Tx},
        error::Error,
    },
};

/// Notes that a code was sent that counts until then, unless one was sent that counts for
/// longer than `too_soon`.
///
/// # Errors
/// [`Error::Stale`] when one was sent just now; when the database refuses.
pub async fn await_code(
    tx: &mut Tx,
    secret: &str,
    code_hash: &str,
    until: Instant,
    too_soon: Instant,
) -> Result<(), Error> {
    tx.query(
        "update links set code_hash = $1, code_tries = 0, code_until = $2
         where token_hash = $3 and (code_until is null or code_until <= $4)",
    )
    .bind(code_hash)
    .bind(until)
    .bind(digest(secret))
    .bind(too_soon)
    .execute()
    .await
    .and_then(rows::changed)
}

/// Counts a try, and tells the code that is waited for; nothing when none is, or after `most` tries.
///
/// # Errors
/// When the database refuses.
pub async fn count_try(
    tx: &mut Tx,
    secret: &str,
    most: i32,
    now: Instant,
) -> Result<Option<String>, Error> {
    let found: Option<(String,)> = tx
        .query(
            "update links set code_tries = code_tries + 1
             where token_hash = $1 and code_hash is not null and code_until > $2
               and code_tries < $3
             returning code_hash",
        )
        .bind(digest(secret))
        .bind(now)
        .bind(most)
        .optional()
        .await?;
    Ok(found.map(|(code_hash,)| code_hash))
}

/// The code came back: it counts no more. Its phone is known until then.
///
/// # Errors
/// [`Error::Stale`] when it came back before; when the database refuses.
pub async fn use_code(
    tx: &mut Tx,
    (secret, code_hash): (&str, &str),
    (token, person): (&str, PersonId),
    until: Instant,
) -> Result<(), Error> {
    tx.query("update links set code_hash = null where token_hash = $1 and code_hash = $2")
        .bind(digest(secret))
        .bind(code_hash)
        .execute()
        .await
        .and_then(rows::changed)?;
    tx.query("insert into known_phones (token_hash, person_id, expires_at) values ($1, $2, $3)")
        .bind(digest(token))
        .bind(person.0)
        .bind(until)
        .execute()
        .await
        .map(drop)
}

/// Whether the phone that keeps this token gave a code of this person lately.
///
/// # Errors
/// When the database refuses.
pub async fn is_known(
    tx: &mut Tx,
    token: &str,
    person: PersonId,
    now: Instant,
) -> Result<bool, Error> {
    let found: Option<(i32,)> = tx
        .query(
            "select 1 from known_phones
             where token_hash = $1 and person_id = $2 and expires_at > $3",
        )
        .bind(digest(token))
        .bind(person.0)
        .bind(now)
        .optional()
        .await?;
    Ok(found.is_some())
}
