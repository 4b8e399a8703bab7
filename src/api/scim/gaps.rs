//! What the directory changes may leave a team with nobody to call: administrators hear of it at once.

use std::collections::BTreeMap;

use crate::{
    api::{problem::Problem, state::House, watching::words},
    model::{
        coverage::Picture,
        gaps,
        ids::{PersonId, TeamId},
        ladder::Directory,
        people::{Person, Role},
        teams::Team,
    },
    store::{Error, Tx, directory, messages, people, teams},
};

/// How many days ahead are looked at: a whole week has all office hours in it.
const DAYS: u64 = 7;

/// Who would be told in the week ahead, by team.
pub type Cover = BTreeMap<TeamId, Picture>;

/// The teams that this person is on the ladder of: all, when the organisation's names them, for that
/// one stands behind every team's own.
pub async fn led_by(tx: &mut Tx, person: &Person) -> Result<Vec<TeamId>, Problem> {
    let behind_all = teams::organisation(tx).await?.is_some_and(|found| {
        let mut named = found.item.ladder.people();
        named.any(|id| id == person.id)
    });
    let concerned = |team: &Team| {
        behind_all
            || team.is_managed_by(person.id)
            || team.ladder.people().any(|id| id == person.id)
            || person.roles.contains(&Role::AggressionDesk)
    };
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    Ok(all.filter(concerned).map(|team| team.id).collect())
}

/// Who would be told of an alarm of these teams.
pub async fn among(tx: &mut Tx, house: &House, those: &[TeamId]) -> Result<Cover, Problem> {
    if those.is_empty() {
        return Ok(Cover::new());
    }
    let Some(everybody) = load(tx, house).await? else { return Ok(Cover::new()) };
    let today = house.now().with_timezone(&house.settings.zone).date_naive();
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    let cover = |team: Team| (team.id, everybody.picture(&team, today, DAYS));
    Ok(all.filter(|team| those.contains(&team.id)).map(cover).collect())
}

async fn load(tx: &mut Tx, house: &House) -> Result<Option<Directory>, Error> {
    match directory::load(tx, house.settings.zone, house.settings.channels.clone()).await {
        Ok(found) => Ok(Some(found)),
        // Before the organisation was set up nobody goes out.
        Err(Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

/// Tells every administrator of the gaps that were not there before, or not as deep.
pub async fn tell(
    tx: &mut Tx,
    house: &House,
    before: &Cover,
    after: &Cover,
) -> Result<(), Problem> {
    for (id, now) in after {
        let Some(left) = now.falls_from(before.get(id)) else { continue };
        let team = teams::load(tx, *id).await?.item;
        tracing::warn!(team = %id, "the directory left a team with nobody to call");
        for person in people::all(tx).await?.into_iter().map(|found| found.item) {
            if person.is(Role::Administrator) {
                let words = words(house, person.language);
                let (what, dice) = ((&team, left), &*house.dice);
                let told = gaps::told(what, &person, &words, dice, house.now());
                messages::insert(tx, &told).await?;
            }
        }
    }
    Ok(())
}

/// Whether it matters to ladders how somebody changed.
pub fn matters(before: &Person, after: &Person) -> bool {
    let reached = |person: &Person| (person.verified_number().cloned(), person.opted_out());
    before.active != after.active
        || before.roles != after.roles
        || reached(before) != reached(after)
}

/// The teams of which somebody is taken out, who was removed from the directory: each changes.
pub async fn leave_teams(tx: &mut Tx, id: PersonId) -> Result<(), Problem> {
    for found in teams::all(tx).await? {
        let mut team = found.item;
        if !team.has(id) {
            continue;
        }
        for list in [&mut team.members, &mut team.managers, &mut team.deputies] {
            list.retain(|other| *other != id);
        }
        teams::save(tx, &team, found.version).await?;
    }
    Ok(())
}
