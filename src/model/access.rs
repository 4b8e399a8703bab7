//! Who looked at what of the register, and what was disclosed to whom.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    clock::Instant,
    ids::{EntryId, LineId, PersonId, VisitId},
};

/// A line of the access log. Nothing ever changes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    /// The id.
    pub id: LineId,
    /// When.
    pub at: Instant,
    /// Who; nobody when the service did it by itself or the reader has no account.
    pub person: Option<PersonId>,
    /// What was done.
    pub action: Action,
    /// For which visit.
    pub visit: Option<VisitId>,
    /// Which entry, when it was one.
    pub entry: Option<EntryId>,
    /// What else is to be known later, such as the ids and grades of the hits. No names.
    pub details: Value,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The register was checked for a resident.
    RegisterChecked,
    /// Entries were listed.
    EntriesListed,
    /// An entry was read.
    EntryRead,
    /// An entry was proposed.
    EntryProposed,
    /// An entry was approved.
    EntryApproved,
    /// An entry was withdrawn.
    EntryWithdrawn,
    /// A district officer was told of a visit.
    OfficerInformed,
    /// A district officer opened what was told.
    OfficerRead,
    /// This log was read.
    LogRead,
    /// Incidents were listed.
    IncidentsListed,
    /// An incident was read.
    IncidentRead,
    /// An incident was reported.
    IncidentReported,
    /// An incident was held against the rules.
    IncidentAssessed,
    /// The call by another employee was noted, or left out.
    IncidentCalled,
    /// It was decided what an incident leads to.
    IncidentDecided,
    /// An incident was closed.
    IncidentClosed,
    /// A measure went a step on: sent, reviewed, objected to, moved.
    MeasureChanged,
    /// A police report or a claim for damage went a step on.
    AffairChanged,
    /// Aftercare was read.
    AftercareRead,
    /// Aftercare went a step on.
    AftercareChanged,
    /// A letter was read.
    LetterRead,
    /// A letter was composed.
    LetterComposed,
    /// A letter was taken as a document.
    LetterTaken,
    /// Privacy requests were listed.
    RequestsListed,
    /// A privacy request was read.
    RequestRead,
    /// A privacy request was noted, or went a step on.
    RequestChanged,
    /// It was looked up what is held on a person.
    PersonSought,
    /// All that is held on a person was exported.
    PersonExported,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::RegisterChecked,
        Self::EntriesListed,
        Self::EntryRead,
        Self::EntryProposed,
        Self::EntryApproved,
        Self::EntryWithdrawn,
        Self::OfficerInformed,
        Self::OfficerRead,
        Self::LogRead,
        Self::IncidentsListed,
        Self::IncidentRead,
        Self::IncidentReported,
        Self::IncidentAssessed,
        Self::IncidentCalled,
        Self::IncidentDecided,
        Self::IncidentClosed,
        Self::MeasureChanged,
        Self::AffairChanged,
        Self::AftercareRead,
        Self::AftercareChanged,
        Self::LetterRead,
        Self::LetterComposed,
        Self::LetterTaken,
        Self::RequestsListed,
        Self::RequestRead,
        Self::RequestChanged,
        Self::PersonSought,
        Self::PersonExported,
    ];

    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::RegisterChecked => "register-checked",
            Self::EntriesListed => "entries-listed",
            Self::EntryRead => "entry-read",
            Self::EntryProposed => "entry-proposed",
            Self::EntryApproved => "entry-approved",
            Self::EntryWithdrawn => "entry-withdrawn",
            Self::OfficerInformed => "officer-informed",
            Self::OfficerRead => "officer-read",
            Self::LogRead => "log-read",
            Self::IncidentsListed => "incidents-listed",
            Self::IncidentRead => "incident-read",
            Self::IncidentReported => "incident-reported",
            Self::IncidentAssessed => "incident-assessed",
            Self::IncidentCalled => "incident-called",
            Self::IncidentDecided => "incident-decided",
            Self::IncidentClosed => "incident-closed",
            Self::MeasureChanged => "measure-changed",
            Self::AffairChanged => "affair-changed",
            Self::AftercareRead => "aftercare-read",
            Self::AftercareChanged => "aftercare-changed",
            Self::LetterRead => "letter-read",
            Self::LetterComposed => "letter-composed",
            Self::LetterTaken => "letter-taken",
            Self::RequestsListed => "requests-listed",
            Self::RequestRead => "request-read",
            Self::RequestChanged => "request-changed",
            Self::PersonSought => "person-sought",
            Self::PersonExported => "person-exported",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_has_one_name_everywhere() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
            assert_eq!(Action::from_name(action.name()), Some(action));
        }
    }
}
