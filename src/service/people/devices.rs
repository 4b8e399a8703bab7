//! The devices of somebody that take notifications.

use crate::{
    model::{
        ids::DeviceId,
        people::devices::{Device, HostReach},
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{Tx, people::devices},
};

/// The caller's devices.
///
/// # Errors
/// When the store fails.
pub async fn list(ctx: &Context, caller: &Caller) -> Result<Vec<Device>, Error> {
    let (person, now) = (caller.id(), ctx.now());
    let found = ctx
        .db
        .read(move |tx| Box::pin(async move { devices::of_person(tx, person, now).await }))
        .await?;
    Ok(found)
}

/// Which push services a device may name.
///
/// # Errors
/// That notifications are switched off.
pub fn reach(ctx: &Context) -> Result<HostReach, Error> {
    let push = ctx.settings.push.as_ref();
    let off = || Error::conflict("push-off", "Notifications are switched off here.");
    Ok(push.ok_or_else(off)?.reach)
}

/// Adds a device, or notes that it is still there; it ends with the session that it was added in.
///
/// # Errors
/// When the store fails.
pub async fn add(tx: &mut Tx, device: &Device, session: Option<&str>) -> Result<Device, Error> {
    Ok(devices::add(tx, device, session).await?)
}

/// Takes one of the caller's devices away.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove(ctx: &Context, caller: &Caller, id: DeviceId) -> Result<(), Error> {
    let person = caller.id();
    let removed =
        ctx.db.write(move |tx| Box::pin(async move { devices::remove(tx, person, id).await }));
    Ok(removed.await?)
}
