//! What a notification says: it may be read on a locked screen, by anybody in the room.

use super::{Words, catalogue::text};
use crate::model::{alarms::Cause, clock::Instant};

impl Words {
    /// At a check-in.
    pub fn push_prompt(&self, due: Instant) -> String {
        let time = self.time(due);
        text!(self.language, "push-prompt", time)
    }

    /// To whoever is to take an alarm. Who it is about stands in the app.
    pub fn push_alarm(&self, cause: Cause, since: Instant) -> String {
        let time = self.time(since);
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        text!(self.language, "push-alarm", head, time)
    }

    /// The button that opens the app.
    pub fn open_button(&self) -> String {
        text!(self.language, "push-open-button")
    }

    /// While an answer is on its way.
    pub fn push_sending(&self) -> String {
        text!(self.language, "push-sending")
    }

    /// When an answer did not arrive, or was not taken.
    pub fn push_unsent(&self) -> String {
        text!(self.language, "push-unsent")
    }

    /// After an answer that was taken.
    pub fn push_confirmed(&self, at: Instant) -> String {
        let time = self.time(at);
        text!(self.language, "push-confirmed", time)
    }
}
