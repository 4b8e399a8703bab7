//! A channel without a working carrier: who is told of it, and by which other channels.

use chrono::TimeDelta;

use super::{
    clock::Instant,
    ids::{Dice, MessageId},
    messages::{Channel, Content, Message, Priority, Script},
    people::{Person, Role},
    teams::{Organisation, Who},
    texts::Words,
};

/// People are told of a channel that has had no working carrier for longer than this.
pub const TELL_AFTER: TimeDelta = TimeDelta::seconds(60);

/// A channel that nobody brings messages by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The channel.
    pub channel: Channel,
    /// Since when.
    pub since: Instant,
}

/// What is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It is out.
    Began,
    /// It is over.
    Over,
}

/// Whoever tells.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    /// The moment.
    pub now: Instant,
    /// The source of ids.
    pub dice: &'a dyn Dice,
    /// How words are made.
    pub words: &'a Words,
    /// The channels that can be spoken by now.
    pub channels: &'a [Channel],
}

impl Outage {
    /// Whether a person is told: administrators, the desk, and whom the organisation's ladder names.
    pub fn concerns(person: &Person, organisation: Option<&Organisation>) -> bool {
        let named = organisation.is_some_and(|o| {
            let who = o.ladder.rungs.iter().flat_map(|rung| &rung.who);
            who.into_iter().any(|who| matches!(who, Who::Person { person: id } if *id == person.id))
        });
        let has_role = person.is(Role::Administrator) || person.is(Role::AggressionDesk);
        person.active && (named || has_role)
    }

    /// The messages that bring the news to a person: by every other way at once, for nobody knows
    /// which of them arrive. Only what makes alarms late is worth a call.
    pub fn messages(&self, news: News, person: &Person, by: &Teller<'_>) -> Vec<Message> {
        let ways = by.channels.iter().filter(|way| match way {
            Channel::Text | Channel::Mail => true,
            Channel::Call => news == News::Began && self.channel != Channel::Mail,
            Channel::Push => false,
        });
        ways.filter_map(|way| self.message(news, person, *way, by)).collect()
    }

    fn message(
        &self,
        news: News,
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
                let script = Script { words: body, language: words.language, listens: false };
                (number?.to_string(), Content::Call(script))
            }
            Channel::Mail => (person.email.clone(), Content::mail("Rugdekking", body)),
            Channel::Push => return None,
        };
        let (channel, since) = (self.channel.name(), self.since.timestamp_micros());
        let purpose = format!("outage/{channel}/{since}/{news:?}/{}/{}", person.id, way.name());
        let id = MessageId::new(by.dice, by.now);
        let message = Message::plain(id, purpose, (way, to), content, by.now).for_person(person);
        // After what is said to and about people who are out.
        Some(Message { priority: Priority::Reminder, ..message })
    }
}
