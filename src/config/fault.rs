//! What is wrong with a setting, and what to do about it.

use std::fmt;

/// One fault in the configuration. It never holds the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// Which setting, by its dotted name, or by its variable when it came from the environment.
    pub setting: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl ConfigFault {
    /// That fault.
    pub fn new(
        setting: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { setting: setting.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.setting, self.problem, self.remedy)
    }
}

impl std::error::Error for ConfigFault {}
