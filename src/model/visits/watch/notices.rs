//! What managers and administrators are told about a visit. Who is on the visit is not asked about it.

use crate::model::{
    clock::Instant,
    messages::{
        Priority,
        announcements::Announcement,
        texts::Words,
        topics::{Topic, VisitTopic},
    },
    people::teams::Team,
    visits::Visit,
};

pub fn announce<'a>(
    visit: &'a Visit,
    team: &'a Team,
    what: VisitTopic,
    now: Instant,
) -> Announcement<'a> {
    let topic = Topic::Visit { visit: visit.id, what, at_micros: now.timestamp_micros() };
    let priority = match what {
        VisitTopic::WentAnyway | VisitTopic::LadderGap => Priority::Alarm,
        VisitTopic::ApprovalAsked
        | VisitTopic::NotStarted
        | VisitTopic::ExtendedOften
        | VisitTopic::AddressUnknown
        | VisitTopic::NumberUntested => Priority::Prompt,
    };
    Announcement::new(topic, move |words| text(words, visit, team, what))
        .urgent(priority)
        .about_visit(visit.id)
        .except(visit.people_out())
}

fn text(words: &Words, visit: &Visit, team: &Team, what: VisitTopic) -> String {
    let (who, start) = (&visit.worker.name, visit.plan.starts_at);
    match what {
        VisitTopic::ApprovalAsked => words.approval_asked(who, start),
        VisitTopic::WentAnyway => words.went_anyway(who),
        VisitTopic::NotStarted => words.not_started(who, start),
        VisitTopic::ExtendedOften => words.extended_often(who, visit.expected_end_at),
        VisitTopic::AddressUnknown => words.address_unknown(who, visit.expected_end_at),
        VisitTopic::NumberUntested => words.number_untested(who),
        VisitTopic::LadderGap => words.ladder_gap(&team.name),
    }
}
