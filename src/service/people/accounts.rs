//! Accounts, as administrators keep them, and what holds for every change of one, whoever makes it: an
//! administrator, the directory, or the identity provider.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    model::{
        clock::Instant,
        ids::{LineId, PersonId, TeamId},
        people::{Mobile, Named, Person, Role, teams::Team},
        phone::Phone,
        privacy::access::{Action, Look},
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        self, Tx, Versioned,
        people::{self, sessions, teams},
        privacy::access,
        readable,
    },
};

/// A page of people, as much of them as the caller may see.
#[derive(Clone, Debug)]
pub enum PeoplePage {
    /// Everything, for administrators.
    Accounts(Vec<Versioned<Person>>),
    /// Who still works in the caller's teams.
    Names(Vec<Named>),
}

/// Lists people from after this one on.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(
    ctx: &Context,
    caller: &Caller,
    after: Option<PersonId>,
    most: i64,
) -> Result<PeoplePage, Error> {
    if caller.person.is(Role::Administrator) {
        let found = ctx.db.read(move |tx| Box::pin(people::page(tx, after, most))).await?;
        return Ok(PeoplePage::Accounts(found));
    }
    if !caller.person.is(Role::Manager) && !caller.person.is(Role::AggressionDesk) {
        return Err(Error::Forbidden("Your role does not allow this."));
    }
    let mine: Vec<_> = caller.team_ids().collect();
    let most = usize::try_from(most).unwrap_or_default();
    let found =
        ctx.db.read(move |tx| Box::pin(async move { names(tx, mine, after, most).await })).await?;
    Ok(PeoplePage::Names(found))
}

async fn names(
    tx: &mut Tx,
    mine: Vec<TeamId>,
    after: Option<PersonId>,
    most: usize,
) -> Result<Vec<Named>, store::Error> {
    let mine = teams::some(tx, mine).await?;
    let ids = mine.iter().flat_map(|t| t.item.members.iter().copied().chain(t.item.leads()));
    let ids: BTreeSet<_> = ids.collect();
    let mut found = vec![];
    for id in ids.into_iter().filter(|id| after.is_none_or(|after| *id > after)) {
        if found.len() == most {
            break;
        }
        let person = readable(people::load(tx, id).await)?.map(|it| it.item);
        found.extend(person.filter(|it| it.active).map(|it| Named::from(&it)));
    }
    Ok(found)
}

/// Shows an administrator an account.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::NotFound`].
pub async fn see(ctx: &Context, caller: &Caller, id: PersonId) -> Result<Versioned<Person>, Error> {
    caller.must_be(Role::Administrator)?;
    Ok(ctx.db.read(move |tx| Box::pin(people::load(tx, id))).await?)
}

/// An account of which nothing is known yet.
pub fn blank(ctx: &Context) -> Person {
    Person {
        id: PersonId::new(&*ctx.random, ctx.now()),
        name: String::new(),
        email: String::new(),
        roles: vec![],
        mobile: None,
        language: ctx.settings.language,
        button: None,
        pins: None,
        active: true,
    }
}

/// An administrator adds an account.
///
/// # Errors
/// [`Error::Forbidden`], or that its mail address is taken.
pub async fn create(
    tx: &mut Tx,
    caller: &Caller,
    mut person: Person,
) -> Result<Versioned<Person>, Error> {
    caller.must_be(Role::Administrator)?;
    add(tx, &mut person).await?;
    Ok(Versioned { version: 1, item: person })
}

/// An account after a change, and the teams that nobody can be called for now.
#[derive(Clone, Debug)]
pub struct ChangedAccount {
    pub account: Versioned<Person>,
    /// Those of the person's teams.
    pub unreachable: Vec<UnreachableTeam>,
}

/// An administrator changes an account that was at version `seen`.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Stale`], what `edit` says, and those of [`keep`].
pub async fn change(
    ctx: &Context,
    caller: &Caller,
    (id, seen): (PersonId, i64),
    edit: impl FnOnce(&mut Person) -> Result<(), Error> + Send + 'static,
) -> Result<ChangedAccount, Error> {
    caller.must_be(Role::Administrator)?;
    ctx.write(move |tx| {
        Box::pin(async move {
            let Versioned { version, item: mut person } = people::load(tx, id).await?;
            if version != seen {
                return Err(Error::Stale);
            }
            let before = person.clone();
            edit(&mut person)?;
            keep(tx, &before, &mut person, version).await?;
            let unreachable = unreachable_teams(tx, id).await?;
            let account = Versioned { version: version + 1, item: person };
            Ok(ChangedAccount { account, unreachable })
        })
    })
    .await
}

