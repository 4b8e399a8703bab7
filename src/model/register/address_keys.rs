//! What of an address is compared: normalised keys, by equality only, so that they can become
//! keyed hashes without changing the rules.

use super::{
    address::Address,
    folding::{fold, words},
};

/// How a street's last word is shortened (as folded), and what is meant.
const STREET_ENDS: [(&str, &str); 12] = [
    ("str", "straat"),
    ("pln", "plein"),
    ("sngl", "singel"),
    ("stg", "steeg"),
    ("prk", "park"),
    ("ln", "laan"),
    ("wg", "weg"),
    ("gr", "gracht"),
    ("kd", "kade"),
    ("dk", "dyk"),
    ("hf", "hof"),
    ("pd", "pad"),
];

/// Words of a street or city that are written in several ways.
const WORDS: [(&str, &str); 18] = [
    ("burg", "burgemeester"),
    ("prof", "professor"),
    ("pres", "president"),
    ("dr", "doctor"),
    ("dokter", "doctor"),
    ("mr", "meester"),
    ("ds", "dominee"),
    ("ir", "ingenieur"),
    ("jhr", "jonkheer"),
    ("past", "pastoor"),
    ("wilh", "wilhelmina"),
    ("pr", "prins"),
    ("st", "sint"),
    ("gen", "generaal"),
    ("1e", "eerste"),
    ("2e", "tweede"),
    ("3e", "derde"),
    ("4e", "vierde"),
];

/// Small words that some write and others leave out.
const SMALL: [&str; 17] = [
    "van", "v", "vd", "de", "d", "den", "der", "het", "t", "te", "ten", "ter", "aan", "a", "ad",
    "in", "op",
];

impl Address {
    /// Two addresses that share one of these are the same address.
    pub fn exact_keys(&self) -> Vec<String> {
        let suffix = self.suffix();
        let bag = self.bag_id.iter().map(|id| format!("b:{id}"));
        bag.chain(self.houses().map(|house| format!("a:{house}|{suffix}"))).collect()
    }

    /// Two addresses that share one of these are in the same house, perhaps at another door.
    pub fn house_keys(&self) -> Vec<String> {
        self.houses().map(|house| format!("h:{house}")).collect()
    }

    /// The house without its suffix: by postcode, and by street and city.
    fn houses(&self) -> impl Iterator<Item = String> {
        let number = self.house_number;
        let postcode = self.postcode.as_deref().map(tight).filter(|code| !code.is_empty());
        let (street, city) = (street(&self.street), city(&self.city));
        let known = !street.is_empty() && !city.is_empty();
        let by_street = known.then(|| format!("{city}|{street}|{number}"));
        postcode.map(|code| format!("{code}|{number}")).into_iter().chain(by_street)
    }

    /// Letter and addition as one, since people cannot tell which is which.
    fn suffix(&self) -> String {
        let parts = [self.house_letter.as_deref(), self.addition.as_deref()];
        let joined: String = parts.into_iter().flatten().map(tight).collect();
        match joined.as_str() {
            "huis" | "h" => "hs".to_owned(),
            "zwart" => "zw".to_owned(),
            "rood" => "rd".to_owned(),
            "i" => "1".to_owned(),
            "ii" => "2".to_owned(),
            "iii" => "3".to_owned(),
            "iv" => "4".to_owned(),
            // "01" is "1", and "0" stays "0".
            digits if digits.bytes().all(|b| b.is_ascii_digit()) && digits.len() > 1 => {
                let bare = digits.trim_start_matches('0');
                if bare.is_empty() { "0".to_owned() } else { bare.to_owned() }
            }
            _ => joined,
        }
    }
}

/// Folded, with nothing but letters and digits.
fn tight(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A street in one word, so that "Hengelose straat" is "Hengelosestr.".
fn street(text: &str) -> String {
    let mut words = full_words(text);
    if let Some(last) = words.last_mut()
        && let Some((short, full)) = STREET_ENDS.iter().find(|(short, _)| last.ends_with(short))
    {
        last.replace_range(last.len() - short.len().., full);
    }
    essential(&words)
}

fn city(text: &str) -> String {
    let name = essential(&full_words(text));
    match name.as_str() {
        "sgravenhage" | "gravenhage" => "haag".to_owned(),
        "shertogenbosch" | "hertogenbosch" => "bosch".to_owned(),
        _ => name,
    }
}

fn full_words(text: &str) -> Vec<String> {
    let full = |word: String| {
        WORDS.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| (*full).to_owned())
    };
    words(&fold(text)).into_iter().map(full).collect()
}

