//! What an auditor can find that should not be.

use serde::{Deserialize, Serialize};

/// Something that should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// A step was due, and nobody decided it.
    StepLate,
    /// A message waits, or is in somebody's hands, for too long.
    MessageLate,
    /// An alarm that is not closed has no next step.
    AlarmStuck,
    /// A visit that is not over has no next step.
    VisitUnwatched,
    /// A step is about something that is gone.
    StepOrphaned,
    /// Something was written down after now: a clock was set back.
    ClockSetBack,
    /// A row cannot be read: it is left out, and all else goes on.
    RowUnreadable,
}

impl Finding {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::StepLate,
        Self::MessageLate,
        Self::AlarmStuck,
        Self::VisitUnwatched,
        Self::StepOrphaned,
        Self::ClockSetBack,
        Self::RowUnreadable,
    ];

    /// Its name in metrics and in [`crate::model::messages::message_key::MessageKey`].
    pub fn name(self) -> &'static str {
        match self {
            Self::StepLate => "step-late",
            Self::MessageLate => "message-late",
            Self::AlarmStuck => "alarm-stuck",
            Self::VisitUnwatched => "visit-unwatched",
            Self::StepOrphaned => "step-orphaned",
            Self::ClockSetBack => "clock-set-back",
            Self::RowUnreadable => "row-unreadable",
        }
    }

    /// The finding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.name() == name)
    }
}
