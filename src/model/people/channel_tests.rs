//! A test of a channel: somebody asks to be called, texted, mailed or notified right now, to see that it works.

use chrono::TimeDelta;

use super::Person;
use crate::model::{
    clock::{Instant, minutes},
    ids::{MessageId, Randomness},
    messages::{
        Channel, Content, Message, MessageKey, Priority, Script,
        notifications::{Notification, ShownNotification},
        texts::Words,
    },
};

/// How many tests of one channel somebody may ask for within [`WITHIN`]: a test is no way to flood
/// a phone, nor the bill.
pub const MOST_TESTS: usize = 3;

pub const WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How long a notification of a test is of use, in minutes.
const NOTIFIES: u32 = 5;

/// Why a channel cannot be tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TestFault {
    /// The service has nobody who carries it.
    #[error("this service does not use this channel")]
    NotInUse,
    /// There is no verified number.
    #[error("you have no number that was verified")]
    NoNumber,
    /// The holder of the number asked for no more texts.
    #[error("texts to your number were stopped; text START to get them again")]
    OptedOut,
    /// No device takes notifications.
    #[error("none of your devices takes notifications")]
    NoDevice,
    /// There were enough for now.
    #[error("you have tested this channel {MOST_TESTS} times; wait ten minutes")]
    TooOften,
}

/// The message that tests a channel.
///
/// # Errors
/// When it cannot reach this person.
pub fn test(
    person: &Person,
    channel: Channel,
    in_use: &[Channel],
    words: &Words,
    random: &dyn Randomness,
    now: Instant,
) -> Result<Message, TestFault> {
    if !in_use.contains(&channel) {
        return Err(TestFault::NotInUse);
    }
    let number = || person.verified_number().map(ToString::to_string).ok_or(TestFault::NoNumber);
    let words = words.in_language(person.language);
    let to = match channel {
        Channel::Text if person.opted_out() => return Err(TestFault::OptedOut),
        Channel::Text | Channel::Call => number()?,
        Channel::Mail => person.email.clone(),
        Channel::Push => String::new(),
    };
    let notifies = || Content::Push(notification(&words, now));
    let content = content(channel, &words).unwrap_or_else(notifies);
    let id = MessageId::new(random, now);
    let message = Message::plain(id, MessageKey::ChannelTest(id), (channel, to), content, now)
        .for_person(person);
    // Somebody waits for it with the phone in hand; a check-in still goes first.
    Ok(Message { priority: Priority::Reminder, ..message })
}

/// What a test says, where that does not depend on the moment.
pub(crate) fn content(channel: Channel, words: &Words) -> Option<Content> {
    match channel {
        Channel::Text => Some(Content::Text { body: words.test_text() }),
        Channel::Call => {
            let (said, language) = (words.test_call(), words.language);
            Some(Content::Call(Script { words: said, language, listens: false, waits: false }))
        }
        Channel::Mail => Some(Content::mail(words.test_subject(), words.test_mail())),
        Channel::Push => None,
    }
}

fn notification(words: &Words, now: Instant) -> Notification {
    let shown = ShownNotification {
        tag: "channel-test".into(),
        lang: words.language,
        title: "Rugdekking".into(),
        body: words.test_push(),
        opens: "/#/ik/test".into(),
        open: words.open_button(),
        receipt: None,
        well: None,
    };
    Notification { until: now + minutes(NOTIFIES), shown }
}
