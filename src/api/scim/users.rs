//! People of the directory: `/Users`.

use std::collections::HashMap;

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
};
use crate::{
    api::{
        changing::{self, by_itself},
        state::House,
    },
    model::{
        access::Action,
        ids::{LineId, PersonId},
        people::Person,
        scim::{
            Object,
            filter::Filter,
            patch, schemas,
            user::{self, Said},
        },
        teams::Team,
    },
    store::{
        Tx, Versioned, access, people,
        provisioned::{self, Record},
        sessions, teams,
    },
};

/// What a replacement that says nothing of these leaves as it was: a directory that does not keep
/// somebody's number or roles must not take them away.
const STAY: [&str; 5] = ["active", "roles", "phoneNumbers", "emails", "preferredLanguage"];

/// Somebody, with what the directory said of them.
pub(super) type Known = (Versioned<Person>, Option<Record>);

/// Whether the directory sees somebody.
pub(super) fn is_shown(record: Option<&Record>) -> bool {
    record.is_none_or(|record| !record.hidden)
}

/// Somebody, whom the directory sees.
async fn load(tx: &mut Tx, id: PersonId) -> Result<Known, Refusal> {
    let record = provisioned::person(tx, id).await?;
    if !is_shown(record.as_ref()) {
        return Err(Refusal::not_found());
    }
    Ok((people::load(tx, id).await?, record))
}

fn read_id(id: &str) -> Result<PersonId, Refusal> {
    id.parse().map_err(|_| Refusal::not_found())
}

fn view(house: &House, person: &Person, record: Option<&Record>, teams: &[Team]) -> Object {
    let mut shown = user::show(person, record.map(|record| &record.kept));
    let own = teams.iter().filter(|team| team.members.contains(&person.id));
    let groups = own.map(|team| {
        json!({ "value": team.id, "display": team.name, "type": "direct",
            "$ref": address(house, "Groups", team.id) })
    });
    let groups: Vec<Value> = groups.collect();
    if !groups.is_empty() {
        shown.insert("groups".into(), json!(groups));
    }
    let at = address(house, "Users", person.id);
    framed(shown, user::SCHEMA, "User", person.id, &at, record)
}

/// The teams that the directory sees.
async fn shown_teams(tx: &mut Tx) -> Result<Vec<Team>, Refusal> {
    let records = provisioned::teams(tx).await?;
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    Ok(all.filter(|team| is_shown(records.get(&team.id))).collect())
}

/// Lists people.
pub async fn list(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let filter = query.filter(user::SCHEMA)?;
    let here = house.clone();
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let found = sought(tx, filter.as_ref()).await?;
            let teams = shown_teams(tx).await?;
            let all = found
                .iter()
                .map(|(person, record)| view(&here, &person.item, record.as_ref(), &teams))
                .filter(|it| filter.as_ref().is_none_or(|filter| filter.holds(it)));
            Ok::<_, Refusal>(all.collect())
        })
    });
    Ok(query.page(work.await?))
}

/// Everybody whom a filter may mean. What directories ask all the time is looked up.
async fn sought(tx: &mut Tx, filter: Option<&Filter>) -> Result<Vec<Known>, Refusal> {
    let only = |name| filter.and_then(|filter| filter.only(name));
    let ids = if let Some(name) = only("userName") {
        let named = provisioned::person_named(tx, name).await?;
        let by_mail = people::by_email(tx, name).await?.map(|found| found.item.id);
        named.into_iter().chain(by_mail).collect()
    } else if let Some(id) = only("externalId") {
        provisioned::people_by_external_id(tx, id).await?
    } else if let Some(id) = only("id") {
        id.parse().into_iter().collect()
    } else {
        let mut records: HashMap<_, _> = provisioned::people(tx).await?;
        let all = people::all(tx).await?.into_iter();
        let all = all.map(|found| {
            let record = records.remove(&found.item.id);
            (found, record)
        });
        return Ok(all.filter(|(_, record)| is_shown(record.as_ref())).collect());
    };
    let mut found: Vec<Known> = vec![];
    for id in ids {
        if found.iter().any(|(known, _)| known.item.id == id) {
            continue;
        }
        match load(tx, id).await {
            Ok(known) => found.push(known),
            Err(refusal) if refusal.status == StatusCode::NOT_FOUND => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(found)
}

/// Shows somebody.
pub async fn show(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let here = house.clone();
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let teams = shown_teams(tx).await?;
            Ok::<_, Refusal>(view(&here, &found.item, record.as_ref(), &teams))
        })
    });
    Ok(query.one(StatusCode::OK, work.await?))
}

/// Writes what is said over an account.
fn onto(person: &mut Person, said: &Said) {
    person.name.clone_from(&said.name);
    person.email.clone_from(&said.email);
    person.roles.clone_from(&said.roles);
    person.language = said.language.unwrap_or(person.language);
    person.active = said.active.unwrap_or(person.active);
    changing::keep_number(person, said.mobile.clone());
}

/// Adds somebody; who was removed before, and comes back with the same mail address, is the same.
pub async fn create(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let mut given = object(&body)?;
    if crate::model::scim::member(&given, "active").is_none() {
        // Whoever is added works here, unless it is said otherwise.
        given.insert("active".into(), json!(true));
    }
    let said = Said::read(&given)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            refuse_named(tx, &said, None).await?;
            let known = people::by_email(tx, &said.email).await?;
            let id = match known {
                Some(found) => come_back(tx, found, &said).await?,
                None => {
                    let mut person = Person {
                        id: PersonId::new(&*here.dice, here.now()),
                        name: String::new(),
                        email: String::new(),
                        roles: vec![],
                        mobile: None,
                        language: here.settings.language,
                        pins: None,
                        active: true,
                    };
                    onto(&mut person, &said);
                    changing::add(tx, &mut person).await?;
                    person.id
                }
            };
            let now = here.now();
            let record =
                Record { hidden: false, created_at: now, changed_at: now, kept: said.kept };
            provisioned::save_person(tx, id, &record).await?;
            log(tx, &here, id, "added").await?;
            shown(tx, &here, id).await
        })
    });
    let made = work.await?;
    house.wake.notify_one();
    Ok(query.one(StatusCode::CREATED, made))
}

