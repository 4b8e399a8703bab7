//! What somebody has set for their calendars, and which calendars of their own we read.

pub mod read;
mod repeats;
pub mod written;
mod zones;

use std::{fmt, net::IpAddr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::model::{
    clock::Instant,
    people::devices::{HostReach, is_public, is_public_name, is_this_machine},
};

/// The longest address of a calendar.
const LONGEST: usize = 2000;

/// What somebody has set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Calendars {
    /// Whether a visit that they register is mailed to them for their calendar.
    pub mails_visits: bool,
    /// The feed that they read elsewhere.
    pub feed: Option<Feed>,
    /// A calendar of their own, from which visits are proposed.
    pub source: Option<Source>,
}

/// A feed. Its secret is kept nowhere: only its digest, so that it can be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Feed {
    /// The digest of its secret.
    pub digest: String,
    /// Since when it works.
    pub made_at: Instant,
}

/// The address of somebody's calendar. Who knows it can read all of it, so it never shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Source(String);

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[calendar]")
    }
}

/// Where calendars are read: on the internet, and in the networks that were named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// Whether this machine is a place too.
    pub reach: HostReach,
    /// Networks of one's own.
    pub networks: Vec<IpNet>,
}

impl Where {
    /// Whether a calendar may be read there.
    pub fn holds(&self, ip: IpAddr) -> bool {
        is_public(ip) || self.names(ip)
    }

    fn names(&self, ip: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&ip.to_canonical()))
    }
}

impl Source {
    /// Reads an address. We will be asking it, so it must not lead where nobody may look.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, at: &Where) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("is too long");
        }
        // Calendars give their addresses with a scheme of their own.
        let text = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("webcal") => {
                format!("https://{rest}")
            }
            _ => text.to_owned(),
        };
        let url = Url::parse(&text).map_err(|_| "is no address")?;
        let ours = at.reach == HostReach::ThisMachineToo && is_this_machine(&url);
        if url.scheme() != "https" && !(ours && url.scheme() == "http") {
            return Err("must begin with https:// or webcal://");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("holds more than an address");
        }
        let reachable = match url.host() {
            Some(Host::Domain(name)) if at.networks.is_empty() => {
                is_public_name(name) && url.port().is_none()
            }
            // To which address it leads is looked at when it is asked.
            Some(Host::Domain(_)) => true,
            Some(Host::Ipv4(ip)) => at.names(ip.into()),
            Some(Host::Ipv6(ip)) => at.names(ip.into()),
            None => false,
        };
        if ours || reachable {
            return Ok(Self(url.into()));
        }
        Err("must name a calendar on the internet")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Only where it is, by which its owner knows it again.
    pub fn host(&self) -> String {
        let host = Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(text: &str, reach: HostReach, networks: &[&str]) -> bool {
        let networks = networks.iter().map(|n| n.parse().unwrap()).collect();
        Source::parse(text, &Where { reach, networks }).is_ok()
    }

    #[test]
    fn a_calendar_is_on_the_internet_or_where_it_was_allowed() {
        let public = |text: &str| takes(text, HostReach::Public, &[]);
        for good in [
            "https://calendar.google.com/calendar/ical/x/private-y/basic.ics",
            "webcal://outlook.office365.com/owa/calendar/x/reachcalendar.ics",
            "WEBCAL://p01.icloud.com/published/2/x",
        ] {
            assert!(public(good), "{good}");
        }
        for bad in [
            "http://calendar.google.com/x.ics",
            "https://localhost/x.ics",
            "https://127.0.0.1/x.ics",
            "https://169.254.169.254/latest",
            "https://[::1]/x.ics",
            "https://93.184.216.34/x.ics",
            "https://mail.intranet/x.ics",
            "https://jan:geheim@example.nl/x.ics",
            "https://example.nl:8443/x.ics",
            "file:///etc/passwd",
            "agenda",
        ] {
            assert!(!public(bad), "{bad}");
        }
        assert!(takes("https://mail.intranet/x.ics", HostReach::Public, &["10.0.0.0/8"]));
        assert!(takes("https://10.1.2.3/x.ics", HostReach::Public, &["10.0.0.0/8"]));
        assert!(!takes("https://192.168.1.1/x.ics", HostReach::Public, &["10.0.0.0/8"]));
        assert!(!takes("http://10.1.2.3/x.ics", HostReach::Public, &["10.0.0.0/8"]));
        assert!(takes("http://127.0.0.1:8081/x.ics", HostReach::ThisMachineToo, &[]));
    }

    #[test]
    fn who_knows_it_can_read_it_so_it_never_shows() {
        let at = Where { reach: HostReach::Public, networks: vec![] };
        let source = Source::parse("webcal://example.nl/geheim.ics", &at).unwrap();
        assert_eq!(
            (source.as_str(), source.host()),
            ("https://example.nl/geheim.ics", "example.nl".into())
        );
        assert!(!format!("{source:?}").contains("geheim"));
    }
}
