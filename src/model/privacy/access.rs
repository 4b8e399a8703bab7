//! Who looked at what of the register, and what was disclosed to whom.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::{
    clock::Instant,
    ids::{EntryId, LineId, PersonId, VisitId},
};

/// A line of the access log. Nothing ever changes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Look {
    pub id: LineId,
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

/// What a register check answered, among the details of its line.
const ANSWER: &str = "hits";

impl Look {
    /// The details that are kept as long as the line, and those that go earlier: what a register
    /// check answered.
    pub fn apart(&self) -> (Value, Option<Value>) {
        let mut details = self.details.clone();
        let members = details.as_object_mut().filter(|_| self.action == Action::RegisterChecked);
        let answer = members.and_then(|members| members.remove(ANSWER));
        (details, answer.map(|answer| json!({ ANSWER: answer })))
    }

    /// The line with what goes earlier, while that is still kept.
    #[must_use]
    pub fn together(mut self, answer: Option<Value>) -> Self {
        if let (Some(Value::Object(answer)), Some(members)) = (answer, self.details.as_object_mut())
        {
            members.extend(answer);
        }
        self
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = LogAction)]
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
    /// A file with measures was imported.
    RegisterImported,
    /// All measures were read as a file.
    RegisterExported,
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
    /// The directory or the identity provider changed an account.
    PersonProvisioned,
    /// The directory changed a team.
    TeamProvisioned,
    /// Another system is told what happens from now on, is told it under another secret, or no more.
    WebhookChanged,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 33] = [
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
        Self::RegisterImported,
        Self::RegisterExported,
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
        Self::PersonProvisioned,
        Self::TeamProvisioned,
        Self::WebhookChanged,
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
            Self::RegisterImported => "register-imported",
            Self::RegisterExported => "register-exported",
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
            Self::PersonProvisioned => "person-provisioned",
            Self::TeamProvisioned => "team-provisioned",
            Self::WebhookChanged => "webhook-changed",
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
    fn what_a_check_answered_can_go_before_its_line() {
        let look = |action, details| Look {
            id: LineId(uuid::Uuid::nil()),
            at: Instant::UNIX_EPOCH,
            person: None,
            action,
            visit: None,
            entry: None,
            details,
        };
        let check = look(Action::RegisterChecked, json!({ "hits": [{ "grade": 1 }], "for": "x" }));
        let (details, answer) = check.apart();
        assert_eq!(details, json!({ "for": "x" }));
        let line = Look { details, ..check.clone() };
        assert_eq!(line.clone().together(None).details, json!({ "for": "x" }));
        assert_eq!(line.together(answer), check);
        let other = look(Action::EntryRead, json!({ "hits": 1 }));
        assert_eq!(other.apart(), (json!({ "hits": 1 }), None));
    }

    #[test]
    fn an_action_has_one_name_everywhere() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
            assert_eq!(Action::from_name(action.name()), Some(action));
        }
    }
}
