//! Tells people something, within the transaction that makes it true.

use crate::{
    model::{
        messages::{
            announcements::{Announcement, Composer},
            audiences::Audience,
        },
        people::Person,
    },
    store::{
        Error, Tx,
        messages::{self, audiences},
    },
};

/// Tells everybody in these audiences, each once.
///
/// # Errors
/// When the store fails.
pub async fn notify(
    tx: &mut Tx,
    audiences: &[Audience<'_>],
    it: &Announcement<'_>,
    by: &Composer<'_>,
) -> Result<(), Error> {
    let people = audiences::load(tx, audiences).await?;
    notify_people(tx, &people, it, by).await
}

/// Tells these people, whom the model chose out of an audience.
///
/// # Errors
/// When the store fails.
pub async fn notify_people<'p>(
    tx: &mut Tx,
    people: impl IntoIterator<Item = &'p Person>,
    it: &Announcement<'_>,
    by: &Composer<'_>,
) -> Result<(), Error> {
    let said = it.messages(people, by);
    messages::insert_all(tx, &said.iter().collect::<Vec<_>>()).await
}
