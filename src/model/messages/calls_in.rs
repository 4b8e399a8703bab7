//! Somebody calls us: what is known of such a call, and what is said next on it.

use std::{fmt, str::FromStr};

use super::Script;
use crate::model::{ids::AlarmId, phone::Phone};

/// Somebody calls us, or presses keys on such a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallIn {
    /// The number that calls, when it is shown and is one.
    pub from: Option<Phone>,
    /// What was said on it last, once something was.
    pub about: Option<CallSubject>,
    /// The keys that were pressed.
    pub pressed: Option<String>,
}

/// What is said next on a call that came in, and what its keys are about. Nothing when the service
/// failed: then whoever calls may try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallInStep {
    pub script: Script,
    pub about: Option<CallSubject>,
}

/// What a call that came in is about: a key means what was said with it, whatever happened meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallSubject {
    /// The visits of whoever calls.
    Visits(BeforeCode),
    /// An alarm that whoever calls was told of.
    Alarm(AlarmId),
    /// Somebody who is on no visit.
    NoVisit,
    /// Nobody of whom anything is known.
    Nobody,
}

/// Which key was pressed before a code was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BeforeCode {
    Nothing,
    MoreTime,
    Ended,
}

/// Not the subject of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the subject of a call")]
pub struct NoSubject;

impl fmt::Display for CallSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visits(BeforeCode::Nothing) => f.write_str("visits"),
            Self::Visits(BeforeCode::MoreTime) => f.write_str("visits-more-time"),
            Self::Visits(BeforeCode::Ended) => f.write_str("visits-ended"),
            Self::Alarm(id) => write!(f, "alarm-{id}"),
            Self::NoVisit => f.write_str("no-visit"),
            Self::Nobody => f.write_str("nobody"),
        }
    }
}

impl FromStr for CallSubject {
    type Err = NoSubject;

    fn from_str(s: &str) -> Result<Self, NoSubject> {
        Ok(match s {
            "visits" => Self::Visits(BeforeCode::Nothing),
            "visits-more-time" => Self::Visits(BeforeCode::MoreTime),
            "visits-ended" => Self::Visits(BeforeCode::Ended),
            "no-visit" => Self::NoVisit,
            "nobody" => Self::Nobody,
            other => {
                let id = other.strip_prefix("alarm-").ok_or(NoSubject)?;
                Self::Alarm(id.parse().map_err(|_| NoSubject)?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_was_written() {
        for subject in [
            CallSubject::Visits(BeforeCode::Nothing),
            CallSubject::Visits(BeforeCode::MoreTime),
            CallSubject::Visits(BeforeCode::Ended),
            CallSubject::Alarm(AlarmId(uuid::Uuid::from_u128(7))),
            CallSubject::NoVisit,
            CallSubject::Nobody,
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        for nothing in ["", "alarm-", "alarm-1", "alarm", "visits-well"] {
            assert_eq!(nothing.parse::<CallSubject>(), Err(NoSubject), "{nothing}");
        }
    }
}
