//! What a line to the municipality's own telephone exchange needs, and whether that can work.

use std::{net::IpAddr, time::Duration};

use crate::carrier::setup::{Misconfigured, Secret, SetupFaults};

/// How requests travel to the exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// One datagram each.
    #[default]
    Udp,
    /// Over one connection.
    Tcp,
}

/// A line to an exchange.
#[derive(Clone, Debug)]
pub struct SipConfig {
    /// The exchange: a name or an address, and a port when it is not the usual one.
    pub server: String,
    /// How requests travel.
    pub transport: Transport,
    /// The domain of its numbers, when it is not the exchange's own name.
    pub domain: Option<String>,
    pub user: String,
    /// That user's password, when the exchange asks for one.
    pub password: Option<Secret>,
    /// Whether we register; a trunk knows us by our address.
    pub registers: bool,
    /// The number that is shown to who is called, when it is not the user.
    pub number: Option<String>,
    /// What is dialled for the plus of a number.
    pub plus: String,
    /// Our address as the exchange sees it; found by itself.
    pub own_address: Option<IpAddr>,
    pub own_port: u16,
    /// The ports for sound, the first and the last.
    pub sound_ports: (u16, u16),
    /// How many calls there may be at once.
    pub lines: usize,
    /// For how long a phone rings.
    pub ring: Duration,
    /// How often a question is asked.
    pub asks: u32,
    /// The speech program with its arguments.
    pub speech: Vec<String>,
    /// For how long a key is waited for after a question.
    pub patience: Duration,
    /// For how long another key is waited for.
    pub between_keys: Duration,
    /// Within which time the exchange must answer anything at all.
    pub answers_within: Duration,
    /// For how long a message waits for a line to come free.
    pub line_within: Duration,
    /// For how long a call may last.
    pub longest: Duration,
}

impl SipConfig {
    /// The usual settings.
    pub fn new(server: &str, user: &str) -> Self {
        let seconds = Duration::from_secs;
        Self {
            server: server.into(),
            transport: Transport::Udp,
            domain: None,
            user: user.into(),
            password: None,
            registers: false,
            number: None,
            plus: "+".into(),
            own_address: None,
            own_port: 5060,
            sound_ports: (40_000, 40_199),
            lines: 10,
            ring: seconds(30),
            asks: 2,
            speech: vec![],
            patience: seconds(8),
            between_keys: seconds(4),
            answers_within: seconds(4),
            line_within: seconds(4),
            longest: seconds(300),
        }
    }

    /// The same settings, if they can work.
    pub(super) fn checked(self) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let host = self.host();
        faults.unless(is_host(host), "The exchange is not a name or an address");
        faults.unless(self.port().is_some(), "The exchange's port is not a number from 1 to 65535");
        faults.unless(
            self.domain.as_deref().is_none_or(is_host),
            "The exchange's domain is not a name or an address",
        );
        faults.unless(is_user(&self.user), "The exchange's user may hold letters, digits and +-_.");
        faults.unless(
            self.number.as_deref().is_none_or(is_user),
            "The number that is shown may hold letters, digits and +-_.",
        );
        faults.unless(
            self.plus == "+" || self.plus.bytes().all(|b| b.is_ascii_digit()),
            "What is dialled for a plus is digits",
        );
        faults.unless(
            !self.registers || self.password.is_some(),
            "Without a password there is nothing to register with",
        );
        let (first, last) = self.sound_ports;
        let ports = (last.saturating_sub(first) as usize) / 2 + 1;
        faults.unless(
            first >= 1024 && first <= last && ports >= self.lines,
            "There must be two ports for sound, from 1024 on, for each call at once",
        );
        faults.none().map(|()| self)
    }

    /// The exchange without its port.
    pub(super) fn host(&self) -> &str {
        self.split().0
    }

    /// The exchange's port, if it can be one.
    pub(super) fn port(&self) -> Option<u16> {
        match self.split().1 {
            None => Some(5060),
            Some(port) => port.parse().ok().filter(|port| *port > 0),
        }
    }

    fn split(&self) -> (&str, Option<&str>) {
        match self.server.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
            _ => (&self.server, None),
        }
    }

    /// The address of a user or a number there.
    pub(super) fn address_of(&self, user: &str) -> String {
        format!("sip:{user}@{}", self.domain.as_deref().unwrap_or(self.host()))
    }

    /// What is dialled to reach a number; nothing when it is none.
    pub(super) fn dialled(&self, number: &str) -> Option<String> {
        let digits = number.strip_prefix('+')?;
        let is_number =
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| format!("{}{digits}", self.plus))
    }
}

fn is_host(text: &str) -> bool {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let named = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    !bare.is_empty() && (bare.bytes().all(named) || bare.parse::<std::net::Ipv6Addr>().is_ok())
}

/// Nothing that could end a SIP address and begin something else.
fn is_user(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'_' | b'.');
    !text.is_empty() && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once_without_the_password() {
        let bad = SipConfig {
            server: "pbx example:0".into(),
            domain: Some("a@b".into()),
            number: Some("+31>;x".into()),
            plus: "0w0".into(),
            registers: true,
            lines: 100,
            sound_ports: (40_000, 40_010),
            ..SipConfig::new("", "us er")
        };
        assert_eq!(bad.checked().unwrap_err().0.len(), 8);
        let secret = SipConfig {
            password: Some(Secret::new("s3cret")),
            ..SipConfig::new("pbx.example.nl", "wacht")
        };
        assert!(!format!("{secret:?}").contains("s3cret"));
        secret.checked().unwrap();
    }

    #[test]
    fn an_exchange_is_a_name_or_an_address_with_or_without_a_port() {
        for (server, host, port) in [
            ("pbx.example.nl", "pbx.example.nl", 5060),
            ("pbx.example.nl:5080", "pbx.example.nl", 5080),
            ("10.0.0.9:5080", "10.0.0.9", 5080),
            ("[fd00::9]:5080", "[fd00::9]", 5080),
            ("[fd00::9]", "[fd00::9]", 5060),
        ] {
            let config = SipConfig::new(server, "wacht").checked().unwrap();
            assert_eq!((config.host(), config.port()), (host, Some(port)), "{server}");
        }
    }

    #[test]
    fn a_number_is_dialled_as_the_exchange_wants_it() {
        let mut config = SipConfig::new("pbx", "wacht");
        assert_eq!(config.dialled("+31612345678").as_deref(), Some("+31612345678"));
        config.plus = "000".into();
        assert_eq!(config.dialled("+31612345678").as_deref(), Some("00031612345678"));
        for bad in ["0612345678", "+31", "+31612345678;x=y", "+3161234567@x", ""] {
            assert_eq!(config.dialled(bad), None, "{bad}");
        }
    }
}
