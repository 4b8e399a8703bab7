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

    /// The question at the old end moves to the new one; agreed times before it stay. However much time
    /// is asked, a risky visit is never left unasked for longer than its interval.
    pub(crate) fn move_end(
        &mut self,
        (before, until): (Instant, Instant),
        now: Instant,
        policy: &WatchPolicy,
        random: &dyn Randomness,
    ) {
        for check_in in self.check_ins.iter_mut().filter(|c| c.due_at == before) {
            if matches!(check_in.state, CheckInState::Scheduled { .. }) {
                check_in.due_at = until;
                check_in.state = CheckInState::Scheduled { reminded: false };
            }
        }
        self.plan_next(now, policy, random);
        if !self.is_risky() {
            return;
        }
        let open = self.check_ins.iter().filter(|c| c.is_open() && c.due_at < until);
        let mut asked = open.map(|c| c.due_at).max().unwrap_or(now).max(now);
        while until - asked > self.interval(policy) {
            asked += self.interval(policy);
            self.check_ins.push(CheckIn::plan(asked, now, random));
        }
        self.check_ins.sort_by_key(|c| c.due_at);
    }

    /// Settles every open check-in in the same way.
    pub(crate) fn settle_open(&mut self, state: &CheckInState) {
        for check_in in self.check_ins.iter_mut().filter(|c| c.is_open()) {
            check_in.state = state.clone();
        }
    }
}
