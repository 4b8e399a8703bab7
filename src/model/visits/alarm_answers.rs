//! What an answer does to the alarm that is open: the PIN closes that of a missed question, and whatever
//! else is said reaches whoever has it.

use super::{
    answers::{Answer, Reply},
    check_ins::{CheckIn, CheckInState},
    timeline::Fact,
    watch::{Effects, Scene, Watch, Withdraw, say_to_told},
};
use crate::model::{
    alarms::{Alarm, AlarmState, Cause, Outcome},
    messages::{Priority, message_key::AlarmNews},
    people::pins::Proof,
};

impl Watch {
    /// An answer while an alarm is open that everybody may see: with the PIN it closes a missed
    /// one, if it was given for what was missed; otherwise whoever has the alarm is told.
    pub(super) fn answer_to_alarm(
        &mut self,
        a: &Answer,
        proven: bool,
        s: &Scene<'_>,
        effects: &mut Effects,
    ) -> Option<Reply> {
        let mut alarm = self.alarm.take_if(|a| !a.is_closed() && a.shown_to_worker)?;
        if proven && self.answers_the_miss(a, s) && !alarm.help_pressed {
            if alarm.cause == Cause::Duress || a.proof == Proof::Duress {
                // To the worker's phone it is over, as after any PIN; behind it the alarm goes on.
                alarm.shown_to_worker = false;
                effects.note(self.visit.id, s, Fact::AlarmAnswered { route: a.route }, Some(&a.by));
                self.alarm = Some(alarm);
            } else {
                self.close_by_answer(alarm, a, s, effects);
            }
            // What came due after the tap, and before it arrived, nobody has answered.
            let tapped = a.tapped_at.min(s.now);
            self.resume(|c| c.answers_from(tapped, s.policy), s, effects);
            return Some(Reply::Confirmed(self.visit.next_check_in().map(|c| c.due_at)));
        }
        self.sign_of_life(a, s, effects);
        self.tell_owner(&alarm, AlarmNews::SignOfLife, s, effects, |w, who| {
            w.sign_of_life(who, s.now)
        });
        self.alarm = Some(alarm);
        let needs_pin = !proven && self.ends_alarm_by_pin();
        Some(if needs_pin { Reply::AlarmNeedsPin } else { Reply::AlarmTold })
    }

    /// Whether an answer was given at a moment, and to a question, that covers what was missed: a
    /// tap from before the question never closes the alarm about it.
    fn answers_the_miss(&self, a: &Answer, s: &Scene<'_>) -> bool {
        let tapped = a.tapped_at.min(s.now);
        let missed = |c: &&CheckIn| matches!(c.state, CheckInState::Missed { .. });
        let last = self.visit.check_ins.iter().filter(missed).max_by_key(|c| c.due_at);
        let asked = a.asked.is_none_or(|id| last.is_some_and(|c| c.id == id));
        asked && last.is_none_or(|c| c.answers_from(tapped, s.policy))
    }

    fn close_by_answer(&mut self, alarm: Alarm, a: &Answer, s: &Scene<'_>, effects: &mut Effects) {
        effects.note(self.visit.id, s, Fact::AlarmAnswered { route: a.route }, Some(&a.by));
        let told: Vec<_> = alarm.told.iter().collect();
        let body = s.words.answered_with_code(&self.visit.worker.name);
        effects.withdraw.push(Withdraw::Alarm(alarm.id));
        say_to_told(&alarm, &told, AlarmNews::Answered, &body, Priority::Rest, s, effects);
        let by = self.visit.worker.clone();
        let outcome = Outcome::Safe;
        let state = AlarmState::Closed { by: Some(by), at: s.now, outcome, note: None };
        self.visit.alarm = None;
        self.alarm = Some(Alarm { state, ..alarm });
    }
}
