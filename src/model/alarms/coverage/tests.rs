//! The picture follows the ladder minute by minute, as an alarm would climb it.

use chrono_tz::Europe::Amsterdam;

use super::*;
use crate::model::{
    alarms::ladder::LadderStep,
    ids::TeamId,
    messages::language::Language,
    people::{
        Mobile, Role,
        teams::{Organisation, WatchPolicy},
    },
};

fn id(n: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(n))
}

fn person(n: u128, roles: &[Role]) -> Person {
    let number = format!("+3161234567{n}").parse().unwrap();
    Person {
        id: id(n),
        name: format!("P{n}"),
        email: format!("p{n}@enschede.example"),
        roles: roles.to_vec(),
        mobile: Some(Mobile {
            number,
            verified_at: Some(at("2026-01-01T00:00:00Z")),
            opted_out_at: None,
        }),
        language: Language::Nl,
        button: None,
        pins: None,
        active: true,
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ladder(json: &str) -> Ladder {
    serde_json::from_str(json).unwrap()
}

/// By day the manager and after him the deputy; at other times the desk.
fn team() -> Team {
    let ladder = ladder(
        r#"{"rungs":[{"who":["manager"],"channels":["text","call"],"waitMinutes":3},
                     {"who":["deputy"],"channels":["call"],"waitMinutes":4},
                     {"who":["all-managers","district-officer"],"channels":["call"],"waitMinutes":5}],
            "repeatMinutes":5,"outOfHours":{
              "officeHours":[{"days":["mon","tue","wed","thu","fri"],"from":"08:00","until":"18:00"}],
              "rungs":[{"who":["desk"],"channels":["call"],"waitMinutes":2}]}}"#,
    );
    Team {
        id: TeamId(uuid::Uuid::from_u128(99)),
        name: "Zorg".into(),
        members: vec![],
        managers: vec![id(1)],
        deputies: vec![id(2)],
        policy: WatchPolicy::default(),
        ladder,
    }
}

