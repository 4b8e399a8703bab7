//! A channel without a working carrier: who is told of it, and by which other channels.

use chrono::TimeDelta;

pub use super::message_key::OutageNews;
use super::{
    Channel, Content, Message, MessageKey, Priority, Script, audiences::Audience, texts::Words,
};
use crate::model::{
    clock::Instant,
    ids::{MessageId, Randomness},
    people::Person,
};

/// People are told of a channel that has had no working carrier for longer than this.
pub const TELL_AFTER: TimeDelta = TimeDelta::seconds(60);

/// A channel that nobody brings messages by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    pub channel: Channel,
    pub since: Instant,
}

#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    pub now: Instant,
    /// The source of ids.
    pub random: &'a dyn Randomness,
    /// How words are made.
    pub words: &'a Words,
    /// The channels that can be spoken by now.
    pub channels: &'a [Channel],
}

impl Outage {
    /// Who are told.
    pub const AUDIENCES: [Audience<'static>; 3] =
        [Audience::Administrators, Audience::Desk, Audience::OnDuty];

    /// The messages that bring the news to a person: by every other way at once, for nobody knows
    /// which of them arrive. Only what makes alarms late is worth a call.
    pub fn messages(&self, news: OutageNews, person: &Person, by: &Teller<'_>) -> Vec<Message> {
        let ways = by.channels.iter().filter(|way| match way {
            Channel::Text | Channel::Mail => true,
            Channel::Call => news == OutageNews::Began && self.channel != Channel::Mail,
            Channel::Push => false,
        });
        ways.filter_map(|way| self.message(news, person, *way, by)).collect()
    }

    fn message(
        &self,
        news: OutageNews,
        person: &Person,
        way: Channel,
        by: &Teller<'_>,
    ) -> Option<Message> {
        let words = by.words.in_language(person.language);
        let body = words.outage(self, news);
        let number = person.verified_number();
        let (to, content) = match way {
            Channel::Text if person.opted_out() => return None,
            Channel::Text => (number?.to_string(), Content::Text { body }),
            Channel::Call => {
                let script =
                    Script { words: body, language: words.language, listens: false, waits: false };
                (number?.to_string(), Content::Call(script))
            }
            Channel::Mail => (person.email.clone(), Content::mail("Rugdekking", body)),
            Channel::Push => return None,
        };
        let key = MessageKey::Outage {
            channel: self.channel,
            since_micros: self.since.timestamp_micros(),
            news,
            person: person.id,
            by: way,
        };
        let id = MessageId::new(by.random, by.now);
        let message = Message::plain(id, key, (way, to), content, by.now).for_person(person);
        // After what is said to and about people who are out.
        Some(Message { priority: Priority::Reminder, ..message })
    }
}
