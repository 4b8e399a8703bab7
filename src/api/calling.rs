//! Whom somebody who goes out calls when nobody watches yet: a phone without internet keeps it.

use serde_json::{Value, json};

use super::{problem::Problem, state::House};
use crate::{
    model::{
        clock::Instant,
        ladder::{Climber, Directory},
        people::Person,
        teams::Team,
    },
    store::{Error, directory},
};

/// For each team the name and the number of whom to call now; nothing as long as there is no
/// organisation.
///
/// # Errors
/// When the store fails.
pub async fn whom_to_call(
    house: &House,
    person: &Person,
    teams: &[Team],
) -> Result<Vec<Option<Value>>, Problem> {
    if teams.is_empty() {
        return Ok(vec![]);
    }
    let (zone, channels) = (house.settings.zone, house.settings.channels.clone());
    let found = house.db.read(move |tx| Box::pin(directory::load(tx, zone, channels))).await;
    let known = match found {
        Ok(known) => known,
        Err(Error::NotFound) => return Ok(vec![None; teams.len()]),
        Err(why) => return Err(why.into()),
    };
    let now = house.now();
    Ok(teams.iter().map(|team| Some(first(&known, person, team, now))).collect())
}

/// The first on the ladder but oneself; when nobody there can be called, the organisation.
fn first(known: &Directory, person: &Person, team: &Team, now: Instant) -> Value {
    let climber = Climber {
        team,
        officer: None,
        people_out: vec![person.id],
        numbers_out: person.mobile.iter().map(|m| m.number.clone()).collect(),
    };
    match known.first_to_call(&climber, now) {
        Some(contact) => json!({ "name": contact.name, "number": contact.number }),
        None => json!({
            "name": known.organisation.name, "number": known.organisation.call_number,
        }),
    }
}
