//! District officers: administrators keep them; workers and managers see who serves where.

use crate::{
    model::{ids::OfficerId, people::Role, visits::officers::Officer},
    service::{context::Context, error::Error, people::caller::Caller},
    store::{Tx, Versioned, people::teams},
};

fn may_look(caller: &Caller) -> Result<(), Error> {
    let roles = [Role::Administrator, Role::Manager, Role::Worker];
    if roles.into_iter().any(|role| caller.person.is(role)) {
        return Ok(());
    }
    Err(Error::Forbidden("Your role does not allow this."))
}

/// All of them.
///
/// # Errors
/// [`Error::Forbidden`] for whoever has nothing to do with visits.
pub async fn list(ctx: &Context, caller: &Caller) -> Result<Vec<Versioned<Officer>>, Error> {
    may_look(caller)?;
    Ok(ctx.db.read(|tx| Box::pin(teams::officers(tx))).await?)
}

/// One of them.
///
/// # Errors
/// [`Error::Forbidden`] for whoever has nothing to do with visits; [`Error::NotFound`].
pub async fn see(
    ctx: &Context,
    caller: &Caller,
    id: OfficerId,
) -> Result<Versioned<Officer>, Error> {
    may_look(caller)?;
    Ok(ctx.db.read(move |tx| Box::pin(teams::officer(tx, id))).await?)
}

/// Adds one.
///
/// # Errors
/// When the store fails.
pub async fn create(tx: &mut Tx, officer: Officer) -> Result<Versioned<Officer>, Error> {
    teams::save_officer(tx, &officer, 0).await?;
    Ok(Versioned { version: 1, item: officer })
}

/// Replaces one that was at version `seen`.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`].
pub async fn replace(
    ctx: &Context,
    officer: Officer,
    seen: i64,
) -> Result<Versioned<Officer>, Error> {
    ctx.write(move |tx| {
        Box::pin(async move {
            teams::officer(tx, officer.id).await?;
            teams::save_officer(tx, &officer, seen).await?;
            Ok(Versioned { version: seen + 1, item: officer })
        })
    })
    .await
}
