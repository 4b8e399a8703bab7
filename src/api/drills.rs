//! Drills: the real ladder with messages that say TEST, and how long each rung took.

use axum::{
    Router,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::{
    alarms::drill,
    auth::Caller,
    idempotency::{Once, Reply, once},
    json::Body,
    problem::Problem,
    state::House,
    visits::page,
};
use crate::{
    model::{
        alarms::{Alarm, Cause},
        faults::Fault,
        ids::{AlarmId, TeamId},
        people::Role,
    },
    store::{Versioned, alarms, messages, watches},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new().route("/drills", get(list).post(hold))
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DrillInput {
    team_id: String,
}

fn teams_of(caller: &Caller) -> Vec<TeamId> {
    let admin = caller.person.is(Role::Administrator);
    caller.teams.iter().filter(|t| admin || caller.manages(t.id)).map(|t| t.id).collect()
}

async fn hold(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<DrillInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/drills", &said)?;
    let team =
        said.team_id.parse::<TeamId>().ok().filter(|id| caller.teams.iter().any(|t| t.id == *id));
    let team = team.ok_or_else(no_team)?;
    if !teams_of(&caller).contains(&team) {
        return Err(Problem::forbidden("Only its managers and administrators drill a team."));
    }
    let at = house.clone();
    once(&house, key, move |tx| {
        Box::pin(async move {
            let now = at.now();
            let id = AlarmId::new(&*at.dice, now);
            let alarm = Alarm::open(id, None, team, Cause::Drill, now);
            watches::save_alarm(tx, &alarm, now).await?;
            Ok(Reply::created(drill(&Versioned { version: 1, item: alarm }, &[])))
        })
    })
    .await
}

fn no_team() -> Problem {
    Problem::invalid(vec![Fault::new("teamId", "invalid", "is no team")])
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Narrow {
    team_id: Option<String>,
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    Query(asked): Query<Narrow>,
) -> Result<Response, Problem> {
    let mut teams = teams_of(&caller);
    if let Some(only) = asked.team_id {
        let only: TeamId = only.parse().map_err(|_| no_team())?;
        teams.retain(|id| *id == only);
    }
    let items = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut items = vec![];
                for team in teams {
                    for found in alarms::drills(tx, team, 50).await? {
                        let said = messages::of_alarm(tx, found.item.id).await?;
                        items.push(drill(&found, &said));
                    }
                }
                Ok::<_, Problem>(items)
            })
        })
        .await?;
    Ok(page(items, None))
}
