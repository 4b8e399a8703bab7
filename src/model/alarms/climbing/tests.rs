//! However a ladder looks: it always moves, passes over nobody, and never ends.

use proptest::prelude::*;

use super::*;
use crate::model::{
    alarms::Cause,
    clock::minutes,
    ids::{AlarmId, PersonId, TeamId},
    messages::language::Language,
};

fn id(n: usize) -> uuid::Uuid {
    uuid::Uuid::from_u128(n as u128)
}

fn contact(n: usize) -> Contact {
    Contact {
        person: Some(PersonId(id(n))),
        officer: None,
        name: format!("P{n}"),
        language: Language::Nl,
        number: Some("+31612345678".into()),
        email: None,
        channels: vec![Channel::Text, Channel::Call],
    }
}

/// Rungs with the people of these numbers.
fn ladder(rungs: &[Vec<usize>]) -> Vec<LadderStep> {
    let step = |people: &Vec<usize>| LadderStep {
        contacts: people.iter().map(|n| contact(*n)).collect(),
        wait: minutes(3),
        last_resort: false,
    };
    rungs.iter().map(step).collect()
}

fn start() -> Instant {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn alarm(cause: Cause) -> Alarm {
    Alarm::open(AlarmId(id(1)), None, TeamId(id(2)), cause, start())
}

fn names(round: &Round) -> Vec<&str> {
    round.calls.iter().map(|(c, _)| c.name.as_str()).collect()
}

#[test]
fn empty_rungs_are_passed_over_at_once() {
    let steps = ladder(&[vec![], vec![], vec![7], vec![8]]);
    let (alarm, round) = alarm(Cause::Panic).climb(&steps, minutes(5), start());
    let round = round.unwrap();
    assert_eq!((round.rung, &round.skipped[..], names(&round)), (3, &[1, 2][..], vec!["P7"]));
    assert_eq!(alarm.next_wake(), Some(start() + minutes(3)));
}

#[test]
fn a_silent_alarm_tells_the_first_two_manned_rungs_at_once() {
    let steps = ladder(&[vec![1], vec![], vec![3], vec![4]]);
    let (_, round) = alarm(Cause::Duress).climb(&steps, minutes(5), start());
    let round = round.unwrap();
    assert_eq!((round.rung, &round.skipped[..], names(&round)), (3, &[2][..], vec!["P1", "P3"]));
}

#[test]
fn earlier_rungs_are_called_and_not_texted_again() {
    let steps = ladder(&[vec![1], vec![2]]);
    let (alarm, _) = alarm(Cause::Panic).climb(&steps, minutes(5), start());
    let (_, round) = alarm.climb(&steps, minutes(5), start() + minutes(3));
    let channels: Vec<_> = round.unwrap().calls.into_iter().map(|(_, c)| c).collect();
    assert_eq!(channels, [vec![Channel::Call], vec![Channel::Text, Channel::Call]]);
}

#[test]
fn nothing_happens_before_its_time_or_once_it_is_taken() {
    let steps = ladder(&[vec![1]]);
    let (alarm, _) = alarm(Cause::Panic).climb(&steps, minutes(5), start());
    let (alarm, early) = alarm.climb(&steps, minutes(5), start() + minutes(2));
    assert_eq!(early, None);
    let by = crate::model::people::Named { id: PersonId(id(1)), name: "P1".into() };
    let owned = alarm.take(by, &[], start(), minutes(15)).unwrap();
    assert_eq!(owned.climb(&steps, minutes(5), start() + minutes(60)).1, None);
}

proptest! {
    #[test]
    fn it_always_moves_and_everybody_is_told_again_and_again(
        rungs in prop::collection::vec(prop::collection::vec(0..9_usize, 0..3), 0..6),
        silent: bool,
    ) {
        let steps = ladder(&rungs);
        let everybody: std::collections::BTreeSet<String> =
            rungs.iter().flatten().map(|n| format!("P{n}")).collect();
        let cause = if silent { Cause::Duress } else { Cause::MissedCheckIn };
        let (mut alarm, mut now, mut rounds) = (alarm(cause), start(), 0);
        for turn in 0..12 {
            let (next, round) = alarm.climb(&steps, minutes(5), now);
            let round = round.unwrap();
            prop_assert!(round.number > rounds, "each round has a number of its own");
            rounds = round.number;
            let told: std::collections::BTreeSet<String> =
                names(&round).into_iter().map(str::to_owned).collect();
            if turn >= rungs.len() {
                prop_assert_eq!(&told, &everybody);
            }
            let due = next.next_wake().unwrap();
            prop_assert!(due > now, "the next round is to come");
            (alarm, now) = (next, due);
        }
        prop_assert_eq!(alarm.told.len(), everybody.len());
    }
}
