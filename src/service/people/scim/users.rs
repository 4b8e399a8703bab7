//! People of the directory: added, changed, removed, and what that leaves their teams with.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{gaps, is_shown, taken};
use crate::{
    model::{
        ids::{LineId, PersonId},
        people::{
            Person,
            scim::{Object, filter::Filter, user::UserSaid},
            teams::Team,
        },
        privacy::access::Action,
    },
    service::{
        context::Context,
        error::Error,
        people::accounts::{self, by_itself},
    },
    store::{
        Tx, Versioned,
        people::{
            self,
            provisioned::{self, ProvisionedRecord},
            sessions, teams,
        },
        privacy::access,
    },
};

/// Somebody, with what the directory said of them.
pub type KnownUser = (Versioned<Person>, Option<ProvisionedRecord>);

/// Somebody, with the teams that the directory sees.
#[derive(Clone, Debug)]
pub struct SeenUser {
    pub person: Person,
    /// What the directory said of it.
    pub record: Option<ProvisionedRecord>,
    /// All of those teams.
    pub teams: Vec<Team>,
}

/// Somebody, whom the directory sees.
async fn load(tx: &mut Tx, id: PersonId) -> Result<KnownUser, Error> {
    let record = provisioned::person(tx, id).await?;
    if !is_shown(record.as_ref()) {
        return Err(Error::NotFound);
    }
    Ok((people::load(tx, id).await?, record))
}

/// The teams that the directory sees.
async fn shown_teams(tx: &mut Tx) -> Result<Vec<Team>, Error> {
    let records = provisioned::teams(tx).await?;
    let all = teams::all(tx).await?.into_iter().map(|team| team.item);
    Ok(all.filter(|team| is_shown(records.get(&team.id))).collect())
}

/// Everybody whom a filter may mean, and the teams that the directory sees.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ctx: &Context,
    filter: Option<Filter>,
) -> Result<(Vec<KnownUser>, Vec<Team>), Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(
                async move { Ok((sought(tx, filter.as_ref()).await?, shown_teams(tx).await?)) },
            )
        })
        .await
}

/// Everybody whom a filter may mean. What directories ask all the time is looked up.
async fn sought(tx: &mut Tx, filter: Option<&Filter>) -> Result<Vec<KnownUser>, Error> {
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
    let mut found: Vec<KnownUser> = vec![];
    for id in ids {
        if found.iter().any(|(known, _)| known.item.id == id) {
            continue;
        }
        match load(tx, id).await {
            Ok(known) => found.push(known),
            Err(Error::NotFound) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(found)
}

/// Somebody whom the directory sees.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn see(ctx: &Context, id: PersonId) -> Result<SeenUser, Error> {
    ctx.db.read(move |tx| Box::pin(async move { shown(tx, id).await })).await
}

async fn shown(tx: &mut Tx, id: PersonId) -> Result<SeenUser, Error> {
    let (found, record) = load(tx, id).await?;
    Ok(SeenUser { person: found.item, record, teams: shown_teams(tx).await? })
}

/// Writes what is said over an account.
fn onto(person: &mut Person, said: &UserSaid) {
    person.name.clone_from(&said.name);
    person.email.clone_from(&said.email);
    person.roles.clone_from(&said.roles);
    person.language = said.language.unwrap_or(person.language);
    person.active = said.active.unwrap_or(person.active);
    accounts::keep_number(person, said.mobile.clone());
}

/// Adds somebody; who was removed before, and comes back with the same mail address, is the same.
///
/// # Errors
/// [`Error::Directory`] when a name or mail address is taken.
pub async fn create(ctx: &Context, said: UserSaid) -> Result<SeenUser, Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            refuse_named(tx, &said, None).await?;
            let known = people::by_email(tx, &said.email).await?;
            let id = match known {
                Some(found) => come_back(tx, found, &said).await?,
                None => {
                    let mut person = accounts::blank(&at);
                    onto(&mut person, &said);
                    accounts::add(tx, &mut person).await?;
                    person.id
                }
            };
            let now = at.now();
            let record = ProvisionedRecord {
                hidden: false,
                created_at: now,
                changed_at: now,
                kept: said.kept,
            };
            provisioned::save_person(tx, id, &record).await?;
            log(tx, &at, id, "added").await?;
            shown(tx, id).await
        })
    })
    .await
}

