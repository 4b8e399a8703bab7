//! Teams: everybody sees their names; administrators, and managers of their own, see everything and
//! set how it is watched.

use std::collections::{BTreeSet, HashMap};

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    changing::warning,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id, if_match},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        faults::{Fault, Faults},
        ids::{PersonId, TeamId},
        people::{Person, Role},
        teams::{Ladder, Team, WatchPolicy},
    },
    store::{Tx, Versioned, people, teams},
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/teams", get(list).post(create))
        .route("/teams/{id}", get(show).put(replace))
}

#[derive(Debug, Deserialize, Serialize)]
struct Input {
    name: Option<String>,
    members: Option<Vec<String>>,
    managers: Option<Vec<String>>,
    deputies: Option<Vec<String>>,
    policy: Option<Value>,
    ladder: Option<Value>,
}

/// Everybody, to tell whether those who are named exist and still work here.
pub(super) type Known = HashMap<PersonId, Person>;

/// Everybody by id.
pub(super) async fn known(tx: &mut Tx) -> Result<Known, Problem> {
    Ok(people::all(tx).await?.into_iter().map(|p| (p.item.id, p.item)).collect())
}

impl Input {
    fn read(&self, id: TeamId, known: &Known) -> Result<Team, Problem> {
        let mut faults = Faults::default();
        let name = faults.text("name", self.name.as_deref(), 200);
        let mut named = |field: &str, ids: Option<&[String]>, leads| {
            everybody(&mut faults, field, ids, leads, known)
        };
        let members = named("members", self.members.as_deref(), false);
        let managers = named("managers", self.managers.as_deref(), true);
        let deputies = named("deputies", self.deputies.as_deref(), true);
        let policy: Option<WatchPolicy> = shape(&mut faults, "policy", self.policy.as_ref());
        for (field, why) in policy.iter().flat_map(WatchPolicy::faults) {
            faults.add(format!("policy.{field}"), "invalid", why);
        }
        let ladder = ladder(&mut faults, self.ladder.as_ref(), known);
        faults.done().map_err(Problem::invalid)?;
        let (Some(name), Some(policy), Some(ladder)) = (name, policy, ladder) else {
            return Err(Problem::invalid(vec![]));
        };
        Ok(Team { id, name, members, managers, deputies, policy, ladder })
    }
}

/// Reads a part of an input as a whole: a fault in its shape is one fault among the others.
fn shape<T: DeserializeOwned>(
    faults: &mut Faults,
    field: &str,
    given: Option<&Value>,
) -> Option<T> {
    let Some(given) = given else {
        faults.add(field, "required", "is required");
        return None;
    };
    faults.take(field, T::deserialize(given))
}

/// Reads a ladder; whoever it names must be there.
pub(super) fn ladder(faults: &mut Faults, given: Option<&Value>, known: &Known) -> Option<Ladder> {
    let ladder: Ladder = shape(faults, "ladder", given)?;
    for (field, why) in ladder.faults() {
        faults.add(field, "invalid", why);
    }
    let there = ladder.people().all(|id| known.get(&id).is_some_and(|p| p.active));
    faults.require(there, "ladder.rungs.who", "unknown", "names somebody who does not work here");
    Some(ladder)
}

/// Reads ids of people, each once, in the order given.
fn everybody(
    faults: &mut Faults,
    field: &str,
    ids: Option<&[String]>,
    leads: bool,
    known: &Known,
) -> Vec<PersonId> {
    let mut read = vec![];
    if ids.is_none() {
        faults.add(field, "required", "is required");
    }
    for (at, text) in ids.unwrap_or_default().iter().enumerate() {
        match judge(text, leads, known) {
            Ok(id) if read.contains(&id) => {}
            Ok(id) => read.push(id),
            Err((code, why)) => faults.0.push(Fault::new(format!("{field}[{at}]"), code, why)),
        }
    }
    read
}

