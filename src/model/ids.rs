//! Identifiers, one type per noun, and the source of all chance: ids, tokens, codes and jitter.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::clock::Instant;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id, sortable by `now`.
            pub fn new(random: &dyn Randomness, now: Instant) -> Self {
                Self(random.uuid(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::from_str(s).map(Self)
            }
        }
    )+};
}

ids! {
    VisitId,
    /// A check-in of a visit.
    CheckInId,
    /// An alarm or a drill.
    AlarmId,
    /// An account: worker, manager, desk, administrator, auditor.
    PersonId,
    TeamId,
    /// A message in the outbox; for a call it is the call's id as well.
    MessageId,
    /// An entry of the register.
    EntryId,
    /// A district officer (a contact, not an account).
    OfficerId,
    /// A line of a timeline or of the access log.
    LineId,
    IncidentId,
    /// A process that watches, one of perhaps several.
    InstanceId,
    /// The aftercare for one employee after an incident.
    CareId,
    /// A file that was imported into the register.
    ImportId,
    /// A privacy request.
    RequestId,
    /// A device that takes notifications.
    DeviceId,
    /// A system that is told what happened.
    WebhookId,
    /// Something that happened, as other systems are told.
    EventId,
}

/// The one source of chance. Seeded in tests, so that the whole service replays from a seed.
pub trait Randomness: fmt::Debug + Send + Sync {
    /// A version 7 UUID: sortable by `now`, and strictly increasing within one process.
    fn uuid(&self, now: Instant) -> Uuid;
    /// Fills `bytes` with unguessable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Randomness that rooms can share.
pub type SharedRandomness = Arc<dyn Randomness>;

/// A one-time link's secret: 128 bits, URL-safe, 22 characters.
pub fn token(random: &dyn Randomness) -> String {
    use base64::Engine as _;
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// A code of six digits, sent by text to prove that a number is somebody's own.
pub fn code(random: &dyn Randomness) -> String {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000)
}

/// A number in `0.0..1.0`, to spread retries.
pub fn fraction(random: &dyn Randomness) -> f64 {
    let mut bytes = [0; 4];
    random.fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// What is stored of a secret: its SHA-256 in hexadecimal. Fit for tokens of 128 bits, not for PINs.
pub fn digest(secret: &str) -> String {
    digest_of(secret.as_bytes())
}

/// The SHA-256 of these bytes, in hexadecimal.
pub fn digest_of(bytes: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
