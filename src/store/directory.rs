//! Looks up everybody whom a ladder may name.

use chrono_tz::Tz;

use super::{Error, Tx, devices, people, teams};
use crate::model::{ladder::Directory, messages::Channel};

/// Everybody, as of now.
///
/// # Errors
/// [`Error::NotFound`] when the organisation was never set up.
pub async fn load(tx: &mut Tx, zone: Tz, channels: Vec<Channel>) -> Result<Directory, Error> {
    let organisation = teams::organisation(tx).await?.ok_or(Error::NotFound)?.item;
    let everybody = people::all(tx).await?.into_iter().map(|p| (p.item.id, p.item));
    let officers = teams::officers(tx).await?.into_iter().map(|o| (o.item.id, o.item));
    Ok(Directory {
        people: everybody.collect(),
        organisation,
        officers: officers.collect(),
        zone,
        channels,
        devices: devices::owners(tx).await?,
    })
}
