//! What is said on a call that was answered, and how keys are taken. What they mean is decided
//! elsewhere: whoever listens is told the digits and says what comes next.

use std::time::Duration;

use super::{
    media::{Heard, Media},
    settings::SipConfig,
    voice::{Occasion, Voice},
};
use crate::{
    carrier::Listener,
    model::messages::{
        Message, Receipt, Script,
        calls_in::{CallIn, CallInStep},
        replies::key_before_code,
    },
};

/// Telephones take a moment before they are heard.
const MOMENT: Duration = Duration::from_millis(500);
/// Between the two times that something is said.
const PAUSE: Duration = Duration::from_secs(1);
/// More digits than any code has are not waited for.
const MOST_DIGITS: usize = 20;
/// So many times longer the next key is waited for while what was pressed may be the beginning of a
/// code: people type a code that they seldom need slowly (twelve seconds, as it is set).
const CODE_WAITS: u32 = 3;
/// No code has fewer digits, nor more.
const CODE_DIGITS: (usize, usize) = (4, 6);
/// How often the menu is said to who calls us and presses no key.
const SAYS_MENU: u32 = 3;
/// How often the same keys are brought when they could not be taken.
const TRIES: u32 = 3;

/// What is said and heard on one call.
pub(super) struct Conversation<'a> {
    pub(super) media: Media,
    pub(super) config: &'a SipConfig,
    pub(super) voice: &'a Voice,
}

/// A call on which somebody, or something, picked up.
pub(super) struct AnsweredCall<'a> {
    pub(super) message: &'a Message,
    pub(super) talk: Conversation<'a>,
    pub(super) listener: &'a dyn Listener,
}

impl AnsweredCall<'_> {
    /// Talks until there is nothing more to say or nobody there. Who was asked for a key and pressed
    /// none may have been a machine, and was not reached.
    pub(super) async fn hold(mut self, script: &Script) -> Receipt {
        let occasion = Occasion::opening(self.message, script.listens);
        if !script.listens {
            self.talk.announce(script, occasion).await;
            return Receipt::CallAnswered;
        }
        let asks = self.talk.config.asks;
        let pressed = self.talk.open(script, occasion, asks).await;
        let Some(digits) = pressed else { return Receipt::CallVoicemail };
        self.answer(script.clone(), digits).await;
        Receipt::CallAnswered
    }

    /// Keys are brought to the listener, who says what comes next, until nothing is asked any more.
    /// Who hung up meanwhile pressed them all the same. What could not be taken is asked again.
    async fn answer(&mut self, mut asked: Script, mut digits: String) {
        loop {
            let taken = self.bring(&digits).await;
            let occasion = Occasion::after_keys(self.message, taken.as_ref());
            let next = taken.unwrap_or_else(|| asked.clone());
            if !next.listens {
                return self.talk.conclude(&next, occasion).await;
            }
            let asks = self.talk.config.asks;
            let Some(more) = self.talk.ask(&next, occasion, asks).await else { return };
            digits = match key_before_code(&digits) {
                Some(key) => format!("{key}#{more}"),
                None => more,
            };
            asked = next;
        }
    }

    async fn bring(&self, digits: &str) -> Option<Script> {
        for _ in 0..TRIES {
            let taken = self.listener.keys(self.message.id, digits).await;
            if taken.is_some() {
                return taken;
            }
            tokio::time::sleep(PAUSE).await;
        }
        tracing::error!(message = %self.message.id, "failed to handle keys pressed on a call");
        None
    }
}

