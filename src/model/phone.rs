//! Phone numbers: parsed once at the edge, E.164 ever after.

use std::{fmt, str::FromStr};

use phonenumber::{Mode, Type, country};
use serde::{Deserialize, Serialize};

/// A valid phone number in E.164, for instance `+31612345678`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// Not a phone number that exists in any country's numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid phone number")]
pub struct NotAPhone;

impl Phone {
    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the numbering plan says that this can be a mobile phone.
    pub fn is_mobile(&self) -> bool {
        let kind = |n: phonenumber::PhoneNumber| n.number_type(&phonenumber::metadata::DATABASE);
        self.0.parse().map(kind).is_ok_and(|t| matches!(t, Type::Mobile | Type::FixedLineOrMobile))
    }
}

impl FromStr for Phone {
    type Err = NotAPhone;

    /// Reads a number as people write it; without a country it is Dutch.
    fn from_str(s: &str) -> Result<Self, NotAPhone> {
        if s.len() > 40 {
            return Err(NotAPhone);
        }
        let number = phonenumber::parse(Some(country::NL), s).map_err(|_| NotAPhone)?;
        if !phonenumber::is_valid(&number) || number.extension().is_some() {
            return Err(NotAPhone);
        }
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }
}

/// Reads what was stored. It was held against the numbering plans when it came in, at the edge, which
/// is slow; a plan that changed since must not make a row unreadable either.
impl TryFrom<String> for Phone {
    type Error = NotAPhone;
    fn try_from(s: String) -> Result<Self, NotAPhone> {
        let digits = s.strip_prefix('+').unwrap_or_default().as_bytes();
        let is_e164 = (7..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        if is_e164 { Ok(Self(s)) } else { s.parse() }
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_people_write_their_numbers_in_many_ways() {
        for written in
            ["0612345678", "06-12345678", "+31 6 1234 5678", "0031612345678", "06 12 34 56 78"]
        {
            assert_eq!(written.parse::<Phone>().unwrap().as_str(), "+31612345678", "{written}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for written in ["", "112", "06123", "+3161234567890123", "hallo", "0612345678 ext 5"] {
            assert_eq!(written.parse::<Phone>(), Err(NotAPhone), "{written}");
        }
    }

    #[test]
    fn a_desk_phone_is_not_a_mobile() {
        assert!("0612345678".parse::<Phone>().unwrap().is_mobile());
        assert!(!"0534818181".parse::<Phone>().unwrap().is_mobile());
    }
}
