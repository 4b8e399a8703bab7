//! Reads what people text back and which keys they press. It looks for meaning, not for a perfect
//! sentence; what is not surely 'all is well' is never read as that.

mod cries;
mod keypad;
mod lexicon;
mod meaning;
mod spotting;
mod starting;
mod tidy;

pub use keypad::{Pressed, key_before_code, keys, watch_minutes};
pub use meaning::Meaning;
pub use starting::{SaidPlace, StartFault, StartText};
use tidy::Tidy;

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
        Self { meaning: Meaning::of(&tidy), codes: tidy.codes }
    }

    /// What was written, for whoever watches over the visit; a PIN is not for their eyes.
    pub fn shown(&self, body: &str) -> String {
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
