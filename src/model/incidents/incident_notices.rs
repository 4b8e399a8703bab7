//! What is said about an incident, and to whom: never more than who reported it, and a link.

use super::{Incident, Nudge};
use crate::model::{
    clock::Instant,
    messages::{
        announcements::Announcement,
        topics::{IncidentTopic, Topic},
    },
    people::{Person, Role, teams::Team},
};

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentNews {
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

/// Tells the news.
pub fn announce(incident: &Incident, news: IncidentNews) -> Announcement<'_> {
    let what = match news {
        IncidentNews::Reported => IncidentTopic::Reported,
        IncidentNews::Waiting(_) | IncidentNews::Overdue => {
            IncidentTopic::Reminder(incident.deadlines.reminders)
        }
        IncidentNews::Decided => IncidentTopic::Decided,
        IncidentNews::Closed => IncidentTopic::Closed,
    };
    let topic = Topic::Incident { incident: incident.id, what };
    Announcement::new(topic, move |words| {
        words.incident_news(&incident.reporter.name, incident.id, news)
    })
}

/// Who hears of an incident at once: those who lead the team, and the desk. Not the reporter.
fn told_at_once<'p>(incident: &Incident, team: &Team, people: &'p [Person]) -> Vec<&'p Person> {
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
