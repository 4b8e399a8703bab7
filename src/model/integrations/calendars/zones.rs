//! In which zone a calendar means its times. Outlook names zones in its own way.

use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::model::clock::Instant;

/// The zone of that name, when it is one that we know.
pub(crate) fn named(name: &str) -> Option<Tz> {
    let name = name.trim_matches('"');
    let known = match name {
        "W. Europe Standard Time" => "Europe/Amsterdam",
        "Romance Standard Time" => "Europe/Paris",
        "Central Europe Standard Time" => "Europe/Budapest",
        "Central European Standard Time" => "Europe/Warsaw",
        "E. Europe Standard Time" | "FLE Standard Time" => "Europe/Kyiv",
        "GTB Standard Time" => "Europe/Athens",
        "GMT Standard Time" => "Europe/London",
        "Greenwich Standard Time" => "Atlantic/Reykjavik",
        "SA Western Standard Time" => "America/Curacao",
        "UTC" | "tzone://Microsoft/Utc" => "UTC",
        // Some write their own name before it: /freeassociation.sourceforge.net/Europe/Amsterdam.
        other => other
            .strip_prefix('/')
            .and_then(|rest| rest.split_once('/'))
            .map_or(other, |(_, zone)| zone),
    };
    known.parse().ok()
}

/// The moment at which clocks there show that. Of an hour that comes twice the first counts; one that
/// is left out comes an hour later.
pub(crate) fn moment(local: NaiveDateTime, zone: Tz) -> Option<Instant> {
    let at = match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest(),
    };
    at.map(|at| at.with_timezone(&Utc))
}
