//! Teams of the directory: `/Groups`. Who manages a team, and its ladder, are for administrators.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

use super::{
    Refusal, address,
    answers::{self, framed},
    gaps, object,
    users::is_shown,
};
use crate::{
    api::{changing::by_itself, state::House},
    model::{
        access::Action,
        ids::{LineId, PersonId, TeamId},
        people::Person,
        scim::{
            Object,
            group::{self, Said},
            member, patch, schemas,
        },
        teams::{Ladder, Team, WatchPolicy},
    },
    store::{
        Tx, Versioned, access, people,
        provisioned::{self, Record},
        teams,
    },
};

/// Everybody whom the directory sees.
type Everybody = BTreeMap<PersonId, Person>;

/// A team, with what the directory said of it.
type Known = (Versioned<Team>, Option<Record>);

async fn everybody(tx: &mut Tx) -> Result<Everybody, Refusal> {
    let records = provisioned::people(tx).await?;
    let all = people::all(tx).await?.into_iter().map(|found| (found.item.id, found.item));
    Ok(all.filter(|(id, _)| is_shown(records.get(id))).collect())
}

/// All teams that the directory sees.
async fn all(tx: &mut Tx) -> Result<Vec<Known>, Refusal> {
    let mut records = provisioned::teams(tx).await?;
    let found = teams::all(tx).await?.into_iter();
    let found = found.map(|team| {
        let record = records.remove(&team.item.id);
        (team, record)
    });
    Ok(found.filter(|(_, record)| is_shown(record.as_ref())).collect())
}

async fn load(tx: &mut Tx, id: TeamId) -> Result<Known, Refusal> {
    let found = all(tx).await?.into_iter().find(|(team, _)| team.item.id == id);
    found.ok_or_else(Refusal::not_found)
}

fn read_id(id: &str) -> Result<TeamId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found())
}

fn bare(house: &House, team: &Team, record: Option<&Record>, everybody: &Everybody) -> Object {
    let external_id = record.and_then(|record| record.kept.get("externalId")?.as_str());
    let members = team.members.iter().filter_map(|id| everybody.get(id));
    let members = members.map(|person| (person, address(house, "Users", person.id)));
    group::show(team, external_id, members)
}

fn view(house: &House, (team, record): &Known, everybody: &Everybody) -> Object {
    let shown = bare(house, &team.item, record.as_ref(), everybody);
    let at = address(house, "Groups", team.item.id);
    framed(shown, group::SCHEMA, "Group", team.item.id, &at, record.as_ref())
}

/// Lists teams.
pub async fn list(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let filter = query.filter(group::SCHEMA)?;
    let here = house.clone();
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let everybody = everybody(tx).await?;
            let all = all(tx).await?;
            let all = all.iter().map(|known| view(&here, known, &everybody));
            let found = all.filter(|it| filter.as_ref().is_none_or(|filter| filter.holds(it)));
            Ok::<_, Refusal>(found.collect())
        })
    });
    Ok(query.page(work.await?))
}

/// Shows a team.
pub async fn show(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let here = house.clone();
    let work = house.db.read(move |tx| Box::pin(async move { shown(tx, &here, id).await }));
    Ok(query.one(StatusCode::OK, work.await?))
}

async fn shown(tx: &mut Tx, house: &House, id: TeamId) -> Result<Object, Refusal> {
    Ok(view(house, &load(tx, id).await?, &everybody(tx).await?))
}

/// Adds a team, as an administrator would: with the usual times and ladder, and no managers yet. One
/// that was removed before and comes back under its name is the same.
pub async fn create(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let said = Said::read(&object(&body)?)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let named = teams::all(tx).await?.into_iter().find(|team| team.item.name == said.name);
            let known = match named {
                Some(found) => {
                    let records = provisioned::teams(tx).await?;
                    if is_shown(records.get(&found.item.id)) {
                        return Err(Refusal::taken("Another team has this displayName."));
                    }
                    found
                }
                None => {
                    let team = Team {
                        id: TeamId::new(&*here.dice, here.now()),
                        name: said.name.clone(),
                        members: vec![],
                        managers: vec![],
                        deputies: vec![],
                        policy: WatchPolicy::default(),
                        ladder: Ladder::default(),
                    };
                    teams::insert(tx, &team).await?;
                    Versioned { version: 1, item: team }
                }
            };
            let id = known.item.id;
            keep(tx, &here, (known, None), said, "added").await?;
            let has = gaps::among(tx, &here, &[id]).await?;
            gaps::tell(tx, &here, &Default::default(), &has).await?;
            shown(tx, &here, id).await
        })
    });
    let made = work.await?;
    house.wake.notify_one();
    Ok(query.one(StatusCode::CREATED, made))
}

