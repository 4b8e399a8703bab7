//! Teams: everybody sees their names; administrators, and managers of their own, see everything and
//! set how it is watched.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Warning, auth::Caller};
use crate::{
    api::http::{
        idempotency::{ChangeReply, IfMatchHeader, Once, OnceHeader, once, respond},
        json::{Draft, Id, if_match},
        pages::{Items, Page, PageQuery},
        problem::Problem,
        state::AppState,
        strict,
    },
    model::{
        ids::{PersonId, TeamId},
        input::faults::{Fault, Faults},
        people::{
            Role,
            teams::{Ladder, Team, WatchPolicy},
        },
    },
    service::{
        Error,
        people::teams::{self, PeopleById, SavedTeam},
    },
    store::Versioned,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(show, replace))
}

#[derive(Debug, Deserialize, ToSchema)]
struct TeamInput {
    #[schema(required, nullable = false, min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(required, nullable = false, value_type = Vec<PersonId>)]
    members: Option<Vec<String>>,
    /// Order matters: the first one is called first.
    #[schema(required, nullable = false, value_type = Vec<PersonId>)]
    managers: Option<Vec<String>>,
    #[schema(required, nullable = false, value_type = Vec<PersonId>)]
    deputies: Option<Vec<String>>,
    #[schema(required, nullable = false, value_type = WatchPolicy)]
    policy: Option<Value>,
    #[schema(required, nullable = false, value_type = Ladder)]
    ladder: Option<Value>,
}

impl TeamInput {
    fn read(&self, id: TeamId, known: &PeopleById) -> Result<Team, Vec<Fault>> {
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
        faults.done()?;
        let (Some(name), Some(policy), Some(ladder)) = (name, policy, ladder) else {
            return Err(vec![]);
        };
        Ok(Team { id, name, members, managers, deputies, policy, ladder })
    }
}

/// Reads a part of an input as a whole: its faults come among the others.
fn shape<T: DeserializeOwned + Serialize>(
    faults: &mut Faults,
    field: &str,
    given: Option<&Value>,
) -> Option<T> {
    let Some(given) = given else {
        faults.add(field, "required", "is required");
        return None;
    };
    strict::read(field, given).map_err(|wrong| faults.0.extend(wrong)).ok()
}

/// Reads a ladder; whoever it names must be there.
pub(crate) fn ladder(
    faults: &mut Faults,
    given: Option<&Value>,
    known: &PeopleById,
) -> Option<Ladder> {
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
    known: &PeopleById,
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

fn judge(
    text: &str,
    leads: bool,
    known: &PeopleById,
) -> Result<PersonId, (&'static str, &'static str)> {
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

/// Administrators and its managers see all of it, others its name.
#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
struct TeamView<'a> {
    id: TeamId,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    version: Option<i64>,
    #[schema(min_length = 1, max_length = 200)]
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    members: Option<&'a [PersonId]>,
    /// Order matters: the first one is called first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    managers: Option<&'a [PersonId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    deputies: Option<&'a [PersonId]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    policy: Option<&'a WatchPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ladder: Option<&'a Ladder>,
    /// What to look at after this change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    warnings: Option<Vec<Warning<'a>>>,
}

fn view<'a>(caller: &Caller, found: &'a Versioned<Team>) -> TeamView<'a> {
    let (team, is_whole) = (&found.item, caller.looks_after(found.item.id));
    TeamView {
        id: team.id,
        version: is_whole.then_some(found.version),
        name: &team.name,
        members: is_whole.then_some(&team.members),
        managers: is_whole.then_some(&team.managers),
        deputies: is_whole.then_some(&team.deputies),
        policy: is_whole.then_some(&team.policy),
        ladder: is_whole.then_some(&team.ladder),
        warnings: None,
    }
}

/// List teams
#[utoipa::path(get, path = "/teams", operation_id = "listTeams", tag = "organisation",
    params(PageQuery), responses((status = 200, body = Items<TeamView>)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
    page: Page<TeamId>,
) -> Result<Response, Problem> {
    let all = teams::list(&app).await?;
    let body = page.of_all(&all, |t| t.item.id, |t| view(&caller, t));
    Ok(respond(ChangeReply::ok(body), "/v1/teams"))
}

/// Look at a team
#[utoipa::path(get, path = "/teams/{id}", operation_id = "getTeam", tag = "organisation",
    responses((status = 200, body = TeamView, headers(("ETag"))), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<TeamId>,
) -> Result<Response, Problem> {
    let found = teams::see(&app, id).await?;
    Ok(respond(ChangeReply::ok(view(&caller, &found)), "/v1/teams"))
}

/// Add a team
#[utoipa::path(post, path = "/teams", operation_id = "createTeam", tag = "organisation",
    params(OnceHeader), request_body = TeamInput,
    responses((status = 201, body = TeamView, headers(("ETag"), ("Location"))), (status = 403),
        (status = 409)))]
async fn create(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<TeamInput>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let request = Once::new(&caller, &headers, "/v1/teams", &draft.said)?;
    let id = TeamId::new(&*app.random, app.now());
    once(&app, request, move |tx| {
        Box::pin(async move {
            let saved = teams::create(tx, &caller, read(draft, id)).await?;
            Ok(ChangeReply::created(view_saved(&caller, &saved)))
        })
    })
    .await
}

/// Change a team
#[utoipa::path(put, path = "/teams/{id}", operation_id = "replaceTeam", tag = "organisation",
    params(IfMatchHeader), request_body = TeamInput,
    responses((status = 200, body = TeamView, headers(("ETag"))), (status = 403), (status = 404),
        (status = 409)))]
async fn replace(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<TeamId>,
    headers: HeaderMap,
    draft: Draft<TeamInput>,
) -> Result<Response, Problem> {
    caller.must_look_after(id)?;
    let seen = if_match(&headers)?;
    let saved = teams::replace(&app, caller.clone(), (id, seen), read(draft, id)).await?;
    Ok(respond(ChangeReply::ok(view_saved(&caller, &saved)), "/v1/teams"))
}

fn read(draft: Draft<TeamInput>, id: TeamId) -> impl FnOnce(&PeopleById) -> Result<Team, Error> {
    move |known| draft.read(|input| input.read(id, known)).map_err(Error::Invalid)
}

fn view_saved<'a>(caller: &Caller, saved: &'a SavedTeam) -> TeamView<'a> {
    let warnings = saved.unreachable.iter().map(Warning::from).collect();
    TeamView { warnings: Some(warnings), ..view(caller, &saved.team) }
}
