//! What carriers need to be set up: who can be, by which settings, with all faults told at once.

use std::{any::Any, fmt::Debug, net::SocketAddr, sync::Arc};

use url::Url;

use super::{CallHolder, Carrier};
pub use crate::model::privacy::secret::Secret;
use crate::model::{
    input::settings::{ConfigFault, SettingsReader, is_this_machine},
    messages::{Channel, callbacks::CallbackReceiver},
    phone::Phone,
};

/// The settings of a section of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct SettingNames {
    pub section: &'static str,
    /// Its settings that are given as themselves.
    pub plain: &'static [&'static str],
    /// Its settings that are secrets, and may lie in a file.
    pub secret: &'static [&'static str],
}

/// Somebody who can be set up to bring messages.
#[derive(Clone, Copy, Debug)]
pub struct CarrierProvider {
    /// By which settings.
    pub names: SettingNames,
    /// By which channels, at most.
    pub channels: &'static [Channel],
    /// Reads the settings of the section of that name, which was given. A setting `first` was read
    /// already: then it goes before the others.
    pub read: fn(&mut SettingsReader, &'static str) -> Option<Arc<dyn CarrierSettings>>,
}

/// Settings of which a carrier can be made.
pub trait CarrierSettings: Any + Debug + Send + Sync {
    /// The number to which people text, when it brings that here.
    fn text_number(&self) -> Option<Phone> {
        None
    }

    /// Makes the carrier.
    ///
    /// # Errors
    /// All that is wrong with its settings.
    fn build(&self, site: &Site<'_>) -> Result<BuiltCarrier, ConfigFault>;
}

/// Where the service stands, as providers see it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where it is reached from outside, without a slash at the end.
    pub public_url: &'a str,
    /// Whether another process on this machine is the service, and has its ports.
    pub beside_a_service: bool,
}

/// A carrier, and what else comes with it.
#[derive(Clone, Debug)]
pub struct BuiltCarrier {
    pub carrier: Arc<dyn Carrier>,
    /// The same, when its provider sends something.
    pub callbacks: Option<Arc<dyn CallbackReceiver>>,
    /// The same, when it holds its calls itself.
    pub calls: Option<Arc<dyn CallHolder>>,
    /// Which port it has not, because the service has it, and which it has instead.
    pub moved: Option<(u16, u16)>,
}

impl BuiltCarrier {
    /// A carrier with which nothing else comes.
    pub fn of(carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier, callbacks: None, calls: None, moved: None }
    }
}

/// Everything that is wrong with a carrier's settings, each in one sentence without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Misconfigured(pub Vec<String>);

impl Misconfigured {
    /// The fault of the section that holds those settings.
    pub fn of(&self, section: &str) -> ConfigFault {
        ConfigFault::new(section, self.to_string(), "see docs/configuration.md")
    }
}

/// Gathers faults, so that all are told at once.
#[derive(Debug, Default)]
pub(super) struct SetupFaults(Vec<String>);

impl SetupFaults {
    /// Notes `fault` unless all is well.
    pub(super) fn unless(&mut self, well: bool, fault: impl Into<String>) {
        if !well {
            self.0.push(fault.into());
        }
    }

    /// Goes on only when nothing was noted.
    pub(super) fn none(self) -> Result<(), Misconfigured> {
        if self.0.is_empty() { Ok(()) } else { Err(Misconfigured(self.0)) }
    }

    /// An address of a service, without its last slash. Secrets and personal data go to it, so
    /// plain HTTP is for this machine only.
    pub(super) fn service_url(&mut self, what: &str, given: &str) -> String {
        match Url::parse(given) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") || url.host().is_none() => {
                self.0.push(format!("{what} is not an http(s) address"));
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                self.0.push(format!("{what} has a query or fragment"));
            }
            Ok(url) => self.unless(
                url.scheme() == "https" || is_this_machine(&url),
                format!("{what} must begin with https:// unless it is this machine"),
            ),
            Err(_) => self.0.push(format!("{what} is not an address")),
        }
        given.trim_end_matches('/').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show() {
        let shown = format!("{:?}", Some(Secret::new("hunter2")));
        assert_eq!(shown, "Some([secret])");
    }

    #[test]
    fn secrets_travel_in_the_open_only_within_this_machine() {
        let fault = |given: &str| {
            let mut faults = SetupFaults::default();
            faults.service_url("The address", given);
            faults.none().is_err()
        };
        for good in [
            "https://api.twilio.com",
            "http://127.0.0.1:4010/",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(!fault(good), "{good}");
        }
        for bad in [
            "http://api.twilio.com",
            "http://localhost.evil.nl",
            "http://127.0.0.1.evil.nl",
            "ftp://x.nl",
            "api.twilio.com",
            "https://x.nl/?a=b",
            "",
        ] {
            assert!(fault(bad), "{bad}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let mut faults = SetupFaults::default();
        faults.unless(false, "One is missing");
        faults.service_url("Two", "nonsense");
        faults.unless(true, "Three");
        let told = faults.none().unwrap_err().to_string();
        assert_eq!(told, "One is missing; Two is not an address");
    }
}