/// Somebody has this mail address: who is not shown may come back.
async fn come_back(
    tx: &mut Tx,
    found: Versioned<Person>,
    said: &Said,
) -> Result<PersonId, Refusal> {
    let record = provisioned::person(tx, found.item.id).await?;
    if is_shown(record.as_ref()) {
        return Err(Refusal::taken("Another account has this mail address."));
    }
    let Versioned { version, item: before } = found;
    // Whoever comes back proves anew who they are, and that the number is theirs.
    let mut person = Person { mobile: None, pins: None, ..before.clone() };
    onto(&mut person, said);
    changing::keep(tx, &before, &mut person, version).await?;
    people::untie_subject(tx, person.id).await?;
    Ok(person.id)
}

/// Refuses a name that somebody else goes by; of whom the directory said nothing that is the mail
/// address.
async fn refuse_named(tx: &mut Tx, said: &Said, own: Option<PersonId>) -> Result<(), Refusal> {
    let name = said.kept.get("userName").and_then(Value::as_str).unwrap_or_default();
    let named = provisioned::person_named(tx, name).await?;
    let by_mail = match people::by_email(tx, name).await?.map(|found| found.item.id) {
        Some(id) if provisioned::person(tx, id).await?.is_none() => Some(id),
        _ => None,
    };
    if named.or(by_mail).is_some_and(|other| Some(other) != own) {
        return Err(Refusal::taken("Another account has this userName."));
    }
    Ok(())
}

async fn shown(tx: &mut Tx, house: &House, id: PersonId) -> Result<Object, Refusal> {
    let (found, record) = load(tx, id).await?;
    let teams = shown_teams(tx).await?;
    Ok(view(house, &found.item, record.as_ref(), &teams))
}

async fn log(tx: &mut Tx, house: &House, id: PersonId, what: &str) -> Result<(), Refusal> {
    let details = json!({ "personId": id, "by": "directory", "what": what });
    let line = LineId::new(&*house.dice, house.now());
    let look = by_itself(line, house.now(), Action::PersonProvisioned, details);
    Ok(access::log_look(tx, &look).await?)
}

/// Replaces all that is said of somebody.
pub async fn replace(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let given = object(&body)?;
    let whole = move |shown: &Object| {
        let mut whole = given;
        for name in STAY {
            let said = crate::model::scim::member(&whole, name).is_some();
            if let Some(value) = shown.get(name).filter(|_| !said) {
                whole.insert(name.into(), value.clone());
            }
        }
        Ok(whole)
    };
    becomes(house, &id, query, whole).await
}

/// Changes something of what is said of somebody.
pub async fn change(
    State(house): State<House>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let request = object(&body)?;
    let changed =
        move |shown: &Object| Ok(patch::apply(shown, &request, schemas::named(user::SCHEMA))?);
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
            let (found, record) = load(tx, id).await?;
            let kept = record.as_ref().map(|record| &record.kept);
            let said = Said::read(&change(&user::show(&found.item, kept))?)?;
            keep(tx, &here, found, record, said).await?;
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
    found: Versioned<Person>,
    record: Option<Record>,
    said: Said,
) -> Result<(), Refusal> {
    let Versioned { version, item: before } = found;
    let (id, now) = (before.id, house.now());
    refuse_named(tx, &said, Some(id)).await?;
    let mut person = before.clone();
    onto(&mut person, &said);
    let same = record.as_ref().is_some_and(|record| record.kept == said.kept);
    if same && person == before {
        return Ok(());
    }
    if person != before {
        let matters = gaps::matters(&before, &person);
        let ladders = if matters { gaps::led_by(tx, &before).await? } else { vec![] };
        let had = gaps::among(tx, house, &ladders).await?;
        changing::keep(tx, &before, &mut person, version).await?;
        let has = gaps::among(tx, house, &ladders).await?;
        gaps::tell(tx, house, &had, &has).await?;
    }
    let created_at = record.map_or(now, |record| record.created_at);
    let record = Record { hidden: false, created_at, changed_at: now, kept: said.kept };
    provisioned::save_person(tx, id, &record).await?;
    log(tx, house, id, "changed").await
}

/// Removes somebody: the account stays for what it did, works no more, and is shown no more.
pub async fn remove(
    State(house): State<House>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let id = read_id(&id)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let Versioned { version, item: before } = found;
            let ladders = gaps::led_by(tx, &before).await?;
            let had = gaps::among(tx, &here, &ladders).await?;
            let mut person = Person { active: false, ..before.clone() };
            changing::keep(tx, &before, &mut person, version).await?;
            sessions::close_all_of(tx, id).await?;
            gaps::leave_teams(tx, id).await?;
            let has = gaps::among(tx, &here, &ladders).await?;
            gaps::tell(tx, &here, &had, &has).await?;
            let now = here.now();
            let created_at = record.map_or(now, |record| record.created_at);
            let kept = Object::new();
            let record = Record { hidden: true, created_at, changed_at: now, kept };
            provisioned::save_person(tx, id, &record).await?;
            log(tx, &here, id, "removed").await
        })
    });
    work.await?;
    house.wake.notify_one();
    Ok(StatusCode::NO_CONTENT.into_response())
}