impl Conversation<'_> {
    /// Somebody calls us, and hears this first; goes on until nothing is asked any more, or nobody
    /// presses a key.
    pub(super) async fn receive(
        mut self,
        mut call: CallIn,
        first: CallInStep,
        listener: &dyn Listener,
    ) {
        let occasion = Occasion::of_call_in(&first, &call);
        if !first.script.listens {
            return self.announce(&first.script, occasion).await;
        }
        let mut pressed = self.open(&first.script, occasion, SAYS_MENU).await;
        call.about = first.about;
        while let Some(digits) = pressed {
            call.pressed = Some(digits);
            let Some(step) = bring_of_call_in(&call, listener).await else { return };
            let occasion = Occasion::of_call_in(&step, &call);
            if !step.script.listens {
                return self.conclude(&step.script, occasion).await;
            }
            pressed = self.ask(&step.script, occasion, SAYS_MENU).await;
            call.about = step.about.or(call.about);
        }
    }

    /// Says what is only to be known, twice.
    async fn announce(&mut self, said: &Script, occasion: Occasion) {
        let sound = self.voice.sound(said, occasion).await;
        self.media.wait(MOMENT).await;
        self.media.tell(&sound).await;
        self.media.wait(PAUSE).await;
        self.media.tell(&sound).await;
    }

    /// Says what came of keys.
    async fn conclude(&mut self, said: &Script, occasion: Occasion) {
        let sound = self.voice.sound(said, occasion).await;
        self.media.tell(&sound).await;
        self.media.wait(MOMENT).await;
    }

    /// Asks the first question. Who knows it need not wait for it.
    async fn open(&mut self, question: &Script, occasion: Occasion, times: u32) -> Option<String> {
        match self.media.wait(MOMENT).await {
            Heard::Key(first) => Some(self.rest_of(first, question.waits).await),
            Heard::Nothing | Heard::HungUp => self.ask(question, occasion, times).await,
        }
    }

    /// Asks so many times, and listens all the while.
    async fn ask(&mut self, question: &Script, occasion: Occasion, times: u32) -> Option<String> {
        let sound = self.voice.sound(question, occasion).await;
        for _ in 0..times {
            for turn in [true, false] {
                let heard = match turn {
                    true => self.media.say(&sound).await,
                    false => self.media.wait(self.config.patience).await,
                };
                match heard {
                    Heard::Key(first) => {
                        return Some(self.rest_of(first, question.waits).await);
                    }
                    Heard::HungUp => return None,
                    Heard::Nothing => {}
                }
            }
        }
        None
    }

    /// The hash key ends what is typed, and so does waiting, or hanging up. What may be the beginning
    /// of a code is waited with for longer, after each of its keys.
    async fn rest_of(&mut self, first: char, waits: bool) -> String {
        let mut digits = String::from(first);
        while !digits.ends_with('#') && digits.len() < MOST_DIGITS {
            match self.media.wait(self.config.between_keys * patience_with(&digits, waits)).await {
                Heard::Key(key) => digits.push(key),
                Heard::Nothing | Heard::HungUp => break,
            }
        }
        digits
    }
}

/// How many times longer than otherwise the next key is waited for. Where codes may begin with a key that
/// answers (`waits`), that key alone is no answer yet; help never waits.
fn patience_with(digits: &str, waits: bool) -> u32 {
    let (shortest, longest) = CODE_DIGITS;
    let is_number = digits.bytes().all(|b| b.is_ascii_digit());
    let only = |key: u8| digits.bytes().all(|b| b == key);
    let is_help = only(b'9') || digits == "112";
    let answers = is_help || !waits && (only(b'1') || only(b'2'));
    match digits.len() {
        _ if answers || !is_number => 1,
        typed if typed < shortest => CODE_WAITS,
        typed if typed < longest && waits => 2,
        _ => 1,
    }
}

/// What the service failed to take in is brought again.
async fn bring_of_call_in(call: &CallIn, listener: &dyn Listener) -> Option<CallInStep> {
    let mut last = None;
    for _ in 0..TRIES {
        last = listener.called(call).await;
        if last.as_ref().is_none_or(|step| step.about.is_some()) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_become_a_code_is_waited_with_after_each_key_and_help_never() {
        for (digits, apart, begins) in [
            ("1", 1, 3),
            ("2", 1, 3),
            ("11", 1, 3),
            ("13", 3, 3),
            ("137", 3, 3),
            ("3", 3, 3),
            ("25", 3, 3),
            ("1379", 1, 2),
            ("13792", 1, 2),
            ("137924", 1, 1),
            ("9", 1, 1),
            ("99", 1, 1),
            ("112", 1, 1),
            ("*", 1, 1),
        ] {
            assert_eq!(patience_with(digits, false), apart, "{digits}");
            assert_eq!(patience_with(digits, true), begins, "{digits}");
        }
    }
}
