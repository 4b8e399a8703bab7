//! Dutch addresses, read once at the edge from all the ways in which people write them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, Type, schema::SchemaType},
};

use super::house_number::{HouseNumber, NotAHouseNumber, addition};
use crate::model::input::faults::{Fault, Faults};

/// An address as people write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    #[schema(max_length = 200)]
    pub street: String,
    #[schema(minimum = 1, maximum = 99999)]
    pub house_number: u32,
    /// One letter.
    #[serde(default)]
    #[schema(max_length = 10)]
    pub house_letter: Option<String>,
    /// Up to four letters or digits.
    #[serde(default)]
    #[schema(max_length = 20)]
    pub addition: Option<String>,
    /// `1234 AB`; unknown is allowed when street and city are given.
    #[serde(default)]
    #[schema(max_length = 10)]
    pub postcode: Option<String>,
    #[schema(max_length = 100)]
    pub city: String,
    /// The id of the number designation in the BAG.
    #[serde(default)]
    #[schema(pattern = "^[0-9]{16}$")]
    pub bag_id: Option<String>,
    /// The id of the dwelling or other object in the BAG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^[0-9]{16}$")]
    pub addressable_object_id: Option<String>,
    /// The code of the district (wijk) of Statistics Netherlands, by which a district officer is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^WK[0-9A-Z]{6}$")]
    pub district_code: Option<String>,
    /// The code of the neighbourhood (buurt).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^BU[0-9A-Z]{8}$")]
    pub neighbourhood_code: Option<String>,
}

/// An address as people write it. Street and city may be left out when the postcode is known.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressInput {
    #[schema(max_length = 200)]
    pub street: Option<String>,
    /// A number, or the way people write it: `58-1`, `12 bis`.
    #[schema(required, schema_with = number_or_text)]
    pub house_number: Option<HouseNumberInput>,
    #[schema(max_length = 10)]
    pub house_letter: Option<String>,
    #[schema(max_length = 20)]
    pub addition: Option<String>,
    #[schema(max_length = 10)]
    pub postcode: Option<String>,
    #[schema(max_length = 100)]
    pub city: Option<String>,
    /// The id of the number designation in the BAG.
    #[schema(pattern = "^[0-9]{16}$")]
    pub bag_id: Option<String>,
    /// The id of the dwelling or other object in the BAG.
    #[schema(pattern = "^[0-9]{16}$")]
    pub addressable_object_id: Option<String>,
    /// The code of the district (wijk) of Statistics Netherlands, by which a district officer is found.
    #[schema(pattern = "^WK[0-9A-Z]{6}$")]
    pub district_code: Option<String>,
    /// The code of the neighbourhood (buurt).
    #[schema(pattern = "^BU[0-9A-Z]{8}$")]
    pub neighbourhood_code: Option<String>,
}

pub(crate) fn number_or_text() -> Object {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Integer, Type::String])).build()
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
#[error("has four digits and two letters, such as 7514 AD")]
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

impl Address {
    /// Reads what came in.
    ///
    /// # Errors
    /// Every fault, each with its field.
    pub fn parse(input: &AddressInput) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let postcode = given(input.postcode.as_deref());
        let needed = postcode.is_none();
        let street = read_line("street", input.street.as_deref(), needed, &mut faults);
        let city = read_line("city", input.city.as_deref(), needed, &mut faults);
        let postcode = postcode.and_then(|text| faults.take("postcode", text.parse::<Postcode>()));
        let house = read_house(input, &mut faults);
        let places = read_places(input, &mut faults);
        match house {
            Some(house) if faults.0.is_empty() => Ok(Self {
                street,
                house_number: house.number,
                house_letter: house.letter,
                addition: house.addition,
                postcode: postcode.map(|postcode| postcode.to_string()),
                city,
                ..places
            }),
            _ => Err(faults.0),
        }
    }
}

