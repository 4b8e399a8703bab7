//! What is written down while an alarm is handled: notes, and the steps of the procedure.

use serde::{Deserialize, Serialize};

use crate::model::{clock::Instant, people::Named};

/// A step of the procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmStep {
    /// The worker was called once more.
    WorkerCalled,
    /// The colleague who is along was called.
    ColleagueCalled,
    /// 112 was called.
    EmergencyCalled,
    /// The district officer was told.
    OfficerTold,
}

/// What somebody wrote down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum Remark {
    /// In their own words.
    Text { text: String },
    /// A step was done, or was not done after all.
    Step {
        step: AlarmStep,
        /// Whether it is done.
        done: bool,
    },
}

/// A note of an alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    pub at: Instant,
    pub by: Named,
    pub remark: Remark,
}
