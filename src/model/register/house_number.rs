//! Dutch house numbers: the number, and the letter and addition that people write behind it.

use std::str::FromStr;

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
#[error("is 1 to 99999, perhaps with a letter and an addition")]
pub struct NotAHouseNumber;

impl FromStr for HouseNumber {
    type Err = NotAHouseNumber;

    /// Reads `58-1`, `58 1`, `47A`, `12 bis`, `12A-3`, `58 2 hoog` and the like.
    fn from_str(text: &str) -> Result<Self, NotAHouseNumber> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        let number = digits.parse().ok().filter(|n| in_range(*n)).ok_or(NotAHouseNumber)?;
        // A letter that follows at once, or after a space, is a house letter; after a dash it
        // is an addition. Which of the two it truly is makes no difference to matching.
        let rest = rest.trim_start();
        let (letter, rest) = match rest.as_bytes() {
            [b, more @ ..]
                if b.is_ascii_alphabetic()
                    && !more.first().is_some_and(u8::is_ascii_alphabetic) =>
            {
                (Some(char::from(*b).to_ascii_uppercase().to_string()), &rest[1..])
            }
            _ => (None, rest),
        };
        let addition = addition(rest).map_err(|_| NotAHouseNumber)?;
        Ok(Self { number, letter, addition })
    }
}

fn in_range(number: u32) -> bool {
    (1..=99_999).contains(&number)
}

/// What stands between the parts of a house number.
fn separates(c: char) -> bool {
    c.is_whitespace() || "-‐‑‒–—−/.,_".contains(c)
}

/// Not an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has one to four letters or digits")]
pub struct NotAnAddition;

/// An addition without separators, `None` when nothing is left; "2 hoog" is storey 2.
pub(crate) fn addition(text: &str) -> Result<Option<String>, NotAnAddition> {
    let tight: String = text.chars().filter(|c| !separates(*c)).collect();
    if !tight.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(NotAnAddition);
    }
    let lower = tight.to_ascii_lowercase();
    let storey = lower.strip_suffix("hoog").or_else(|| lower.strip_suffix("hg"));
    let kept = match storey {
        Some(storey) if storey.bytes().any(|b| b.is_ascii_digit()) => &tight[..storey.len()],
        _ => &tight,
    };
    match kept.len() {
        0 => Ok(None),
        1..=4 => Ok(Some(kept.to_owned())),
        _ => Err(NotAnAddition),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn house(text: &str) -> Option<(u32, String, String)> {
        let house = text.parse::<HouseNumber>().ok()?;
        Some((house.number, house.letter.unwrap_or_default(), house.addition.unwrap_or_default()))
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
        for written in
            ["", "A", "0", "100000", "99999999999", "-5", "12 é", "12 abcde", "12 (a)", "12;drop"]
        {
            assert_eq!(house(written), None, "{written}");
        }
    }

    proptest! {
            #[test]
            fn no_text_makes_the_reading_panic(text in ".*") {
                let _ = text.parse::<HouseNumber>();
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
}
