//! Writes text in one way, so that what people mean alike becomes equal.
//!
//! What is folded is stored as keyed hashes, so it has to be folded alike for as long as the rows are
//! kept. Unicode promises that of normalisation; the tables of a crate that transliterates (`deunicode`,
//! `any_ascii`) change with its releases, and make one of names that differ.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Lower case without diacritics, every apostrophe and dash the plain one, and `ij` as `y`, since
/// Bruijn and Bruyn cannot be told apart by ear.
pub(crate) fn fold(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(plain_mark)
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .collect();
    let mut folded = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            _ => folded.push(c),
        }
    }
    folded.replace("ij", "y")
}

/// Apostrophes and dashes come in many shapes, some of which would decompose into a space.
fn plain_mark(c: char) -> char {
    match c {
        '’' | '‘' | '`' | '´' | 'ʼ' | '′' | '＇' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
        _ => c,
    }
}

/// The words of a folded text; an apostrophe belongs to its word, anything else ends it.
pub(crate) fn words(folded: &str) -> Vec<String> {
    let kept = folded.chars().filter(|c| *c != '\'');
    let spaced: String = kept.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_meant_alike_becomes_equal() {
        for (a, b) in [
            ("Özgür Şahin", "ozgur sahin"),
            ("IJSBRAND", "ĳsbrand"),
            ("de Bruijn", "De Bruyn"),
            ("’s-Gravenhage", "'S‑GRAVENHAGE"),
            ("Łukasz", "lukasz"),
            ("Weiß", "WEISS"),
            ("Renée", "Rene\u{301}e"),
            ("YILDIZ", "yıldız"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("Wit"), fold("Witte"));
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
