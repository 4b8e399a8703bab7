//! Drills: the real ladder with messages that say TEST, and how long each rung took.

use crate::{
    model::{
        alarms::{Alarm, Cause},
        ids::{AlarmId, TeamId},
        people::Role,
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        Tx, Versioned, alarms,
        messages::{self, SentMessage},
        people::teams,
        visits::watches,
    },
};

/// How many drills of a team are shown.
const MOST: i64 = 50;

/// A drill, with what was said in it.
#[derive(Clone, Debug)]
pub struct Drill {
    pub alarm: Versioned<Alarm>,
    /// Who was told.
    pub said: Vec<SentMessage>,
}

/// Holds a drill for a team, which the caller [may](may_drill) do.
///
/// # Errors
/// When the store fails.
pub async fn hold(tx: &mut Tx, ctx: &Context, team: TeamId) -> Result<Drill, Error> {
    let now = ctx.now();
    let id = AlarmId::new(&*ctx.random, now);
    let alarm = Alarm::open(id, None, team, Cause::Drill, now);
    watches::save_alarm(tx, &alarm, now).await?;
    Ok(Drill { alarm: Versioned { version: 1, item: alarm }, said: vec![] })
}

/// Refuses who may not drill this team.
///
/// # Errors
/// [`Error::Invalid`] when there is no such team, [`Error::Forbidden`].
pub async fn may_drill(ctx: &Context, caller: &Caller, team: TeamId) -> Result<(), Error> {
    if !ctx.db.read(move |tx| Box::pin(teams::exists(tx, team))).await? {
        return Err(no_team());
    }
    if !caller.looks_after(team) {
        return Err(Error::Forbidden("Only its managers and administrators drill a team."));
    }
    Ok(())
}

/// What is said of an id that is no team's.
pub fn no_team() -> Error {
    Error::invalid("teamId", "invalid", "is no team")
}

/// An administrator drills all teams.
async fn teams_of(tx: &mut Tx, caller: &Caller) -> Result<Vec<TeamId>, Error> {
    match caller.person.is(Role::Administrator) {
        true => Ok(teams::ids(tx).await?),
        false => Ok(caller.managed().collect()),
    }
}

/// Lists the drills of the caller's teams, or of one of them.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ctx: &Context,
    caller: Caller,
    only: Option<TeamId>,
) -> Result<Vec<Drill>, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let mut teams = teams_of(tx, &caller).await?;
                teams.retain(|id| only.is_none_or(|only| *id == only));
                let mut items = vec![];
                for team in teams {
                    for alarm in alarms::drills(tx, team, MOST).await? {
                        let said = messages::of_alarm(tx, alarm.item.id).await?;
                        items.push(Drill { alarm, said });
                    }
                }
                Ok(items)
            })
        })
        .await
}
