//! What is proposed from calendars as Google and Outlook write them.

use chrono_tz::Europe::Amsterdam;

use super::*;

fn events(events: &[&[&str]]) -> String {
    let one = |lines: &&[&str]| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n"));
    let all: String = events.iter().map(one).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//NL\r\n{all}END:VCALENDAR\r\n")
}

fn proposed(now: &str, lines: &[&[&str]]) -> Vec<String> {
    let found = proposals(&events(lines), Amsterdam, now.parse().unwrap()).unwrap();
    let local = |at: Instant| at.with_timezone(&Amsterdam).format("%H:%M").to_string();
    let told = |p: &Proposal| format!("{}-{} {}", local(p.starts_at), local(p.ends_at), p.title);
    found.iter().map(told).collect()
}

const MORNING: &str = "2026-11-23T07:00:00Z";
const WHERE: &str = "LOCATION:Beukenlaan 21\\, Enschede";

#[test]
fn times_are_read_in_the_zone_that_they_are_written_in() {
    for start in [
        "DTSTART:20261123T090000Z",
        "DTSTART;TZID=Europe/Amsterdam:20261123T100000",
        "DTSTART;TZID=\"W. Europe Standard Time\":20261123T100000",
        "DTSTART;TZID=W. Europe Standard Time:20261123T100000",
        "DTSTART;TZID=Europe/London:20261123T090000",
        "DTSTART:20261123T100000",
    ] {
        let found = proposed(MORNING, &[&["UID:1", start, "DURATION:PT1H30M", "SUMMARY:A", WHERE]]);
        assert_eq!(found, ["10:00-11:30 A"], "{start}");
    }
    let unknown = ["UID:1", "DTSTART;TZID=Mars/Olympus:20261123T100000", "SUMMARY:A", WHERE];
    assert!(proposed(MORNING, &[&unknown]).is_empty(), "rather nothing than a wrong time");
}

#[test]
fn only_what_may_be_a_visit_and_may_still_come_is_proposed() {
    let at = "DTSTART:20261123T100000";
    let none: [&[&str]; 8] = [
        &["UID:1", at, "SUMMARY:Werkoverleg"],
        &["UID:2", at, "SUMMARY:Werkoverleg", "LOCATION:Microsoft Teams Meeting"],
        &["UID:3", at, "SUMMARY:Afgezegd", WHERE, "STATUS:CANCELLED"],
        &["UID:4", "DTSTART;VALUE=DATE:20261123", "SUMMARY:Vrij", WHERE],
        &["UID:5", "DTSTART:20261124T100000", "SUMMARY:Morgen", WHERE],
        &["UID:6", "DTSTART:20261123T060000", "SUMMARY:Voorbij", WHERE],
        &["UID:7", at, "DTEND:20261124T100000", "SUMMARY:Een etmaal", WHERE],
        &["UID:8", at, "DTEND:20261123T090000", "SUMMARY:Achteruit", WHERE],
    ];
    assert!(proposed(MORNING, &none).is_empty(), "{:?}", proposed(MORNING, &none));
    let marked: &[&str] = &["UID:1", at, "SUMMARY:Huisbezoek mevrouw De Vries"];
    let later: &[&str] = &["UID:2", "DTSTART:20261123T140000", "SUMMARY:B", WHERE];
    let found = proposed(MORNING, &[later, marked]);
    assert_eq!(found, ["10:00-11:00 Huisbezoek mevrouw De Vries", "14:00-15:00 B"]);
    assert_eq!(proposed("2026-11-23T09:30:00Z", &[marked]).len(), 1, "it has begun");
}

