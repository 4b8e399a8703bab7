//! Phone numbers: parsed once at the edge, E.164 ever after.

use std::{fmt, str::FromStr};

use phonenumber::{Mode, Type, country};
use serde::{Deserialize, Serialize};

use super::input::faults::Faults;

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

/// The countries of whose numbers the organisation texts and calls. What was stored before is read all the
/// same: only what is entered is held against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countries(Vec<country::Id>);

/// A number that exists, and that the organisation does not text or call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwantedNumber {
    #[error("is a number of a country that your organisation does not call")]
    Country,
    #[error("is no mobile or ordinary fixed number")]
    Kind,
}

impl Default for Countries {
    fn default() -> Self {
        Self(vec![country::NL, country::BE, country::DE])
    }
}

impl FromIterator<country::Id> for Countries {
    fn from_iter<T: IntoIterator<Item = country::Id>>(ids: T) -> Self {
        Self(ids.into_iter().collect())
    }
}

impl Countries {
    /// Whether this number may be entered: no premium or shared cost, no satellite, no other country.
    ///
    /// # Errors
    /// Why not.
    pub fn allow(&self, phone: &Phone) -> Result<(), UnwantedNumber> {
        let Ok(number) = phone.0.parse::<phonenumber::PhoneNumber>() else {
            return Err(UnwantedNumber::Kind);
        };
        // A company's number, and one that goes over the internet, cost what a fixed one costs.
        let ordinary = matches!(
            number.number_type(&phonenumber::metadata::DATABASE),
            Type::Mobile | Type::FixedLine | Type::FixedLineOrMobile | Type::Voip | Type::Uan
        );
        match number.country().id() {
            Some(id) if !self.0.contains(&id) => Err(UnwantedNumber::Country),
            Some(_) if ordinary => Ok(()),
            _ => Err(UnwantedNumber::Kind),
        }
    }

    /// Notes a fault at this field when the number may not be entered.
    pub fn require(&self, faults: &mut Faults, field: &str, phone: &Phone) {
        if let Err(why) = self.allow(phone) {
            let code = match why {
                UnwantedNumber::Country => "number-country",
                UnwantedNumber::Kind => "number-kind",
            };
            faults.add(field, code, why.to_string());
        }
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
    fn only_ordinary_numbers_of_some_countries_may_be_entered() {
        let usual = Countries::default();
        let of = |countries: &Countries, written: &str| countries.allow(&written.parse().unwrap());
        for written in
            ["0612345678", "0534818181", "+32470123456", "+4915112345678", "+493012345678"]
        {
            assert_eq!(of(&usual, written), Ok(()), "{written}");
        }
        for (written, why) in [
            ("+447400123456", UnwantedNumber::Country),
            ("+33612345678", UnwantedNumber::Country),
            ("09001234567", UnwantedNumber::Kind),
            ("08001234567", UnwantedNumber::Kind),
        ] {
            assert_eq!(of(&usual, written), Err(why), "{written}");
        }
        if let Ok(satellite) = "+881612345678".parse() {
            assert!(usual.allow(&satellite).is_err());
        }
        let more: Countries = [country::NL, country::FR].into_iter().collect();
        assert_eq!(of(&more, "+33612345678"), Ok(()));
    }

    #[test]
    fn a_desk_phone_is_not_a_mobile() {
        assert!("0612345678".parse::<Phone>().unwrap().is_mobile());
        assert!(!"0534818181".parse::<Phone>().unwrap().is_mobile());
    }
}
