//! A team that has just lost the last person of its ladder who could be reached: administrators hear.

use super::{
    clock::Instant,
    ids::{Dice, MessageId},
    ladder::Coverage,
    messages::{Channel, Content, Message, Priority},
    people::Person,
    teams::Team,
    texts::Words,
};

/// The message that tells an administrator: a text where there is a verified number, else (and when
/// the text does not arrive) a mail.
pub fn told(
    (team, left): (&Team, Coverage),
    person: &Person,
    words: &Words,
    dice: &dyn Dice,
    now: Instant,
) -> Message {
    let words = words.in_language(person.language);
    let body = match left {
        Coverage::Nobody => words.ladder_empty(&team.name),
        Coverage::Team | Coverage::Organisation => words.ladder_gap(&team.name),
    };
    let mail = Content::mail("Rugdekking", body.clone());
    let number = person.verified_number().filter(|_| !person.opted_out());
    let (channel, to, content, instead) = match number {
        Some(number) => {
            let text = Content::Text { body };
            (Channel::Text, number.to_string(), text, Some((Channel::Mail, mail)))
        }
        None => (Channel::Mail, person.email.clone(), mail, None),
    };
    Message {
        id: MessageId::new(dice, now),
        purpose: format!("gap/{}/{}/{}", team.id, person.id, now.timestamp_micros()),
        channel,
        to,
        name: person.name.clone(),
        person: Some(person.id),
        visit: None,
        alarm: None,
        check_in: None,
        priority: Priority::Alarm,
        content,
        instead,
        deliver_by: None,
        attempts: 0,
        created_at: now,
    }
}
