//! Visits as a calendar reads them (RFC 5545): when, and who is out there. Nobody who is visited, and
//! no address: a calendar ends up on phones and servers that are not ours.

use icalendar::{Calendar, Class, Component as _, Event, EventLike as _, EventStatus, Property};

use crate::model::{
    clock::Instant,
    messages::texts::Words,
    visits::{State, Visit},
};

/// How a calendar is told what it gets, beside the media type.
pub const KIND: &str = "text/calendar; charset=utf-8; method=PUBLISH";

/// One visit, to be put into a calendar.
pub fn one(visit: &Visit, words: &Words, now: Instant) -> String {
    calendar(std::iter::once(visit), words, now).to_string()
}

/// Visits, to be read again and again under one name.
pub fn feed(visits: &[Visit], words: &Words, now: Instant) -> String {
    let mut calendar = calendar(visits.iter(), words, now);
    calendar.name("Rugdekking").ttl(&chrono::Duration::minutes(15));
    calendar.to_string()
}

fn calendar<'v>(visits: impl Iterator<Item = &'v Visit>, words: &Words, now: Instant) -> Calendar {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Rugdekking//Rugdekking//NL"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"));
    for visit in visits {
        calendar.push(event(visit, words, now));
    }
    calendar
}

/// Its moments are written as UTC, so that summer time is the calendar's own affair.
fn event(visit: &Visit, words: &Words, now: Instant) -> Event {
    let status = if matches!(visit.state, State::Cancelled { .. }) {
        EventStatus::Cancelled
    } else {
        EventStatus::Confirmed
    };
    Event::with_uid(&format!("{}@rugdekking", visit.id))
        .timestamp(now)
        .starts(visit.plan.starts_at)
        .ends(visit.expected_end_at)
        .summary(&words.calendar_line(visit.plan.kind, &visit.worker.name))
        .url(&format!("{}/#/bezoeken/{}", words.public_url, visit.id))
        .class(Class::Private)
        .status(status)
        .done()
}
