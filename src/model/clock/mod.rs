//! Time as the house sees it: instants in UTC, handed in by whoever wired the house, never read here.

pub mod testing;

use std::{fmt::Debug, sync::Arc};

use chrono::{DateTime, DurationRound, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A moment in UTC, in whole microseconds (what both databases keep).
pub type Instant = DateTime<Utc>;

/// Tells what time it is. The only source of "now" in the house.
pub trait Clock: Debug + Send + Sync {
    /// The present moment, in whole microseconds.
    fn now(&self) -> Instant;
}

/// A clock that rooms can share.
pub type SharedClock = Arc<dyn Clock>;

/// Cuts a moment down to whole microseconds, so that what was stored equals what was meant.
pub fn whole_micros(at: Instant) -> Instant {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

/// So many minutes.
pub fn minutes(n: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(n) * 60)
}

/// When this day begins, where the organisation is; somewhere
/// summer time swallows midnight.
pub fn day_begins(day: NaiveDate, zone: Tz) -> Instant {
    let midnight = day.and_time(NaiveTime::MIN);
    let found = (0..4).find_map(|halves| {
        zone.from_local_datetime(&(midnight + TimeDelta::minutes(halves * 30))).earliest()
    });
    found.map_or_else(|| midnight.and_utc(), |at| at.to_utc())
}

/// A local time of a day; where the clock is moved past it, an hour later.
pub fn moment(day: NaiveDate, time: NaiveTime, zone: Tz) -> Option<Instant> {
    let local = day.and_time(time);
    let found = zone.from_local_datetime(&local).earliest();
    let found =
        found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest());
    found.map(|at| at.with_timezone(&chrono::Utc))
}
