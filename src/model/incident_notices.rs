//! What is said about an incident, and to whom: never more than who reported it, and a link.

use super::{
    clock::Instant,
    ids::{Dice, IncidentId, MessageId, PersonId},
    incidents::{Incident, Nudge},
    messages::{Channel, Content, Message},
    people::{Person, Role},
    teams::Team,
    texts::Words,
};

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It was reported.
    Reported,
    /// It waits for a decision until then.
    Waiting(Instant),
    /// The deadline has passed.
    Overdue,
    /// It was decided; to the reporter.
    Decided,
    /// It was closed; to the reporter.
    Closed,
}

/// What a message is made with.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    /// The moment.
    pub now: Instant,
    /// The source of ids.
    pub dice: &'a dyn Dice,
    /// How words are made.
    pub words: &'a Words,
}

impl Desk<'_> {
    /// The message that brings this news to a person: a text where there is a verified number,
    /// else (and when the text does not arrive) a mail.
    pub fn message(&self, incident: &Incident, news: News, person: &Person) -> Message {
        let words = self.words.in_language(person.language);
        let body = words.incident_news(&incident.reporter.name, incident.id, news);
        self.to(person, purpose(incident.id, news, incident.deadlines.reminders), body)
    }

    /// A plain notice to a person, said once for each purpose.
    pub fn to(&self, person: &Person, purpose: String, body: String) -> Message {
        let mail = Content::mail("Rugdekking", body.clone());
        let number = person.verified_number().filter(|_| !person.opted_out());
        let (channel, to, content, instead) = match number {
            Some(number) => {
                let text = Content::Text { body };
                (Channel::Text, number.as_str(), text, Some((Channel::Mail, mail)))
            }
            None => (Channel::Mail, person.email.as_str(), mail, None),
        };
        let (id, purpose) =
            (MessageId::new(self.dice, self.now), format!("{purpose}/{}", person.id));
        let message = Message::plain(id, purpose, (channel, to.to_owned()), content, self.now);
        Message { instead, ..message.for_person(person) }
    }
}

fn purpose(id: IncidentId, news: News, reminders: u32) -> String {
    let what = match news {
        News::Reported => "reported".to_owned(),
        News::Waiting(_) | News::Overdue => format!("reminder-{reminders}"),
        News::Decided => "decided".to_owned(),
        News::Closed => "closed".to_owned(),
    };
    format!("incident/{id}/{what}")
}

/// Who hears of an incident at once: those who lead the team, and the desk. Not the reporter.
pub fn told_at_once<'p>(incident: &Incident, team: &Team, people: &'p [Person]) -> Vec<&'p Person> {
    let told = |p: &&Person| {
        p.active
            && p.id != incident.reporter.id
            && (team.is_managed_by(p.id) || p.is(Role::AggressionDesk))
    };
    people.iter().filter(told).collect()
}

/// Who is reminded. A team without a manager who was not involved climbs on at once.
pub fn reminded<'p>(
    incident: &Incident,
    nudge: Nudge,
    team: &Team,
    people: &'p [Person],
) -> Vec<&'p Person> {
    let managers: Vec<_> = people
        .iter()
        .filter(|p| p.active && team.managers.contains(&p.id) && !incident.involves(p.id))
        .collect();
    if nudge == Nudge::Managers && !managers.is_empty() {
        return managers;
    }
    let all = told_at_once(incident, team, people);
    all.into_iter().filter(|p| !incident.involves(p.id) || p.is(Role::AggressionDesk)).collect()
}

/// Somebody out of many.
pub fn one(people: &[Person], id: PersonId) -> Option<&Person> {
    people.iter().find(|p| p.id == id && p.active)
}
