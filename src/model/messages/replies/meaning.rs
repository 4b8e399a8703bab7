//! What the words of a text mean. Help is heard first, then that it is not well; only what holds
//! nothing but words of consent confirms.

use super::{
    cries,
    lexicon::{
        END_FILLERS, ENDED, ENDED_PHRASES, FILLERS, HALF, LATER, MINUTES, MORE_PHRASES, NO,
        NOT_WELL, NOT_WELL_PHRASES, NUMBERS, RESIDENT_AWAY, SHRUGS, SPANS, START, STOP,
        TAKE_FILLERS, TAKES, TIME_FILLERS, WELL, WELL_PHRASES,
    },
    spotting::{holds, is_one_of, phrases, places},
    tidy::{Sign, Tidy},
};
use crate::model::visits::answers::Saying;

/// What the words of a text mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    Says(Saying),
    /// No more texts, please. The law says that this is honoured at once.
    Stop,
    /// Texts again, please.
    Start,
}

impl Meaning {
    pub(super) fn of(text: &Tidy) -> Self {
        if let ([word], []) = (text.words.as_slice(), text.signs.as_slice()) {
            match word.as_str() {
                word if holds(STOP, word) => return Self::Stop,
                word if holds(START, word) => return Self::Start,
                _ => {}
            }
        }
        if cries::for_help(text) {
            return Self::Says(Saying::Help(None));
        }
        match Found::in_text(text).meaning(text) {
            // Which of several numbers is the PIN nobody can tell.
            Self::Says(Saying::Well | Saying::MoreTime(_) | Saying::Ended)
                if text.codes.len() > 1 =>
            {
                Self::Says(Saying::Unclear)
            }
            meaning => meaning,
        }
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// What was found in a text.
#[derive(Debug, Default)]
struct Found {
    well: bool,
    not_well: bool,
    ended: bool,
    /// Minutes.
    more: Option<u32>,
    /// Something is turned round.
    denied: bool,
    /// The words that nothing is known of yet, in their order.
    rest: Vec<String>,
}

impl Found {
    fn in_text(text: &Tidy) -> Self {
        let mut found = Self { rest: text.words.clone(), ..Self::default() };
        found.rest.retain(|word| !text.is_code(word));
        found.take_out(RESIDENT_AWAY);
        found.denied = found.take_out(SHRUGS);
        found.not_well = found.take_out(NOT_WELL_PHRASES);
        found.well = found.take_out(WELL_PHRASES);
        found.ended = found.take_out(ENDED_PHRASES);
        found.more = found.span(text.plus).or_else(|| found.take_out(MORE_PHRASES).then_some(15));
        found.single_words();
        found.well |= text.signs.contains(&Sign::Yes);
        found.not_well |= text.signs.contains(&Sign::No);
        found
    }

    /// Takes these phrases out; says whether there was one.
    fn take_out(&mut self, known: &str) -> bool {
        let mut any = false;
        for phrase in phrases(known) {
            let found = places(&self.rest, &phrase).next();
            if let Some(at) = found {
                self.rest.drain(at..at + phrase.len());
                any = true;
            }
        }
        any
    }

    /// How much more time is asked for, in minutes; less is given rather than more, but never less
    /// than a quarter of an hour.
    fn span(&mut self, plus: bool) -> Option<u32> {
        for word in &mut self.rest {
            if let Some((_, digits)) = NUMBERS.iter().find(|(name, _)| name == word) {
                (*digits).clone_into(word);
            }
        }
        self.span_in_words().or_else(|| self.span_in_minutes(plus))
    }

    fn span_in_words(&mut self) -> Option<u32> {
        for (names, minutes) in SPANS {
            let Some(at) = self.rest.iter().position(|one| holds(names, one)) else { continue };
            let before = self.rest[..at].iter().rev().take(2).collect::<Vec<_>>();
            let count = before.first().filter(|word| is_number(word)).map(|word| word.as_str());
            // `u` is how one speaks to somebody as well.
            if matches!(self.rest[at].as_str(), "u" | "h") && count.is_none() {
                continue;
            }
            if before.iter().filter(|word| is_number(word)).count() > 1 {
                return None;
            }
            let minutes = match (minutes, count) {
                (60, _) if before.iter().any(|word| holds(HALF, word)) => 30,
                (15, Some("3")) => 30,
                (_, None | Some("1")) | (60, _) => *minutes,
                _ => return None,
            };
            self.rest.remove(at);
            self.rest.retain(|one| !is_number(one) && !holds(HALF, one) && !holds("an a n", one));
            return Some(minutes);
        }
        None
    }

    fn span_in_minutes(&mut self, plus: bool) -> Option<u32> {
        let numbers = self.rest.iter().enumerate().filter(|(_, word)| is_number(word));
        let [at] = numbers.map(|(at, _)| at).collect::<Vec<_>>()[..] else { return None };
        let number: u32 = self.rest[at].parse().ok()?;
        let near = self.rest[at + 1..].iter().take(2);
        let unit = plus || near.into_iter().any(|word| is_one_of(word, MINUTES));
        let minutes = match number {
            15 | 30 | 60 => number,
            2 if self.rest.len() == 1 => 15,
            3..=29 if unit => 15,
            31..=59 if unit => 30,
            61..=120 if unit => 60,
            _ => return None,
        };
        self.rest.remove(at);
        Some(minutes)
    }

    fn single_words(&mut self) {
        let words = std::mem::take(&mut self.rest);
        for (at, word) in words.iter().enumerate() {
            // `niet bang`, `niet in gevaar`.
            let before = words[..at].iter().rev().filter(|word| *word != "in");
            let turned = before.take(1).any(|word| holds(NO, word));
            if word == "1" || is_one_of(word, WELL) {
                self.well = true;
            } else if is_one_of(word, ENDED) {
                self.ended = true;
            } else if is_one_of(word, NOT_WELL) && !turned {
                self.not_well = true;
            } else if holds(NO, word) {
                self.denied = true;
            }
        }
        // A plain 'no'.
        self.not_well |= words.first().is_some_and(|word| word == "no") && words.len() == 1;
        self.rest = words;
    }

    /// Whether every word is known to change nothing beside what was found.
    fn all_known(&self, more: &[&str]) -> bool {
        let plain =
            |word: &String| word == "1" || is_one_of(word, WELL) || is_one_of(word, FILLERS);
        self.rest.iter().all(|word| plain(word) || more.iter().any(|known| is_one_of(word, known)))
    }

    fn meaning(&self, text: &Tidy) -> Meaning {
        let odd = text.signs.contains(&Sign::Odd) || text.other_digits || text.quotes;
        if self.not_well {
            let only = !self.well && !self.ended && self.more.is_none();
            return if only {
                Meaning::Says(Saying::NotWell)
            } else {
                Meaning::Says(Saying::Unclear)
            };
        }
        if odd || self.denied {
            return Meaning::Says(Saying::Unclear);
        }
        let is_later = self.rest.iter().any(|word| holds(LATER, word));
        match (self.more, self.ended) {
            (Some(more), false) if self.all_known(&[TIME_FILLERS, MINUTES]) => {
                Meaning::Says(Saying::MoreTime(more))
            }
            (None, true) if !is_later && !text.asks && self.all_known(&[ENDED, END_FILLERS]) => {
                Meaning::Says(Saying::Ended)
            }
            (None, false)
                if (self.well || !text.codes.is_empty()) && !text.asks && self.all_known(&[]) =>
            {
                Meaning::Says(Saying::Well)
            }
            _ => Meaning::Says(Saying::Unclear),
        }
    }
}

/// Whether these are words by which somebody takes an alarm, and no others.
pub(super) fn takes(text: &Tidy) -> bool {
    let known = |word: &String| {
        word == "1"
            || [WELL, FILLERS, TAKES, TAKE_FILLERS].iter().any(|known| is_one_of(word, known))
    };
    let takes = |word: &String| word == "1" || is_one_of(word, WELL) || is_one_of(word, TAKES);
    let odd = |sign: &Sign| matches!(sign, Sign::Odd | Sign::No | Sign::Help);
    let is_later = |word: &String| holds(LATER, word);
    !text.asks
        && !text.other_digits
        && !text.quotes
        && !text.signs.iter().any(odd)
        && !text.words.iter().any(is_later)
        && phrases(NOT_WELL_PHRASES).all(|said| places(&text.words, &said).next().is_none())
        && text.words.iter().all(known)
        && (text.words.iter().any(takes) || text.signs.contains(&Sign::Yes))
}

/// Whether a word may stand beside consent.
#[cfg(test)]
pub(super) fn is_known(word: &str) -> bool {
    is_one_of(word, WELL) || is_one_of(word, FILLERS) || holds(WELL_PHRASES, word)
}
