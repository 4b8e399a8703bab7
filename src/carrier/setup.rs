//! What carriers need to be set up: secrets that never show, and all faults told at once.

use url::{Host, Url};

pub use crate::model::secret::Secret;

/// Everything that is wrong with a carrier's settings, each in one sentence without secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct Misconfigured(pub Vec<String>);

/// Gathers faults, so that all are told at once.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<String>);

impl Faults {
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

/// Whether an address can only be this machine.
pub(super) fn is_this_machine(url: &Url) -> bool {
    // The host of a scheme that `url` does not know, such as smtp, is a name even if it looks
    // like an address.
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
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
            let mut faults = Faults::default();
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
        let mut faults = Faults::default();
        faults.unless(false, "One is missing");
        faults.service_url("Two", "nonsense");
        faults.unless(true, "Three");
        let told = faults.none().unwrap_err().to_string();
        assert_eq!(told, "One is missing; Two is not an address");
    }
}
