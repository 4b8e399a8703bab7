//! District officers: contacts at the police, each for some areas. Not accounts.

use serde::{Deserialize, Serialize};

use crate::model::{ids::OfficerId, input::newer, phone::Phone, register::address::Address};

/// A district officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Officer {
    pub id: OfficerId,
    pub name: String,
    /// The mobile phone; one of mobile and mail is given.
    pub mobile: Option<Phone>,
    /// The mail address.
    pub email: Option<String>,
    /// Where this officer serves.
    #[serde(deserialize_with = "newer::known")]
    pub areas: Vec<Area>,
}

/// A range of postcodes, or the code of a wijk or buurt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Area {
    /// A range of postcodes, both ends included: `7511 AA` to `7514 ZZ`, or just the digits.
    #[serde(rename_all = "camelCase")]
    Postcodes {
        #[schema(max_length = 10)]
        postcode_from: String,
        #[schema(max_length = 10)]
        postcode_until: String,
    },
    /// A wijk or buurt code of Statistics Netherlands.
    Code {
        #[schema(max_length = 20)]
        code: String,
    },
}

impl Area {
    /// Whether an address lies in it. Only one that was looked up tells its district.
    pub fn holds(&self, address: &Address) -> bool {
        match (self, &address.postcode) {
            (Self::Postcodes { postcode_from, postcode_until }, Some(postcode)) => {
                is_between(postcode, postcode_from, postcode_until)
            }
            (Self::Postcodes { .. }, None) => false,
            (Self::Code { code }, _) => {
                let (district, neighbourhood) =
                    (&address.district_code, &address.neighbourhood_code);
                [district, neighbourhood].into_iter().any(|known| known.as_ref() == Some(code))
            }
        }
    }
}

fn is_between(postcode: &str, from: &str, until: &str) -> bool {
    let plain = |s: &str| s.replace(' ', "").to_uppercase();
    let (from, until, it) = (plain(from), plain(until), plain(postcode));
    let cut = |n: usize| it.get(..n.min(it.len())).unwrap_or_default().to_owned();
    cut(from.len()) >= from && cut(until.len()) <= until
}

impl Officer {
    /// Whether this officer serves where the address lies.
    pub fn serves(&self, address: &Address) -> bool {
        self.areas.iter().any(|area| area.holds(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(postcode: &str) -> Address {
        Address {
            street: "Hengelosestraat".into(),
            house_number: 51,
            house_letter: None,
            addition: None,
            postcode: Some(postcode.into()),
            city: "Enschede".into(),
            bag_id: None,
            addressable_object_id: None,
            district_code: None,
            neighbourhood_code: None,
        }
    }

    #[test]
    fn an_officer_serves_a_range_of_postcodes() {
        let range = |from: &str, until: &str| Area::Postcodes {
            postcode_from: from.into(),
            postcode_until: until.into(),
        };
        assert!(range("7511", "7514").holds(&at("7514 AD")));
        assert!(range("7514 AA", "7514 AD").holds(&at("7514AD")));
        assert!(!range("7514 AA", "7514 AC").holds(&at("7514 AD")));
        assert!(!range("7515", "7520").holds(&at("7514 AD")));
    }

    #[test]
    fn an_officer_serves_a_district_or_a_neighbourhood_by_its_code() {
        let code = |code: &str| Area::Code { code: code.into() };
        let mut address = at("7514 AD");
        assert!(!code("WK015301").holds(&address), "nobody looked up where it lies");
        address.district_code = Some("WK015301".into());
        address.neighbourhood_code = Some("BU01530102".into());
        assert!(code("WK015301").holds(&address) && code("BU01530102").holds(&address));
        assert!(!code("WK015302").holds(&address) && !code("BU01530101").holds(&address));
    }
}
