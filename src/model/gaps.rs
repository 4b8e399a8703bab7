//! A team that has just lost the last person of its ladder who could be reached: administrators hear.

use super::{
    clock::Instant,
    ids::Dice,
    incident_notices::Desk,
    ladder::Coverage,
    messages::{Message, Priority},
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
    let own = words.in_language(person.language);
    let body = match left {
        Coverage::Nobody => own.ladder_empty(&team.name),
        Coverage::Team | Coverage::Organisation => own.ladder_gap(&team.name),
    };
    let purpose = format!("gap/{}/{}", team.id, now.timestamp_micros());
    let notice = Desk { now, dice, words }.to(person, purpose, body);
    Message { priority: Priority::Alarm, ..notice }
}
