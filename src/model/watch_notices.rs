//! Notices to managers and administrators about a visit, as messages.

use super::{
    messages::{Channel, Content, Message, Priority},
    people::Person,
    teams::Team,
    texts::Words,
    watch::{NoticeText, Scene, Watch, message},
};

/// The messages that bring a notice to a person: a text where there is a verified number, else
/// (and when the text does not arrive) a mail. Who is on the visit is not asked about it.
pub fn render(
    watch: &Watch,
    team: &Team,
    person: &Person,
    what: &NoticeText,
    s: &Scene<'_>,
) -> Option<Message> {
    let visit = &watch.visit;
    if visit.people_out().contains(&person.id) {
        return None;
    }
    let words = s.words.in_language(person.language);
    let body = text(&words, watch, team, what);
    let mail = Content::mail("Rugdekking", body.clone());
    let purpose = format!("visit/{}/{what:?}/{}/{}", visit.id, person.id, s.now.timestamp_micros());
    let number = person.verified_number().filter(|_| !person.opted_out());
    let drafted = match number {
        Some(number) => {
            let content = Content::Text { body };
            let text = message(s, purpose, Channel::Text, number.as_str(), &person.name, content);
            Message { instead: Some((Channel::Mail, mail)), ..text }
        }
        None => message(s, purpose, Channel::Mail, &person.email, &person.name, mail),
    };
    let priority = match what {
        NoticeText::WentAnyway | NoticeText::LadderGap => Priority::Alarm,
        NoticeText::ApprovalAsked | NoticeText::NotStarted => Priority::Prompt,
    };
    Some(Message { person: Some(person.id), visit: Some(visit.id), priority, ..drafted })
}

fn text(words: &Words, watch: &Watch, team: &Team, what: &NoticeText) -> String {
    let (who, start) = (&watch.visit.worker.name, watch.visit.plan.starts_at);
    match what {
        NoticeText::ApprovalAsked => words.approval_asked(who, start),
        NoticeText::WentAnyway => words.went_anyway(who),
        NoticeText::NotStarted => words.not_started(who, start),
        NoticeText::LadderGap => words.ladder_gap(&team.name),
    }
}
