//! Reads what people text back and which keys they press. It looks for meaning, not for a perfect
//! sentence; what is not surely 'all is well' is never read as that.

mod buttons;
mod cries;
mod keypad;
mod lexicon;
mod meaning;
mod placing;
mod spotting;
mod starting;
mod tidy;

pub use buttons::ButtonSaid;
pub use keypad::{Pressed, key_before_code, keys, watch_minutes};
pub use meaning::Meaning;
pub use starting::{SaidPlace, StartFault, StartText};
use tidy::Tidy;

use crate::model::visits::answers::Saying;

/// How much of a text is shown to others, in characters.
const MOST_SHOWN: usize = 300;

/// What a text says.
#[derive(Clone, Debug, PartialEq)]
pub struct TextReply {
    pub meaning: Meaning,
    /// Every number in it that could be a PIN. They are looked at before all else: no text with a
    /// duress PIN in it ever confirms.
    pub codes: Vec<String>,
}

impl TextReply {
    /// Reads a text.
    pub fn read(body: &str) -> Self {
        let tidy = Tidy::of(body);
        let meaning = Meaning::of(&tidy);
        if let Meaning::Says(Saying::Help(_)) = meaning
            && let Some((place, at)) = placing::place(body)
        {
            // The digits of a place are no guesses at a PIN.
            let rest = format!("{} {}", &body[..at.start], &body[at.end..]);
            let meaning = Meaning::Says(Saying::Help(Some(place)));
            return Self { meaning, codes: Tidy::of(&rest).codes };
        }
        Self { meaning, codes: tidy.codes }
    }

    /// What was written, for whoever watches over the visit; a PIN is not for their eyes, and a place
    /// stands with its alarm, which forgets it in time.
    pub fn shown(&self, body: &str) -> String {
        let place = match self.meaning {
            Meaning::Says(Saying::Help(Some(_))) => placing::place(body),
            _ => None,
        };
        let body = place.map_or_else(|| body.to_owned(), |(_, at)| placing::without(body, &at));
        let seen = |c: char| match c.is_numeric() && !self.codes.is_empty() {
            true => '•',
            false => c,
        };
        body.trim().chars().take(MOST_SHOWN).map(seen).collect()
    }
}

/// Whether a reply to an alarm takes it.
pub fn takes_alarm(body: &str) -> bool {
    meaning::takes(&Tidy::of(body))
}

#[cfg(test)]
mod tests;
