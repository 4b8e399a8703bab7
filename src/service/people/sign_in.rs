//! Signing in at the identity provider: what is remembered while somebody is there, which account is
//! theirs, and the session that opens.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use super::accounts;
use crate::{
    model::{
        ids::{LineId, digest, token},
        people::{Person, Role},
    },
    service::{context::Context, error::Error},
    store::{
        self, Tx, Versioned,
        people::{
            self,
            sessions::{self, SignInOrigin},
        },
    },
};

/// How long a session lasts: a working day, and some.
pub const SESSION_LASTS: TimeDelta = TimeDelta::hours(12);
/// How long somebody may take at the provider.
pub const SIGN_IN_LASTS: TimeDelta = TimeDelta::minutes(10);

/// What is remembered while somebody is at the provider; `S` is what only we know meanwhile.
#[derive(Debug, Serialize, Deserialize)]
pub struct PendingSignIn<S> {
    pub secrets: S,
    /// The digest of what the browser that left holds: a code that comes back in another one is
    /// somebody else's.
    browser: String,
    /// Whether they left for an extra check.
    #[serde(default)]
    pub steps_up: bool,
    /// The screen that they came from.
    #[serde(default)]
    pub back: String,
}

impl<S> PendingSignIn<S> {
    /// A sign-in of the browser that holds this token.
    pub fn new(secrets: S, browser: &str, steps_up: bool, back: String) -> Self {
        Self { secrets, browser: digest(browser), steps_up, back }
    }
}

/// Remembers, under this state, that somebody leaves for the provider.
///
/// # Errors
/// When the store fails.
pub async fn begin<S: Serialize>(
    ctx: &Context,
    state: String,
    pending: &PendingSignIn<S>,
) -> Result<(), Error> {
    let (kept, until) = (json!(pending), ctx.now() + SIGN_IN_LASTS);
    let write = ctx.db.write(move |tx| {
        Box::pin(async move { sessions::begin_sign_in(tx, &state, &kept, until).await })
    });
    Ok(write.await?)
}

/// What was remembered under this state, if this is the browser that left. Once only.
///
/// # Errors
/// When the store fails.
pub async fn resume<S: DeserializeOwned>(
    ctx: &Context,
    state: String,
    browser: &str,
) -> Result<Option<PendingSignIn<S>>, Error> {
    let now = ctx.now();
    let taken = ctx
        .db
        .write(move |tx| Box::pin(async move { sessions::finish_sign_in(tx, &state, now).await }));
    let read = |kept| serde_json::from_value::<PendingSignIn<S>>(kept).ok();
    let kept = taken.await?.and_then(read);
    Ok(kept.filter(|kept| kept.browser == digest(browser)))
}

/// Whether the provider made as sure who it is as the desk's work asks for: `step_up` names what
/// counts as an extra check.
pub fn is_strong(step_up: &[String], acr: Option<&str>) -> bool {
    step_up.is_empty() || acr.is_some_and(|acr| step_up.iter().any(|wanted| wanted == acr))
}

/// Somebody, as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Never changes and is never given to somebody else.
    pub subject: String,
    /// The mail address, when the provider has verified it.
    pub email: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// How strongly it was made sure that it is them.
    pub acr: Option<String>,
    /// What they may do here, where it is the provider that says so.
    pub roles: Option<Vec<Role>>,
}

/// Opens a session for whoever this is, in place of the one before, and gives its token; nothing for
/// whom there is no account.
///
/// # Errors
/// When the store fails, or somebody else changed the account at the same moment.
pub async fn complete(
    ctx: &Context,
    who: Identity,
    before: Option<String>,
) -> Result<Option<String>, Error> {
    let (now, token) = (ctx.now(), token(&*ctx.random));
    let line = LineId::new(&*ctx.random, now);
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let Some(found) = account(tx, &who).await? else { return Ok(None) };
                let id = found.item.id;
                if let Some(roles) = &who.roles {
                    accounts::take_roles(tx, found, roles, (line, now)).await?;
                }
                if let Some(before) = before {
                    // Its devices go on: whoever comes back with an extra check has the same phone.
                    sessions::replace(tx, &before, &token, id).await?;
                }
                let origin = SignInOrigin { sid: who.sid, acr: who.acr };
                sessions::open_from(tx, &token, id, &origin, now, SESSION_LASTS).await?;
                Ok(Some(token))
            })
        })
        .await
}

/// The active account of this person. The first time it is found by the verified mail address and
/// tied; who has no account gets none.
async fn account(tx: &mut Tx, who: &Identity) -> Result<Option<Versioned<Person>>, store::Error> {
    let active = |found: &Versioned<Person>| found.item.active;
    if let Some(found) = people::by_subject(tx, &who.subject).await? {
        return Ok(Some(found).filter(active));
    }
    let Some(email) = &who.email else { return Ok(None) };
    let Some(found) = people::by_email(tx, email).await?.filter(active) else { return Ok(None) };
    match people::tie_subject(tx, found.item.id, &who.subject).await {
        Ok(()) => Ok(Some(found)),
        // Tied to somebody else: the same mail address is not the same person.
        Err(store::Error::Stale) => Ok(None),
        Err(why) => Err(why),
    }
}
