//! What the national register of addresses offers while somebody types where they are going.

use serde::{Deserialize, Serialize};

use super::address::{
    Address, AddressInput, HouseNumberInput, is_bag_id, is_district, is_neighbourhood,
};

/// An address that somebody may mean. Its id holds only until the register is next renewed, so it
/// is looked up at once and never kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = AddressSuggestion)]
pub struct Suggestion {
    /// By which the register looks it up.
    pub id: String,
    /// The address in one line.
    pub label: String,
    /// The address in parts, as far as the register tells before it is asked for this one.
    pub address: Address,
}

/// An address as the register (PDOK's Locatieserver) writes it. Whatever is not there may be null
/// or left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Listed {
    id: Option<String>,
    weergavenaam: Option<String>,
    straatnaam: Option<String>,
    huisnummer: Option<u32>,
    huisletter: Option<String>,
    huisnummertoevoeging: Option<String>,
    postcode: Option<String>,
    woonplaatsnaam: Option<String>,
    nummeraanduiding_id: Option<String>,
    adresseerbaarobject_id: Option<String>,
    wijkcode: Option<String>,
    buurtcode: Option<String>,
}

impl Listed {
    /// The fields that make an address, by their names in the register.
    pub const ADDRESS: &str = "id weergavenaam straatnaam huisnummer huisletter \
        huisnummertoevoeging postcode woonplaatsnaam nummeraanduiding_id adresseerbaarobject_id \
        wijkcode buurtcode";

    /// What may be offered; nothing when it makes no address that we would take.
    pub fn suggestion(self) -> Option<Suggestion> {
        let (id, label) = (self.id.clone()?, self.weergavenaam.clone()?);
        let address = self.address()?;
        (is_id(&id) && !label.trim().is_empty()).then_some(Suggestion { id, label, address })
    }

    /// The address, read as strictly as one that somebody typed. An id or a code of a shape that we
    /// do not know is left out: the address is of use without.
    pub fn address(self) -> Option<Address> {
        let input = AddressInput {
            street: self.straatnaam,
            house_number: self.huisnummer.map(HouseNumberInput::Number),
            house_letter: self.huisletter,
            addition: self.huisnummertoevoeging,
            postcode: self.postcode,
            city: self.woonplaatsnaam,
            ..AddressInput::default()
        };
        let address = Address::parse(&input).ok()?;
        Some(Address {
            bag_id: self.nummeraanduiding_id.filter(|id| is_bag_id(id)),
            addressable_object_id: self.adresseerbaarobject_id.filter(|id| is_bag_id(id)),
            district_code: self.wijkcode.filter(|code| is_district(code)),
            neighbourhood_code: self.buurtcode.filter(|code| is_neighbourhood(code)),
            ..address
        })
    }
}

/// Whether this may be an id of the register, and so may be sent to it.
pub fn is_id(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(good)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn listed() -> Value {
        json!({ "bron": "BAG", "type": "adres", "id": "adr-cf14ac0c218dcc50dd9ef4e8745d8991",
            "weergavenaam": "Geuzenkade 58-1, 1056KN Amsterdam", "straatnaam": "Geuzenkade",
            "huisnummer": 58, "huisletter": null, "huisnummertoevoeging": "1",
            "postcode": "1056KN", "woonplaatsnaam": "Amsterdam", "wijkcode": "WK036340",
            "buurtcode": "BU03634000", "nummeraanduiding_id": "0363200000107724",
            "adresseerbaarobject_id": "0363010000645435", "sortering": 58.0 })
    }

    fn read(listed: Value) -> Option<Suggestion> {
        serde_json::from_value::<Listed>(listed).unwrap().suggestion()
    }

    #[test]
    fn an_address_of_the_register_is_one_of_ours() {
        let address = read(listed()).unwrap().address;
        assert_eq!((address.street.as_str(), address.house_number), ("Geuzenkade", 58));
        assert_eq!((address.house_letter, address.addition.as_deref()), (None, Some("1")));
        assert_eq!(address.postcode.as_deref(), Some("1056 KN"));
        assert_eq!(address.bag_id.as_deref(), Some("0363200000107724"));
        assert_eq!(address.addressable_object_id.as_deref(), Some("0363010000645435"));
        assert_eq!(address.district_code.as_deref(), Some("WK036340"));
        assert_eq!(address.neighbourhood_code.as_deref(), Some("BU03634000"));
    }

    #[test]
    fn what_is_left_out_or_of_a_strange_shape_costs_only_itself() {
        let mut odd = listed();
        for (name, value) in [("wijkcode", json!("Wijk 40")), ("nummeraanduiding_id", json!("1"))] {
            odd[name] = value;
        }
        let fields = odd.as_object_mut().unwrap();
        fields.remove("huisletter");
        fields.remove("huisnummertoevoeging");
        fields.remove("adresseerbaarobject_id");
        let address = read(odd).unwrap().address;
        assert_eq!((address.addition, address.bag_id, address.district_code), (None, None, None));
        assert_eq!(address.neighbourhood_code.as_deref(), Some("BU03634000"));
    }

    #[test]
    fn what_makes_no_address_is_not_offered() {
        for (name, value) in [
            ("huisnummer", Value::Null),
            ("postcode", json!("105")),
            ("id", json!("adr 1&fl=*")),
            ("id", Value::Null),
            ("weergavenaam", json!(" ")),
        ] {
            let mut wrong = listed();
            wrong[name] = value;
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }
}