/// Without small words, unless the name has no others.
fn essential(words: &[String]) -> String {
    let kept: String = words.iter().filter(|w| !SMALL.contains(&w.as_str())).cloned().collect();
    if kept.is_empty() { words.concat() } else { kept }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(postcode: &str, street: &str, number: &str, city: &str) -> Address {
        let body =
            json!({"postcode": postcode, "street": street, "houseNumber": number, "city": city});
        Address::parse(&serde_json::from_value(body).unwrap()).unwrap()
    }

    fn shared(a: &[String], b: &[String]) -> bool {
        a.iter().any(|key| b.contains(key))
    }

    fn same(a: &Address, b: &Address) -> bool {
        shared(&a.exact_keys(), &b.exact_keys())
    }

    fn same_house(a: &Address, b: &Address) -> bool {
        shared(&a.house_keys(), &b.house_keys())
    }

    #[test]
    fn the_same_door_in_many_dresses() {
        for (a, b) in [
            ("47A", "47-A"),
            ("47 a", "47-a"),
            ("58-1", "58 1"),
            ("58-1", "58-01"),
            ("58-2", "58 II"),
            ("58-2", "58 2 hoog"),
            ("12 bis", "12BIS"),
            ("12A-3", "12-A3"),
            ("51 hs", "51-H"),
            ("51 huis", "51hs"),
        ] {
            let (a, b) = (at("7514 AD", "", a, ""), at("7514ad", "", b, ""));
            assert!(same(&a, &b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn another_door_of_the_same_house_is_not_the_same_address() {
        for (a, b) in [("47A", "47B"), ("47", "47A"), ("58-1", "58-11"), ("58-10", "58-1")] {
            let (a, b) = (at("7514 AD", "", a, ""), at("7514AD", "", b, ""));
            assert!(!same(&a, &b) && same_house(&a, &b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn another_house_shares_nothing() {
        let a = at("7514 AD", "Hengelosestraat", "58-1", "Enschede");
        for b in [
            at("7514 AE", "Deurningerstraat", "58-1", "Enschede"),
            at("7514 AD", "Hengelosestraat", "581", "Enschede"),
            at("7555 AD", "Hengelosestraat", "58-1", "Hengelo"),
        ] {
            assert!(!same(&a, &b) && !same_house(&a, &b), "{b:?}");
        }
    }

    #[test]
    fn street_and_city_stand_in_for_a_postcode() {
        for (a, b) in [
            (("Hengelosestr.", "Enschede"), ("Hengelose Straat", "ENSCHEDE")),
            (("Burg. v.d. Bergln", "Den Haag"), ("Burgemeester van den Berglaan", "'s-Gravenhage")),
            (("Plein", "Den Bosch"), ("plein", "’s‑Hertogenbosch")),
            (("2e Emmastraat", "Alphen a/d Rijn"), ("Tweede Emmastr", "Alphen aan den Rijn")),
            (("St. Jansstraat", "De Bilt"), ("Sint-Jansstraat", "de bilt")),
            (("Curaçaostraat", "Súdwest-Fryslân"), ("Curacaostraat", "Sudwest Fryslan")),
        ] {
            let (a, b) = (at("", a.0, "12 bis", a.1), at("7514 AD", b.0, "12bis", b.1));
            assert!(same(&a, &b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_bag_id_alone_makes_an_address_the_same() {
        let mut a = at("7514 AD", "", "51", "");
        let mut b = at("", "Nieuwe naam", "51", "Enschede");
        assert!(!same(&a, &b));
        (a.bag_id, b.bag_id) = (Some("0153200000345678".into()), Some("0153200000345678".into()));
        assert!(same(&a, &b));
    }

    proptest! {
        #[test]
        fn any_address_matches_itself_in_capitals_and_with_more_spaces(
            street in "[A-Za-zéïü'. ]{1,20}",
            city in "[A-Za-zéâ'-]{1,20}",
            house in "[1-9][0-9]{0,3}[ -]?[a-zA-Z]?",
        ) {
            prop_assume!(street.chars().any(char::is_alphabetic));
            prop_assume!(city.chars().any(char::is_alphabetic));
            let a = at("", &street, &house, &city);
            let (street, city) = (street.replace(' ', "  "), city.to_uppercase());
            let b = at("", &street.to_uppercase(), &house.to_uppercase(), &city);
            prop_assert_eq!(a.exact_keys(), b.exact_keys());
            prop_assert!(same_house(&a, &b));
        }
    }
}
