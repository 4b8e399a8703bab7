//! A team that has just lost the last person of its ladder who could be reached: administrators hear.

use super::ladder::Coverage;
use crate::model::{
    clock::Instant,
    messages::{Priority, announcements::Announcement, topics::Topic},
    people::teams::Team,
};

/// Tells who is left.
pub fn announce(team: &Team, left: Coverage, now: Instant) -> Announcement<'_> {
    let topic = Topic::TeamGap { team: team.id, at_micros: now.timestamp_micros() };
    let announcement = Announcement::new(topic, move |words| match left {
        Coverage::Nobody => words.ladder_empty(&team.name),
        Coverage::Team | Coverage::Organisation => words.ladder_gap(&team.name),
    });
    announcement.urgent(Priority::Alarm)
}
