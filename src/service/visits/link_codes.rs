//! The second step behind a link: a code by text to the number that the link went to. Whoever holds the link
//! alone, because it was forwarded, sees no address, no resident and no number.

use chrono::TimeDelta;

use crate::{
    model::{
        ids::{self, MessageId, PersonId},
        messages::{Channel, Content, Message, MessageKey, Priority, texts},
    },
    service::{context::Context, error::Error},
    store::{self, Tx, messages, people, visits::link_codes},
};

/// How long a code counts.
const CODE_LASTS: TimeDelta = TimeDelta::minutes(10);
/// How long between two codes, so that nobody's phone is flooded.
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);
/// How often a code may be tried.
const TRIES: i32 = 5;
/// How long a phone is known afterwards: a shift.
pub const KNOWN_LASTS: TimeDelta = TimeDelta::hours(12);

/// What came of asking for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// It is on its way.
    Sent,
    /// One was sent within the minute.
    JustSent,
    /// They have no number that is proven: they sign in.
    NoNumber,
}

/// Sends a code to the number of whoever the link was for.
///
/// # Errors
/// When the store fails.
pub async fn send(ctx: &Context, secret: String, person: PersonId) -> Result<CodeSent, Error> {
    let at = ctx.clone();
    ctx.write(move |tx| Box::pin(async move { send_within(tx, &at, &secret, person).await })).await
}

async fn send_within(
    tx: &mut Tx,
    ctx: &Context,
    secret: &str,
    person: PersonId,
) -> Result<CodeSent, Error> {
    let now = ctx.now();
    let person = people::load(tx, person).await?.item;
    let Some(number) = person.verified_number() else { return Ok(CodeSent::NoNumber) };
    let code = ids::code(&*ctx.random);
    let (until, too_soon) = (now + CODE_LASTS, now + CODE_LASTS - CODE_PAUSE);
    match link_codes::await_code(tx, secret, &hash(secret, &code), until, too_soon).await {
        Err(store::Error::Stale) => return Ok(CodeSent::JustSent),
        other => other?,
    }
    let id = MessageId::new(&*ctx.random, now);
    let (key, to) = (MessageKey::NumberCode(person.id, id), (Channel::Text, number.to_string()));
    let content = Content::Text { body: texts::account::code(person.language, &code) };
    let message = Message::plain(id, key, to, content, now).for_person(&person);
    messages::insert(tx, &Message { priority: Priority::Prompt, ..message }).await?;
    Ok(CodeSent::Sent)
}

/// A code of this link, so that no other link's counts.
fn hash(secret: &str, code: &str) -> String {
    ids::digest(&format!("{secret} {}", code.trim()))
}

/// Takes the code that came back, once. The token by which their phone is known from now on; nothing
/// for a code that is wrong, too late, used, or tried too often.
///
/// # Errors
/// When the store fails.
pub async fn give(
    ctx: &Context,
    secret: String,
    person: PersonId,
    code: &str,
) -> Result<Option<String>, Error> {
    let (now, given, token) = (ctx.now(), hash(&secret, code), ids::token(&*ctx.random));
    let work = ctx.write(move |tx| {
        Box::pin(async move {
            if link_codes::count_try(tx, &secret, TRIES, now).await?.as_ref() != Some(&given) {
                return Ok(None);
            }
            let until = now + KNOWN_LASTS;
            match link_codes::use_code(tx, (&secret, &given), (&token, person), until).await {
                Err(store::Error::Stale) => Ok(None),
                done => done.map(|()| Some(token)).map_err(Error::from),
            }
        })
    });
    work.await
}

/// Whether the phone that keeps this token is known as theirs.
///
/// # Errors
/// When the store fails.
pub async fn is_known(
    ctx: &Context,
    token: Option<String>,
    person: PersonId,
) -> Result<bool, Error> {
    let (Some(token), now) = (token, ctx.now()) else { return Ok(false) };
    let work = ctx.db.read(move |tx| {
        Box::pin(async move { link_codes::is_known(tx, &token, person, now).await })
    });
    Ok(work.await?)
}
