//! What the people on duty hear when the service itself does not watch.

use super::{Words, catalogue::text};
use crate::model::alarms::watchdog::Tell;

impl Words {
    /// The text message; `organisation` is whose service it is.
    pub fn watchdog_text(&self, tell: Tell, organisation: &str) -> String {
        match tell {
            Tell::Alarm { since } => {
                let time = self.time(since);
                text!(self.language, "watchdog-text-alarm", organisation, time)
            }
            Tell::Recovered { since } => {
                let time = self.time(since);
                text!(self.language, "watchdog-text-recovered", organisation, time)
            }
        }
    }

    /// What the call says. Only an alarm is worth a call.
    pub fn watchdog_call(&self, tell: Tell, organisation: &str) -> Option<String> {
        let Tell::Alarm { since } = tell else { return None };
        let time = self.time(since);
        Some(text!(self.language, "watchdog-call", organisation, time))
    }
}
