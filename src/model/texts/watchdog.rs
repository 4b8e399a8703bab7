//! What the people on duty hear when the service itself does not watch.

use super::Words;
use crate::model::watchdog::Tell;

impl Words {
    /// The text message; `organisation` is whose service it is.
    pub fn watchdog_text(&self, tell: Tell, organisation: &str) -> String {
        match tell {
            Tell::Alarm { since } => {
                let time = self.time(since);
                self.pick(
                    format!(
                        "ALARM {organisation}: Rugdekking werkt niet sinds {time}. Huisbezoeken \
                         worden nu NIET bewaakt. Bel de collega's die op pad zijn."
                    ),
                    format!(
                        "ALARM {organisation}: Rugdekking has been down since {time}. Visits are \
                         NOT watched now. Phone the colleagues who are out."
                    ),
                )
            }
            Tell::Recovered { since } => {
                let time = self.time(since);
                self.pick(
                    format!(
                        "{organisation}: Rugdekking werkt weer. De storing begon om {time}. Kijk \
                         of er nog alarmen open staan."
                    ),
                    format!(
                        "{organisation}: Rugdekking works again. It was down from {time}. See \
                         whether any alarms are open."
                    ),
                )
            }
        }
    }

    /// What the call says. Only an alarm is worth a call.
    pub fn watchdog_call(&self, tell: Tell, organisation: &str) -> Option<String> {
        let Tell::Alarm { since } = tell else { return None };
        let time = self.time(since);
        Some(self.pick(
            format!(
                "Alarm van {organisation}. Rugdekking werkt niet sinds {time}. Huisbezoeken \
                 worden nu niet bewaakt. Bel de collega's die op pad zijn."
            ),
            format!(
                "Alarm from {organisation}. Rugdekking has been down since {time}. Visits are \
                 not watched now. Phone the colleagues who are out."
            ),
        ))
    }
}