#[test]
fn what_comes_again_comes_at_the_same_hour_in_summer_and_winter() {
    let weekly = "DTSTART;TZID=Europe/Amsterdam:20260907T100000";
    let every: &[&str] = &["UID:1", weekly, "RRULE:FREQ=WEEKLY;BYDAY=MO", "SUMMARY:A", WHERE];
    assert_eq!(proposed(MORNING, &[every]), ["10:00-11:00 A"], "begun in summer");
    assert!(proposed("2026-11-24T07:00:00Z", &[every]).is_empty(), "not on a Tuesday");
    let daily: &[&str] = &["UID:1", weekly, "RRULE:FREQ=DAILY", "SUMMARY:A", WHERE];
    assert_eq!(
        proposed("2026-10-25T00:30:00Z", &[daily]),
        ["10:00-11:00 A"],
        "the clock goes back"
    );
    let over = "RRULE:FREQ=DAILY;UNTIL=20261101T000000Z";
    assert!(proposed(MORNING, &[&["UID:1", weekly, over, "SUMMARY:A", WHERE]]).is_empty());
    let counted = "RRULE:FREQ=WEEKLY;COUNT=12";
    assert_eq!(proposed(MORNING, &[&["UID:1", weekly, counted, "SUMMARY:A", WHERE]]).len(), 1);
}

#[test]
fn one_of_a_series_that_was_moved_or_dropped_is_not_proposed_twice() {
    let series: &[&str] = &[
        "UID:1",
        "DTSTART;TZID=Europe/Amsterdam:20261109T100000",
        "RRULE:FREQ=WEEKLY",
        "SUMMARY:A",
        WHERE,
    ];
    let moved: &[&str] = &[
        "UID:1",
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261123T100000",
        "DTSTART;TZID=Europe/Amsterdam:20261123T130000",
        "SUMMARY:A",
        WHERE,
    ];
    assert_eq!(proposed(MORNING, &[series, moved]), ["13:00-14:00 A"]);
    let dropped =
        [series, &["EXDATE;TZID=Europe/Amsterdam:20261116T100000,20261123T100000"]].concat();
    assert!(proposed(MORNING, &[&dropped]).is_empty());
    let apart = [series, &["EXDATE:20261116T090000Z"], &["EXDATE:20261123T090000Z"]].concat();
    assert!(proposed(MORNING, &[&apart]).is_empty());
}

#[test]
fn what_would_keep_us_busy_or_is_no_calendar_is_left() {
    let start = "DTSTART;TZID=Europe/Amsterdam:20000101T100000";
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYSECOND=0,1,2",
        "FREQ=NEVER",
        "",
    ] {
        let rule = format!("RRULE:{rule}");
        let found = proposed(MORNING, &[&["UID:1", start, &rule, "SUMMARY:A", WHERE]]);
        assert!(found.is_empty(), "{rule}: {found:?}");
    }
    for nonsense in ["", "x", "<html>", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"] {
        let read = proposals(nonsense, Amsterdam, MORNING.parse().unwrap());
        assert_eq!(read, Err(NoCalendar), "{nonsense}");
    }
    let many: Vec<String> = (0..50).map(|n| format!("UID:{n}")).collect();
    let many: Vec<Vec<&str>> =
        many.iter().map(|uid| vec![uid.as_str(), "DTSTART:20261123T100000", WHERE]).collect();
    let many: Vec<&[&str]> = many.iter().map(Vec::as_slice).collect();
    let same = proposals(&events(&many), Amsterdam, MORNING.parse().unwrap()).unwrap();
    assert_eq!(same.len(), 1, "what is the same is proposed once");
    let titles: Vec<String> = (0..50).map(|n| format!("SUMMARY:{n}")).collect();
    let other =
        many.iter().zip(&titles).map(|(lines, title)| [*lines, &[title.as_str()][..]].concat());
    let other: Vec<Vec<&str>> = other.collect();
    let other: Vec<&[&str]> = other.iter().map(Vec::as_slice).collect();
    let found = proposals(&events(&other), Amsterdam, MORNING.parse().unwrap()).unwrap();
    assert_eq!(found.len(), MOST_PROPOSED);
}
