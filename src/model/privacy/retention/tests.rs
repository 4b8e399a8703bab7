//! Terms over month ends, leap days and summer time; what holds; when it is time.

use super::*;

const ZONE: Tz = chrono_tz::Europe::Amsterdam;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn terms(now: &str) -> RetentionTerms {
    RetentionTerms { policy: Policy::default(), zone: ZONE, now: at(now) }
}

#[test]
fn each_kind_has_its_own_term() {
    let since = at("2026-11-23T12:00:00Z");
    for (kind, until) in [
        (RetentionKind::Positions, "2026-11-24T12:00:00Z"),
        (RetentionKind::Visits, "2026-12-23T12:00:00Z"),
        (RetentionKind::Drills, "2026-12-23T12:00:00Z"),
        (RetentionKind::Messages, "2026-12-23T12:00:00Z"),
        (RetentionKind::Answers, "2026-12-23T12:00:00Z"),
        (RetentionKind::Checks, "2027-11-23T12:00:00Z"),
        (RetentionKind::Incidents, "2028-11-23T12:00:00Z"),
        (RetentionKind::Measures, "2028-11-23T12:00:00Z"),
        (RetentionKind::AccessLog, "2031-11-23T12:00:00Z"),
    ] {
        assert_eq!(terms("2026-11-23T12:00:00Z").until(kind, since), at(until), "{kind:?}");
    }
}

#[test]
fn months_and_days_are_those_of_the_calendar_where_the_organisation_is() {
    let months = |n: u32| Policy { keep_checks_months: n, ..Policy::default() };
    for (n, since, until) in [
        // The last day of a month, in a shorter month.
        (1, "2026-01-31T11:00:00Z", "2026-02-28T11:00:00Z"),
        (1, "2028-01-31T11:00:00Z", "2028-02-29T11:00:00Z"),
        // A leap day has no anniversary in most years.
        (12, "2028-02-29T11:00:00Z", "2029-02-28T11:00:00Z"),
        (48, "2028-02-29T11:00:00Z", "2032-02-29T11:00:00Z"),
        // Noon stays noon over summer time.
        (6, "2026-01-15T11:00:00Z", "2026-07-15T10:00:00Z"),
        // Half past midnight on the first of March here is still February elsewhere.
        (13, "2025-02-28T23:30:00Z", "2026-03-31T22:30:00Z"),
    ] {
        let terms = RetentionTerms { policy: months(n), ..terms("2026-01-01T00:00:00Z") };
        let got = terms.until(RetentionKind::Checks, at(since));
        assert_eq!(got, at(until), "{n} months after {since}");
    }
    let gap =
        terms("2026-01-01T00:00:00Z").until(RetentionKind::Visits, at("2026-02-27T01:30:00Z"));
    assert_eq!(gap, at("2026-03-29T01:30:00Z"), "half past three, for half past two is skipped");
}

#[test]
fn the_cutoff_is_never_early() {
    let mut now = at("2027-12-25T01:30:00Z");
    for _ in 0..800 {
        let terms = RetentionTerms {
            policy: Policy { keep_checks_months: 1, ..Policy::default() },
            zone: ZONE,
            now,
        };
        for kind in [
            RetentionKind::Checks,
            RetentionKind::Visits,
            RetentionKind::Incidents,
            RetentionKind::Positions,
        ] {
            let cutoff = terms.cutoff(kind);
            let just_before = cutoff - TimeDelta::microseconds(1);
            assert!(terms.until(kind, just_before) <= now, "{kind:?} at {now}");
            let late = cutoff + TimeDelta::days(3) + TimeDelta::hours(3);
            assert!(terms.until(kind, late) > now, "{kind:?} at {now}");
        }
        now += TimeDelta::hours(13);
    }
}

#[test]
fn it_goes_at_the_end_of_its_term_unless_something_holds_it() {
    let since = Some(at("2026-11-23T12:00:00Z"));
    let until = at("2026-12-23T12:00:00Z");
    let early =
        terms("2026-12-23T11:59:59Z").verdict(RetentionKind::Visits, since, Holds::default());
    assert_eq!(early, Verdict::Keep(Some(until)));
    let over = terms("2026-12-23T12:00:00Z");
    assert_eq!(over.verdict(RetentionKind::Visits, since, Holds::default()), Verdict::Remove);
    assert_eq!(over.verdict(RetentionKind::Visits, None, Holds::default()), Verdict::Keep(None));
    let none = Holds::default();
    for (holds, why) in [
        (Holds { alarm_open: true, ..none }, Hold::AlarmOpen),
        (Holds { incident_open: true, ..none }, Hold::IncidentOpen),
        (Holds { objection: true, ..none }, Hold::Objection),
        (Holds { measure_in_force: true, ..none }, Hold::MeasureInForce),
        (Holds { privacy_request: true, ..none }, Hold::PrivacyRequest),
    ] {
        assert_eq!(over.verdict(RetentionKind::Visits, since, holds), Verdict::Held(why));
        assert_eq!(none.or(holds), holds);
    }
}

#[test]
fn a_night_that_was_missed_is_made_up_for() {
    let due = |done: Option<&str>, tried: Option<&str>, now: &str| {
        is_due(done.map(at), tried.map(at), at(now), ZONE)
    };
    let last = Some("2026-11-23T02:20:05Z");
    assert!(due(None, None, "2026-11-23T12:00:00Z"), "nothing was ever removed");
    assert!(!due(last, last, "2026-11-23T12:00:00Z"));
    assert!(!due(last, last, "2026-11-24T02:19:59Z"));
    assert!(due(last, last, "2026-11-24T02:20:00Z"));
    assert!(due(last, last, "2026-11-26T09:00:00Z"), "it was down for days");
    let failed = Some("2026-11-24T02:20:00Z");
    assert!(!due(last, failed, "2026-11-24T03:19:59Z"));
    assert!(due(last, failed, "2026-11-24T03:20:00Z"), "and is tried again");
    // The hour in which the clock goes forward or back holds no night twice, and leaves none out.
    assert!(due(Some("2026-03-28T02:20:00Z"), None, "2026-03-29T01:20:00Z"));
    assert!(!due(Some("2026-03-29T01:20:00Z"), None, "2026-03-29T12:00:00Z"));
    assert!(!due(Some("2026-10-24T01:20:00Z"), None, "2026-10-25T02:19:59Z"));
    assert!(due(Some("2026-10-24T01:20:00Z"), None, "2026-10-25T02:20:00Z"));
}

#[test]
fn a_position_leaves_an_answer_and_nothing_else_does() {
    let answer = serde_json::json!({"id": 1, "alarm": {"position": {"latitude": 52.2}, "rung": 1},
        "items": [{"position": {"longitude": 6.9}}]});
    let left = serde_json::json!({"id": 1, "alarm": {"position": null, "rung": 1},
        "items": [{"position": null}]});
    assert_eq!(without_positions(answer), left);
}
