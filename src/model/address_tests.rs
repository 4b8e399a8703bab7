//! Addresses as people write them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn house(text: &str) -> Option<(u32, String, String)> {
    let house = text.parse::<HouseNumber>().ok()?;
    Some((
        house.number,
        house.letter.unwrap_or_default(),
        house.addition.unwrap_or_default(),
    ))
}

fn parse(body: Value) -> Result<Address, Vec<Fault>> {
    Address::parse(
        &serde_json::from_value(body).unwrap(),
        "residents[0].address",
    )
}

fn fields(body: Value) -> Vec<String> {
    let faults = parse(body).unwrap_err();
    faults
        .iter()
        .map(|f| f.field.replace("residents[0].address.", ""))
        .collect()
}

#[test]
fn a_postcode_is_read_in_any_dress() {
    for written in ["7514AD", "7514 AD", " 7514  ad ", "7514ad", "7 5 1 4 A d"] {
        assert_eq!(
            written.parse::<Postcode>().unwrap().to_string(),
            "7514 AD",
            "{written}"
        );
    }
    for written in [
        "", "0514 AD", "7514", "7514 A", "7514 ADE", "7514 SS", "1234 sa", "75é4 AD", "AD 7514",
    ] {
        assert_eq!(written.parse::<Postcode>(), Err(NotAPostcode), "{written}");
    }
}

#[test]
fn a_house_number_is_read_in_all_the_ways_people_write_it() {
    for (written, number, letter, addition) in [
        ("58-1", 58, "", "1"),
        ("58 1", 58, "", "1"),
        ("58 - 1", 58, "", "1"),
        ("58–1", 58, "", "1"),
        ("58/1", 58, "", "1"),
        ("47A", 47, "A", ""),
        ("47 a", 47, "A", ""),
        ("47-A", 47, "", "A"),
        ("12 bis", 12, "", "bis"),
        ("12bis", 12, "", "bis"),
        ("12A-3", 12, "A", "3"),
        ("12a3", 12, "A", "3"),
        ("12 A bis", 12, "A", "bis"),
        ("51 hs", 51, "", "hs"),
        ("51-huis", 51, "", "huis"),
        ("58 II", 58, "", "II"),
        ("58 2 hoog", 58, "", "2"),
        ("58-2hg", 58, "", "2"),
        ("051", 51, "", ""),
        ("99999", 99_999, "", ""),
    ] {
        let expected = Some((number, letter.to_owned(), addition.to_owned()));
        assert_eq!(house(written), expected, "{written}");
    }
    for written in [
        "",
        "A",
        "0",
        "100000",
        "99999999999",
        "-5",
        "12 é",
        "12 abcde",
        "12 (a)",
        "12;drop",
    ] {
        assert_eq!(house(written), None, "{written}");
    }
}

#[test]
fn the_address_of_the_contract_is_read() {
    let address = parse(
        json!({"street": " Hengelosestraat ", "houseNumber": 51, "houseLetter": "a",
        "addition": null, "postcode": "7514ad", "city": "Enschede"}),
    )
    .unwrap();
    assert_eq!(address.street, "Hengelosestraat");
    assert_eq!(
        (address.house_number, address.house_letter.as_deref()),
        (51, Some("A"))
    );
    assert_eq!(
        (address.addition, address.postcode.as_deref()),
        (None, Some("7514 AD"))
    );
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
    let faults = fields(
        json!({"street": "x".repeat(81), "houseNumber": 12.5, "houseLetter": "AB",
        "addition": "12345", "postcode": "12", "city": "a\u{7}b", "bagId": "1"}),
    );
    let all = [
        "street",
        "city",
        "postcode",
        "houseLetter",
        "addition",
        "houseNumber",
        "bagId",
    ];
    assert_eq!(faults, all);
    assert_eq!(fields(json!({})), ["street", "city", "houseNumber"]);
    assert_eq!(
        fields(json!({"postcode": "7514 AD", "houseNumber": -1})),
        ["houseNumber"]
    );
    let faults = parse(json!({"postcode": "x", "houseNumber": 1})).unwrap_err();
    assert_eq!(faults[0].field, "residents[0].address.postcode");
}

#[test]
fn without_postcode_street_and_city_are_enough() {
    assert!(parse(json!({"street": "Plein", "houseNumber": "1", "city": "Losser"})).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_reading_panic(text in ".*") {
        let _ = (text.parse::<HouseNumber>(), text.parse::<Postcode>());
    }

    #[test]
    fn what_was_read_is_read_again_as_the_same(text in "[0-9]{1,5}[ -]?[a-zA-Z]?[ -]?[0-9a-z]{0,3}") {
        if let Ok(house) = text.parse::<HouseNumber>() {
            let addition = house.addition.as_deref().map(|a| format!("-{a}")).unwrap_or_default();
            let again = format!("{}{}{addition}", house.number, house.letter.as_deref().unwrap_or_default());
            prop_assert_eq!(again.parse::<HouseNumber>().unwrap(), house);
        }
    }
}
