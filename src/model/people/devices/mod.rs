//! A device that takes notifications, and which addresses one may name.

use std::{fmt, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{PublicKey, elliptic_curve::sec1::ToEncodedPoint as _};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::model::{
    clock::Instant,
    ids::{DeviceId, PersonId},
};

/// So many devices may one person have; the one that was unused for longest makes room.
pub const MOST_DEVICES: i64 = 10;

/// The longest address of a push service.
const LONGEST: usize = 2000;

/// A device as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// What its owner calls it.
    pub label: String,
    /// When it was added.
    pub created_at: Instant,
    /// When it last took a notification.
    pub used_at: Option<Instant>,
    /// When it stops by itself.
    pub expires_at: Option<Instant>,
    /// Where and how it is reached.
    pub subscription: Subscription,
}

/// Where a device is reached, and the keys with which only it can read what is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// The address at the push service.
    pub endpoint: Endpoint,
    /// The device's own key.
    pub p256dh: DeviceKey,
    /// The secret that it shares with us.
    pub auth: AuthSecret,
}

/// To which hosts we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostReach {
    /// Only to those on the public internet.
    Public,
    /// Also to this machine: for the demo and for tests.
    ThisMachineToo,
}

/// The address of a device at its push service. It is personal, so it never shows in a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Endpoint(String);

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[endpoint]")
    }
}

impl Endpoint {
    /// Reads an address. We will be sending to it, so it must not lead into anybody's own network.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, reach: HostReach) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("is too long");
        }
        let url = Url::parse(text).map_err(|_| "is no address")?;
        let ours = reach == HostReach::ThisMachineToo && is_this_machine(&url);
        if url.scheme() != "https" && !(ours && url.scheme() == "http") {
            return Err("must begin with https://");
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err("holds more than an address");
        }
        if ours {
            return Ok(Self(url.into()));
        }
        match url.host() {
            Some(Host::Domain(name)) if is_public_name(name) && url.port().is_none() => {
                Ok(Self(url.into()))
            }
            _ => Err("must name a push service on the internet"),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port: whom a signature is meant for.
    pub fn origin(&self) -> String {
        Url::parse(&self.0).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }
}

pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether a name can be one of the internet. To which address it leads is looked at when it is
/// used: see [`is_public`].
pub(crate) fn is_public_name(name: &str) -> bool {
    const PRIVATE: [&str; 12] = [
        "localhost",
        "local",
        "localdomain",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "private",
        "arpa",
        "onion",
        "test",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let mut labels = name.split('.');
    let last = labels.next_back().unwrap_or_default();
    labels.next_back().is_some() && !PRIVATE.contains(&last)
}

/// Whether an address is one of the internet, and not of this machine or a network behind a wall.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            let special = matches!(
                (a, b, c),
                (0 | 127 | 240.., ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18 | 19, _)
            );
            let named = ip.is_private() || ip.is_link_local() || ip.is_multicast();
            !special && !named && !ip.is_documentation()
        }
        IpAddr::V6(ip) => match (ip.to_ipv4_mapped(), ip.segments()) {
            (Some(ip), _) => is_public(IpAddr::V4(ip)),
            // Only 2000::/3 is given out; documentation and 6to4 (which holds another address) not.
            (None, [a, b, ..]) => {
                (0x2000..0x4000).contains(&a) && a != 0x2002 && (a, b) != (0x2001, 0x0db8)
            }
        },
    }
}

/// A device's public key: a point on P-256, as browsers give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceKey(pub PublicKey);

impl TryFrom<String> for DeviceKey {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = bytes_of(&text).filter(|b| b.len() == 65).ok_or("is no key of 65 bytes")?;
        PublicKey::from_sec1_bytes(&bytes).map(Self).map_err(|_| "is no key on P-256")
    }
}

impl From<DeviceKey> for String {
    fn from(key: DeviceKey) -> Self {
        URL_SAFE_NO_PAD.encode(key.0.to_encoded_point(false))
    }
}

/// The 16 secret bytes that a browser gives along.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AuthSecret(pub [u8; 16]);

impl fmt::Debug for AuthSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

impl TryFrom<String> for AuthSecret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let bytes = bytes_of(&text).and_then(|b| b.try_into().ok());
        bytes.map(Self).ok_or("is no secret of 16 bytes")
    }
}

impl From<AuthSecret> for String {
    fn from(secret: AuthSecret) -> Self {
        URL_SAFE_NO_PAD.encode(secret.0)
    }
}

/// Browsers leave the padding away; some libraries do not.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests;
