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

const QUARTER_MICROS: i64 = 15 * 60 * 1_000_000;

pub fn announce<'a>(
    visit: &'a Visit,
    team: &'a Team,
    what: VisitTopic,
    now: Instant,
) -> Announcement<'a> {
    // Each code that is given meanwhile says the same: once in a quarter of an hour is enough.
    let at_micros = match what {
        VisitTopic::CodesWait => now.timestamp_micros() / QUARTER_MICROS * QUARTER_MICROS,
        _ => now.timestamp_micros(),
    };
    let topic = Topic::Visit { visit: visit.id, what, at_micros };
    let priority = match what {
        VisitTopic::WentAnyway | VisitTopic::LadderGap => Priority::Alarm,
        VisitTopic::ApprovalAsked
        | VisitTopic::NotStarted
        | VisitTopic::ExtendedOften
        | VisitTopic::ColleagueNotAlong
        | VisitTopic::AddressUnknown
        | VisitTopic::CodesWait
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
        VisitTopic::ColleagueNotAlong => words.colleague_not_along(who, start),
        VisitTopic::ExtendedOften => words.extended_often(who, visit.expected_end_at),
        VisitTopic::AddressUnknown => words.address_unknown(who, visit.expected_end_at),
        VisitTopic::CodesWait => words.codes_wait(who),
        VisitTopic::NumberUntested => words.number_untested(who),
        VisitTopic::LadderGap => words.ladder_gap(&team.name),
    }
}
