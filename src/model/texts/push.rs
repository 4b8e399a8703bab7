//! What a notification says: it may be read on a locked screen, by anybody in the room.

use super::Words;
use crate::model::{alarms::Cause, clock::Instant};

impl Words {
    /// At a check-in.
    pub fn push_prompt(&self, due: Instant) -> String {
        let time = self.time(due);
        self.pick(
            format!("Gaat het goed? Afspraak van {time}."),
            format!("Is all well? Appointment at {time}."),
        )
    }

    /// To whoever is to take an alarm. Who it is about stands in the app.
    pub fn push_alarm(&self, cause: Cause, since: Instant) -> String {
        let time = self.time(since);
        let head = if cause == Cause::Drill { "TEST" } else { "ALARM" };
        self.pick(
            format!("{head} {time}. Open om te zien wat er is."),
            format!("{head} {time}. Open to see what is the matter."),
        )
    }

    /// The button that opens the app.
    pub fn open_button(&self) -> String {
        self.pick("Open".into(), "Open".into())
    }

    /// While an answer is on its way.
    pub fn push_sending(&self) -> String {
        self.pick("Je antwoord wordt verstuurd…".into(), "Sending your answer…".into())
    }

    /// When an answer did not arrive, or was not taken.
    pub fn push_unsent(&self) -> String {
        self.pick("Niet verstuurd — open de app.".into(), "Not sent — open the app.".into())
    }

    /// After an answer that was taken.
    pub fn push_confirmed(&self, at: Instant) -> String {
        let time = self.time(at);
        self.pick(format!("Bevestigd {time}"), format!("Confirmed {time}"))
    }
}
