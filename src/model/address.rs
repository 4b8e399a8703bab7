//! Dutch addresses, read once at the edge from all the ways in which people write them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::faults::{Fault, Faults};

/// An address as given with a visit or in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Street name.
    pub street: String,
    /// House number, 1 to 99999.
    pub house_number: u32,
    /// House letter, one letter.
    #[serde(default)]
    pub house_letter: Option<String>,
    /// Addition, up to four letters or digits.
    #[serde(default)]
    pub addition: Option<String>,
    /// Postcode, `1234 AB`; unknown is allowed when street and city are given.
    #[serde(default)]
    pub postcode: Option<String>,
    /// City.
    pub city: String,
    /// The BAG's id of the number designation, when known.
    #[serde(default)]
    pub bag_id: Option<String>,
}

/// An address as it comes in, before anybody looked at it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddressInput {
    /// Street name; may be left out when the postcode is known.
    pub street: Option<String>,
    /// House number, as a number or as people write it (`12A-3`).
    pub house_number: Option<HouseNumberInput>,
    /// House letter.
    pub house_letter: Option<String>,
    /// Addition.
    pub addition: Option<String>,
    /// Postcode; may be left out when street and city are known.
    pub postcode: Option<String>,
    /// City; may be left out when the postcode is known.
    pub city: Option<String>,
    /// The BAG's id of the number designation.
    pub bag_id: Option<String>,
}

/// A house number as it comes in.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum HouseNumberInput {
    /// Just the number.
    Number(u32),
    /// The number with whatever people write behind it.
    Text(String),
    /// Something that is no house number, taken in so that it is reported beside other faults.
    Other(serde::de::IgnoredAny),
}

/// A Dutch postcode, written as `7514 AD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Postcode(String);

/// Not a Dutch postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a Dutch postcode")]
pub struct NotAPostcode;

impl FromStr for Postcode {
    type Err = NotAPostcode;

    fn from_str(text: &str) -> Result<Self, NotAPostcode> {
        let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let tight = tight.to_ascii_uppercase();
        let (digits, letters) = tight.split_at_checked(4).ok_or(NotAPostcode)?;
        let well_formed = !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit())
            && letters.len() == 2
            && letters.bytes().all(|b| b.is_ascii_uppercase());
        // These three were never given out.
        if !well_formed || ["SA", "SD", "SS"].contains(&letters) {
            return Err(NotAPostcode);
        }
        Ok(Self(format!("{digits} {letters}")))
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A house number taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseNumber {
    /// 1 to 99999.
    pub number: u32,
    /// One capital letter.
    pub letter: Option<String>,
    /// One to four letters or digits.
    pub addition: Option<String>,
}

/// Not a house number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a house number")]
pub struct NotAHouseNumber;

impl FromStr for HouseNumber {
    type Err = NotAHouseNumber;

    /// Reads `58-1`, `58 1`, `47A`, `12 bis`, `12A-3`, `58 2 hoog` and the like.
    fn from_str(text: &str) -> Result<Self, NotAHouseNumber> {
        let text = text.trim();
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let number = digits
            .parse()
            .ok()
            .filter(|n| in_range(*n))
            .ok_or(NotAHouseNumber)?;
        // A letter that follows at once, or after a space, is a house letter; after a dash it
        // is an addition. Which of the two it truly is makes no difference to matching.
        let rest = rest.trim_start();
        let (letter, rest) = match rest.as_bytes() {
            [b, more @ ..]
                if b.is_ascii_alphabetic()
                    && !more.first().is_some_and(u8::is_ascii_alphabetic) =>
            {
                (
                    Some(char::from(*b).to_ascii_uppercase().to_string()),
                    &rest[1..],
                )
            }
            _ => (None, rest),
        };
        let addition = addition(rest).map_err(|()| NotAHouseNumber)?;
        Ok(Self {
            number,
            letter,
            addition,
        })
    }
}

fn in_range(number: u32) -> bool {
    (1..=99_999).contains(&number)
}

/// What stands between the parts of a house number.
fn separates(c: char) -> bool {
    c.is_whitespace() || "-‐‑‒–—−/.,_".contains(c)
}

/// An addition without separators, `None` when nothing is left; "2 hoog" is storey 2.
fn addition(text: &str) -> Result<Option<String>, ()> {
    let tight: String = text.chars().filter(|c| !separates(*c)).collect();
    if !tight.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(());
    }
    let lower = tight.to_ascii_lowercase();
    let storey = lower
        .strip_suffix("hoog")
        .or_else(|| lower.strip_suffix("hg"));
    let kept = match storey {
        Some(storey) if storey.bytes().any(|b| b.is_ascii_digit()) => &tight[..storey.len()],
        _ => &tight,
    };
    match kept.len() {
        0 => Ok(None),
        1..=4 => Ok(Some(kept.to_owned())),
        _ => Err(()),
    }
}

