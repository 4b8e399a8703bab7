//! PINs: chosen, and what one proves.

use chrono::TimeDelta;
use tokio::sync::{Mutex, Semaphore};

use crate::{
    model::{
        ids::PersonId,
        people::{
            Person,
            pins::{Pin, PinHashes, Proof},
        },
        visits::timeline::Route,
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{self, Versioned, people},
};

/// How many wrong PINs in a row, within [`LOCKED_MINUTES`], before none is believed any more.
const MOST_WRONG: i32 = 5;

/// How long wrong PINs are remembered.
const LOCKED_MINUTES: i64 = 15;

/// What these codes prove, checked off the request's own thread. After too many wrong ones by one way
/// none is believed by that way for a while: then nothing confirms and the alarm comes, which is safe.
/// The other ways go on, for a text can be sent in anybody's name. The duress PIN always raises its alarm,
/// and is answered like any other then too.
///
/// # Errors
/// When the store fails.
pub async fn prove(
    ctx: &Context,
    people: Vec<Person>,
    codes: Vec<String>,
    route: Route,
) -> Result<Proof, Error> {
    let (false, Some(first)) = (codes.is_empty(), people.first().map(|p| p.id)) else {
        return Ok(Proof::None);
    };
    // Counted before it is looked at: of sixty that come at once no more are believed than of sixty in
    // a row.
    let (now, way) = (ctx.now(), way(route));
    let fresh_after = now - TimeDelta::minutes(LOCKED_MINUTES);
    let counted = ctx.db.write::<_, store::Error, _>(move |tx| {
        Box::pin(async move { people::count_pin(tx, (first, way), now, fresh_after).await })
    });
    let locked = counted.await? > MOST_WRONG;
    let proof = off_thread(first, people, codes).await;
    match proof {
        Proof::Duress if locked => return Ok(Proof::DuressUnbelieved),
        _ if locked => return Ok(Proof::Waits),
        Proof::Wrong => {}
        // Both PINs write the same, so that nothing tells them apart.
        _ => {
            let forget = ctx.db.write::<_, store::Error, _>(move |tx| {
                Box::pin(async move { people::forget_pins(tx, first, way).await })
            });
            forget.await?;
        }
    }
    Ok(proof)
}

/// How the ways are told apart in the store.
fn way(route: Route) -> &'static str {
    match route {
        Route::App | Route::Push => "app",
        Route::Link => "link",
        Route::Text => "text",
        Route::Call => "call",
    }
}

/// Whether somebody who is forced gave one of these codes, in words that answer nothing: nobody
/// guesses a PIN by them, so that no wrong one is counted.
pub async fn hear(people: Vec<Person>, codes: Vec<String>) -> Proof {
    let (false, Some(first)) = (codes.is_empty(), people.first().map(|p| p.id)) else {
        return Proof::None;
    };
    match off_thread(first, people, codes).await {
        Proof::Duress => Proof::Duress,
        _ => Proof::None,
    }
}

/// How many hash at once: each takes some 15 MB and a core.
static HASHING: Semaphore = Semaphore::const_new(2);

/// Whoever floods the PIN of one person waits in that person's queue; who shares it waits along.
static QUEUES: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];

/// Looks at codes off the request's own thread, in turn.
async fn off_thread(whose: PersonId, people: Vec<Person>, codes: Vec<String>) -> Proof {
    let queue = usize::from(whose.0.as_bytes()[15]) % QUEUES.len();
    let _turn = QUEUES[queue].lock().await;
    let Ok(_permit) = HASHING.acquire().await else { return Proof::Wrong };
    let hashes: Vec<_> = people.into_iter().filter_map(|p| p.pins).collect();
    let proof = tokio::task::spawn_blocking(move || prove_all(&hashes, &codes));
    proof.await.unwrap_or(Proof::Wrong)
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
