//! The devices that take notifications, and the key by which their push services know us.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    app::{serve::clock::SystemClock, trouble::StartupError},
    carrier::push::{Devices, Push, PushConfig, TRY_LIMIT},
    config::Config,
    model::{
        clock::SharedClock,
        ids::{DeviceId, SharedRandomness},
        people::{
            devices::{HostReach, Subscription},
            vapid::VapidKey,
        },
    },
    store::{
        Db, Error,
        people::{devices, vapid},
    },
};

/// Devices that are kept in the database.
#[derive(Clone, Debug)]
pub struct DatabaseDevices {
    pub db: Db,
    /// What tells whether one has expired.
    pub clock: SharedClock,
}

#[async_trait]
impl Devices for DatabaseDevices {
    async fn find(&self, id: DeviceId) -> Result<Option<Subscription>, String> {
        let now = self.clock.now();
        let found = self
            .db
            .read(move |tx| Box::pin(async move { devices::find(tx, id, now).await }))
            .await
            .map_err(|why: Error| why.to_string())?;
        Ok(found.map(|device| device.subscription))
    }

    async fn forget(&self, id: DeviceId) -> Result<(), String> {
        self.db
            .write(move |tx| Box::pin(async move { devices::forget(tx, id).await }))
            .await
            .map_err(|why: Error| why.to_string())
    }
}

/// The carrier of notifications with its public key; nothing when they are switched off.
///
/// # Errors
/// When the database or a setting refuses.
pub async fn carrier(
    config: &Config,
    db: &Db,
    clock: &SharedClock,
    random: &SharedRandomness,
    reach: HostReach,
) -> Result<Option<(Arc<Push>, String)>, StartupError> {
    if !config.push.enabled {
        return Ok(None);
    }
    let key = match &config.push.vapid_private_key {
        Some(key) => key.clone(),
        // A municipality that sets nothing up keeps the key that was made at its first start.
        None => {
            let fresh = VapidKey::generate(&**random);
            db.write(move |tx| Box::pin(async move { vapid::kept_or(tx, &fresh).await })).await?
        }
    };
    let public = key.public();
    let settings = PushConfig {
        key,
        contact: config.push.contact.clone().unwrap_or_else(|| config.public_url.clone()),
        reach,
        clock: clock.clone(),
        world: Arc::new(SystemClock),
        try_limit: TRY_LIMIT,
    };
    let devices = DatabaseDevices { db: db.clone(), clock: clock.clone() };
    Ok(Some((Arc::new(Push::new(settings, Arc::new(devices))?), public)))
}
