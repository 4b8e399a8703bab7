//! The check-ins of a visit: which is next, and which follows on an answer.

use super::{
    Visit,
    check_ins::{CheckIn, CheckInState},
};
use crate::model::{
    clock::{Instant, minutes},
    ids::Randomness,
    people::teams::WatchPolicy,
};

impl Visit {
    /// The check-in that comes next or waits for an answer.
    pub fn next_check_in(&self) -> Option<&CheckIn> {
        self.check_ins.iter().filter(|c| c.is_open()).min_by_key(|c| c.due_at)
    }

    /// After each answer there is a next question: at the expected end, and past it at intervals.
    pub(crate) fn plan_next(
        &mut self,
        now: Instant,
        policy: &WatchPolicy,
        random: &dyn Randomness,
    ) {
        if self.next_check_in().is_some() {
            return;
        }
        let due = if self.expected_end_at - now >= minutes(1) {
            self.expected_end_at
        } else {
            now + self.interval(policy)
        };
        self.check_ins.push(CheckIn::plan(due, now, random));
    }

    /// Settles every open check-in in the same way.
    pub(crate) fn settle_open(&mut self, state: &CheckInState) {
        for check_in in self.check_ins.iter_mut().filter(|c| c.is_open()) {
            check_in.state = state.clone();
        }
    }
}
