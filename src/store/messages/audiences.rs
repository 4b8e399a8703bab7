//! Looks up who is to be told something.

use crate::{
    model::{ids::PersonId, messages::audiences::Audience, people::Person},
    store::{
        db::tx::Tx,
        error::Error,
        people::{self, Selection, teams},
    },
};

/// Everybody in these audiences who still works here, once: those who are named come first, in their
/// order.
///
/// # Errors
/// When the database refuses.
pub async fn load(tx: &mut Tx, audiences: &[Audience<'_>]) -> Result<Vec<Person>, Error> {
    let (mut named, mut whom): (Vec<PersonId>, _) = (vec![], Selection::default());
    for audience in audiences {
        match audience {
            Audience::Person(id) => named.push(*id),
            Audience::Managers(team) => named.extend(team.leads()),
            Audience::Administrators => whom.administrators = true,
            Audience::Desk => whom.desk = true,
            Audience::OnDuty => {
                let organisation = teams::last_resort(tx).await?;
                named.extend(organisation.iter().flat_map(|it| it.ladder.people()));
            }
        }
    }
    whom.ids = named.iter().copied().collect();
    let mut found = people::select(tx, &whom).await?;
    found.retain(|person| person.active);
    let place = |person: &Person| named.iter().position(|id| *id == person.id);
    found.sort_by_key(|person| place(person).unwrap_or(usize::MAX));
    Ok(found)
}