/// Keeps a changed account that was at `version`. Whoever no longer works here is signed out at once.
///
/// # Errors
/// When its mail address is taken, no administrator would be left, or somebody else was first.
pub async fn keep(
    tx: &mut Tx,
    before: &Person,
    person: &mut Person,
    version: i64,
) -> Result<(), Error> {
    refuse_taken(tx, person).await?;
    refuse_nobody_left(tx, before, person).await?;
    note_opt_out(tx, person).await?;
    people::save(tx, person, version).await?;
    if before.active && !person.active {
        sessions::close_all_of(tx, person.id).await?;
    }
    Ok(())
}

/// Keeps a new account.
///
/// # Errors
/// When its mail address is taken.
pub async fn add(tx: &mut Tx, person: &mut Person) -> Result<(), Error> {
    refuse_taken(tx, person).await?;
    note_opt_out(tx, person).await?;
    Ok(people::insert(tx, person).await?)
}

async fn refuse_taken(tx: &mut Tx, person: &Person) -> Result<(), Error> {
    match people::by_email(tx, &person.email).await? {
        Some(other) if other.item.id != person.id => {
            Err(Error::conflict("email-taken", "Another account has this mail address."))
        }
        _ => Ok(()),
    }
}

/// Somebody must be able to let people in again.
async fn refuse_nobody_left(tx: &mut Tx, before: &Person, after: &Person) -> Result<(), Error> {
    if is_someone_left(tx, before, after).await? {
        return Ok(());
    }
    Err(Error::conflict("last-administrator", "There would be no administrator left."))
}

async fn is_someone_left(tx: &mut Tx, before: &Person, after: &Person) -> Result<bool, Error> {
    if !before.is(Role::Administrator) || after.is(Role::Administrator) {
        return Ok(true);
    }
    Ok(people::administrators(tx).await?.iter().any(|other| other.id != after.id))
}

async fn note_opt_out(tx: &mut Tx, person: &mut Person) -> Result<(), Error> {
    if let Some(mobile) = &mut person.mobile {
        mobile.opted_out_at = people::opted_out_at(tx, mobile.number.as_str()).await?;
    }
    Ok(())
}

/// Only whoever holds the phone can verify it: another number starts without proof.
pub fn keep_number(person: &mut Person, number: Option<Phone>) {
    if person.mobile.as_ref().map(|m| &m.number) != number.as_ref() {
        person.mobile =
            number.map(|number| Mobile { number, verified_at: None, opted_out_at: None });
    }
}

/// Somebody signs in, and may from now on do what the provider says, and no more. The last
/// administrator stays one: else nobody could put a mistake at the provider right.
///
/// # Errors
/// When somebody else changed the account at the same moment.
pub async fn take_roles(
    tx: &mut Tx,
    found: Versioned<Person>,
    given: &[Role],
    (id, at): (LineId, Instant),
) -> Result<(), Error> {
    let Versioned { version, item: before } = found;
    let mut person = Person { roles: given.to_vec(), ..before.clone() };
    if !is_someone_left(tx, &before, &person).await? {
        tracing::warn!("kept the last administrator, whom the identity provider removed");
        person.roles.push(Role::Administrator);
    }
    if person.roles == before.roles {
        return Ok(());
    }
    let details = json!({ "personId": person.id, "by": "sign-in", "roles": person.roles });
    keep(tx, &before, &mut person, version).await?;
    Ok(access::log_look(tx, &by_itself(id, at, Action::PersonProvisioned, details)).await?)
}

/// A line about what no account here did.
pub fn by_itself(id: LineId, at: Instant, action: Action, details: Value) -> Look {
    Look { id, at, person: None, action, visit: None, entry: None, details }
}

/// A team of which no manager or deputy has a verified number.
#[derive(Clone, Debug)]
pub struct UnreachableTeam {
    pub id: TeamId,
    pub name: String,
}

/// The teams of this person that nobody can be called for.
async fn unreachable_teams(tx: &mut Tx, id: PersonId) -> Result<Vec<UnreachableTeam>, Error> {
    let mut found = vec![];
    for team in teams::all(tx).await? {
        if team.item.is_managed_by(id) || team.item.ladder.people().any(|p| p == id) {
            found.extend(unreachable(tx, &team.item).await?);
        }
    }
    Ok(found)
}

/// The team, when no manager or deputy of it has a verified number.
///
/// # Errors
/// When the store fails.
pub async fn unreachable(tx: &mut Tx, team: &Team) -> Result<Option<UnreachableTeam>, Error> {
    for id in team.leads() {
        let person = readable(people::load(tx, id).await)?.map(|found| found.item);
        if person.is_some_and(|it| it.is(Role::Manager) && it.verified_number().is_some()) {
            return Ok(None);
        }
    }
    Ok(Some(UnreachableTeam { id: team.id, name: team.name.clone() }))
}
