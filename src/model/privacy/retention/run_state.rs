//! How a run of what removes what is over fares.

use serde::Serialize;
use utoipa::ToSchema;

/// One that failed goes on within the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RetentionState)]
pub enum RunState {
    Running,
    /// All was looked at.
    Done,
    /// It broke off; what it removed stays removed.
    Failed,
}

impl RunState {
    /// Its name in rows and in the api.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Failed].into_iter().find(|state| state.name() == name)
    }
}
