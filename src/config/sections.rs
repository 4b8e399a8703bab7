//! The sections of the configuration, each with how it is read.

use std::time::Duration;

use url::Url;

use crate::model::{input::settings::SettingsReader, phone::Phone};

/// Whose service this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationConfig {
    /// Its name, as people know it.
    pub name: Option<String>,
    /// Whom to phone when the service cannot watch.
    pub call_number: Option<Phone>,
}

/// What the watchdog needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchdogConfig {
    /// The readiness address that it polls.
    pub target: String,
    /// Whom it texts and calls.
    pub on_duty: Vec<Phone>,
    /// How often it polls.
    pub interval: Duration,
    /// After how many failures in a row it raises the alarm.
    pub failures: u32,
}

pub(super) fn organisation(read: &mut SettingsReader) -> OrganisationConfig {
    OrganisationConfig {
        name: read.text("organisation.name"),
        call_number: read.phone("organisation.call_number"),
    }
}

pub(super) fn watchdog(read: &mut SettingsReader) -> Option<WatchdogConfig> {
    if !read.has_section("watchdog") {
        return None;
    }
    // Readiness holds no personal data, and may be asked for within the house's own network.
    let http = |text: &str| {
        let url = Url::parse(text).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| text.to_owned())
    };
    let ask = "give the readiness address, like https://rugdekking.example.nl/health/ready";
    let target = read.parsed("watchdog.target", ask, http);
    let on_duty = read.phones("watchdog.on_duty");
    let seconds = |text: &str| text.parse().ok().filter(|s| (5..=3600).contains(s));
    let interval =
        read.parsed("watchdog.interval_seconds", "give a number from 5 to 3600", seconds);
    let count = |text: &str| text.parse().ok().filter(|n| (1..=100).contains(n));
    let failures = read.parsed("watchdog.failures", "give a number from 1 to 100", count);
    read.needed("watchdog.target", ask);
    read.needed("watchdog.on_duty", "give the numbers of the people on duty");
    Some(WatchdogConfig {
        target: target?,
        on_duty: on_duty?,
        interval: Duration::from_secs(interval.unwrap_or(30)),
        failures: failures.unwrap_or(3),
    })
}
