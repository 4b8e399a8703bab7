//! Where somebody is, as texts tell it: a link to a map, or coordinates as buttons and people write them.

use std::ops::Range;

use crate::model::alarms::Position;

/// Words before, between and after the two numbers of a place.
const LATITUDE: [&str; 5] = ["lat", "latitude", "breedte", "breedtegraad", "mlat"];
const LONGITUDE: [&str; 7] = ["lon", "lng", "long", "longitude", "lengte", "lengtegraad", "mlon"];
const SOUTH: [&str; 2] = ["s", "z"];
const NORTH: [&str; 1] = ["n"];
const EAST: [&str; 2] = ["e", "o"];
const WEST: [&str; 1] = ["w"];

/// With so many decimals each, two numbers in a row are a place; with fewer they may be two times.
const SURE_DECIMALS: usize = 3;

/// The place that a text tells, and where its numbers stand.
pub(super) fn place(body: &str) -> Option<(Position, Range<usize>)> {
    // As long as what they stand for, so that everything stays where it stands.
    let text = body.to_ascii_lowercase().replace("%2c", ",  ").replace("%20", "   ");
    pair(&text, '.').or_else(|| pair(&text, ','))
}

/// The text without its place, and without the link that holds it.
pub(super) fn without(body: &str, numbers: &Range<usize>) -> String {
    let from = body[..numbers.start].rfind(char::is_whitespace).unwrap_or(0);
    let rest = &body[numbers.end..];
    let until = numbers.end + rest.find(char::is_whitespace).unwrap_or(rest.len());
    let kept = [&body[..from], &body[until..]];
    kept.iter().flat_map(|part| part.split_whitespace()).collect::<Vec<_>>().join(" ")
}

/// A number with decimals.
#[derive(Debug)]
struct Decimal {
    at: Range<usize>,
    value: f64,
    decimals: usize,
}

fn pair(text: &str, point: char) -> Option<(Position, Range<usize>)> {
    let all = decimals(text, point);
    all.windows(2).find_map(|two| of(text, &two[0], &two[1]))
}

fn of(text: &str, one: &Decimal, other: &Decimal) -> Option<(Position, Range<usize>)> {
    let before = last_word(&text[..one.at.start]);
    let between: Vec<&str> = words(&text[one.at.end..other.at.start]).collect();
    let after = first_word(&text[other.at.end..]);
    let is = |known: &[&str], word: &str| known.contains(&word);
    let any = |known: &[&str]| between.iter().any(|word| known.contains(word));
    let known = |word: &&str| {
        [&LONGITUDE[..], &LATITUDE, &NORTH, &SOUTH, &EAST, &WEST].iter().any(|it| it.contains(word))
    };
    if other.at.start - one.at.end > 24 || !between.iter().all(known) {
        return None;
    }
    let turned = any(&LATITUDE) && is(&LONGITUDE, before);
    if any(&LATITUDE) && !turned {
        return None;
    }
    let named = is(&LATITUDE, before) || turned || any(&LONGITUDE);
    let sky = |known: &[&str]| is(known, before) || any(known) || is(known, after);
    let (north, east) = (sky(&NORTH), sky(&EAST));
    let (south, west) = (!north && sky(&SOUTH), !east && sky(&WEST));
    let sides = (north || south) && (east || west);
    let link = ["http", "maps", "geo:", "q=", "gps"].iter().any(|it| text.contains(it));
    if !(named || sides || link) && one.decimals.min(other.decimals) < SURE_DECIMALS {
        return None;
    }
    let (latitude, longitude) =
        if turned { (other.value, one.value) } else { (one.value, other.value) };
    let latitude = if sides && south { -latitude.abs() } else { latitude };
    let longitude = if sides && west { -longitude.abs() } else { longitude };
    let fits = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    // A button that has not found itself sends zeros.
    let found = latitude.abs() > 0.01 || longitude.abs() > 0.01;
    let position = Position { latitude, longitude, accuracy_metres: None };
    (fits && found).then_some((position, one.at.start..other.at.end))
}

/// The letters of a text, as words.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
}

