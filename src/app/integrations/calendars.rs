//! Lends the api a reader of people's own calendars.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    app::trouble::StartupError,
    carrier::integrations::calendar::{CalendarClient, Unread},
    config::Config,
    model::{
        integrations::calendars::{Source, Where},
        people::devices::HostReach,
    },
    service::integrations::calendar_reader::CalendarReader,
};

/// A reader that looks only where it may.
///
/// # Errors
/// When it cannot be set up.
pub fn reader(config: &Config, reach: HostReach) -> Result<Arc<dyn CalendarReader>, StartupError> {
    let at = Where { reach, networks: config.calendar_networks.clone() };
    Ok(Arc::new(CalendarClient::new(at)?))
}

#[async_trait]
impl CalendarReader for CalendarClient {
    fn at(&self) -> &Where {
        self.at()
    }

    async fn read(&self, source: &Source) -> Option<String> {
        // Never where it is: who knows that can read all of it.
        let told = |why: &Unread| tracing::info!(%why, "failed to read a calendar");
        self.read(source).await.inspect_err(told).ok()
    }
}
