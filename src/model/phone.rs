//! Phone numbers: parsed once at the edge, E.164 ever after.

use std::{fmt, str::FromStr};

use phonenumber::{Mode, Type, country};
use serde::{Deserialize, Serialize};

/// A valid phone number in E.164, for instance `+31612345678`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = r"^\+[1-9][0-9]{6,14}$", examples("+31612345678"))]
pub struct Phone(String);

/// Not a phone number that exists in any country's numbering plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid phone number")]
pub struct NotAPhone;

impl Phone {
    /// The number that always answers.
    pub fn emergency() -> Self {
        Self("112".to_owned())
    }

    /// The number in E.164.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads a sender as operators write it: an international number with or without its plus.
    pub fn from_operator(sender: &str) -> Option<Self> {
        sender.parse().or_else(|_| format!("+{sender}").parse()).ok()
    }

    /// Whether the numbering plan says that this can be a mobile phone.
    pub fn is_mobile(&self) -> bool {
        let kind = |n: phonenumber::PhoneNumber| n.number_type(&phonenumber::metadata::DATABASE);
        self.0.parse().map(kind).is_ok_and(|t| matches!(t, Type::Mobile | Type::FixedLineOrMobile))
    }
}

/// What people put between the digits.
fn separates(c: char) -> bool {
    c.is_whitespace() || "-‐‑‒–—./".contains(c)
}

impl FromStr for Phone {
    type Err = NotAPhone;

    /// Reads a number as people write it; without a country it is Dutch.
    fn from_str(s: &str) -> Result<Self, NotAPhone> {
        if s.len() > 40 {
            return Err(NotAPhone);
        }
        // The library reads some places of a dash otherwise than people mean them: 06 12345-678.
        let tight: String = s.chars().filter(|c| !separates(*c)).collect();
        let number = phonenumber::parse(Some(country::NL), tight).map_err(|_| NotAPhone)?;
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sender_is_read_with_and_without_its_plus() {
        for written in ["+31612345678", "31612345678", "0612345678", "0031612345678"] {
            let read = Phone::from_operator(written).unwrap();
            assert_eq!(read.as_str(), "+31612345678", "{written}");
        }
        for nobody in ["", "Belastingdienst", "3669"] {
            assert_eq!(Phone::from_operator(nobody), None, "{nobody}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_as_the_document_says_and_read_again_as_the_same(
            text in prop_oneof![".{0,45}", "[+0]{0,2}[0-9 ().-]{5,18}", "0031 ?[0-9]{9}"],
        ) {
            if let Ok(phone) = text.parse::<Phone>() {
                let written = phone.to_string();
                let digits = written.strip_prefix('+').unwrap_or_default();
                prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0'));
                prop_assert!((7..=15).contains(&digits.len()), "{written}");
                prop_assert_eq!(written.parse::<Phone>(), Ok(phone));
            }
        }

        #[test]
        fn every_way_to_write_a_dutch_mobile_is_the_same_number(
            number in "[1-5][0-9]{7}",
            start in prop_oneof!["06", "\\+316", "00316", "\\+31 6", "\\+31 \\(0\\)6"],
            between in vec_of_separators(),
        ) {
            let mut written = start;
            for (digit, separator) in number.chars().zip(between) {
                written.push_str(separator);
                written.push(digit);
            }
            let phone = written.parse::<Phone>();
            let expected = format!("+316{number}");
            prop_assert_eq!(phone.as_ref().map(Phone::as_str), Ok(expected.as_str()), "{}", written);
            prop_assert!(phone.is_ok_and(|phone| phone.is_mobile()));
        }
    }

    fn vec_of_separators() -> impl Strategy<Value = Vec<&'static str>> {
        proptest::collection::vec(prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("-")], 8)
    }

    #[test]
    fn dutch_people_write_their_numbers_in_many_ways() {
        for written in
            ["0612345678", "06-12345678", "+31 6 1234 5678", "0031612345678", "06 12345-678"]
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
