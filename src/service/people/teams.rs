//! Teams and the organisation, as administrators and managers keep them.

use std::collections::HashMap;

use crate::{
    model::{
        ids::{PersonId, TeamId},
        incidents::letters::Letterhead,
        people::{
            Person, Role,
            teams::{Organisation, Team},
        },
    },
    service::{
        context::Context,
        error::Error,
        people::{
            accounts::{UnreachableTeam, unreachable},
            caller::Caller,
        },
    },
    store::{
        Tx, Versioned,
        people::{self, teams},
    },
};

/// Everybody, to tell whether those who are named exist and still work here.
pub type PeopleById = HashMap<PersonId, Person>;

async fn known(tx: &mut Tx) -> Result<PeopleById, Error> {
    Ok(people::all(tx).await?.into_iter().map(|p| (p.item.id, p.item)).collect())
}

/// All teams.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context) -> Result<Vec<Versioned<Team>>, Error> {
    Ok(ctx.db.read(|tx| Box::pin(teams::all(tx))).await?)
}

/// One team.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn see(ctx: &Context, id: TeamId) -> Result<Versioned<Team>, Error> {
    Ok(ctx.db.read(move |tx| Box::pin(teams::load(tx, id))).await?)
}

/// A team after it was saved.
#[derive(Clone, Debug)]
pub struct SavedTeam {
    pub team: Versioned<Team>,
    /// Set when nobody can be called for it.
    pub unreachable: Option<UnreachableTeam>,
}

/// An administrator adds a team, which is read with those who are known at hand.
///
/// # Errors
/// [`Error::Forbidden`], what `read` says, or that its name is taken.
pub async fn create(
    tx: &mut Tx,
    caller: &Caller,
    read: impl FnOnce(&PeopleById) -> Result<Team, Error>,
) -> Result<SavedTeam, Error> {
    caller.must_be(Role::Administrator)?;
    let team = read(&known(tx).await?)?;
    refuse_taken(tx, &team).await?;
    teams::insert(tx, &team).await?;
    saved(tx, Versioned { version: 1, item: team }).await
}

/// Whoever looks after a team that was at version `seen` replaces it.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Stale`], what `read` says, or that its name is
/// taken.
pub async fn replace(
    ctx: &Context,
    caller: Caller,
    (id, seen): (TeamId, i64),
    read: impl FnOnce(&PeopleById) -> Result<Team, Error> + Send + 'static,
) -> Result<SavedTeam, Error> {
    caller.must_look_after(id)?;
    ctx.write(move |tx| {
        Box::pin(async move {
            let before = teams::load(tx, id).await?.item;
            let team = read(&known(tx).await?)?;
            refuse_other_people(&caller, &before, &team)?;
            refuse_taken(tx, &team).await?;
            teams::save(tx, &team, seen).await?;
            saved(tx, Versioned { version: seen + 1, item: team }).await
        })
    })
    .await
}

async fn saved(tx: &mut Tx, team: Versioned<Team>) -> Result<SavedTeam, Error> {
    let unreachable = unreachable(tx, &team.item).await?;
    Ok(SavedTeam { team, unreachable })
}

/// Managers set how their team is watched; who belongs to it is for administrators.
fn refuse_other_people(caller: &Caller, before: &Team, after: &Team) -> Result<(), Error> {
    let same = (&before.name, &before.members, &before.managers, &before.deputies)
        == (&after.name, &after.members, &after.managers, &after.deputies);
    if same || caller.person.is(Role::Administrator) {
        return Ok(());
    }
    Err(Error::Forbidden("Only an administrator changes a team's name and people."))
}

async fn refuse_taken(tx: &mut Tx, team: &Team) -> Result<(), Error> {
    if teams::is_taken(tx, &team.name, team.id).await? {
        return Err(Error::conflict("name-taken", "Another team has this name."));
    }
    Ok(())
}

/// The organisation.
///
/// # Errors
/// [`Error::NotFound`] before it was set up.
pub async fn organisation(ctx: &Context) -> Result<Versioned<Organisation>, Error> {
    ctx.db.read(|tx| Box::pin(teams::organisation(tx))).await?.ok_or(Error::NotFound)
}

/// An administrator replaces the organisation, but for its letterhead. The first time there is nothing
/// that somebody else could have changed, so that `seen` is asked only later.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Stale`], and what `seen` and `read` say.
pub async fn replace_organisation<E>(
    ctx: &Context,
    caller: &Caller,
    seen: impl FnOnce() -> Result<i64, E> + Send + 'static,
    read: impl FnOnce(&PeopleById, Option<Letterhead>) -> Result<Organisation, Error> + Send + 'static,
) -> Result<Versioned<Organisation>, E>
where
    E: From<Error> + From<crate::store::Error> + Send + 'static,
{
    caller.must_be(Role::Administrator)?;
    ctx.write(move |tx| {
        Box::pin(async move {
            let before = teams::organisation(tx).await?;
            let seen = if before.is_some() { seen()? } else { 0 };
            let letterhead = before.and_then(|found| found.item.letterhead);
            let item = read(&known(tx).await?, letterhead)?;
            teams::save_organisation(tx, &item, seen).await?;
            Ok(Versioned { version: seen + 1, item })
        })
    })
    .await
}

/// An administrator sets what letters take from the organisation that was at version `seen`; all else
/// stays as it is.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], or [`Error::Stale`].
pub async fn set_letterhead(
    ctx: &Context,
    caller: &Caller,
    seen: i64,
    letterhead: Letterhead,
) -> Result<Versioned<Organisation>, Error> {
    caller.must_be(Role::Administrator)?;
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let before = teams::organisation(tx).await?.ok_or(Error::NotFound)?.item;
                let item = Organisation { letterhead: Some(letterhead), ..before };
                teams::save_organisation(tx, &item, seen).await?;
                Ok(Versioned { version: seen + 1, item })
            })
        })
        .await
}
