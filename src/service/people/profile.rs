//! What somebody who is signed in is told of themselves.

use crate::{
    model::people::{Person, memberships::Membership, teams::Team},
    service::{
        alarms::first_contact::{FirstContact, whom_to_call},
        context::Context,
        error::Error,
    },
    store::{self, people::teams},
};

/// The organisation and the teams of somebody.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name of the organisation, once it was set up.
    pub organisation: Option<String>,
    /// Their teams, each with whom to call first.
    pub teams: Vec<(Team, Option<FirstContact>)>,
}

/// The organisation of this person, and the teams of these memberships.
///
/// # Errors
/// When the store fails.
pub async fn load(
    ctx: &Context,
    person: &Person,
    memberships: &[Membership],
) -> Result<Profile, Error> {
    let ids: Vec<_> = memberships.iter().map(|its| its.team).collect();
    let found = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move { Ok((teams::last_resort(tx).await?, teams::some(tx, ids).await?)) })
    });
    let (organisation, found) = found.await?;
    let mine: Vec<Team> = found.into_iter().map(|t| t.item).filter(|t| t.has(person.id)).collect();
    let calls = whom_to_call(ctx, person, &mine).await?;
    let teams = mine.into_iter().zip(calls).collect();
    Ok(Profile { organisation: organisation.map(|its| its.name), teams })
}
