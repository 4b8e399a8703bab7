//! An incident, and how far it is.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    advice::{Advice, Behaviour, CallStep, Case, Earlier, Reaction, Terms},
    report::{Report, Subject},
    waiting::{Deadlines, Nudge},
};
use crate::model::{
    clock::Instant,
    ids::{AlarmId, EntryId, IncidentId, PersonId, TeamId, VisitId},
    input::faults::{Fault, Faults},
    people::Named,
    register::{Entry, EntryState, Measure, address::Address, names::NameKeys},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    pub id: IncidentId,
    /// The team whose manager decides.
    pub team: TeamId,
    /// Who reported it.
    pub reporter: Named,
    pub reported_at: Instant,
    /// During which visit.
    pub visit: Option<VisitId>,
    /// From which alarm.
    pub alarm: Option<AlarmId>,
    /// What was reported; never changed.
    pub report: Report,
    /// The call by another employee.
    pub call: CallByColleague,
    /// When it has to be answered, and how often somebody was reminded.
    pub deadlines: Deadlines,
    /// How far it is.
    pub stage: Stage,
}

/// How far an incident is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum Stage {
    /// Somebody reported it.
    Reported,
    /// It was held against the rules.
    Assessed { assessment: Assessment },
    Decided {
        /// What it rests on.
        assessment: Assessment,
        /// What was decided.
        decision: Decision,
    },
    /// Nothing is left to be done.
    Closed {
        /// What it rested on.
        assessment: Assessment,
        /// What was decided.
        decision: Decision,
        /// Who closed it.
        by: Named,
        at: Instant,
        /// What the reporter is told at the end.
        note: String,
    },
}

/// An incident held against the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    /// The class, as the assessor sees it.
    pub behaviour: Behaviour,
    /// Whether it went on.
    pub persistent: bool,
    pub earlier: Vec<Earlier>,
    /// What the policy prescribes.
    pub advice: Advice,
    pub by: Named,
    pub at: Instant,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    pub reaction: Reaction,
    /// Why it departs from the advice.
    pub departs_because: Option<String>,
    pub by: Named,
    pub at: Instant,
    /// The entry that was proposed for the register.
    pub entry: Option<EntryId>,
}

/// How far the call by another employee is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallByColleague {
    /// What came of it.
    pub step: CallStep,
    /// Who called, or decided to leave it out.
    pub by: Option<Named>,
    pub at: Option<Instant>,
    /// What was said, or why it was left out.
    pub note: Option<String>,
}

/// Why an incident cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncidentFault {
    /// Whoever reported it, or was there, is not the one to do this.
    #[error("somebody else than the reporter and those involved has to do this")]
    Involved,
    /// It was decided already.
    #[error("it was decided already")]
    Decided,
    /// It has to be held against the rules first.
    #[error("it has to be held against the rules first")]
    NotAssessed,
    /// It was not decided yet.
    #[error("it was not decided yet")]
    NotDecided,
    /// It was closed already.
    #[error("it was closed already")]
    Closed,
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

