//! Proposes visits from somebody's own calendar: what they have today with a place, or with a word
//! that says that it is a visit. It only fills in a form; nothing is ever registered by it.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use icalendar::{
    Calendar, CalendarDateTime, Component as _, DatePerhapsTime, Event, EventLike as _,
    EventStatus, Property,
};

use super::{repeats, zones};
use crate::model::clock::Instant;

/// Of so many events at most one looks; a calendar with more is cut off.
const MOST_EVENTS: usize = 20_000;

/// So many are proposed.
const MOST_PROPOSED: usize = 20;

/// What takes longer is no visit.
const LONGEST: TimeDelta = TimeDelta::hours(8);

/// How long one takes of which the calendar does not say it.
const USUAL: TimeDelta = TimeDelta::minutes(60);

/// Words by which an event without a place is one.
const MARKS: [&str; 6] =
    ["huisbezoek", "home visit", "rugdekking", "op bezoek", "keukentafel", "inspectie"];

/// A visit that somebody may have today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// What the calendar calls it.
    pub title: String,
    /// Where, in the calendar's words.
    pub place: String,
}

/// What came is no calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no calendar")]
pub struct NoCalendar;

/// The visits that may still come today.
///
/// # Errors
/// When it is no calendar at all. An event that is not understood is left out.
pub fn proposals(text: &str, zone: Tz, now: Instant) -> Result<Vec<Proposal>, NoCalendar> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:VCALENDAR")) {
        return Err(NoCalendar);
    }
    let calendar: Calendar = text.parse().map_err(|_| NoCalendar)?;
    let today = now.with_timezone(&zone).date_naive();
    let midnight = |day: chrono::NaiveDate| zones::moment(day.and_time(NaiveTime::MIN), zone);
    let tomorrow = today.succ_opt().and_then(midnight);
    let (Some(from), Some(until)) = (midnight(today), tomorrow) else { return Ok(vec![]) };
    let day = Day { from, until, zone };
    let events: Vec<_> = calendar.events().take(MOST_EVENTS).collect();
    let moved: BTreeSet<_> = events.iter().filter_map(|event| day.moved(event)).collect();
    let mut found: Vec<_> = events.iter().flat_map(|event| day.proposed(event, &moved)).collect();
    found.retain(|proposal| proposal.ends_at > now);
    found.sort_by(|a, b| (a.starts_at, &a.title).cmp(&(b.starts_at, &b.title)));
    found.dedup();
    found.truncate(MOST_PROPOSED);
    Ok(found)
}

struct Day {
    from: Instant,
    until: Instant,
    zone: Tz,
}

impl Day {
    /// One of a series that was moved or changed, by the moment at which it would have been.
    fn moved(&self, event: &Event) -> Option<(String, Instant)> {
        let instead = event.properties().get("RECURRENCE-ID")?;
        let at = self.all_of(instead).into_iter().next()?.0;
        Some((event.get_uid()?.to_owned(), at))
    }

    fn proposed(&self, event: &Event, moved: &BTreeSet<(String, Instant)>) -> Vec<Proposal> {
        let title = line(event.get_summary().unwrap_or_default(), 200);
        let place = line(event.get_location().unwrap_or_default(), 300);
        let marked = || MARKS.iter().any(|mark| title.to_lowercase().contains(mark));
        let off = event.get_status() == Some(EventStatus::Cancelled);
        let online = place.to_lowercase().contains("teams") || place.contains("://");
        if off || (place.is_empty() || online) && !marked() {
            return vec![];
        }
        let Some((first, zone)) = event.get_start().and_then(|at| self.moment(at)) else {
            return vec![];
        };
        let lasts = self.lasts(event, first);
        if lasts <= TimeDelta::zero() || lasts > LONGEST {
            return vec![];
        }
        let starts = self.starts(event, first, zone, moved);
        let proposal = |starts_at: Instant| Proposal {
            starts_at,
            ends_at: starts_at + lasts,
            title: title.clone(),
            place: if online { String::new() } else { place.clone() },
        };
        starts.into_iter().map(proposal).collect()
    }

    fn starts(
        &self,
        event: &Event,
        first: Instant,
        zone: Tz,
        moved: &BTreeSet<(String, Instant)>,
    ) -> Vec<Instant> {
        let Some(rule) = event.property_value("RRULE") else {
            return if (self.from..self.until).contains(&first) { vec![first] } else { vec![] };
        };
        let uid = event.get_uid().unwrap_or_default().to_owned();
        let left_out: Vec<_> = several(event, "EXDATE").flat_map(|it| self.all_of(it)).collect();
        let within = (self.from - TimeDelta::seconds(1), self.until);
        let mut starts = repeats::between(first, zone, rule, within).unwrap_or_default();
        starts.retain(|at| {
            (self.from..self.until).contains(at)
                && !left_out.iter().any(|(out, _)| out == at)
                && !moved.contains(&(uid.clone(), *at))
        });
        starts
    }

    fn lasts(&self, event: &Event, first: Instant) -> TimeDelta {
        let end = event.get_end().and_then(|at| self.moment(at)).map(|(end, _)| end - first);
        let said = || {
            let text = event.property_value("DURATION")?;
            minutes(text)
        };
        end.or_else(said).unwrap_or(USUAL)
    }

    /// What lasts all day has no time, and so is no visit.
    fn moment(&self, at: DatePerhapsTime) -> Option<(Instant, Tz)> {
        match at {
            DatePerhapsTime::Date(_) => None,
            DatePerhapsTime::DateTime(CalendarDateTime::Utc(at)) => {
                Some((at.with_timezone(&Utc), Tz::UTC))
            }
            DatePerhapsTime::DateTime(CalendarDateTime::Floating(local)) => {
                Some((zones::moment(local, self.zone)?, self.zone))
            }
            DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, tzid }) => {
                let zone = zones::named(&tzid)?;
                Some((zones::moment(date_time, zone)?, zone))
            }
        }
    }

    /// All moments of a property, which may hold several with commas.
    fn all_of(&self, property: &Property) -> Vec<(Instant, Tz)> {
        let one = |value: &str| {
            let mut single = Property::new(property.key(), value);
            for (name, parameter) in property.params() {
                single.add_parameter(name, parameter.value());
            }
            self.moment(DatePerhapsTime::from_property(&single)?)
        };
        property.value().split(',').filter_map(one).collect()
    }
}

fn several<'e>(event: &'e Event, name: &'e str) -> impl Iterator<Item = &'e Property> {
    let one = event.properties().get(name);
    let more = event.multi_properties().get(name);
    one.into_iter().chain(more.into_iter().flatten())
}

/// `PT1H30M` and the like, without days and weeks: those are no visits.
fn minutes(text: &str) -> Option<TimeDelta> {
    let mut rest = text.strip_prefix("PT")?;
    let mut whole = 0;
    for (unit, worth) in [('H', 60), ('M', 1)] {
        if let Some((number, after)) = rest.split_once(unit) {
            whole += number.parse::<i64>().ok()?.checked_mul(worth)?;
            rest = after;
        }
    }
    TimeDelta::try_minutes(whole)
}

/// One line of people's words, no longer than it may be.
fn line(text: &str, longest: usize) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(longest).collect()
}

#[cfg(test)]
mod tests;
