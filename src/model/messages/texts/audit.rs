//! What the administrators read when the service found something about itself that should not be.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::visits::audit::Finding;

impl Words {
    /// What was found, and whether somebody has to act.
    pub fn found(&self, finding: Finding, repaired: bool) -> String {
        let what = match finding {
            Finding::StepLate => fixed(self.language, "audit-found-step-late"),
            Finding::MessageLate => fixed(self.language, "audit-found-message-late"),
            Finding::AlarmStuck => fixed(self.language, "audit-found-alarm-stuck"),
            Finding::VisitUnwatched => fixed(self.language, "audit-found-visit-unwatched"),
            Finding::StepOrphaned => fixed(self.language, "audit-found-step-orphaned"),
            Finding::ClockSetBack => fixed(self.language, "audit-found-clock-set-back"),
            Finding::RowUnreadable => fixed(self.language, "audit-found-row-unreadable"),
        };
        if repaired {
            return text!(self.language, "audit-repaired", what);
        }
        text!(self.language, "audit-stays", what)
    }
}
