//! What is told, under which name, and what never is.

use super::*;
use crate::model::{
    alarms::{Cause, Outcome},
    ids::{AlarmId, LineId},
};

fn line(fact: Fact, hidden: bool) -> Line {
    let (id, visit) = (LineId(Uuid::from_u128(7)), VisitId(Uuid::from_u128(1)));
    Line { id, subject: visit.into(), at: at(), hidden, fact, by: Some("Jan Bakker".into()) }
}

fn at() -> Instant {
    "2026-11-23T12:30:00Z".parse().unwrap()
}

fn alarm(cause: Cause) -> Alarm {
    let (id, team) = (AlarmId(Uuid::from_u128(2)), TeamId(Uuid::from_u128(3)));
    Alarm::open(id, Some(VisitId(Uuid::from_u128(1))), team, cause, at())
}

fn event(fact: Fact, hidden: bool, alarm: &Alarm) -> Option<Event> {
    Event::of_line(&line(fact, hidden), LineOrigin { team: alarm.team, alarm: Some(alarm) })
}

fn climbed() -> Fact {
    Fact::Climbed { rung: 2, names: vec!["Ruud Smit".into()] }
}

#[test]
fn an_event_has_the_id_of_its_line_and_names_nobody() {
    let alarm = alarm(Cause::MissedCheckIn);
    let note = Some("Belde terug.".to_owned());
    for fact in [climbed(), Fact::AlarmClosed { outcome: Outcome::Safe, note }] {
        let event = event(fact, true, &alarm).unwrap();
        assert_eq!(event.id.0, Uuid::from_u128(7));
        let told = event.written(&Naming::of("https://rugdekking.example.nl"), None).to_string();
        for secret in ["Jan", "Ruud", "Belde"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[test]
fn a_silent_alarm_is_told_as_such_until_the_worker_sees_it() {
    let mut silent = alarm(Cause::Duress);
    assert!(event(Fact::AlarmOpened { cause: Cause::Duress }, true, &silent).unwrap().silent);
    assert!(event(climbed(), true, &silent).unwrap().silent);
    silent.show(at());
    assert!(!event(climbed(), true, &silent).unwrap().silent);
    assert!(!event(climbed(), true, &alarm(Cause::Panic)).unwrap().silent);
    let origin = LineOrigin { team: silent.team, alarm: None };
    assert!(Event::of_line(&line(climbed(), true), origin).unwrap().silent, "nobody knows");
}

#[test]
fn what_concerns_nobody_else_is_not_told() {
    let alarm = alarm(Cause::Panic);
    for fact in [Fact::Changed, Fact::AlarmNoted { text: "x".into() }, Fact::OptedOut] {
        assert_eq!(event(fact, false, &alarm), None);
    }
}

#[test]
fn only_what_is_about_an_alarm_names_it() {
    let alarm = alarm(Cause::Duress);
    let started = Fact::Started { by_itself: true, missing: vec![] };
    let data = event(started, false, &alarm).unwrap().data;
    assert_eq!(data.get("alarmId"), None);
    assert_eq!(data["byItself"], true);
}

#[test]
fn names_follow_from_our_own_address() {
    let prefix = |url: &str| Naming::of(url).prefix;
    assert_eq!(prefix("https://rugdekking.enschede.nl"), "nl.enschede.rugdekking");
    assert_eq!(prefix("https://veilig.enschede.nl"), "nl.enschede.veilig.rugdekking");
    assert_eq!(prefix("http://127.0.0.1:8080"), "localhost.rugdekking");
}

#[test]
fn it_is_written_as_a_cloud_event() {
    let it = event(Fact::AlarmOpened { cause: Cause::Panic }, false, &alarm(Cause::Panic)).unwrap();
    let naming = Naming {
        source: "urn:nld:oin:00000001823288444000:systeem:rugdekking".into(),
        ..Naming::of("https://rugdekking.example.nl")
    };
    let told = it.written(&naming, None);
    assert_eq!(told["specversion"], "1.0");
    assert_eq!(told["source"], "urn:nld:oin:00000001823288444000:systeem:rugdekking");
    assert_eq!(told["type"], "nl.example.rugdekking.alarm.raised");
    assert_eq!(told["time"], "2026-11-23T12:30:00Z");
    assert_eq!(told["data"]["cause"], "panic");
    let visit = Uuid::from_u128(1);
    assert_eq!(told["dataref"], format!("https://rugdekking.example.nl/v1/visits/{visit}"));
}

#[test]
fn what_happens_once_has_one_id() {
    let id = |kind, nth| once(kind, Uuid::from_u128(nth));
    assert_eq!(id(EventKind::MeasureBegun, 1), id(EventKind::MeasureBegun, 1));
    assert_ne!(id(EventKind::MeasureBegun, 1), id(EventKind::MeasureEnded, 1));
    assert_ne!(id(EventKind::MeasureBegun, 1), id(EventKind::MeasureBegun, 2));
}
