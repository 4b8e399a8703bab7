//! Looks up who calls: the account behind a token, and to which teams it belongs.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::memberships::{Filed, KnownMembership};
use crate::{
    model::{
        clock::Instant,
        ids::digest,
        people::{Person, memberships::Membership},
        privacy::sealing::Place,
    },
    store::{
        db::{rows::Versioned, sealed::any_of, sql::Sql, tx::Tx},
        error::Error,
    },
};

/// Whose session a token opens.
#[derive(Clone, Debug)]
pub struct Held {
    pub person: Versioned<Person>,
    /// Their teams, by name.
    pub teams: Vec<Membership>,
    /// How strongly it was made sure that it is them.
    pub acr: Option<String>,
}

/// Whose session each of these tokens opens, where it is still open. Asked with every request, and so
/// for many at once; of the teams none is opened.
///
/// # Errors
/// When the database refuses, or one of the people cannot be read.
pub async fn held_all(
    tx: &mut Tx,
    tokens: &[String],
    now: Instant,
) -> Result<Vec<Option<Held>>, Error> {
    #[derive(sqlx::FromRow)]
    struct CallerRow {
        hash: String,
        id: Uuid,
        version: i64,
        body: Option<Json<Value>>,
        acr: Option<String>,
        manages: Option<bool>,
    }
    let hashes: Vec<String> = tokens.iter().map(|token| digest(token)).collect();
    let rows: Vec<CallerRow> = tx.query(HELD).bind(Json(&hashes)).bind(now).all().await?;
    let keys = tx.keys();
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    for CallerRow { hash, id, version, body, acr, manages } in rows {
        match (hash.is_empty(), manages, body) {
            (false, None, Some(Json(body))) => {
                let item = keys.open(&Place::new("people", id), body)?;
                let person = Versioned { version, item };
                held.insert(hash, Held { person, teams: vec![], acr });
            }
            (_, manages, body) => match (Filed { team: id, manages, body }).read(keys)? {
                Some(KnownMembership::Filed(membership)) => {
                    held.entry(hash).and_modify(|held| held.teams.push(membership));
                }
                Some(KnownMembership::Opened(team)) => {
                    for held in held.values_mut() {
                        held.teams.extend(team.membership_of(held.person.item.id));
                    }
                }
                None => {}
            },
        }
    }
    Ok(hashes.iter().map(|hash| held.get(hash).cloned()).collect())
}

/// First the people, for they come without the name of a team. Teams that were not filed come along
/// under no token.
const HELD: Sql = any_of!(
    "with held as (select token_hash, person_id, acr from sessions
       where expires_at > $2 and token_hash in",
    "$1",
    ") select held.token_hash as hash, people.id, people.version, people.body, held.acr,
         cast(null as boolean) as manages, '' as name
       from held join people on people.id = held.person_id
     union all select held.token_hash, teams.id, teams.version, null, null, memberships.manages,
         teams.name
       from held join memberships on memberships.person_id = held.person_id
       join teams on teams.id = memberships.team_id and teams.filed_version = teams.version
     union all select '', id, version, body, null, null, name from teams
       where filed_version <> version
     order by name"
);
