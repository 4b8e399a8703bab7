//! Lends the api a reader of people's own calendars.

use std::sync::Arc;

use async_trait::async_trait;

use super::serve::Trouble;
use crate::{
    api::calendars::Reader,
    carrier::calendar::{Calendars, Unread},
    config::Config,
    model::{
        calendars::{Source, Where},
        devices::Reach,
    },
};

/// A reader that looks only where it may.
///
/// # Errors
/// When it cannot be set up.
pub fn reader(config: &Config, reach: Reach) -> Result<Arc<dyn Reader>, Trouble> {
    let at = Where { reach, networks: config.calendar_networks.clone() };
    Ok(Arc::new(Calendars::new(at)?))
}

#[async_trait]
impl Reader for Calendars {
    fn at(&self) -> &Where {
        self.at()
    }

    async fn read(&self, source: &Source) -> Option<String> {
        // Never where it is: who knows that can read all of it.
        let told = |why: &Unread| tracing::info!(%why, "a calendar cannot be read");
        self.read(source).await.inspect_err(told).ok()
    }
}