impl Address {
    /// Reads what came in; `at` is its path, such as `residents[0].address`.
    ///
    /// # Errors
    /// Every fault, each with the path of its field.
    pub fn parse(input: &AddressInput, at: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::below(at);
        let street = faults.line("street", input.street.as_deref(), 80);
        let city = faults.line("city", input.city.as_deref(), 80);
        let postcode = given(input.postcode.as_deref());
        if postcode.is_none() {
            for (field, text) in [("street", &street), ("city", &city)] {
                if text.is_empty() {
                    faults.add(field, "required", "Needed when the postcode is not given.");
                }
            }
        }
        let postcode = postcode.and_then(|text| read_postcode(text, &mut faults));
        let house = read_house(input, &mut faults);
        let bag_id = given(input.bag_id.as_deref()).map(str::to_owned);
        if bag_id
            .as_ref()
            .is_some_and(|id| id.len() != 16 || !id.bytes().all(|b| b.is_ascii_digit()))
        {
            faults.add("bagId", "bag-id-form", "A BAG id has 16 digits.");
        }
        faults.unless_any(house.map(|house| Self {
            street,
            house_number: house.number,
            house_letter: house.letter,
            addition: house.addition,
            postcode,
            city,
            bag_id,
        }))
    }
}

/// The text without spaces around it, unless nothing is left.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn read_postcode(text: &str, faults: &mut Faults) -> Option<String> {
    let postcode = text.parse::<Postcode>();
    if postcode.is_err() {
        let detail = "A Dutch postcode has four digits and two letters, such as 7514 AD.";
        faults.add("postcode", "postcode-form", detail);
    }
    postcode.ok().map(|postcode| postcode.to_string())
}

/// The number with letter and addition, which may be in it or in fields of their own.
fn read_house(input: &AddressInput, faults: &mut Faults) -> Option<HouseNumber> {
    let letter = given(input.house_letter.as_deref()).map(str::to_ascii_uppercase);
    if letter
        .as_ref()
        .is_some_and(|l| l.len() != 1 || !l.bytes().all(|b| b.is_ascii_uppercase()))
    {
        faults.add(
            "houseLetter",
            "house-letter-form",
            "A house letter is one letter.",
        );
    }
    let addition = addition(input.addition.as_deref().unwrap_or_default()).unwrap_or_else(|()| {
        faults.add(
            "addition",
            "addition-form",
            "An addition has one to four letters or digits.",
        );
        None
    });
    let mut house = read_number(input.house_number.as_ref(), faults)?;
    house.letter = one_of(letter, house.letter, "houseLetter", faults);
    house.addition = one_of(addition, house.addition, "addition", faults);
    Some(house)
}

fn read_number(input: Option<&HouseNumberInput>, faults: &mut Faults) -> Option<HouseNumber> {
    let house = match input {
        None => {
            faults.add("houseNumber", "required", "A house number is needed.");
            return None;
        }
        Some(HouseNumberInput::Number(number)) => number.to_string().parse(),
        Some(HouseNumberInput::Text(text)) => text.parse(),
        Some(HouseNumberInput::Other(_)) => Err(NotAHouseNumber),
    };
    if house.is_err() {
        let detail = "A house number is 1 to 99999, perhaps with a letter and an addition.";
        faults.add("houseNumber", "house-number-form", detail);
    }
    house.ok()
}

/// What is given in a field of its own and in the number must be the same.
fn one_of(
    field: Option<String>,
    within: Option<String>,
    name: &str,
    faults: &mut Faults,
) -> Option<String> {
    if let (Some(a), Some(b)) = (&field, &within)
        && !a.eq_ignore_ascii_case(b)
    {
        faults.add(
            name,
            "contradiction",
            "Differs from what stands behind the house number.",
        );
    }
    field.or(within)
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
