//! An incident: reported, held against the rules, decided on, closed. Each step takes the incident
//! and gives it back one step further, or says why not.

pub mod advice;
mod affairs;
pub mod aftercare;
mod decision;
mod incident;
pub mod incident_notices;
pub mod letters;
pub mod measures;
pub mod policy;
mod report;
mod waiting;

pub use affairs::{Affair, AffairFault, AffairKind, AffairProgress, AffairState, AffairStep};
pub use decision::{Bench, DecisionInput, LetterInput};
pub use incident::{
    Assessment, CallByColleague, Candidate, Decision, Incident, IncidentFault, Stage,
};
pub use report::{
    Bounds, Emergency, EmergencyInput, How, Report, ReportInput, Subject, SubjectInput,
};
pub use waiting::{Deadlines, Nudge};

#[cfg(test)]
mod tests;
