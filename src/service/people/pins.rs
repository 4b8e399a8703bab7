//! PINs: chosen, and what one proves.

use crate::{
    model::{
        clock::Instant,
        ids::PersonId,
        people::{
            Person,
            pins::{Pin, PinHashes, Proof},
        },
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{self, Tx, Versioned, people},
};

/// How many wrong PINs in a row, within [`LOCKED_MINUTES`], before none is believed any more.
const MOST_WRONG: i32 = 5;

/// How long wrong PINs are remembered.
const LOCKED_MINUTES: i64 = 15;

/// What these codes prove, checked off the request's own thread. A PIN that was guessed wrong too often
/// is believed no more for a while: then nothing confirms and the alarm comes, which is safe. The
/// duress PIN always raises its alarm, and is answered like the PIN then too.
///
/// # Errors
/// When the store fails.
pub async fn prove(ctx: &Context, people: Vec<Person>, codes: Vec<String>) -> Result<Proof, Error> {
    let (false, Some(first)) = (codes.is_empty(), people.first().map(|p| p.id)) else {
        return Ok(Proof::None);
    };
    let hashes: Vec<_> = people.into_iter().filter_map(|p| p.pins).collect();
    let proof = tokio::task::spawn_blocking(move || prove_all(&hashes, &codes));
    let proof = proof.await.unwrap_or(Proof::Wrong);
    let now = ctx.now();
    let locked = ctx
        .db
        .write(move |tx| Box::pin(async move { count_wrong(tx, first, proof, now).await }))
        .await?;
    Ok(match proof {
        Proof::Pin if locked => Proof::Wrong,
        Proof::Duress if locked => Proof::DuressUnbelieved,
        proof => proof,
    })
}

/// Whether somebody who is forced gave one of these codes, in words that answer nothing: nobody
/// guesses a PIN by them, so that no wrong one is counted.
pub async fn hear(people: Vec<Person>, codes: Vec<String>) -> Proof {
    let hashes: Vec<_> = people.into_iter().filter_map(|p| p.pins).collect();
    let proof = tokio::task::spawn_blocking(move || prove_all(&hashes, &codes));
    match proof.await {
        Ok(Proof::Duress) => Proof::Duress,
        _ => Proof::None,
    }
}

/// A duress PIN anywhere counts before all else.
fn prove_all(hashes: &[PinHashes], codes: &[String]) -> Proof {
    let proofs: Vec<Vec<Proof>> =
        codes.iter().map(|code| hashes.iter().map(|h| h.prove(code)).collect()).collect();
    let any = |wanted: Proof| proofs.iter().flatten().any(|proof| *proof == wanted);
    match (any(Proof::Duress), any(Proof::Pin)) {
        (true, _) => Proof::Duress,
        (false, true) => Proof::Pin,
        (false, false) => Proof::Wrong,
    }
}

async fn count_wrong(
    tx: &mut Tx,
    id: PersonId,
    proof: Proof,
    now: Instant,
) -> Result<bool, store::Error> {
    let fresh = people::PinFailures { failures: 0, since: now };
    let known = people::pin_failures(tx, id).await?.unwrap_or(fresh);
    let known = if (now - known.since).num_minutes() >= LOCKED_MINUTES { fresh } else { known };
    let locked = known.failures >= MOST_WRONG;
    // Both PINs write the same, so that nothing tells them apart.
    let failures = match proof {
        Proof::Wrong => known.failures + 1,
        _ if locked => known.failures,
        _ => 0,
    };
    people::note_pin_failures(tx, id, people::PinFailures { failures, ..known }).await?;
    Ok(locked)
}

/// Whoever is signed in chooses a PIN and a duress PIN.
///
/// # Errors
/// [`Error::Invalid`] when they cannot be used, [`Error::NotHashed`].
pub async fn choose(ctx: &Context, caller: &Caller, pin: Pin, duress: Pin) -> Result<(), Error> {
    let (id, random) = (caller.id(), ctx.random.clone());
    // Hashing is slow on purpose: not on a thread that answers others.
    let work = move || PinHashes::choose(&pin, &duress, &*random);
    let chosen = tokio::task::spawn_blocking(work).await.map_err(|_| Error::NotHashed)?;
    let pins = chosen.map_err(|why| Error::invalid("pin", "invalid", &why.to_string()))?;
    let saved = ctx.db.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            person.pins = Some(pins);
            people::save(tx, &person, version).await
        })
    });
    Ok(saved.await?)
}
