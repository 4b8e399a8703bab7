//! Whom somebody who goes out calls when nobody watches yet: a phone without internet keeps it.

use crate::{
    model::{
        alarms::ladder::{Climber, Directory},
        clock::Instant,
        people::{Person, teams::Team},
    },
    service::{context::Context, error::Error},
    store::{
        self,
        alarms::directory::{self, LadderScope},
    },
};

/// Whom to call.
#[derive(Clone, Debug)]
pub struct FirstContact {
    pub name: String,
    /// The number, in E.164.
    pub number: Option<String>,
}

/// For each team whom to call now; nobody as long as there is no organisation.
///
/// # Errors
/// When the store fails.
pub async fn whom_to_call(
    ctx: &Context,
    person: &Person,
    teams: &[Team],
) -> Result<Vec<Option<FirstContact>>, Error> {
    if teams.is_empty() {
        return Ok(vec![]);
    }
    let (zone, channels) = (ctx.settings.zone, ctx.settings.channels.clone());
    let whose = teams.to_vec();
    let found = ctx.db.read(move |tx| {
        Box::pin(async move { directory::load(tx, zone, channels, &LadderScope::of(&whose)).await })
    });
    let known = match found.await {
        Ok(known) => known,
        Err(store::Error::NotFound) => return Ok(vec![None; teams.len()]),
        Err(why) => return Err(why.into()),
    };
    let now = ctx.now();
    Ok(teams.iter().map(|team| Some(first(&known, person, team, now))).collect())
}

/// The first on the ladder but oneself; when nobody there can be called, the organisation.
fn first(known: &Directory, person: &Person, team: &Team, now: Instant) -> FirstContact {
    let climber = Climber {
        team,
        officer: None,
        people_out: vec![person.id],
        numbers_out: person.mobile.iter().map(|m| m.number.clone()).collect(),
    };
    match known.first_to_call(&climber, now) {
        Some(contact) => FirstContact { name: contact.name, number: contact.number },
        None => FirstContact {
            name: known.organisation.name.clone(),
            number: Some(known.organisation.call_number.to_string()),
        },
    }
}
