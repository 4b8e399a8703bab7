//! An entry of the register: a measure, from proposal to end.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::address::Address;
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
    incidents::measures::dossier::Dossier,
    phone::Phone,
};

/// The two measures that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// A warning letter.
    WarningLetter,
    /// A contact ban: contact through an authorised representative only.
    ContactBan,
}

/// Whom to call about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HitContact {
    pub name: String,
    pub phone: Phone,
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum EntryState {
    /// One pair of eyes saw it.
    Proposed,
    /// Two pairs of eyes saw it.
    Approved { by: PersonId, at: Instant },
    /// Its last day has passed.
    Lapsed {
        by: PersonId,
        at: Instant,
        /// When it was noted that it is over.
        lapsed_at: Instant,
    },
    /// It no longer counts.
    Withdrawn {
        /// Who withdrew it.
        by: PersonId,
        at: Instant,
        why: String,
    },
}

impl EntryState {
    /// Its name in rows and lists.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved { .. } => "approved",
            Self::Lapsed { .. } => "lapsed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// A person with a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub id: EntryId,
    /// The person's name.
    pub name: String,
    /// The person's birth date, when known.
    pub birth_date: Option<NaiveDate>,
    /// Where the person lives now.
    pub addresses: Vec<Address>,
    pub measure: Measure,
    /// The first day on which it counts.
    pub from: NaiveDate,
    /// The last day on which it counts.
    pub until: NaiveDate,
    /// When somebody looks whether it is still needed.
    pub review_on: NaiveDate,
    /// Observable facts: what happened, when.
    pub reason: String,
    /// Whom a worker calls about it.
    pub contact: HitContact,
    /// Who proposed it.
    pub proposed_by: PersonId,
    pub proposed_at: Instant,
    /// Where it stands.
    pub state: EntryState,
    /// What else belongs to it.
    #[serde(default)]
    pub dossier: Dossier,
}

/// Why an entry cannot take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Whoever proposed an entry cannot approve it.
    #[error("somebody else than the proposer has to approve it")]
    FourEyes,
    /// Whoever reported the incident cannot approve what it leads to.
    #[error("somebody else than the reporter of the incident has to approve it")]
    Reporter,
    /// Whoever brought an import in cannot approve it.
    #[error("somebody else than the importer has to approve it")]
    Importer,
    /// Only what is proposed can be approved.
    #[error("it is not waiting for approval")]
    NotProposed,
    /// It was withdrawn already.
    #[error("it was withdrawn already")]
    Withdrawn,
    /// Withdrawing needs a reason of at most a thousand characters.
    #[error("a reason is needed, of at most 1000 characters")]
    NoReason,
}

impl Entry {
    /// A second person agrees: from now on it counts.
    ///
    /// # Errors
    /// When it is not proposed, or `by` is who proposed it.
    pub fn approve(self, by: PersonId, now: Instant) -> Result<Self, StepRefused> {
        if self.state != EntryState::Proposed {
            return Err(StepRefused::NotProposed);
        }
        if by == self.proposed_by {
            return Err(StepRefused::FourEyes);
        }
        if self.dossier.reporter == Some(by) {
            return Err(StepRefused::Reporter);
        }
        Ok(Self { state: EntryState::Approved { by, at: now }, ..self })
    }

    /// It was a mistake, or is no longer needed.
    ///
    /// # Errors
    /// When it was withdrawn before, or no reason is given.
    pub fn withdraw(self, by: PersonId, now: Instant, why: &str) -> Result<Self, StepRefused> {
        if matches!(self.state, EntryState::Withdrawn { .. }) {
            return Err(StepRefused::Withdrawn);
        }
        let why = why.trim();
        if why.is_empty() || why.chars().count() > 1000 {
            return Err(StepRefused::NoReason);
        }
        let why = why.to_owned();
        Ok(Self { state: EntryState::Withdrawn { by, at: now, why }, ..self })
    }

    /// Whether it counts on this day: approved, and within its term (both days included).
    pub fn in_force(&self, today: NaiveDate) -> bool {
        matches!(self.state, EntryState::Approved { .. })
            && self.from <= today
            && today <= self.until
    }
}
