//! When something in a calendar comes again (RFC 5545, `RRULE` with `EXDATE`), within one day.

use chrono_tz::Tz;
use rrule::{Frequency, RRuleSet};

use crate::model::clock::Instant;

/// So often something may come on one day; more is no appointment.
const MOST: u16 = 10;

/// When it begins between these moments, or nothing when its rule is not one that we follow.
pub(crate) fn between(
    first: Instant,
    zone: Tz,
    rule: &str,
    (from, until): (Instant, Instant),
) -> Option<Vec<Instant>> {
    let local = first.with_timezone(&zone).format("%Y%m%dT%H%M%S");
    let set: RRuleSet = format!("DTSTART;TZID={zone}:{local}\nRRULE:{rule}").parse().ok()?;
    // One that comes every second would keep us busy for years.
    let calm = |of: &rrule::RRule| {
        matches!(
            of.get_freq(),
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly
        ) && of.get_by_minute().len() <= 1
            && of.get_by_second().len() <= 1
            && of.get_by_hour().len() <= usize::from(MOST)
    };
    if !set.get_rrule().iter().all(calm) {
        return None;
    }
    let zone = rrule::Tz::from(zone);
    let set = set.limit().after(from.with_timezone(&zone)).before(until.with_timezone(&zone));
    Some(set.all(MOST).dates.into_iter().map(|at| at.to_utc()).collect())
}