impl Incident {
    /// The name of its stage.
    pub fn stage_name(&self) -> &'static str {
        match self.stage {
            Stage::Reported => "reported",
            Stage::Assessed { .. } => "assessed",
            Stage::Decided { .. } => "decided",
            Stage::Closed { .. } => "closed",
        }
    }

    /// How it was held against the rules, if it was.
    pub fn assessment(&self) -> Option<&Assessment> {
        match &self.stage {
            Stage::Reported => None,
            Stage::Assessed { assessment }
            | Stage::Decided { assessment, .. }
            | Stage::Closed { assessment, .. } => Some(assessment),
        }
    }

    /// What was decided, if it was.
    pub fn decision(&self) -> Option<&Decision> {
        match &self.stage {
            Stage::Decided { decision, .. } | Stage::Closed { decision, .. } => Some(decision),
            _ => None,
        }
    }

    /// Whether this person reported it or was there.
    pub fn involves(&self, person: PersonId) -> bool {
        self.reporter.id == person || self.report.staff.iter().any(|s| s.id == person)
    }

    /// Everybody who was there, the reporter first, each once.
    pub fn involved(&self) -> Vec<&Named> {
        let mut found = vec![&self.reporter];
        for one in &self.report.staff {
            if found.iter().all(|known| known.id != one.id) {
                found.push(one);
            }
        }
        found
    }

    /// Somebody who was not involved holds it against the rules; until the decision as often as
    /// more becomes known.
    ///
    /// # Errors
    /// When it was decided, or `by` was involved.
    pub fn assess(
        self,
        behaviour: Behaviour,
        persistent: bool,
        earlier: Vec<Earlier>,
        terms: Terms,
        by: Named,
        now: Instant,
    ) -> Result<Self, IncidentFault> {
        self.may_change(by.id)?;
        let at = self.report.happened_at;
        let call = self.call.step;
        let advice =
            Advice::on(&Case { behaviour, persistent, at, earlier: &earlier, call }, terms);
        let assessment = Assessment { behaviour, persistent, earlier, advice, by, at: now };
        Ok(Self { stage: Stage::Assessed { assessment }, ..self })
    }

    /// Another employee called the resident, or the call was left out; what was advised so far is
    /// advised anew.
    ///
    /// # Errors
    /// When it was decided, the caller was involved, or nothing was noted.
    pub fn note_call(
        mut self,
        step: CallStep,
        caller: Named,
        note: Option<&str>,
        terms: Terms,
        now: Instant,
    ) -> Result<Self, IncidentFault> {
        self.may_change(caller.id)?;
        let mut faults = Faults::default();
        faults.require(step != CallStep::NotYet, "outcome", "invalid", "says what came of it");
        let note = faults.text("note", note, 2000);
        faults.done().map_err(IncidentFault::Input)?;
        self.call = CallByColleague { step, by: Some(caller), at: Some(now), note };
        let Stage::Assessed { assessment } = self.stage.clone() else { return Ok(self) };
        let Assessment { behaviour, persistent, earlier, by, at, .. } = assessment;
        self.assess(behaviour, persistent, earlier, terms, by, at)
    }

    pub(super) fn may_change(&self, by: PersonId) -> Result<(), IncidentFault> {
        match self.stage {
            Stage::Decided { .. } => Err(IncidentFault::Decided),
            Stage::Closed { .. } => Err(IncidentFault::Closed),
            _ if self.involves(by) => Err(IncidentFault::Involved),
            _ => Ok(()),
        }
    }

    /// Nothing is left to be done; the reporter reads what became of it.
    ///
    /// # Errors
    /// When it was not decided, or nothing is said.
    pub fn close(self, by: Named, note: Option<&str>, now: Instant) -> Result<Self, IncidentFault> {
        let mut faults = Faults::default();
        let note = faults.text("note", note, 2000);
        match self.stage {
            Stage::Reported | Stage::Assessed { .. } => Err(IncidentFault::NotDecided),
            Stage::Closed { .. } => Err(IncidentFault::Closed),
            Stage::Decided { assessment, decision } => {
                let note = note.ok_or(IncidentFault::Input(faults.0))?;
                let stage = Stage::Closed { assessment, decision, by, at: now, note };
                Ok(Self { stage, ..self })
            }
        }
    }

    /// When it next asks for attention; never once it was decided.
    pub fn next_wake(&self) -> Option<Instant> {
        match self.stage {
            Stage::Reported | Stage::Assessed { .. } => {
                Some(self.deadlines.at(self.deadlines.reminders))
            }
            _ => None,
        }
    }

    /// Time has passed: whom to remind, if anybody. After an outage the last reminder alone is
    /// sent, not all that were missed.
    #[must_use]
    pub fn tick(mut self, now: Instant) -> (Self, Option<Nudge>) {
        let mut nudge = None;
        while self.next_wake().is_some_and(|at| at <= now) {
            nudge = Some(match self.deadlines.reminders {
                0 | 1 => Nudge::Managers,
                _ => Nudge::Everybody,
            });
            self.deadlines.reminders += 1;
        }
        (self, nudge)
    }
}

/// An entry of the register that may be about this resident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    pub entry_id: EntryId,
    pub measure: Measure,
    /// The day of the letter.
    pub from: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
    /// More than the name is the same: the house or the birth date.
    pub sure: bool,
}

impl Candidate {
    /// Whether this entry may be about that resident: the name is the same, and no birth date says
    /// otherwise.
    pub fn of(entry: &Entry, resident: &Subject) -> Option<Self> {
        let same_name = NameKeys::of(&entry.name).matches(&NameKeys::of(&resident.name));
        let births = entry.birth_date.zip(resident.birth_date).map(|(a, b)| a == b);
        let house = |address: &Address| address.house_keys();
        let theirs: Vec<_> = resident.address.iter().flat_map(house).collect();
        let same_house = entry.addresses.iter().flat_map(house).any(|key| theirs.contains(&key));
        let withdrawn = matches!(entry.state, EntryState::Withdrawn { .. } | EntryState::Proposed);
        (same_name && births != Some(false) && !withdrawn).then(|| Self {
            entry_id: entry.id,
            measure: entry.measure,
            from: entry.from,
            until: entry.until,
            sure: births == Some(true) || same_house,
        })
    }
}

impl From<&Candidate> for Earlier {
    fn from(it: &Candidate) -> Self {
        Self { entry: it.entry_id, measure: it.measure, on: it.from, until: it.until }
    }
}
