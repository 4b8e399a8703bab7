//! What the directory changes may leave a team with nobody to call: administrators hear of it at once.

use std::collections::BTreeSet;

use crate::{
    api::{problem::Problem, state::House, watching::words},
    model::{
        gaps,
        ids::{PersonId, TeamId},
        ladder::{Coverage, Directory},
        people::{Person, Role},
        teams::Team,
    },
    store::{Error, Tx, directory, messages, people, teams},
};

/// How many days ahead are looked at: a whole week has all office hours in it.
const DAYS: u64 = 7;

/// The teams that this person is on the ladder of.
pub async fn led_by(tx: &mut Tx, person: &Person) -> Result<Vec<TeamId>, Problem> {
    let concerned = |team: &Team| {
        team.is_managed_by(person.id)
            || team.ladder.people().any(|id| id == person.id)
            || person.roles.contains(&Role::AggressionDesk)
    };
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    Ok(all.filter(concerned).map(|team| team.id).collect())
}

/// Those of these teams whose own ladder reaches nobody at some time of the week.
pub async fn among(
    tx: &mut Tx,
    house: &House,
    those: &[TeamId],
) -> Result<BTreeSet<TeamId>, Problem> {
    if those.is_empty() {
        return Ok(BTreeSet::new());
    }
    let Some(everybody) = load(tx, house).await? else { return Ok(BTreeSet::new()) };
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    let open = all.filter(|team| those.contains(&team.id) && has_gap(&everybody, team, house));
    Ok(open.map(|team| team.id).collect())
}

async fn load(tx: &mut Tx, house: &House) -> Result<Option<Directory>, Error> {
    match directory::load(tx, house.settings.zone, house.settings.channels.clone()).await {
        Ok(found) => Ok(Some(found)),
        // Before the organisation was set up nobody goes out.
        Err(Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

fn has_gap(everybody: &Directory, team: &Team, house: &House) -> bool {
    let today = house.now().with_timezone(&house.settings.zone).date_naive();
    let picture = everybody.picture(team, today, DAYS);
    picture.ways.iter().any(|way| way.coverage != Coverage::Team)
}

/// Tells every administrator of the gaps that were not there before.
pub async fn tell(
    tx: &mut Tx,
    house: &House,
    before: &BTreeSet<TeamId>,
    after: &BTreeSet<TeamId>,
) -> Result<(), Problem> {
    for id in after.difference(before) {
        let team = teams::load(tx, *id).await?.item;
        tracing::warn!(team = %id, "the directory left a team with nobody to call");
        for person in people::all(tx).await?.into_iter().map(|found| found.item) {
            if person.is(Role::Administrator) {
                let words = words(house, person.language);
                let told = gaps::told(&team, &person, &words, &*house.dice, house.now());
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