fn judge(text: &str, leads: bool, known: &Known) -> Result<PersonId, (&'static str, &'static str)> {
    let id: PersonId = text.parse().map_err(|_| ("invalid", "is not an id"))?;
    match known.get(&id) {
        Some(person) if !person.active => Err(("inactive", "no longer works here")),
        Some(person) if leads && !person.is(Role::Manager) => {
            Err(("not-a-manager", "does not hold the role of manager"))
        }
        Some(_) => Ok(id),
        None => Err(("unknown", "is not known")),
    }
}

/// Whether this caller looks after a team: administrators after all, managers after their own.
pub(super) fn looks_after(caller: &Caller, team: TeamId) -> bool {
    caller.person.is(Role::Administrator) || caller.manages(team)
}

/// Refuses whoever does not look after the team.
pub(super) fn must_look_after(caller: &Caller, team: TeamId) -> Result<(), Problem> {
    if looks_after(caller, team) {
        return Ok(());
    }
    Err(Problem::forbidden("Only its managers and administrators look after a team."))
}

/// Managers set how their team is watched; who belongs to it is for administrators.
fn refuse_other_people(caller: &Caller, before: &Team, after: &Team) -> Result<(), Problem> {
    let same = (&before.name, &before.members, &before.managers, &before.deputies)
        == (&after.name, &after.members, &after.managers, &after.deputies);
    if same || caller.person.is(Role::Administrator) {
        return Ok(());
    }
    Err(Problem::forbidden("Only an administrator changes a team's name and people."))
}

/// All of a team for administrators and its managers; for others its name.
fn view(caller: &Caller, found: &Versioned<Team>) -> Value {
    let team = &found.item;
    let mut body = json!({ "id": team.id, "name": team.name });
    if looks_after(caller, team.id) {
        body = json!(team);
        body["version"] = json!(found.version);
    }
    body
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<TeamId>,
) -> Result<Response, Problem> {
    let all = house.db.read(|tx| Box::pin(teams::all(tx))).await?;
    let body = page.of_all(&all, |t| t.item.id, |t| view(&caller, t));
    Ok(respond(Reply::ok(body), "/v1/teams"))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<TeamId>,
) -> Result<Response, Problem> {
    let found = house.db.read(move |tx| Box::pin(teams::load(tx, id))).await?;
    Ok(respond(Reply::ok(view(&caller, &found)), "/v1/teams"))
}

async fn create(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, "/v1/teams", &input)?;
    let id = TeamId::new(&*house.dice, house.now());
    once(&house, request, move |tx| {
        Box::pin(async move {
            let team = input.read(id, &known(tx).await?)?;
            refuse_taken(tx, &team).await?;
            teams::insert(tx, &team).await?;
            Ok(Reply::created(saved(tx, &caller, Versioned { version: 1, item: team }).await?))
        })
    })
    .await
}

async fn replace(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<TeamId>,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    must_look_after(&caller, id)?;
    let seen = if_match(&headers)?;
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let before = teams::load(tx, id).await?.item;
            let team = input.read(id, &known(tx).await?)?;
            refuse_other_people(&caller, &before, &team)?;
            refuse_taken(tx, &team).await?;
            teams::save(tx, &team, seen).await?;
            saved(tx, &caller, Versioned { version: seen + 1, item: team }).await
        })
    });
    let body = work.await?;
    house.wake.notify_one();
    Ok(respond(Reply::ok(body), "/v1/teams"))
}

async fn saved(tx: &mut Tx, caller: &Caller, team: Versioned<Team>) -> Result<Value, Problem> {
    let mut body = view(caller, &team);
    body["warnings"] = json!(Vec::from_iter(warning(tx, &team.item).await?));
    Ok(body)
}

async fn refuse_taken(tx: &mut Tx, team: &Team) -> Result<(), Problem> {
    let names: BTreeSet<_> = teams::all(tx)
        .await?
        .into_iter()
        .filter_map(|t| (t.item.id != team.id).then_some(t.item.name))
        .collect();
    if names.contains(&team.name) {
        return Err(Problem::conflict("name-taken", "Another team has this name."));
    }
    Ok(())
}
