//! Who is signed in, and the end of that.

use super::{session_lookup, sign_in::is_strong};
use crate::{
    model::people::Role,
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        self, Tx, Versioned,
        people::{self, devices, memberships, sessions},
    },
};

/// The caller whose session this token opens, with an account that is active. `step_up` names what
/// counts as an extra check; nothing where there is nowhere to go for one.
///
/// # Errors
/// When the store fails, or [`Error::LookupLost`].
pub async fn by_token(
    ctx: &Context,
    token: String,
    step_up: &[String],
) -> Result<Option<Caller>, Error> {
    let Some(held) = session_lookup::find(ctx, token).await? else { return Ok(None) };
    let is_strong = is_strong(step_up, held.acr.as_deref());
    let Versioned { version, item: person } = held.person;
    let caller = Caller { version, person, teams: held.teams, is_strong };
    Ok(Some(caller).filter(|caller| caller.person.active))
}

/// Who a token of the provider itself speaks for.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The subject of that person.
    pub subject: String,
    /// How strongly it was made sure that it is them.
    pub acr: Option<String>,
    /// What they may do here at most, where the provider says that.
    pub roles: Option<Vec<Role>>,
}

/// The caller for whom a token of the provider speaks, with an account that is active.
///
/// # Errors
/// When the store fails.
pub async fn by_bearer(
    ctx: &Context,
    bearer: Bearer,
    step_up: &[String],
) -> Result<Option<Caller>, Error> {
    let is_strong = is_strong(step_up, bearer.acr.as_deref());
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let found = people::by_subject(tx, &bearer.subject).await?;
                let Some(Versioned { version, item: mut person }) = found else { return Ok(None) };
                if let Some(given) = bearer.roles {
                    person.roles.retain(|role| given.contains(role));
                }
                let teams = memberships::of(tx, person.id).await?;
                let caller = Caller { version, person, teams, is_strong };
                Ok(Some(caller).filter(|caller| caller.person.active))
            })
        })
        .await
}

/// Ends the session of this token, with its devices.
///
/// # Errors
/// When the store fails.
pub async fn sign_out(ctx: &Context, token: String) -> Result<(), Error> {
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                devices::forget_session(tx, &token).await?;
                Ok(sessions::close(tx, &token).await?)
            })
        })
        .await
}

/// What has ended at the provider.
#[derive(Clone, Debug)]
pub enum ProviderLogout {
    /// One session there, by its id.
    Session(String),
    /// All of a person, by their subject.
    Subject(String),
}

/// Ends here what has ended at the provider, with its devices. False when this notice of it came
/// before.
///
/// # Errors
/// When the store fails.
pub async fn end(ctx: &Context, notice: String, what: ProviderLogout) -> Result<bool, Error> {
    let now = ctx.now();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                if !sessions::is_first_logout(tx, &notice, now).await? {
                    return Ok(false);
                }
                close(tx, &what).await?;
                Ok(true)
            })
        })
        .await
}

async fn close(tx: &mut Tx, what: &ProviderLogout) -> Result<(), store::Error> {
    match what {
        ProviderLogout::Session(sid) => sessions::close_sid(tx, sid).await,
        ProviderLogout::Subject(subject) => match people::by_subject(tx, subject).await? {
            Some(found) => sessions::close_all_of(tx, found.item.id).await,
            None => Ok(()),
        },
    }
}