/// Replaces all that is said of a team. Members of whom nothing is said stay.
pub async fn replace(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut given = object(&body)?;
    let whole = move |shown: &Object| {
        let said = member(&given, "members").is_some();
        if let Some(members) = shown.get("members").filter(|_| !said) {
            given.insert("members".into(), members.clone());
        }
        Ok(given)
    };
    becomes(house, &id, query, whole).await
}

/// Changes something of what is said of a team.
pub async fn change(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let request = object(&body)?;
    let changed =
        move |shown: &Object| Ok(patch::apply(shown, &request, schemas::named(group::SCHEMA))?);
    becomes(house, &id, query, changed).await
}

async fn becomes(
    house: House,
    id: &str,
    query: answers::Query,
    change: impl FnOnce(&Object) -> Result<Object, Refusal> + Send + 'static,
) -> Result<Response, Refusal> {
    let id = read_id(id)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let (team, record) = load(tx, id).await?;
            let now = bare(&here, &team.item, record.as_ref(), &everybody(tx).await?);
            let said = Said::read(&change(&now)?)?;
            let others = teams::all(tx).await?;
            if others.iter().any(|it| it.item.id != id && it.item.name == said.name) {
                return Err(Refusal::taken("Another team has this displayName."));
            }
            keep(tx, &here, (team, record), said, "changed").await?;
            shown(tx, &here, id).await
        })
    });
    let changed = work.await?;
    house.wake.notify_one();
    Ok(query.one(StatusCode::OK, changed))
}

async fn keep(
    tx: &mut Tx,
    house: &House,
    (found, record): Known,
    said: Said,
    what: &str,
) -> Result<(), Refusal> {
    let everybody = everybody(tx).await?;
    if said.members.iter().any(|id| !everybody.contains_key(id)) {
        return Err(group::unknown().into());
    }
    let Versioned { version, item: before } = found;
    let mut kept = Object::new();
    kept.extend(said.external_id.map(|id| ("externalId".to_owned(), Value::String(id))));
    let team = Team { name: said.name, members: said.members, ..before.clone() };
    let same = record.as_ref().is_some_and(|record| record.kept == kept);
    if same && team == before {
        return Ok(());
    }
    if team != before {
        teams::save(tx, &team, version).await?;
    }
    let now = house.now();
    let created_at = record.map_or(now, |record| record.created_at);
    let record = Record { hidden: false, created_at, changed_at: now, kept };
    provisioned::save_team(tx, team.id, &record).await?;
    log(tx, house, team.id, what).await
}

async fn log(tx: &mut Tx, house: &House, id: TeamId, what: &str) -> Result<(), Refusal> {
    let details = json!({ "teamId": id, "by": "directory", "what": what });
    let line = LineId::new(&*house.dice, house.now());
    let look = by_itself(line, house.now(), Action::TeamProvisioned, details);
    Ok(access::log_look(tx, &look).await?)
}

/// Removes a team: nobody goes on new visits for it, and it is shown no more. What is under way for it
/// is still watched over, by its managers.
pub async fn remove(
    State(house): State<House>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let team = Team { members: vec![], ..found.item };
            teams::save(tx, &team, found.version).await?;
            let now = here.now();
            let created_at = record.map_or(now, |record| record.created_at);
            let kept = Object::new();
            let record = Record { hidden: true, created_at, changed_at: now, kept };
            provisioned::save_team(tx, id, &record).await?;
            log(tx, &here, id, "removed").await
        })
    });
    work.await?;
    house.wake.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}
