//! Aftercare: talks at their time, and reminders that climb.

use chrono_tz::Europe::Amsterdam;
use uuid::Uuid;

use super::*;
use crate::model::ids::PersonId;

fn named(n: u128) -> Named {
    Named { id: PersonId(Uuid::from_u128(n)), name: format!("P{n}") }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A care of which the talks are at 16:00 and at 8:00 the next morning, in UTC.
fn care() -> Care {
    Care {
        id: CareId(Uuid::nil()),
        incident: IncidentId(Uuid::nil()),
        team: TeamId(Uuid::nil()),
        employee: named(1),
        talks: vec![
            Talk::new(Moment::RightAway, at("2026-11-23T16:00:00Z")),
            Talk::new(Moment::NextMorning, at("2026-11-24T08:00:00Z")),
        ],
        appointment: None,
        note: None,
    }
}

#[test]
fn the_morning_is_that_of_the_clocks_in_town() {
    let nine = Policy::default().aftercare_morning;
    let winter = moment("2026-11-24".parse().unwrap(), nine, Amsterdam);
    let summer = moment("2026-06-24".parse().unwrap(), nine, Amsterdam);
    assert_eq!(winter, Some(at("2026-11-24T08:00:00Z")));
    assert_eq!(summer, Some(at("2026-06-24T07:00:00Z")));
}

#[test]
fn reminders_reach_further_until_somebody_talked() {
    let start = at("2026-11-23T15:00:00Z");
    let (mut care, mut said) = (care(), vec![]);
    for hour in 0..16 {
        let (next, reach) = care.tick(start + TimeDelta::hours(hour));
        said.extend(reach.map(|reach| (hour, reach)));
        care = next;
    }
    assert_eq!(
        said,
        [(1, ReminderReach::Managers), (3, ReminderReach::Deputies), (5, ReminderReach::Desk)]
    );
    let now = at("2026-11-24T07:00:00Z");
    let talked = care.talked(Moment::RightAway, named(2), now).unwrap();
    assert_eq!(talked.next_wake(), Some(at("2026-11-24T08:00:00Z")));
    let both = talked.talked(Moment::NextMorning, named(2), now).unwrap();
    assert_eq!(both.next_wake(), None);
    let planned = both.plan(Some("2026-12-08T09:00:00Z"), now).unwrap();
    assert_eq!(planned.next_wake(), Some(at("2026-12-08T09:00:00Z")));
}

#[test]
fn nobody_cares_for_themselves_and_each_talk_is_had_once() {
    let now = at("2026-11-23T15:00:00Z");
    let own = care().talked(Moment::RightAway, named(1), now);
    assert_eq!(own, Err(CareFault::Oneself));
    assert_eq!(care().talked(Moment::Later, named(2), now), Err(CareFault::NotPlanned));
    let once = care().talked(Moment::RightAway, named(2), now).unwrap();
    assert_eq!(once.talks[0].by, Some(named(2)));
    assert_eq!(once.talked(Moment::RightAway, named(2), now), Err(CareFault::NotPlanned));
    assert!(matches!(care().plan(Some("2026-11-23T14:00:00Z"), now), Err(CareFault::Input(_))));
}
