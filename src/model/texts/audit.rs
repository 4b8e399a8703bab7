//! What the administrators read when the service found something about itself that should not be.

use super::{super::audit::Finding, Words};

impl Words {
    /// What was found, and whether somebody has to act.
    pub fn found(&self, finding: Finding, repaired: bool) -> String {
        let (nl, en) = match finding {
            Finding::StepLate => {
                ("een stap had al genomen moeten zijn", "a step should have been taken already")
            }
            Finding::MessageLate => {
                ("een bericht blijft te lang liggen", "a message waits for too long")
            }
            Finding::AlarmStuck => {
                ("een alarm had geen volgende stap", "an alarm had no next step")
            }
            Finding::VisitUnwatched => {
                ("een bezoek had geen volgende stap", "a visit had no next step")
            }
            Finding::StepOrphaned => {
                ("een stap hoorde nergens meer bij", "a step belonged to nothing any more")
            }
            Finding::ClockSetBack => ("de klok is teruggezet", "the clock was set back"),
        };
        if repaired {
            return self.pick(
                format!("Rugdekking vond een fout en herstelde die: {nl}. Kijk het na."),
                format!("Rugdekking found a fault and put it right: {en}. Please look into it."),
            );
        }
        self.pick(
            format!("Rugdekking vond een fout die blijft: {nl}. Kijk nu, en bel wie op pad is."),
            format!("Rugdekking found a fault that stays: {en}. Look now, and call who is out."),
        )
    }
}