/// Somebody has this mail address: who is not shown may come back.
async fn come_back(
    tx: &mut Tx,
    found: Versioned<Person>,
    said: &UserSaid,
) -> Result<PersonId, Error> {
    let record = provisioned::person(tx, found.item.id).await?;
    if is_shown(record.as_ref()) {
        return Err(taken("Another account has this mail address."));
    }
    let Versioned { version, item: before } = found;
    // Whoever comes back proves anew who they are, and that the number is theirs.
    let mut person = Person { mobile: None, button: None, pins: None, ..before.clone() };
    onto(&mut person, said);
    accounts::keep(tx, &before, &mut person, version).await?;
    people::untie_subject(tx, person.id).await?;
    Ok(person.id)
}

/// Refuses a name that somebody else goes by; of whom the directory said nothing that is the mail
/// address.
async fn refuse_named(tx: &mut Tx, said: &UserSaid, own: Option<PersonId>) -> Result<(), Error> {
    let name = said.kept.get("userName").and_then(Value::as_str).unwrap_or_default();
    let named = provisioned::person_named(tx, name).await?;
    let by_mail = match people::by_email(tx, name).await?.map(|found| found.item.id) {
        Some(id) if provisioned::person(tx, id).await?.is_none() => Some(id),
        _ => None,
    };
    if named.or(by_mail).is_some_and(|other| Some(other) != own) {
        return Err(taken("Another account has this userName."));
    }
    Ok(())
}

async fn log(tx: &mut Tx, ctx: &Context, id: PersonId, what: &str) -> Result<(), Error> {
    let details = json!({ "personId": id, "by": "directory", "what": what });
    let line = LineId::new(&*ctx.random, ctx.now());
    let look = by_itself(line, ctx.now(), Action::PersonProvisioned, details);
    Ok(access::log_look(tx, &look).await?)
}

/// Changes somebody into what `say` makes of what is known.
///
/// # Errors
/// [`Error::NotFound`], what `say` says, or [`Error::Directory`] when a name is taken.
pub async fn change(
    ctx: &Context,
    id: PersonId,
    say: impl FnOnce(&Person, Option<&ProvisionedRecord>) -> Result<UserSaid, Error> + Send + 'static,
) -> Result<SeenUser, Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let said = say(&found.item, record.as_ref())?;
            keep(tx, &at, found, record, said).await?;
            shown(tx, id).await
        })
    })
    .await
}

async fn keep(
    tx: &mut Tx,
    ctx: &Context,
    found: Versioned<Person>,
    record: Option<ProvisionedRecord>,
    said: UserSaid,
) -> Result<(), Error> {
    let Versioned { version, item: before } = found;
    let (id, now) = (before.id, ctx.now());
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
        let had = gaps::among(tx, ctx, &ladders).await?;
        accounts::keep(tx, &before, &mut person, version).await?;
        let has = gaps::among(tx, ctx, &ladders).await?;
        gaps::tell(tx, ctx, &had, &has).await?;
    }
    let created_at = record.map_or(now, |record| record.created_at);
    let record = ProvisionedRecord { hidden: false, created_at, changed_at: now, kept: said.kept };
    provisioned::save_person(tx, id, &record).await?;
    log(tx, ctx, id, "changed").await
}

/// Removes somebody: the account stays for what it did, works no more, and is shown no more.
///
/// # Errors
/// [`Error::NotFound`], or that no administrator would be left.
pub async fn remove(ctx: &Context, id: PersonId) -> Result<(), Error> {
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let (found, record) = load(tx, id).await?;
            let Versioned { version, item: before } = found;
            let ladders = gaps::led_by(tx, &before).await?;
            let had = gaps::among(tx, &at, &ladders).await?;
            let mut person = Person { active: false, ..before.clone() };
            accounts::keep(tx, &before, &mut person, version).await?;
            sessions::close_all_of(tx, id).await?;
            gaps::leave_teams(tx, id).await?;
            let has = gaps::among(tx, &at, &ladders).await?;
            gaps::tell(tx, &at, &had, &has).await?;
            let now = at.now();
            let created_at = record.map_or(now, |record| record.created_at);
            let kept = Object::new();
            let record = ProvisionedRecord { hidden: true, created_at, changed_at: now, kept };
            provisioned::save_person(tx, id, &record).await?;
            log(tx, &at, id, "removed").await
        })
    })
    .await
}
