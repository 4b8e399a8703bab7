//! A system that is told what happened: where, under which secret, and of what.

use std::{collections::BTreeSet, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use hmac::{Hmac, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use url::{Host, Url};

use super::outgoing::EventKind;
use crate::model::{
    clock::Instant,
    ids::{EventId, Randomness, WebhookId},
};

/// How a secret begins, by the convention of Standard Webhooks.
const PREFIX: &str = "whsec_";

/// How long after each failure it is tried again. After the last one somebody has to look: it went
/// wrong for half a day.
const WAITS: [TimeDelta; 8] = [
    TimeDelta::seconds(10),
    TimeDelta::minutes(1),
    TimeDelta::minutes(5),
    TimeDelta::minutes(20),
    TimeDelta::hours(1),
    TimeDelta::hours(2),
    TimeDelta::hours(4),
    TimeDelta::hours(5),
];

/// A system that is told what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    /// What administrators call it.
    pub name: String,
    /// Of what it is told; of everything when empty.
    pub kinds: BTreeSet<EventKind>,
    /// Whether it is told of alarms that nobody out there may hear of.
    pub silent_alarms: bool,
    pub created_at: Instant,
    /// How it is reached.
    pub target: Target,
}

/// How a system is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    pub url: HookUrl,
    /// By what it knows that it is us.
    pub secret: HookSecret,
    /// The secret before, and until when it counts.
    pub old: Option<(HookSecret, Instant)>,
    /// Whether it is told names and addresses.
    pub personal: bool,
}

/// The address of a system. It may hold a key of its own, so it never shows in a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HookUrl(String);

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[address]")
    }
}

impl HookUrl {
    /// Reads an address: over TLS, unless it does not leave this machine.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text.trim()).map_err(|_| "is no address")?;
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err("must begin with https:// (http:// only for localhost)");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("holds more than an address");
        }
        Ok(Self(url.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, which may be shown.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// A secret that is shared with one system: `whsec_` and 24 to 64 bytes in base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HookSecret(String);

impl fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl HookSecret {
    /// A fresh one.
    pub fn generate(random: &dyn Randomness) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(format!("{PREFIX}{}", STANDARD.encode(bytes)))
    }

    /// Reads one that was agreed on elsewhere.
    pub fn parse(text: &str) -> Option<Self> {
        let secret = Self(text.trim().to_owned());
        (24..=64).contains(&secret.bytes()?.len()).then_some(secret)
    }

    /// The secret itself, to show it once.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.0.strip_prefix(PREFIX)?).ok()
    }

    fn sign(&self, id: EventId, timestamp: i64, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.bytes()?).ok()?;
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl Target {
    /// The signature of a body, under every secret that counts at this moment.
    pub fn signature(&self, id: EventId, at: Instant, body: &str) -> String {
        let old = self.old.iter().filter(|(_, until)| at < *until).map(|(secret, _)| secret);
        let secrets = std::iter::once(&self.secret).chain(old);
        let signed = secrets.filter_map(|secret| secret.sign(id, at.timestamp(), body));
        signed.collect::<Vec<_>>().join(" ")
    }

    /// From now on another secret counts, and until then the one before as well.
    #[must_use]
    pub fn rotated(self, secret: HookSecret, until: Instant) -> Self {
        Self { old: Some((self.secret, until)), secret, ..self }
    }
}

/// How long to wait after a failure, `attempts` being those that failed before it; `None` when it
/// was the last.
pub fn wait_after(attempts: u32, chance: f64) -> Option<TimeDelta> {
    let wait = WAITS.get(usize::try_from(attempts).ok()?)?;
    let spread = (wait.num_milliseconds() as f64 * 0.2 * chance) as i64;
    Some(*wait + TimeDelta::milliseconds(spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_here_goes_without_tls() {
        for good in
            ["https://zaken.example.nl/haak?key=1", "http://127.0.0.1:99/x", "http://[::1]/"]
        {
            assert!(HookUrl::parse(good).is_ok(), "{good}");
        }
        for bad in ["http://zaken.example.nl/", "https://me:x@example.nl/", "ftp://localhost/", "x"]
        {
            assert!(HookUrl::parse(bad).is_err(), "{bad}");
        }
    }

    /// The example of the specification of Standard Webhooks, made with its own library.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = HookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret.bytes().unwrap()).unwrap();
        mac.update(b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}");
        let signed = STANDARD.encode(mac.finalize().into_bytes());
        assert_eq!(signed, "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_long_enough_and_of_the_known_shape() {
        for bad in ["whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert_eq!(HookSecret::parse(bad), None, "{bad}");
        }
        let made = HookSecret::generate(&crate::model::clock::testing::Seeded::new(1));
        assert_eq!(HookSecret::parse(made.expose()), Some(made));
    }

    #[test]
    fn it_is_tried_for_half_a_day_and_then_no_more() {
        let all: TimeDelta = (0..8).map(|nth| wait_after(nth, 0.0).unwrap()).sum();
        assert!(all > TimeDelta::hours(12) && all < TimeDelta::hours(13));
        assert_eq!(wait_after(8, 0.0), None);
    }
}
