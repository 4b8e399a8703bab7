//! Addresses as people write them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn parse(body: Value) -> Result<Address, Vec<Fault>> {
    Address::parse(&serde_json::from_value(body).unwrap())
}

fn fields(body: Value) -> Vec<String> {
    let faults = parse(body).unwrap_err();
    faults.into_iter().map(|f| f.field).collect()
}

#[test]
fn a_postcode_is_read_in_any_dress() {
    for written in ["7514AD", "7514 AD", " 7514  ad ", "7514ad", "7 5 1 4 A d"] {
        assert_eq!(written.parse::<Postcode>().unwrap().to_string(), "7514 AD", "{written}");
    }
    for written in
        ["", "0514 AD", "7514", "7514 A", "7514 ADE", "7514 SS", "1234 sa", "75é4 AD", "AD 7514"]
    {
        assert_eq!(written.parse::<Postcode>(), Err(NotAPostcode), "{written}");
    }
}

#[test]
fn the_address_of_the_contract_is_read() {
    let address =
        parse(json!({"street": " Hengelosestraat ", "houseNumber": 51, "houseLetter": "a",
        "addition": null, "postcode": "7514ad", "city": "Enschede"}))
        .unwrap();
    assert_eq!(address.street, "Hengelosestraat");
    assert_eq!((address.house_number, address.house_letter.as_deref()), (51, Some("A")));
    assert_eq!((address.addition, address.postcode.as_deref()), (None, Some("7514 AD")));
}

#[test]
fn parts_may_stand_in_the_number_or_in_fields_of_their_own() {
    let address =
        parse(json!({"houseNumber": "51a", "addition": "-3", "postcode": "7514AD"})).unwrap();
    assert_eq!(
        (address.house_letter.as_deref(), address.addition.as_deref()),
        (Some("A"), Some("3"))
    );
    assert!(parse(json!({"houseNumber": "51A", "houseLetter": "A", "postcode": "7514AD"})).is_ok());
    let both =
        json!({"houseNumber": "51A-1", "houseLetter": "B", "addition": "2", "postcode": "7514AD"});
    assert_eq!(fields(both), ["houseLetter", "addition"]);
}

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let faults = fields(json!({"street": "x".repeat(81), "houseNumber": 12.5, "houseLetter": "AB",
        "addition": "12345", "postcode": "12", "city": "a\u{7}b", "bagId": "1"}));
    let all = ["street", "city", "postcode", "houseLetter", "addition", "houseNumber", "bagId"];
    assert_eq!(faults, all);
    assert_eq!(fields(json!({})), ["street", "city", "houseNumber"]);
    assert_eq!(fields(json!({"postcode": "7514 AD", "houseNumber": -1})), ["houseNumber"]);
    assert_eq!(fields(json!({"postcode": "x", "houseNumber": 1})), ["postcode"]);
}

#[test]
fn a_misspelt_field_is_refused_and_not_lost() {
    let body =
        json!({"street": "Plein", "houseNumber": 1, "city": "Losser", "postCode": "7581 AA"});
    assert!(serde_json::from_value::<AddressInput>(body).is_err());
}

#[test]
fn without_postcode_street_and_city_are_enough() {
    assert!(parse(json!({"street": "Plein", "houseNumber": "1", "city": "Losser"})).is_ok());
}

proptest! {
    #[test]
    fn a_postcode_is_written_in_one_way_and_read_again_as_the_same(
        text in prop_oneof![".{0,12}", " ?[0-9]{3,5} ?[a-zA-Z]{1,3} ?"],
    ) {
        if let Ok(postcode) = text.parse::<Postcode>() {
            let written = postcode.to_string();
            let tight: String = text.split_whitespace().collect();
            prop_assert_eq!(written.replace(' ', ""), tight.to_ascii_uppercase(), "nothing is lost");
            prop_assert!(written.len() == 7 && !written.starts_with('0'));
            prop_assert_eq!(written.parse::<Postcode>(), Ok(postcode));
        }
    }

    #[test]
    fn an_address_that_was_read_is_read_again_as_the_same(
        street in "[A-Za-zéïü'. -]{0,30}",
        city in "[A-Za-zéâ' -]{0,20}",
        postcode in prop_oneof![Just(String::new()), "[1-9][0-9]{3} ?[A-Za-z]{2}"],
        house in "[0-9]{1,6}[ -]?[a-zA-Z]?[ -]?[0-9a-z]{0,5}( hoog|hg)?",
        letter in "[a-zA-Z]{0,2}",
        addition in "[-/ ]?[0-9a-zA-Z]{0,5}( hoog)?",
    ) {
        let given = json!({"street": street, "city": city, "postcode": postcode,
            "houseNumber": house, "houseLetter": letter, "addition": addition});
        if let Ok(address) = parse(given) {
            prop_assert!((1..=99_999).contains(&address.house_number));
            prop_assert!(address.addition.as_ref().is_none_or(|a| (1..=4).contains(&a.len())));
            let again = parse(serde_json::to_value(&address).unwrap());
            prop_assert_eq!(again, Ok(address));
        }
    }

    #[test]
    fn no_text_makes_the_reading_panic(text in ".*") {
        let _ = text.parse::<Postcode>();
        let input = json!({"houseNumber": text, "addition": text, "houseLetter": text,
            "street": text, "city": text, "postcode": text});
        let _ = parse(input);
    }
}
