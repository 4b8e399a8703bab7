//! Brings a notice to managers or administrators, whom only the store can look up.

use super::{Error, Tx, messages, people, teams};
use crate::model::{
    ids::PersonId,
    people::{Person, Role},
    watch::{Notice, Scene, Watch},
    watch_notices::render,
};

/// Puts a notice in the outbox, once for each who must hear it.
///
/// # Errors
/// When the database refuses.
pub async fn say(tx: &mut Tx, watch: &Watch, notice: &Notice, s: &Scene<'_>) -> Result<(), Error> {
    let team = teams::load(tx, watch.visit.team).await?.item;
    let (recipients, what) = match notice {
        Notice::Managers(what) => (of_ids(tx, &team.managers, &team.deputies).await?, what),
        Notice::Administrators(what) => (administrators(tx).await?, what),
    };
    for person in recipients {
        if let Some(message) = render(watch, &team, &person, what, s) {
            messages::insert(tx, &message).await?;
        }
    }
    Ok(())
}

async fn of_ids(
    tx: &mut Tx,
    managers: &[PersonId],
    deputies: &[PersonId],
) -> Result<Vec<Person>, Error> {
    let mut found = vec![];
    for id in managers.iter().chain(deputies) {
        found.push(people::load(tx, *id).await?.item);
    }
    found.retain(|p| p.active);
    Ok(found)
}

async fn administrators(tx: &mut Tx) -> Result<Vec<Person>, Error> {
    let everybody = people::all(tx).await?;
    Ok(everybody.into_iter().map(|p| p.item).filter(|p| p.is(Role::Administrator)).collect())
}
