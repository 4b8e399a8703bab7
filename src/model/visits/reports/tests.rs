//! A month begins and ends where the organisation is, and its figures are about no one.

use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;

use super::*;
use crate::model::{
    alarms::{Alarm, Cause},
    clock::minutes,
    ids::{AlarmId, PersonId, TeamId},
    people::{Named, teams::WatchPolicy},
    visits::Visit,
};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn id(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}

fn bounds(month: &str) -> (Instant, Instant) {
    month.parse::<Month>().unwrap().bounds(Amsterdam)
}

/// An alarm that somebody took after so many seconds.
fn alarm(cause: Cause, taken_after: Option<i64>) -> Alarm {
    let opened = at("2026-11-23T12:00:00Z");
    let alarm = Alarm::open(AlarmId(id(1)), None, TeamId(id(2)), cause, opened);
    let by = Named { id: PersonId(id(3)), name: "Ruud".into() };
    match taken_after {
        Some(n) => alarm.take(by, &[], opened + TimeDelta::seconds(n), minutes(15)).unwrap(),
        None => alarm,
    }
}

fn report(visits: &[Visit], alarms: &[Alarm]) -> MonthReport {
    MonthReport::of(&Tally::of(visits, alarms, &WatchPolicy::default()))
}

#[test]
fn a_month_begins_and_ends_at_local_midnight() {
    assert_eq!(bounds("2026-11"), (at("2026-10-31T23:00:00Z"), at("2026-11-30T23:00:00Z")));
    assert_eq!(bounds("2026-12").1, at("2026-12-31T23:00:00Z"));
}

#[test]
fn a_month_with_a_change_of_summer_time_is_an_hour_shorter_or_longer() {
    let (from, until) = bounds("2027-03");
    assert_eq!((from, until), (at("2027-02-28T23:00:00Z"), at("2027-03-31T22:00:00Z")));
    assert_eq!(until - from, TimeDelta::hours(31 * 24 - 1));
    let (from, until) = bounds("2026-10");
    assert_eq!(until - from, TimeDelta::hours(31 * 24 + 1));
}

#[test]
fn a_moment_is_in_the_month_that_the_clocks_here_show() {
    for (moment, month) in [
        ("2026-10-31T22:59:59Z", "2026-10"),
        ("2026-10-31T23:00:00Z", "2026-11"),
        ("2028-02-29T22:59:59Z", "2028-02"),
        ("2028-02-29T23:00:00Z", "2028-03"),
    ] {
        assert_eq!(Month::of(at(moment), Amsterdam).to_string(), month, "{moment}");
    }
}

#[test]
fn a_month_is_the_same_however_it_was_added_up() {
    let alarms = [
        alarm(Cause::Panic, Some(30)),
        alarm(Cause::Duress, Some(5)),
        alarm(Cause::MissedCheckIn, None),
        alarm(Cause::Drill, Some(600)),
    ];
    let mut kept = Tally::default();
    for one in &alarms {
        kept.add(Tally::of(&[], std::slice::from_ref(one), &WatchPolicy::default()));
    }
    assert_eq!(MonthReport::of(&kept), report(&[], &alarms));
    assert_eq!(kept.taken.seconds, [5, 30], "not in the order in which they were");
}

#[test]
fn only_months_are_months() {
    for bad in ["2026-13", "2026", "2026-1", "2026-11-01", "1999-01", "", "soon"] {
        assert!(bad.parse::<Month>().is_err(), "{bad}");
    }
    assert_eq!("2026-11".parse::<Month>().unwrap().to_string(), "2026-11");
}

#[test]
fn drills_and_alarms_are_counted_apart() {
    let alarms = [
        alarm(Cause::Panic, Some(30)),
        alarm(Cause::MissedCheckIn, None),
        alarm(Cause::Duress, Some(90)),
        alarm(Cause::Drill, Some(600)),
    ];
    let report = report(&[], &alarms);
    let expected = AlarmFigures { total: 3, missed_check_in: 1, panic: 1, duress: 1 };
    assert_eq!(report.alarms, expected);
    assert_eq!((report.ownership.taken, report.ownership.never), (2, 1));
    assert_eq!(report.ownership.longest_seconds, Some(90));
    assert_eq!((report.drills.held, report.drills.ownership.median_seconds), (1, Some(600)));
}

#[test]
fn shares_are_times_that_really_were() {
    let ten: Vec<i64> = (1..=10).map(|n| n * 10).collect();
    assert_eq!((share(&ten, 50), share(&ten, 90)), (Some(50), Some(90)));
    assert_eq!((share(&[7], 50), share(&[7], 90)), (Some(7), Some(7)));
    assert_eq!(share(&[], 50), None);
    let report = report(&[], &[]);
    assert_eq!(report.ownership, Ownership::default());
}

#[test]
fn who_takes_it_later_does_not_change_how_long_it_took() {
    let taken = alarm(Cause::Panic, Some(30));
    let lapsed = taken.lapse(at("2026-11-23T13:00:00Z"));
    let by = Named { id: PersonId(id(9)), name: "Els".into() };
    let again = lapsed.take(by, &[], at("2026-11-23T13:10:00Z"), minutes(15)).unwrap();
    assert_eq!(again.seconds_until_taken(), Some(30));
}

#[test]
fn a_report_names_nobody() {
    let report = report(&[], &[alarm(Cause::Panic, Some(30))]);
    assert!(!serde_json::to_string(&report).unwrap().contains("Ruud"));
}
