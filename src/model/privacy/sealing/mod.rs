//! The keys under which everything personal lies sealed: what a row holds is encrypted and bound to
//! its place, and what a row is found by is a keyed hash.

use std::fmt;

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, Payload},
};
use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::secret::Secret;
use crate::model::ids::Randomness;

/// How a sealed body begins: the version of its shape.
const SHAPE: &str = "v1.";
const NONCE: usize = 12;
/// Half of a hash: 128 bits tell values apart, and keep the indexes small.
const INDEX: usize = 16;
const URL: GeneralPurpose = general_purpose::URL_SAFE_NO_PAD;

/// The one secret of a municipality's data; everything else is derived from it.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A fresh key.
    pub fn generate(random: &dyn Randomness) -> Self {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// Reads 32 bytes in base64, of either alphabet, with or without padding.
    pub fn read(text: &str) -> Option<Self> {
        let either =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
        let bytes = GeneralPurpose::new(&alphabet, either).decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// As [`MasterKey::read`] reads it.
    pub fn write(&self) -> Secret {
        Secret::new(general_purpose::STANDARD.encode(self.0))
    }

    fn derive<const N: usize>(&self, what: &str) -> [u8; N] {
        let mut key = [0; N];
        // Only a key of more than 8,160 bytes would be too long.
        let _ = Hkdf::<Sha256>::new(None, &self.0).expand(what.as_bytes(), &mut key);
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

/// Where a sealed body belongs. In another table or row it does not open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(String);

impl Place {
    /// The row with this key in this table.
    pub fn new(table: &'static str, row: impl fmt::Display) -> Self {
        Self(format!("{table}/{row}"))
    }

    /// The table, and what the row is known by in it.
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or((&self.0, ""))
    }
}

/// What rows are found by that is personal. Each has hashes of its own, so that nobody can tell from
/// two columns that they hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The mail address of an account.
    Email,
    /// Who an account is to the identity provider.
    Subject,
    /// The number of an account.
    Mobile,
    /// The number of somebody's SOS button.
    Button,
    /// A number that may answer for a visit.
    VisitNumber,
    /// Whom a message is for.
    Recipient,
    /// A number whose holder wants no texts.
    OptOut,
    /// A normalised key of the register.
    RegisterKey,
    /// The address of a device.
    Endpoint,
    /// By which a device says that a notification was shown.
    PushReceipt,
    /// The feed of somebody's visits.
    CalendarFeed,
    /// A phone of the demo.
    DemoPhone,
    /// The name of an account in the municipality's directory.
    UserName,
    /// The directory's own id of a person or team.
    ExternalId,
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Email => "people.email",
            Self::Subject => "people.subject",
            Self::Mobile => "people.mobile",
            Self::Button => "people.button",
            Self::VisitNumber => "visit_numbers.number",
            Self::Recipient => "messages.recipient",
            Self::OptOut => "opt_outs.number",
            Self::RegisterKey => "register_keys.key",
            Self::Endpoint => "push_subscriptions.endpoint",
            Self::PushReceipt => "messages.receipt",
            Self::CalendarFeed => "calendars.feed",
            Self::DemoPhone => "sandbox.number",
            Self::UserName => "directory_people.user_name",
            Self::ExternalId => "directory.external_id",
        }
    }
}

/// Why a body stays closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Closed {
    /// It was not sealed by this house.
    #[error("it is not sealed as we seal")]
    Shape,
    /// Its key is not on the ring.
    #[error("it is sealed with key {0}, which is not given")]
    Key(String),
    /// It was changed, or put in another place.
    #[error("its seal is broken: it was changed, or it belongs elsewhere")]
    Broken,
}

struct DataKey {
    id: String,
    cipher: Aes256Gcm,
    index: Hmac<Sha256>,
}

impl DataKey {
    fn of(master: &MasterKey) -> Self {
        let id: [u8; 4] = master.derive("rugdekking key id");
        let index = master.derive::<64>("rugdekking index key");
        Self {
            id: hex(&id),
            cipher: Aes256Gcm::new(&master.derive("rugdekking seal key").into()),
            index: <Hmac<Sha256> as Mac>::new(&index.into()),
        }
    }

    fn index(&self, column: Column, value: &str) -> String {
        let mut hash = self.index.clone();
        hash.update(column.name().as_bytes());
        hash.update(&[0]);
        match column {
            Column::Email | Column::UserName => hash.update(value.to_lowercase().as_bytes()),
            _ => hash.update(value.as_bytes()),
        }
        let hash = hash.finalize().into_bytes();
        format!("{}.{}", self.id, URL.encode(&hash[..INDEX]))
    }
}

/// The key that seals, and the old ones that still open and find until everything was sealed anew.
pub struct Keyring {
    current: DataKey,
    old: Vec<DataKey>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[keyring {}]", self.current.id)
    }
}

impl Keyring {
    /// A ring with these keys.
    pub fn new(current: &MasterKey, old: &[MasterKey]) -> Self {
        let old = old.iter().filter(|key| *key != current).map(DataKey::of).collect();
        Self { current: DataKey::of(current), old }
    }

    /// The name of the key that seals; it tells nothing about the key.
    pub fn current(&self) -> &str {
        &self.current.id
    }

    /// The names of the old keys.
    pub fn old(&self) -> impl Iterator<Item = &str> {
        self.old.iter().map(|key| key.id.as_str())
    }

    /// How everything begins that the current key sealed.
    pub fn mark(&self) -> String {
        format!("{SHAPE}{}.", self.current.id)
    }

    /// Seals `plain` for this place. A nonce may never come back under the same key.
    pub fn seal(&self, at: &Place, plain: &[u8], nonce: [u8; NONCE]) -> Option<String> {
        let payload = Payload { msg: plain, aad: at.0.as_bytes() };
        let sealed = self.current.cipher.encrypt(&Nonce::from(nonce), payload).ok()?;
        Some(format!("{}{}", self.mark(), URL.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// Why it stays closed.
    pub fn open(&self, at: &Place, sealed: &str) -> Result<Vec<u8>, Closed> {
        let rest = sealed.strip_prefix(SHAPE).ok_or(Closed::Shape)?;
        let (id, rest) = rest.split_once('.').ok_or(Closed::Shape)?;
        let key = std::iter::once(&self.current).chain(&self.old).find(|key| key.id == id);
        let key = key.ok_or_else(|| Closed::Key(id.to_owned()))?;
        let bytes = URL.decode(rest).map_err(|_| Closed::Broken)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(Closed::Broken)?;
        let payload = Payload { msg: sealed, aad: at.0.as_bytes() };
        key.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| Closed::Broken)
    }

    /// The hash under which a value is filed.
    pub fn index(&self, column: Column, value: &str) -> String {
        self.current.index(column, value)
    }

    /// The hashes under which a value may be filed: the current one first, then those of old keys.
    pub fn indexes(&self, column: Column, value: &str) -> impl Iterator<Item = String> {
        std::iter::once(&self.current).chain(&self.old).map(move |key| key.index(column, value))
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests;
