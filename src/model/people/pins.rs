//! The PIN and the duress PIN: chosen once, hashed, told apart without giving anything away.

use std::str::FromStr;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::SaltString,
};
use serde::{Deserialize, Serialize};

use crate::model::ids::Randomness;

/// Four to six digits, not one digit over and over nor counting up or down.
#[derive(Clone, PartialEq, Eq, utoipa::ToSchema)]
#[schema(pattern = "^[0-9]{4,6}$", examples("2580"))]
pub struct Pin(String);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Why a PIN cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    /// Not four to six digits.
    #[error("a PIN has four to six digits")]
    NotDigits,
    /// One digit over and over, or counting up or down.
    #[error("this PIN is too easy to guess")]
    TooEasy,
    /// It begins with a key that is an answer on a call.
    #[error("a PIN must not begin with 1, 2 or 9: on a call these keys are answers")]
    BeginsAsAnswer,
    /// The PIN and the duress PIN are alike.
    #[error("the duress PIN must differ from the PIN")]
    Alike,
    /// A slip of one finger makes one of the other.
    #[error("the duress PIN must differ from the PIN in more than one digit")]
    Near,
}

impl FromStr for Pin {
    type Err = PinFault;
    fn from_str(s: &str) -> Result<Self, PinFault> {
        if (4..=6).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(s.to_owned()))
        } else {
            Err(PinFault::NotDigits)
        }
    }
}

impl Pin {
    /// Whether it is one digit over and over, or counts up or down.
    pub fn too_easy(&self) -> bool {
        let steps: Vec<i16> =
            self.0.as_bytes().windows(2).map(|w| i16::from(w[1]) - i16::from(w[0])).collect();
        [0, 1, -1].iter().any(|step| steps.iter().all(|s| s == step))
    }

    /// Whether its first key is an answer on a call: all is well, more time, help.
    pub fn begins_as_answer(&self) -> bool {
        self.0.starts_with(['1', '2', '9'])
    }

    /// Whether a slip of one finger makes one of the other: a wrong digit, or some left out at the end.
    pub fn is_near(&self, other: &Self) -> bool {
        let differ = self.0.bytes().zip(other.0.bytes()).filter(|(a, b)| a != b).count();
        differ < 2
    }
}

/// What is stored of both PINs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinHashes {
    pin: String,
    duress: String,
    /// Whether neither begins as an answer; of older ones nobody knows.
    #[serde(default)]
    apart: bool,
}

impl std::fmt::Debug for PinHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinHashes(…)")
    }
}

/// What a given PIN proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// No PIN was given.
    None,
    Pin,
    /// The duress PIN: answer exactly as to the PIN, and raise a silent alarm.
    Duress,
    /// A PIN that is neither.
    Wrong,
    /// None is believed for a while, so that this one may be theirs or not.
    Waits,
    /// The duress PIN while no PIN is believed: answer exactly as to any other then, and raise a
    /// silent alarm.
    DuressUnbelieved,
}

impl Proof {
    /// Whether a code was given that proves nothing.
    pub fn is_refused(self) -> bool {
        matches!(self, Self::Wrong | Self::Waits | Self::DuressUnbelieved)
    }

    /// Whether somebody is forced to give it.
    pub fn is_duress(self) -> bool {
        matches!(self, Self::Duress | Self::DuressUnbelieved)
    }
}

/// Argon2id with OWASP's smallest memory setting (7 MiB, 5 passes): a phone call waits for it.
fn hasher() -> Argon2<'static> {
    let params = Params::new(7 * 1024, 5, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl PinHashes {
    /// Hashes both.
    ///
    /// # Errors
    /// When they are alike, too easy to guess, or begin with a key that is an answer on a call.
    pub fn choose(pin: &Pin, duress: &Pin, random: &dyn Randomness) -> Result<Self, PinFault> {
        if pin.begins_as_answer() || duress.begins_as_answer() {
            return Err(PinFault::BeginsAsAnswer);
        }
        if pin != duress && pin.is_near(duress) {
            return Err(PinFault::Near);
        }
        Self::of(pin, duress, random)
    }

    /// The same for PINs as they could be chosen before their first key counted.
    ///
    /// # Errors
    /// When they are alike or too easy to guess.
    pub fn of(pin: &Pin, duress: &Pin, random: &dyn Randomness) -> Result<Self, PinFault> {
        if pin == duress {
            return Err(PinFault::Alike);
        }
        if pin.too_easy() || duress.too_easy() {
            return Err(PinFault::TooEasy);
        }
        let apart = !pin.begins_as_answer() && !duress.begins_as_answer();
        Ok(Self { pin: hash(pin, random)?, duress: hash(duress, random)?, apart })
    }

    /// Whether neither PIN begins with a key that is an answer on a call. Where one may, a lone first
    /// key is waited with, and its owner is asked to choose others.
    pub fn begin_apart(&self) -> bool {
        self.apart
    }

    /// Tells what `given` proves. Always checks both hashes, so that the time it takes says nothing.
    pub fn prove(&self, given: &str) -> Proof {
        let is_pin = matches(&self.pin, given);
        let is_duress = matches(&self.duress, given);
        match (is_pin, is_duress) {
            (_, true) => Proof::Duress,
            (true, false) => Proof::Pin,
            (false, false) => Proof::Wrong,
        }
    }
}

fn hash(pin: &Pin, random: &dyn Randomness) -> Result<String, PinFault> {
    let mut salt = [0; 16];
    random.fill(&mut salt);
    let salt = SaltString::encode_b64(&salt).map_err(|_| PinFault::NotDigits)?;
    let hashed = hasher().hash_password(pin.0.as_bytes(), &salt);
    hashed.map(|h| h.to_string()).map_err(|_| PinFault::NotDigits)
}

fn matches(hash: &str, given: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|h| hasher().verify_password(given.as_bytes(), &h).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::testing::Seeded;

    fn pin(s: &str) -> Pin {
        s.parse().unwrap()
    }

    #[test]
    fn each_pin_proves_its_own() {
        let hashes = PinHashes::of(&pin("2580"), &pin("1379"), &Seeded::new(1)).unwrap();
        assert_eq!(hashes.prove("2580"), Proof::Pin);
        assert_eq!(hashes.prove("1379"), Proof::Duress);
        assert_eq!(hashes.prove("0000"), Proof::Wrong);
    }

    #[test]
    fn bad_choices_are_refused() {
        let random = Seeded::new(1);
        let choose = |a, b| PinHashes::choose(&pin(a), &pin(b), &random).err();
        assert_eq!(choose("3580", "3580"), Some(PinFault::Alike));
        assert_eq!(choose("3333", "5802"), Some(PinFault::TooEasy));
        assert_eq!(choose("3580", "4321"), Some(PinFault::TooEasy));
        for answer in ["1379", "2580", "9630", "130246"] {
            assert_eq!(choose("3580", answer), Some(PinFault::BeginsAsAnswer), "{answer}");
            assert_eq!(choose(answer, "3580"), Some(PinFault::BeginsAsAnswer), "{answer}");
        }
        for near in ["3581", "4580", "35801", "358"] {
            if near.len() > 3 {
                assert_eq!(choose("3580", near), Some(PinFault::Near), "{near}");
            }
        }
        assert_eq!(choose("3580", "7046"), None);
        for bad in ["", "123", "1234567", "12a4", "１２３４"] {
            assert_eq!(bad.parse::<Pin>(), Err(PinFault::NotDigits), "{bad}");
        }
    }
}
