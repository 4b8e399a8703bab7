//! Whose timeline it is. A drill is a drill, and not a visit with the alarm's id.

use crate::model::ids::{AlarmId, VisitId};

/// What a timeline tells about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineSubject {
    /// A visit, with its alarms.
    Visit(VisitId),
    /// A drill: its alarm, which has no visit.
    Drill(AlarmId),
}

impl From<VisitId> for TimelineSubject {
    fn from(visit: VisitId) -> Self {
        Self::Visit(visit)
    }
}
