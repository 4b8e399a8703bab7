//! What holds for every change of an account, whoever makes it: an administrator, the directory, or
//! the identity provider.

use serde_json::{Value, json};

use super::problem::Problem;
use crate::{
    model::{
        access::{Action, Look},
        clock::Instant,
        ids::{LineId, PersonId},
        people::{Mobile, Person, Role},
        phone::Phone,
        teams::Team,
    },
    store::{Error, Tx, Versioned, access, people, sessions, teams},
};

/// Keeps a changed account that was at `version`. Whoever no longer works here is signed out at once.
///
/// # Errors
/// When its mail address is taken, no administrator would be left, or somebody else was first.
pub async fn keep(
    tx: &mut Tx,
    before: &Person,
    person: &mut Person,
    version: i64,
) -> Result<(), Problem> {
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
pub async fn add(tx: &mut Tx, person: &mut Person) -> Result<(), Problem> {
    refuse_taken(tx, person).await?;
    note_opt_out(tx, person).await?;
    Ok(people::insert(tx, person).await?)
}

async fn refuse_taken(tx: &mut Tx, person: &Person) -> Result<(), Problem> {
    match people::by_email(tx, &person.email).await? {
        Some(other) if other.item.id != person.id => {
            Err(Problem::conflict("email-taken", "Another account has this mail address."))
        }
        _ => Ok(()),
    }
}

/// Somebody must be able to let people in again.
async fn refuse_nobody_left(tx: &mut Tx, before: &Person, after: &Person) -> Result<(), Problem> {
    if is_someone_left(tx, before, after).await? {
        return Ok(());
    }
    Err(Problem::conflict("last-administrator", "There would be no administrator left."))
}

async fn is_someone_left(tx: &mut Tx, before: &Person, after: &Person) -> Result<bool, Error> {
    if !before.is(Role::Administrator) || after.is(Role::Administrator) {
        return Ok(true);
    }
    let all = people::all(tx).await?;
    Ok(all.iter().any(|p| p.item.id != after.id && p.item.is(Role::Administrator)))
}

async fn note_opt_out(tx: &mut Tx, person: &mut Person) -> Result<(), Problem> {
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
) -> Result<(), Problem> {
    let Versioned { version, item: before } = found;
    let mut person = Person { roles: given.to_vec(), ..before.clone() };
    if !is_someone_left(tx, &before, &person).await? {
        tracing::warn!("the provider takes away the last administrator, who stays");
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

/// The teams of this person that nobody can be called for.
pub async fn unreachable(tx: &mut Tx, id: PersonId) -> Result<Vec<Value>, Problem> {
    let mut warnings = vec![];
    for team in teams::all(tx).await? {
        if team.item.is_managed_by(id) || team.item.ladder.people().any(|p| p == id) {
            warnings.extend(warning(tx, &team.item).await?);
        }
    }
    Ok(warnings)
}

/// What to tell an administrator when no manager or deputy of a team has a verified number.
pub async fn warning(tx: &mut Tx, team: &Team) -> Result<Option<Value>, Problem> {
    for id in team.leads() {
        let person = people::load(tx, id).await?.item;
        if person.is(Role::Manager) && person.verified_number().is_some() {
            return Ok(None);
        }
    }
    Ok(Some(json!({
        "code": "nobody-to-call",
        "team": { "id": team.id, "name": team.name },
        "message": "No manager or deputy of this team has a verified number.",
    })))
}
