//! What the directory changes may leave a team with nobody to call: administrators hear of it at once.

use std::collections::BTreeMap;

use crate::{
    model::{
        alarms::{coverage::Picture, gaps, ladder::Directory},
        ids::{PersonId, TeamId},
        messages::audiences::Audience,
        people::{Person, Role, teams::Team},
    },
    service::{context::Context, error::Error, messages::notify::notify},
    store::{
        self, Tx,
        alarms::directory::{self, LadderScope},
        people::{memberships, teams},
    },
};

/// How many days ahead are looked at: a whole week has all office hours in it.
const DAYS: u64 = 7;

/// Who would be told in the week ahead, by team.
pub type Cover = BTreeMap<TeamId, Picture>;

/// The teams that this person is on the ladder of: all, when the organisation's names them, for that
/// one stands behind every team's own.
pub async fn led_by(tx: &mut Tx, person: &Person) -> Result<Vec<TeamId>, Error> {
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
pub async fn among(tx: &mut Tx, ctx: &Context, those: &[TeamId]) -> Result<Cover, Error> {
    if those.is_empty() {
        return Ok(Cover::new());
    }
    let teams: Vec<_> = teams::some(tx, those.iter().copied()).await?;
    let teams: Vec<Team> = teams.into_iter().map(|team| team.item).collect();
    let Some(known) = load(tx, ctx, &teams).await? else { return Ok(Cover::new()) };
    let today = ctx.now().with_timezone(&ctx.settings.zone).date_naive();
    let cover = |team: &Team| (team.id, known.picture(team, today, DAYS));
    Ok(teams.iter().map(cover).collect())
}

async fn load(
    tx: &mut Tx,
    ctx: &Context,
    teams: &[Team],
) -> Result<Option<Directory>, store::Error> {
    let (zone, channels) = (ctx.settings.zone, ctx.settings.channels.clone());
    match directory::load(tx, zone, channels, &LadderScope::of(teams)).await {
        Ok(found) => Ok(Some(found)),
        // Before the organisation was set up nobody goes out.
        Err(store::Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

/// Tells every administrator of the gaps that were not there before, or not as deep.
pub async fn tell(tx: &mut Tx, ctx: &Context, before: &Cover, after: &Cover) -> Result<(), Error> {
    for (id, now) in after {
        let Some(left) = now.falls_from(before.get(id)) else { continue };
        let team = teams::load(tx, *id).await?.item;
        tracing::warn!(team = %id, "directory change left a team with nobody to call");
        let it = gaps::announce(&team, left, ctx.now());
        notify(tx, &[Audience::Administrators], &it, &ctx.composer()).await?;
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
pub async fn leave_teams(tx: &mut Tx, id: PersonId) -> Result<(), Error> {
    let own = memberships::of(tx, id).await?.into_iter().map(|its| its.team);
    for found in teams::some(tx, own).await? {
        let mut team = found.item;
        for list in [&mut team.members, &mut team.managers, &mut team.deputies] {
            list.retain(|other| *other != id);
        }
        teams::save(tx, &team, found.version).await?;
    }
    Ok(())
}
