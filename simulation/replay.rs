//! The timeline, replayed: does what was written down give the present state?

use std::collections::BTreeMap;

use rugdekking::model::{
    alarms::Alarm,
    clock::Instant,
    visits::{
        State, Visit,
        check_ins::CheckInState,
        timeline::{Fact, Line},
    },
};

/// What the lines of a visit add up to.
#[derive(Debug, Default)]
struct Story {
    state: &'static str,
    until: Option<Instant>,
    extended: usize,
    confirmed: BTreeMap<Instant, u32>,
    missed: BTreeMap<Instant, u32>,
    opened: usize,
    over: usize,
}

impl Story {
    fn of(lines: &[Line]) -> Self {
        let mut story = Self { state: "ahead", ..Self::default() };
        for line in lines {
            match &line.fact {
                // What is over never begins again: so the order of two lines of the same second, by
                // instances whose clocks differ, does not matter.
                Fact::Started { .. } if story.state == "ahead" => story.state = "under-way",
                Fact::Ended { .. } => story.state = "ended",
                Fact::Cancelled { .. } => story.state = "cancelled",
                Fact::Extended { until, .. } => {
                    story.until = story.until.max(Some(*until));
                    story.extended += 1;
                }
                Fact::Confirmed { due_at, .. } => *story.confirmed.entry(*due_at).or_default() += 1,
                Fact::Missed { due_at } => *story.missed.entry(*due_at).or_default() += 1,
                Fact::AlarmOpened { .. } => story.opened += 1,
                Fact::AlarmClosed { .. } | Fact::AlarmAnswered { .. } | Fact::HelpUndone => {
                    story.over += 1;
                }
                _ => {}
            }
        }
        story
    }
}

/// Compares what was written down with how things are.
pub fn compare(
    visit: &Visit,
    alarms: &[&Alarm],
    lines: &[Line],
    more: usize,
) -> Result<(), String> {
    let story = Story::of(lines);
    let state = match visit.state {
        State::Ahead { .. } => "ahead",
        State::UnderWay { .. } => "under-way",
        State::Ended { .. } => "ended",
        State::Cancelled { .. } => "cancelled",
    };
    if state != story.state {
        return Err(format!("it says {}, and the visit is {state}", story.state));
    }
    if story.until.is_some_and(|until| until != visit.expected_end_at) {
        return Err(format!("it says until {:?}, not {}", story.until, visit.expected_end_at));
    }
    if story.extended > more {
        return Err(format!("more time {} times, and it was asked {more} times", story.extended));
    }
    let mut confirmed = BTreeMap::new();
    let mut missed = BTreeMap::new();
    for check_in in &visit.check_ins {
        match check_in.state {
            CheckInState::Confirmed { .. } => *confirmed.entry(check_in.due_at).or_default() += 1,
            CheckInState::Missed { .. } => *missed.entry(check_in.due_at).or_default() += 1,
            _ => {}
        }
    }
    if confirmed != story.confirmed {
        return Err(format!("it says confirmed {:?}, not {confirmed:?}", story.confirmed));
    }
    if missed != story.missed {
        return Err(format!("it says missed {:?}, not {missed:?}", story.missed));
    }
    if story.opened < alarms.len() {
        return Err(format!("{} alarms, and it says {}", alarms.len(), story.opened));
    }
    let closed = alarms.iter().filter(|a| a.is_closed()).count();
    if story.over < closed {
        return Err(format!("{closed} alarms are over, and it says {}", story.over));
    }
    Ok(())
}
