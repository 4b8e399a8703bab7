//! The mobile number of whoever is signed in: a code is sent to it, and comes back. And the number of the
//! SOS button that they carry.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    model::{
        clock::Instant,
        ids::{self, MessageId, PersonId},
        messages::{Channel, Content, Message, MessageKey, Priority, texts},
        people::{Mobile, Named, Person},
        phone::Phone,
    },
    service::{
        context::Context,
        error::Error,
        idempotency::{Once, StoredReply, once},
        people::caller::Caller,
        visits::replanning::move_number,
    },
    store::{self, Tx, Versioned, messages, people, visits},
};

/// How long a code counts.
const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
/// How long between two codes, so that nobody's phone is flooded.
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How often a wrong code may be given.
const TRIES: i32 = 5;

/// Sends a code to the number; until it comes back, the old number stays.
///
/// # Errors
/// [`Error::CodeJustSent`].
pub async fn send_code(ctx: &Context, caller: &Caller, number: Phone) -> Result<(), Error> {
    let (person, now) = (caller.id(), ctx.now());
    let code = ids::code(&*ctx.random);
    let waits = people::Verification {
        number: number.to_string(),
        code_hash: code_hash(person, &code),
        failures: 0,
        expires_at: now + CODE_LASTS,
    };
    let id = MessageId::new(&*ctx.random, now);
    let message = code_message(id, &caller.person, &number, &code, now);
    ctx.write(move |tx| {
        Box::pin(async move {
            if !people::by_button(tx, &number).await?.is_empty() {
                return Err(Error::invalid(
                    "number",
                    "is-button",
                    "is the number of an SOS button",
                ));
            }
            let before = people::awaited_code(tx, person).await?;
            if before.is_some_and(|b| b.expires_at - CODE_LASTS + CODE_PAUSE > now) {
                return Err(Error::CodeJustSent);
            }
            people::await_code(tx, person, &waits).await?;
            messages::insert(tx, &message).await?;
            Ok(())
        })
    })
    .await
}

/// Bound to the account, so that the same code of two people is kept differently.
fn code_hash(id: PersonId, code: &str) -> String {
    ids::digest(&format!("{id} {code}"))
}

fn code_message(
    id: MessageId,
    person: &Person,
    number: &Phone,
    code: &str,
    now: Instant,
) -> Message {
    let (key, to) = (MessageKey::NumberCode(person.id, id), (Channel::Text, number.to_string()));
    let content = Content::Text { body: texts::account::code(person.language, code) };
    let message = Message::plain(id, key, to, content, now).for_person(person);
    Message { priority: Priority::Prompt, ..message }
}

/// How a code that came back was judged. A wrong one changes something too: it is counted.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Judged {
    Right,
    Wrong,
    NoneWaits,
}

impl From<Judged> for StoredReply {
    fn from(judged: Judged) -> Self {
        Self { status: 200, body: json!(judged) }
    }
}

/// Takes the code that came back: the number is verified from now on. A phone that did not hear the
/// answer asks again under the same key, and is told the same.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code, [`Error::Conflict`] when none waits.
pub async fn verify(
    ctx: &Context,
    caller: &Caller,
    request: Once,
    code: &str,
) -> Result<Person, Error> {
    let (id, at) = (caller.id(), ctx.clone());
    let given = code_hash(id, code);
    let judged =
        once(ctx, request, move |tx| Box::pin(async move { judge(tx, &at, id, &given).await }));
    match Judged::deserialize(judged.await?.body) {
        Ok(Judged::Right) => {
            let found = ctx.db.read(move |tx| Box::pin(async move { people::load(tx, id).await }));
            Ok(found.await?.item)
        }
        Ok(Judged::Wrong) => Err(Error::invalid("code", "wrong", "is not the code that was sent")),
        Ok(Judged::NoneWaits) | Err(_) => {
            Err(Error::conflict("no-code-waits", "No code waits for an answer. Ask for another."))
        }
    }
}

async fn judge(tx: &mut Tx, ctx: &Context, id: PersonId, given: &str) -> Result<Judged, Error> {
    let now = ctx.now();
    let waits = people::awaited_code(tx, id).await?;
    let Some(mut waits) = waits.filter(|w| w.failures < TRIES && w.expires_at > now) else {
        return Ok(Judged::NoneWaits);
    };
    if waits.code_hash != given {
        waits.failures += 1;
        people::await_code(tx, id, &waits).await?;
        return Ok(Judged::Wrong);
    }
    let Versioned { version, item: mut person } = people::load(tx, id).await?;
    let number: Phone = waits.number.parse().map_err(|_| store::Error::NotFound)?;
    let opted_out_at = people::opted_out_at(tx, &waits.number).await?;
    let mobile = Mobile { number, verified_at: Some(now), opted_out_at };
    let before = person.mobile.replace(mobile.clone());
    people::save(tx, &person, version).await?;
    if let Some(before) = before.filter(|before| before.number != mobile.number) {
        let numbers = (&before.number, &mobile.number);
        move_number(tx, ctx, &Named::from(&person), numbers).await?;
    }
    people::forget_code(tx, id).await?;
    Ok(Judged::Right)
}

/// Notes the number of the SOS button that somebody carries, or that they carry none.
///
/// # Errors
/// [`Error::Invalid`] for a number that somebody else has, [`Error::Conflict`] for whoever has no phone
/// of their own, on which they are asked and answered.
pub async fn choose_button(
    ctx: &Context,
    caller: &Caller,
    number: Option<Phone>,
) -> Result<Person, Error> {
    let (id, ours) = (caller.id(), ctx.settings.text_number.clone());
    ctx.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            if let Some(number) = &number {
                refuse_button(tx, &person, number, ours.as_ref()).await?;
            }
            person.button = number;
            people::save(tx, &person, version).await?;
            Ok(person)
        })
    })
    .await
}

async fn refuse_button(
    tx: &mut Tx,
    person: &Person,
    number: &Phone,
    ours: Option<&Phone>,
) -> Result<(), Error> {
    let refused = |code, why| Err(Error::invalid("number", code, why));
    let Some(own) = &person.mobile else {
        return Err(Error::conflict("no-number", "Give your own mobile number first."));
    };
    if own.number == *number {
        return refused("own-number", "is your own number; give the number of the button");
    }
    let mut holders = people::by_mobile(tx, number).await?;
    holders.extend(people::by_button(tx, number).await?);
    let others = holders.iter().any(|holder| holder.item.id != person.id);
    if others || ours == Some(number) || !visits::by_number(tx, number).await?.is_empty() {
        return refused("taken", "belongs to somebody else, or is used on a visit");
    }
    Ok(())
}