fn directory() -> Directory {
    let people = [
        person(1, &[Role::Manager]),
        person(2, &[Role::Manager]),
        person(3, &[Role::AggressionDesk]),
        person(4, &[Role::Administrator]),
    ];
    let who = format!(r#"{{"personId":"{}"}}"#, id(4));
    let last = ladder(&format!(
        r#"{{"rungs":[{{"who":[{who}],"channels":["call"],"waitMinutes":5}}],"repeatMinutes":5}}"#
    ));
    Directory {
        people: people.into_iter().map(|p| (p.id, p)).collect(),
        organisation: Organisation {
            name: "Gemeente".into(),
            call_number: "+31534818181".parse().unwrap(),
            ladder: last,
            letterhead: None,
        },
        officers: std::collections::BTreeMap::new(),
        zone: Amsterdam,
        channels: vec![Channel::Text, Channel::Call],
        devices: std::collections::BTreeSet::new(),
    }
}

fn local(at: Instant) -> String {
    at.with_timezone(&Amsterdam).format("%a %H:%M").to_string()
}

fn said(picture: &Picture) -> Vec<(String, String, Coverage)> {
    let one = |s: &Span| (local(s.from), local(s.until), picture.ways[s.way].coverage);
    picture.spans.iter().map(one).collect()
}

#[test]
fn a_week_has_the_office_hours_and_what_lies_between() {
    let picture = directory().picture(&team(), day("2026-11-23"), 7);
    let said = said(&picture);
    assert_eq!(picture.ways.len(), 2);
    assert_eq!(said.len(), 11);
    assert_eq!(said[0], ("Mon 00:00".into(), "Mon 08:00".into(), Coverage::Team));
    assert_eq!(said[10], ("Fri 18:00".into(), "Mon 00:00".into(), Coverage::Team));
}

#[test]
fn each_rung_says_after_how_long_and_who() {
    let way = directory().way(&team(), at("2026-11-23T10:00:00Z"));
    let after: Vec<_> = way.rungs.iter().map(|r| (r.last_resort, r.after_minutes)).collect();
    let due = [(false, Some(0)), (false, Some(3)), (false, Some(7)), (true, Some(12))];
    assert_eq!(after, due);
    assert!(way.rungs[2].district_officer && !way.rungs[1].district_officer);
    let names: Vec<_> = way.rungs[2].people.iter().map(|r| r.person.name.as_str()).collect();
    assert_eq!(names, ["P1", "P2"], "each once");
}

#[test]
fn a_rung_without_anybody_to_reach_is_passed_over_and_says_why() {
    let mut directory = directory();
    let ruud = directory.people.get_mut(&id(1)).unwrap();
    ruud.mobile.as_mut().unwrap().verified_at = None;
    let way = directory.way(&team(), at("2026-11-23T10:00:00Z"));
    assert_eq!(way.rungs[0].after_minutes, None);
    assert_eq!(way.rungs[0].people[0].lacks, [Lack::NotVerified]);
    assert_eq!(way.rungs[1].after_minutes, Some(0), "the next is told at once");
}

#[test]
fn whoever_wants_no_texts_is_still_called() {
    let mut directory = directory();
    let ruud = directory.people.get_mut(&id(1)).unwrap();
    ruud.mobile.as_mut().unwrap().opted_out_at = Some(at("2026-01-01T00:00:00Z"));
    let way = directory.way(&team(), at("2026-11-23T10:00:00Z"));
    let reach = &way.rungs[0].people[0];
    assert_eq!(
        (&reach.channels[..], &reach.lacks[..]),
        (&[Channel::Call][..], &[Lack::OptedOut][..])
    );
}

#[test]
fn where_the_team_has_nobody_the_organisation_stands_in_and_without_it_nobody_does() {
    let mut directory = directory();
    directory.people.get_mut(&id(3)).unwrap().active = false;
    let picture = directory.picture(&team(), day("2026-11-23"), 7);
    let evening = (String::from("Mon 18:00"), String::from("Tue 08:00"), Coverage::Organisation);
    assert_eq!(said(&picture)[2], evening);
    directory.people.get_mut(&id(4)).unwrap().mobile = None;
    let picture = directory.picture(&team(), day("2026-11-23"), 7);
    assert_eq!(said(&picture)[2].2, Coverage::Nobody);
    assert_eq!(said(&picture)[1].2, Coverage::Team);
}

#[test]
fn the_night_of_summer_time_has_an_hour_less() {
    let mut team = team();
    let hours = r#"[{"days":["sat"],"from":"22:00","until":"06:00"}]"#;
    team.ladder.out_of_hours.as_mut().unwrap().office_hours = serde_json::from_str(hours).unwrap();
    // Summer time begins on Sunday 28 March 2027.
    let picture = directory().picture(&team, day("2027-03-27"), 2);
    let night = &picture.spans[1];
    assert_eq!((local(night.from), local(night.until)), ("Sat 22:00".into(), "Sun 06:00".into()));
    assert_eq!(night.until - night.from, TimeDelta::hours(7));
    let whole = picture.spans.last().unwrap().until - picture.spans[0].from;
    assert_eq!(whole, TimeDelta::hours(47));
}

#[test]
fn the_picture_and_an_alarm_never_differ() {
    let mut directory = directory();
    for broken in [None, Some(1), Some(2), Some(3), Some(4)] {
        if let Some(n) = broken {
            directory.people.get_mut(&id(n)).unwrap().mobile = None;
        }
        let team = team();
        let climber =
            Climber { team: &team, officer: None, people_out: vec![], numbers_out: vec![] };
        for hour in 0..48 {
            let at = at("2026-11-26T00:30:00Z") + TimeDelta::hours(hour);
            let way = directory.way(&team, at);
            let drawn: Vec<Vec<PersonId>> = way
                .rungs
                .iter()
                .filter(|r| r.is_manned())
                .map(|r| r.people.iter().filter(|p| !p.channels.is_empty()).map(|p| p.person.id))
                .map(Iterator::collect)
                .collect();
            let told =
                |s: &LadderStep| s.contacts.iter().filter_map(|c| c.person).collect::<Vec<_>>();
            let steps = directory.steps(&climber, at);
            let climbed: Vec<_> = steps.iter().map(told).filter(|p| !p.is_empty()).collect();
            assert_eq!(drawn, climbed, "{at}");
            assert_eq!(way.coverage, directory.coverage(&climber, at));
        }
    }
}
