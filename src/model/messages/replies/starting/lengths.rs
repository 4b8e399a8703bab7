//! How long a visit lasts: in minutes, in hours, in words, or until a time of the day.

use chrono::{NaiveTime, Timelike as _};

use super::pieces::Piece;
use crate::model::messages::replies::spotting::holds;

/// A visit that is begun by text lasts no longer, in minutes.
pub(super) const LONGEST: u32 = 8 * 60;

const DAY: u32 = 24 * 60;

const MINUTE: &str = "min mins minuten minuut minuutjes minuutje minutes minute";
const HOUR: &str = "uur uren uurtje uurtjes hour hours hr hrs";

/// Lengths without a number, or with one that counts something else than hours.
const IN_WORDS: &[(&str, u32)] = &[
    ("half uur", 30),
    ("half uurtje", 30),
    ("halfuur", 30),
    ("halfuurtje", 30),
    ("een half uur", 30),
    ("een half uurtje", 30),
    ("een halfuur", 30),
    ("half an hour", 30),
    ("half hour", 30),
    ("anderhalf uur", 90),
    ("anderhalve uur", 90),
    ("kwartier", 15),
    ("kwartiertje", 15),
    ("een kwartier", 15),
    ("een kwartiertje", 15),
    ("drie kwartier", 45),
    ("driekwartier", 45),
    ("3 kwartier", 45),
    ("uurtje", 60),
    ("an hour", 60),
];

const NUMBERS: &[(&str, u32)] = &[
    ("een", 1),
    ("één", 1),
    ("one", 1),
    ("twee", 2),
    ("two", 2),
    ("drie", 3),
    ("three", 3),
    ("vier", 4),
    ("vijf", 5),
    ("tien", 10),
    ("vijftien", 15),
    ("twintig", 20),
    ("dertig", 30),
    ("veertig", 40),
    ("vijfenveertig", 45),
    ("vijftig", 50),
    ("zestig", 60),
    ("negentig", 90),
];

/// Takes how long it lasts out of what was written, in minutes: what has a unit, or else the number
/// that comes first.
pub(super) fn take(pieces: &mut Vec<Piece>, now: NaiveTime) -> Option<u32> {
    let with_unit = (0..pieces.len()).find_map(|at| {
        // `12 h` in `Kerkstraat 12 h` is a house.
        let is_edge = at == 0 || pieces[at].apart || pieces[at - 1].begins_with_digit();
        Some((at, length(&pieces[at..], is_edge, now)?))
    });
    let bare = || {
        let first = pieces.first().filter(|first| first.is_number() && first.word.len() <= 3)?;
        Some((0, (1, first.word.parse().ok()?)))
    };
    let (at, (takes, minutes)) = with_unit.or_else(bare)?;
    pieces.drain(at..at + takes);
    if let Some(next) = pieces.get_mut(at) {
        next.apart = true;
    }
    Some(minutes)
}

/// The length with which these words begin: how many of them it takes, and its minutes.
fn length(pieces: &[Piece], is_edge: bool, now: NaiveTime) -> Option<(usize, u32)> {
    let first = pieces.first()?;
    if first.is("tot until till") {
        let (takes, minutes) = until(&pieces[1..], now)?;
        return Some((1 + takes, minutes));
    }
    in_words(pieces).or_else(|| counted(pieces, is_edge))
}

fn in_words(pieces: &[Piece]) -> Option<(usize, u32)> {
    IN_WORDS.iter().find_map(|(phrase, minutes)| {
        let takes = phrase.split(' ').count();
        let same = pieces.iter().take(takes).map(|piece| piece.word.as_str());
        same.eq(phrase.split(' ')).then_some((takes, *minutes))
    })
}

/// `45 min`, `1.5 uur`, `1u30`, `1 uur en een kwartier`.
fn counted(pieces: &[Piece], is_edge: bool) -> Option<(usize, u32)> {
    let first = &pieces.first()?.word;
    let spoken = || NUMBERS.iter().find(|(name, _)| name == first).map(|(_, n)| (n * 100, ""));
    let (hundredths, unit) = number(first).or_else(spoken)?;
    let (takes, unit) = match unit {
        "" => (2, pieces.get(1)?.word.as_str()),
        unit => (1, unit),
    };
    let is = |units: &str, short: &str| holds(units, unit) || (is_edge && holds(short, unit));
    if is(MINUTE, "m '") {
        return (hundredths % 100 == 0).then_some((takes, hundredths / 100));
    }
    let hours = hundredths * 60 / 100;
    if is(HOUR, "u h") {
        let (more, minutes) = beside_hours(&pieces[takes..]).unwrap_or_default();
        return Some((takes + more, hours + minutes));
    }
    let minutes: u32 = unit.strip_prefix(['u', 'h']).filter(|_| takes == 1)?.parse().ok()?;
    (minutes < 60).then_some((1, hours + minutes))
}

/// `30 min` or `en een kwartier` behind hours.
fn beside_hours(pieces: &[Piece]) -> Option<(usize, u32)> {
    let joined = usize::from(pieces.first()?.is("en and"));
    let rest = &pieces[joined..];
    let (takes, minutes) = in_words(rest).or_else(|| counted(rest, false))?;
    (minutes < 60).then_some((joined + takes, minutes))
}

/// A number in hundredths, with what is written right behind it.
fn number(word: &str) -> Option<(u32, &str)> {
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    let (digits, unit) = word.split_at(end);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() || whole.len() > 3 || part.len() > 2 {
        return None;
    }
    let hundredths: u32 = format!("{part:0<2}").parse().ok()?;
    Some((whole.parse::<u32>().ok()? * 100 + hundredths, unit))
}

/// Minutes until a time of the day: the next time that a clock shows it.
fn until(pieces: &[Piece], now: NaiveTime) -> Option<(usize, u32)> {
    let (hour, minute) = clock(&pieces.first()?.word)?;
    let takes = 1 + usize::from(pieces.get(1).is_some_and(|unit| unit.is("uur u h")));
    let past = now.hour() * 60 + now.minute();
    let wait = |hour: u32| (hour * 60 + minute + DAY - past) % DAY;
    // On a clock with hands four is also sixteen.
    let minutes = match wait(hour) {
        far if far > LONGEST && hour <= 11 => wait(hour + 12),
        soon => soon,
    };
    Some((takes, minutes))
}

fn clock(word: &str) -> Option<(u32, u32)> {
    let bare = word.strip_suffix("uur").or_else(|| word.strip_suffix(['u', 'h']));
    let word = bare.unwrap_or(word);
    let (hour, minute) = word.split_once([':', '.', 'u', 'h']).unwrap_or((word, "0"));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}
