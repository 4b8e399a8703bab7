//! What is held on a person: records of all kinds, found by the keys of a register check. A person
//! of the desk says which of them are about whom.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{
    incidents::Subject,
    register::{address::Address, names::NameKeys},
};

/// What kind of record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HeldKind {
    /// An entry of the register.
    Entry,
    Incident,
    /// A privacy request.
    Request,
    Visit,
}

/// A record by its kind and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct HeldRef {
    pub kind: HeldKind,
    pub id: Uuid,
}

/// A record that may be about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    pub which: HeldRef,
    pub name: String,
    pub birth_date: Option<NaiveDate>,
    pub addresses: Vec<Address>,
    /// The first day of a measure, day of an incident or a visit, day on which a request came in.
    pub day: NaiveDate,
    /// Whether more than the name is the same: the house or the birth date.
    pub sure: bool,
}

/// A person whose records are looked for.
#[derive(Clone, Debug)]
pub struct Searched {
    name: NameKeys,
    birth_date: Option<NaiveDate>,
    house: Vec<String>,
}

impl Searched {
    pub fn new(person: &Subject) -> Self {
        let house = person.address.iter().flat_map(Address::house_keys).collect();
        Self { name: NameKeys::of(&person.name), birth_date: person.birth_date, house }
    }

    /// Whether this may be the person: the name is the same, and no birth date says otherwise.
    pub fn may_be(&self, name: &str, birth_date: Option<NaiveDate>) -> bool {
        let births = self.birth_date.zip(birth_date).map(|(a, b)| a == b);
        births != Some(false) && NameKeys::of(name).matches(&self.name)
    }

    /// The record, when it may be about this person: the name is the same, and no birth date says
    /// otherwise.
    pub fn find(
        &self,
        which: HeldRef,
        (name, birth_date): (&str, Option<NaiveDate>),
        addresses: &[Address],
        day: NaiveDate,
    ) -> Option<HeldRecord> {
        if !self.may_be(name, birth_date) {
            return None;
        }
        let births = self.birth_date.zip(birth_date).map(|(a, b)| a == b);
        let same_house =
            addresses.iter().flat_map(Address::house_keys).any(|key| self.house.contains(&key));
        Some(HeldRecord {
            which,
            name: name.to_owned(),
            birth_date,
            addresses: addresses.to_vec(),
            day,
            sure: births == Some(true) || same_house,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(number: u32) -> Address {
        let given = format!(r#"{{"houseNumber": {number}, "postcode": "7514 AD"}}"#);
        Address::parse(&serde_json::from_str(&given).unwrap()).unwrap()
    }

    #[test]
    fn a_name_finds_and_a_birth_date_or_a_house_makes_sure() {
        let born: NaiveDate = "1980-02-03".parse().unwrap();
        let person = Subject {
            name: "J. de Wit".into(),
            address: Some(address(51)),
            birth_date: Some(born),
        };
        let searched = Searched::new(&person);
        let which = HeldRef { kind: HeldKind::Entry, id: Uuid::nil() };
        let sure = |name: &str, birth: Option<NaiveDate>, number: u32| {
            let found = searched.find(which, (name, birth), &[address(number)], born);
            found.map(|record| record.sure)
        };
        assert_eq!(sure("Wit, Jan de", None, 9), Some(false));
        assert_eq!(sure("J. de Wit", None, 51), Some(true));
        assert_eq!(sure("J. de Wit", Some(born), 9), Some(true));
        assert_eq!(sure("J. de Wit", born.succ_opt(), 51), None, "somebody else of this name");
        assert_eq!(sure("P. de Wit", Some(born), 51), None);
    }
}
