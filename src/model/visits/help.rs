//! Calling for help, and taking it back: for a few seconds nobody is contacted, and the PIN undoes it.
//!
//! The alarm itself is there at once: a phone that is lost right after the press still brings help.

use chrono::TimeDelta;
use serde::Serialize;

use super::{
    State,
    answers::{Answer, Reply, Saying, refusal},
    timeline::{Fact, Route},
    watch::{Effects, Scene, Watch, alarm::Climb},
};
use crate::model::{
    alarms::{Alarm, AlarmState, Cause, Outcome, Position, ladder::LadderStep},
    clock::Instant,
    people::pins::Proof,
};

/// How long after a press on 'Help' the ladder waits, so that a slip can be undone: time enough for
/// four digits, and little enough for whoever means it.
pub const HELP_HOLD: TimeDelta = TimeDelta::seconds(5);

/// A press on 'Help' that is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// What the PIN given with it proves.
    pub proof: Proof,
    /// The name of who takes it back.
    pub by: String,
}

/// Somebody on the ladder, and when that person is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlannedCall {
    pub name: String,
    pub at: Instant,
}

impl Alarm {
    /// Until when the worker's screen offers to undo it, if it does.
    fn hold(&mut self, now: Instant) {
        self.undo_until = Some(now + HELP_HOLD);
        // Behind a silent alarm the ladder goes on; its screen only looks as if it waited.
        if let (false, AlarmState::Open { next_round_at }) = (self.silent, &mut self.state) {
            *next_round_at = now + HELP_HOLD;
        }
    }

    /// Whether it can still be undone: as long as nobody was contacted. What is silent contacts
    /// people at once, and has to look like one that waits.
    fn can_be_undone(&self, now: Instant) -> bool {
        self.undo_until.is_some_and(|until| match self.silent {
            true => now < until,
            false => self.rounds == 0 && matches!(self.state, AlarmState::Open { .. }),
        })
    }
}

impl Watch {
    pub(crate) fn help(
        &mut self,
        position: Option<Position>,
        a: &Answer,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Reply {
        // Whoever asks for help before the start is out there already.
        if matches!(self.visit.state, State::Ahead { .. }) {
            self.begin(false, s, effects);
        }
        if s.policy.silent_help {
            return self.help_silently(position, a, s, effects);
        }
        let first = self.open_alarm().is_none_or(|alarm| !alarm.shown_to_worker);
        self.raise(Cause::Panic, Some(&a.by), s, effects);
        if let Some(alarm) = &mut self.alarm {
            alarm.position = position.or(alarm.position);
            // Who presses again means it.
            alarm.undo_until = None;
            // A press that a phone without reception brings later is no slip any more.
            if first && a.may_undo && s.now - a.tapped_at < HELP_HOLD {
                alarm.hold(s.now);
            }
        }
        Reply::HelpComing
    }

    /// With silent help on, the phone shows what it shows after 'all is well' with the PIN.
    fn help_silently(
        &mut self,
        position: Option<Position>,
        a: &Answer,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Reply {
        let well = Answer { saying: Saying::Well, proof: Proof::Duress, ..a.clone() };
        let reply = match self.visit.is_under_way() {
            true => self.answer_under_way(&well, s, effects),
            false => Reply::Noted(None),
        };
        self.raise(Cause::Duress, Some(&a.by), s, effects);
        self.place(position);
        reply
    }

    /// The phone has found where it is, after help was called. A silent alarm hears it too, and
    /// shows nothing of it.
    #[must_use]
    pub fn found(mut self, position: Option<Position>) -> (Self, Reply) {
        let shown = self.open_alarm().is_some_and(|alarm| alarm.shown_to_worker);
        self.place(position);
        (self, if shown { Reply::HelpComing } else { Reply::NoAlarm })
    }

    fn place(&mut self, position: Option<Position>) {
        if let Some(alarm) = self.alarm.as_mut().filter(|alarm| !alarm.is_closed()) {
            alarm.position = position.or(alarm.position);
        }
    }

    /// Takes a press on 'Help' back. The duress PIN is answered like the PIN, and a silent alarm
    /// goes on at once.
    #[must_use]
    pub fn undo_help(mut self, undo: &Undo, s: &Scene<'_>) -> (Self, Effects, Reply) {
        let mut effects = Effects::default();
        let shown = |a: &&Alarm| a.shown_to_worker && a.help_pressed;
        let reply = match (self.open_alarm().filter(shown), undo.proof) {
            (None, _) => Reply::NoAlarm,
            (Some(alarm), _) if !alarm.can_be_undone(s.now) => Reply::HelpStays,
            (_, Proof::Pin | Proof::Duress) => self.undone(undo, s, &mut effects),
            (_, proof) => {
                let fact = Fact::PinRefused { route: Route::App };
                effects.note(self.visit.id, s, fact, Some(&undo.by));
                refusal(proof)
            }
        };
        if undo.proof.is_duress() {
            self.raise(Cause::Duress, Some(&undo.by), s, &mut effects);
        }
        (self, effects, reply)
    }

    fn undone(&mut self, undo: &Undo, s: &Scene<'_>, effects: &mut Effects) -> Reply {
        effects.note(self.visit.id, s, Fact::HelpUndone, Some(&undo.by));
        if let Some(mut alarm) = self.alarm.take() {
            // To the phone it never was: also somebody who noted its address finds nothing there.
            alarm.shown_to_worker = false;
            alarm.shown_at = None;
            alarm.help_pressed = false;
            alarm.undo_until = None;
            if !alarm.silent && undo.proof == Proof::Pin {
                let (by, outcome) = (self.visit.worker.clone(), Outcome::Undone);
                alarm.state = AlarmState::Closed { by: Some(by), at: s.now, outcome, note: None };
                self.visit.alarm = None;
            }
            self.alarm = Some(alarm);
        }
        // A question that came meanwhile was not missed: it is asked now.
        self.resume(|_| false, s, effects);
        Reply::Undone
    }
}

impl Climb<'_> {
    /// Whom the ladder calls and when, from the moment that those who are out there know of. It
    /// follows from the ladder alone, so that it tells nothing of a silent alarm.
    pub fn calls(&self) -> Vec<PlannedCall> {
        let shown = self.alarm.shown_at.unwrap_or(self.alarm.opened_at);
        let from = self.alarm.undo_until.unwrap_or(shown);
        calls(&self.directory.steps(&self.climber(), from), from)
    }
}

fn calls(steps: &[LadderStep], from: Instant) -> Vec<PlannedCall> {
    let mut calls: Vec<PlannedCall> = vec![];
    let mut at = from;
    for step in steps.iter().filter(|step| !step.contacts.is_empty()) {
        for contact in &step.contacts {
            if !calls.iter().any(|call| call.name == contact.name) {
                calls.push(PlannedCall { name: contact.name.clone(), at });
            }
        }
        at += step.wait;
    }
    calls
}
