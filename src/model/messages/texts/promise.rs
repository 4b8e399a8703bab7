//! What happens next if nobody does anything, in one sentence.

use super::{Words, catalogue::text};
use crate::model::{
    people::teams::{StartBy, WatchPolicy},
    visits::{State, watch::Watch},
};

impl Words {
    /// The promise of a watch. `alarm` says whether the reader may see that there is one.
    pub fn promise(&self, watch: &Watch, alarm: bool, policy: &WatchPolicy) -> String {
        let it = &watch.visit;
        if alarm {
            return text!(self.language, "promise-alarm");
        }
        let start = self.time(it.plan.starts_at);
        match (&it.state, it.next_check_in()) {
            (State::Ahead { .. }, _) if policy.start_by == StartBy::Time => {
                text!(self.language, "promise-ahead-at", start)
            }
            (State::Ahead { .. }, _) => text!(self.language, "promise-ahead"),
            (State::UnderWay { .. }, Some(next)) => {
                let at = self.time(next.due_at);
                text!(self.language, "promise-next", at)
            }
            (State::UnderWay { .. }, None) => {
                text!(self.language, "promise-under-way")
            }
            (State::Ended { .. }, _) => {
                text!(self.language, "promise-ended")
            }
            (State::Cancelled { .. }, _) => text!(self.language, "promise-cancelled"),
        }
    }
}