/// The word right before a number, with at most signs and a space between.
fn last_word(text: &str) -> &str {
    let near = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    if near.ends_with(char::is_alphabetic) {
        words(near).next_back().unwrap_or_default()
    } else {
        ""
    }
}

/// The word right behind a number.
fn first_word(text: &str) -> &str {
    let near = text.trim_start_matches([' ', '°', '\'']);
    if near.starts_with(char::is_alphabetic) { words(near).next().unwrap_or_default() } else { "" }
}

/// Every number with this decimal mark; not what has more than one, as an address on the internet.
fn decimals(text: &str, point: char) -> Vec<Decimal> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (vec![], 0);
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let (start, whole) = (at, digits(at));
        at += whole;
        if !text[at..].starts_with(point) || !(1..=3).contains(&whole) {
            continue;
        }
        let decimals = digits(at + 1);
        if decimals == 0 {
            continue;
        }
        at += 1 + decimals;
        let dotted = point == '.' && bytes.get(at) == Some(&b'.') && digits(at + 1) > 0;
        if dotted {
            at += 1;
            continue;
        }
        let minus = start > 0 && bytes[start - 1] == b'-';
        let from = start - usize::from(minus);
        let number = text[start..at].replace(',', ".");
        if let Ok(value) = number.parse::<f64>() {
            let value = if minus { -value } else { value };
            found.push(Decimal { at: from..at, value, decimals });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(f64, f64)> {
        place(text).map(|(it, _)| (it.latitude, it.longitude))
    }

    #[test]
    fn links_and_coordinates_are_read_as_buttons_and_people_write_them() {
        for (text, expected) in [
            ("SOS! http://maps.google.com/maps?q=52.2,6.9", (52.2, 6.9)),
            ("Help me! lat:52.21 lon:6.89", (52.21, 6.89)),
            ("052.2183N 006.8958E", (52.2183, 6.8958)),
            ("N52.2183 E006.8958", (52.2183, 6.8958)),
            ("sos N52.2183,E006.8958,0.5km/h,bat:85%", (52.2183, 6.8958)),
            ("hulp lat:52,21 lon:6,89", (52.21, 6.89)),
            ("hulp breedte 52,21 lengte 6,89", (52.21, 6.89)),
            ("hulp 52,2183 6,8958", (52.2183, 6.8958)),
            ("52.2183, 6.8958", (52.2183, 6.8958)),
            ("lon:6.89 lat:52.21", (52.21, 6.89)),
            ("Lat=52.21,Lng=6.89", (52.21, 6.89)),
            ("speed:0.0 lat:52.21 lon:6.89", (52.21, 6.89)),
            ("Bat:3.85V https://maps.google.com/?q=52.21%2C6.89", (52.21, 6.89)),
            ("https://www.google.com/maps/@52.2183,6.8958,17z", (52.2183, 6.8958)),
            ("https://www.openstreetmap.org/?mlat=52.21&mlon=6.89", (52.21, 6.89)),
            ("geo:52.21,6.89", (52.21, 6.89)),
            ("maps?q=-33.86,151.21", (-33.86, 151.21)),
            ("33.8600S 151.2100E", (-33.86, 151.21)),
            ("40.7128N 74.0060W", (40.7128, -74.006)),
        ] {
            assert_eq!(told(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_place_is_none() {
        for text in [
            "",
            "ok",
            "bezoek 13.30, 14.30",
            "13.30 tot 14.30",
            "lat:0.000000 lon:0.000000",
            "kosten 12,50 en 13,50",
            "http://10.20.30.40/a",
            "maps?q=152.2,6.9",
            "v1.2.3",
            "52",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }

    #[test]
    fn the_rest_stays() {
        for (text, rest) in [
            ("SOS! http://maps.google.com/maps?q=52.2,6.9 snel", "SOS! snel"),
            ("hulp lat:52.21 lon:6.89", "hulp"),
            ("hulp\u{a0}052.2183N 006.8958E\u{a0}boven", "hulp boven"),
            ("hulp € 52.2183, 6.8958 ö", "hulp € ö"),
        ] {
            let (_, at) = place(text).unwrap();
            assert_eq!(without(text, &at), rest);
        }
    }
}
