//! Tells managers or administrators of a visit, in the transaction that changes it.

use super::{self as messages, audiences};
use crate::{
    model::{
        messages::audiences::Audience,
        visits::watch::{Notice, Scene, Watch, notices::announce},
    },
    store::{db::tx::Tx, error::Error, people::teams},
};

/// Puts a notice in the outbox, once for each who must hear it.
///
/// # Errors
/// When the database refuses.
pub async fn say(tx: &mut Tx, watch: &Watch, notice: &Notice, s: &Scene<'_>) -> Result<(), Error> {
    let team = teams::to_watch(tx, watch.visit.team).await?;
    let (audience, what) = match notice {
        Notice::Managers(what) => (Audience::Managers(&team), what),
        Notice::Administrators(what) => (Audience::Administrators, what),
    };
    let people = audiences::load(tx, &[audience]).await?;
    let said = announce(&watch.visit, &team, *what, s.now).messages(&people, &s.composer());
    messages::insert_all(tx, &said.iter().collect::<Vec<_>>()).await
}