/// The ids and codes of a looked-up address, in an address that has nothing else yet.
fn read_places(input: &AddressInput, faults: &mut Faults) -> Address {
    let mut known = |field: &str, text: &Option<String>, good: fn(&str) -> bool, what: &str| {
        let text = given(text.as_deref()).map(str::to_owned);
        faults.require(text.as_deref().is_none_or(good), field, "invalid", what);
        text
    };
    let (digits, wijk, buurt) = ("has 16 digits", "is WK and six signs", "is BU and eight signs");
    Address {
        street: String::new(),
        house_number: 0,
        house_letter: None,
        addition: None,
        postcode: None,
        city: String::new(),
        bag_id: known("bagId", &input.bag_id, is_bag_id, digits),
        addressable_object_id: known(
            "addressableObjectId",
            &input.addressable_object_id,
            is_bag_id,
            digits,
        ),
        district_code: known("districtCode", &input.district_code, is_district, wijk),
        neighbourhood_code: known(
            "neighbourhoodCode",
            &input.neighbourhood_code,
            is_neighbourhood,
            buurt,
        ),
    }
}

/// The text without spaces around it, unless nothing is left.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// A street or city without needless spaces; empty when it was not given and not needed.
fn read_line(field: &str, text: Option<&str>, needed: bool, faults: &mut Faults) -> String {
    let Some(text) = given(text) else {
        faults.require(!needed, field, "required", "is required when the postcode is not given");
        return String::new();
    };
    let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
    faults.text(field, Some(&tidy), 80).unwrap_or_default()
}

/// The number with letter and addition, which may be in it or in fields of their own.
fn read_house(input: &AddressInput, faults: &mut Faults) -> Option<HouseNumber> {
    let letter = given(input.house_letter.as_deref()).map(str::to_ascii_uppercase);
    let good = |l: &String| l.len() == 1 && l.bytes().all(|b| b.is_ascii_uppercase());
    faults.require(letter.as_ref().is_none_or(good), "houseLetter", "invalid", "is one letter");
    let addition = addition(input.addition.as_deref().unwrap_or_default());
    let addition = faults.take("addition", addition).flatten();
    let house = match &input.house_number {
        None => {
            faults.add("houseNumber", "required", "is required");
            return None;
        }
        Some(HouseNumberInput::Number(number)) => number.to_string().parse(),
        Some(HouseNumberInput::Text(text)) => text.parse(),
        Some(HouseNumberInput::Other(_)) => Err(NotAHouseNumber),
    };
    let mut house: HouseNumber = faults.take("houseNumber", house)?;
    house.letter = one_of(letter, house.letter, "houseLetter", faults);
    house.addition = one_of(addition, house.addition, "addition", faults);
    Some(house)
}

/// What is given in a field of its own and in the number must be the same.
fn one_of(
    field: Option<String>,
    within: Option<String>,
    name: &str,
    faults: &mut Faults,
) -> Option<String> {
    if let (Some(a), Some(b)) = (&field, &within) {
        let same = a.eq_ignore_ascii_case(b);
        faults.require(same, name, "contradiction", "differs from what the house number says");
    }
    field.or(within)
}

/// Whether this has the shape of an id of the BAG.
pub fn is_bag_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether this has the shape of a district's code of Statistics Netherlands: `WK015301`.
pub fn is_district(text: &str) -> bool {
    is_area_code(text, "WK", 6)
}

/// Whether this has the shape of a neighbourhood's code of Statistics Netherlands: `BU01530101`.
pub fn is_neighbourhood(text: &str) -> bool {
    is_area_code(text, "BU", 8)
}

/// A place in a code may be a letter: there are more districts than digits for them.
fn is_area_code(text: &str, kind: &str, length: usize) -> bool {
    let good = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    text.strip_prefix(kind).is_some_and(|rest| rest.len() == length && rest.bytes().all(good))
}

#[cfg(test)]
mod tests;
