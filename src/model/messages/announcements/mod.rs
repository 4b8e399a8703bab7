//! Telling people something, each in their own language: by text where there is a verified number that
//! takes texts, else, and when the text does not arrive, by mail.

use std::fmt;

use super::{Channel, Content, Message, MessageKey, Priority, texts::Words, topics::Topic};
use crate::model::{
    clock::Instant,
    ids::{MessageId, PersonId, Randomness, VisitId},
    people::Person,
};

/// How something is said to somebody.
type Phrase<'a> = Box<dyn Fn(&Words) -> String + Send + Sync + 'a>;

/// Something to be told, once for each person.
pub struct Announcement<'a> {
    topic: Topic,
    phrase: Phrase<'a>,
    priority: Priority,
    visit: Option<VisitId>,
    except: Vec<PersonId>,
}

/// What messages are made with.
#[derive(Clone, Debug)]
pub struct Composer<'a> {
    pub now: Instant,
    /// The source of ids.
    pub random: &'a dyn Randomness,
    /// How words are made; the language is set per recipient.
    pub words: Words,
}

impl<'a> Announcement<'a> {
    /// A plain announcement.
    pub fn new(topic: Topic, phrase: impl Fn(&Words) -> String + Send + Sync + 'a) -> Self {
        let phrase = Box::new(phrase);
        Self { topic, phrase, priority: Priority::Rest, visit: None, except: vec![] }
    }

    /// The same, as urgent as this.
    #[must_use]
    pub fn urgent(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// The same, not told to these people.
    #[must_use]
    pub fn except(self, except: Vec<PersonId>) -> Self {
        Self { except, ..self }
    }

    /// The same, told on the timeline of this visit.
    #[must_use]
    pub fn about_visit(self, visit: VisitId) -> Self {
        Self { visit: Some(visit), ..self }
    }

    /// The messages that tell it to these people.
    pub fn messages<'p>(
        &self,
        people: impl IntoIterator<Item = &'p Person>,
        by: &Composer<'_>,
    ) -> Vec<Message> {
        let told = |person: &&Person| person.active && !self.except.contains(&person.id);
        people.into_iter().filter(told).map(|person| self.message(person, by)).collect()
    }

    fn message(&self, person: &Person, by: &Composer<'_>) -> Message {
        let body = (self.phrase)(&by.words.in_language(person.language));
        let mail = Content::mail("Rugdekking", body.clone());
        let number = person.verified_number().filter(|_| !person.opted_out());
        let (to, content, instead) = match number {
            Some(number) => {
                let to = (Channel::Text, number.to_string());
                (to, Content::Text { body }, Some((Channel::Mail, mail)))
            }
            None => ((Channel::Mail, person.email.clone()), mail, None),
        };
        let key = MessageKey::Notice { topic: self.topic, person: person.id };
        let plain = Message::plain(MessageId::new(by.random, by.now), key, to, content, by.now);
        let (priority, visit) = (self.priority, self.visit);
        Message { instead, priority, visit, ..plain.for_person(person) }
    }
}

impl fmt::Debug for Announcement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Announcement").field("topic", &self.topic).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
