//! How a text travels: in which alphabet, and in how many segments.

/// The letters of GSM 03.38 that take one place.
const ONE_PLACE: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                         ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/// Those that take two.
const TWO_PLACES: &str = "\u{c}^{}\\[~]|€";

/// An alphabet in which a text travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// The alphabet of every phone: 160 places in a segment, 153 in each of several.
    Gsm7,
    /// Everything else: 70 units of UTF-16 in a segment, 67 in each of several.
    Ucs2,
}

impl Alphabet {
    /// The alphabet that a text needs. One letter that not every phone has costs half the room.
    pub fn of(text: &str) -> Self {
        let known = |c: char| ONE_PLACE.contains(c) || TWO_PLACES.contains(c);
        if text.chars().all(known) { Self::Gsm7 } else { Self::Ucs2 }
    }

    fn places(self, letter: char) -> usize {
        match self {
            Self::Gsm7 => 1 + usize::from(TWO_PLACES.contains(letter)),
            Self::Ucs2 => letter.len_utf16(),
        }
    }

    /// How many places there are in the only segment, and in each of several.
    fn room(self) -> (usize, usize) {
        match self {
            Self::Gsm7 => (160, 153),
            Self::Ucs2 => (70, 67),
        }
    }
}

/// In how many segments a text travels. No letter is split between two.
pub fn segments(text: &str) -> usize {
    let alphabet = Alphabet::of(text);
    let (alone, each) = alphabet.room();
    if text.chars().map(|c| alphabet.places(c)).sum::<usize>() <= alone {
        return 1;
    }
    let (mut segments, mut taken) = (1, 0);
    for places in text.chars().map(|c| alphabet.places(c)) {
        if taken + places > each {
            (segments, taken) = (segments + 1, 0);
        }
        taken += places;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_not_every_phone_has_costs_half_the_room() {
        assert_eq!(Alphabet::of("Alles goed? Één vraag, à €5 {x}"), Alphabet::Gsm7);
        assert_eq!(Alphabet::of("Alles goed? É é à ö € {x}"), Alphabet::Gsm7);
        for beyond in ["ë", "ï", "👍", "’", "–", "ç", "\t"] {
            assert_eq!(Alphabet::of(beyond), Alphabet::Ucs2, "{beyond}");
        }
        assert_eq!((segments(&"a".repeat(160)), segments(&"ë".repeat(70))), (1, 1));
        assert_eq!((segments(&"a".repeat(161)), segments(&"ë".repeat(71))), (2, 2));
    }

    #[test]
    fn no_letter_is_split_between_two_segments() {
        assert_eq!((segments(&"€".repeat(80)), segments(&"€".repeat(81))), (1, 2));
        assert_eq!((segments(&"€".repeat(152)), segments(&"€".repeat(153))), (2, 3));
        assert_eq!((segments(&"👍".repeat(66)), segments(&"👍".repeat(67))), (2, 3));
        assert_eq!(
            (segments(""), segments(&"a".repeat(306)), segments(&"a".repeat(307))),
            (1, 2, 3)
        );
    }
}
