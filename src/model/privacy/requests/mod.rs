//! What a person asks about what is held on them: a track of its own beside objections, with the
//! term of the law, a decision, and an answer.

mod inputs;
mod state;

pub use inputs::{AskedRequest, RequestDecisionInput, RequestInput, RequestKind, ToldInput};
pub use state::RequestState;

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::terms::{Months, MoreTime, MoreTimeInput, Reminder, Term, TermFault};
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId, RequestId},
    incidents::{
        Subject,
        measures::{Restriction, Shown},
    },
    input::{
        faults::{Fault, Faults},
        past_day::past_day,
    },
    people::Named,
};

/// No decision names more entries than this.
const MOST_ENTRIES: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyRequest {
    pub id: RequestId,
    /// What is asked.
    pub kind: RequestKind,
    /// By whom; who may be in the register or not.
    pub person: Subject,
    /// In what words.
    pub asked: String,
    /// Who noted it.
    pub noted_by: Named,
    pub noted_at: Instant,
    /// Until when the person has to be answered.
    pub term: Term,
    /// How far it is.
    pub stage: RequestStage,
    /// How a granted restriction ended.
    pub restriction_ended: Option<MoreTime>,
}

/// How far a request is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum RequestStage {
    /// It came in.
    Received,
    Decided {
        decision: RequestDecision,
    },
    /// The person was told.
    Closed {
        /// What was decided.
        decision: RequestDecision,
        /// When the person was told.
        closure: Closure,
    },
}

/// What was decided on a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestDecision {
    pub granted: bool,
    pub because: String,
    pub entries: Vec<EntryId>,
    /// For a restriction.
    pub shown: Option<Shown>,
    pub by: Named,
    pub at: Instant,
}

/// The person was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RequestClosure)]
pub struct Closure {
    pub told_on: NaiveDate,
    pub note: Option<String>,
    pub by: Named,
    pub at: Instant,
}

/// Why a request cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// It was decided already.
    #[error("it was decided already")]
    Decided,
    /// It was not decided yet.
    #[error("it was not decided yet")]
    NotDecided,
    /// The person was told already.
    #[error("the person was told already")]
    Closed,
    /// There is no restriction to end.
    #[error("no restriction was granted, or it has ended")]
    NoRestriction,
    /// Its term cannot be extended.
    #[error(transparent)]
    Term(#[from] TermFault),
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

impl PrivacyRequest {
    /// Somebody of the desk notes what a person asks.
    pub fn note(
        id: RequestId,
        asked: AskedRequest,
        months: Months,
        by: Named,
        at: Instant,
    ) -> Self {
        let AskedRequest { kind, person, received_on, asked } = asked;
        let (term, stage) = (Term::begin(received_on, months), RequestStage::Received);
        let (noted_by, noted_at) = (by, at);
        Self { id, kind, person, asked, noted_by, noted_at, term, stage, restriction_ended: None }
    }

    /// How far it is, in one word.
    pub fn state(&self) -> RequestState {
        match &self.stage {
            RequestStage::Received if self.term.extension.is_some() => RequestState::Extended,
            RequestStage::Received => RequestState::Received,
            RequestStage::Decided { decision } if decision.granted => RequestState::Granted,
            RequestStage::Decided { .. } => RequestState::Refused,
            RequestStage::Closed { .. } => RequestState::Closed,
        }
    }

    /// The name of its state.
    pub fn state_name(&self) -> &'static str {
        self.state().name()
    }

    /// When the person was told, if they were.
    pub fn closure(&self) -> Option<&Closure> {
        match &self.stage {
            RequestStage::Closed { closure, .. } => Some(closure),
            RequestStage::Received | RequestStage::Decided { .. } => None,
        }
    }

    /// What was decided, if it was.
    pub fn decision(&self) -> Option<&RequestDecision> {
        match &self.stage {
            RequestStage::Received => None,
            RequestStage::Decided { decision } | RequestStage::Closed { decision, .. } => {
                Some(decision)
            }
        }
    }

    /// Whether the last day has passed, and the person was not told.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        !matches!(self.stage, RequestStage::Closed { .. }) && self.term.is_over(today)
    }

    /// It takes longer, which the person was told in time.
    ///
    /// # Errors
    /// When it was decided, or its term cannot be extended.
    pub fn extend(
        self,
        input: &MoreTimeInput,
        months: Months,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, RequestFault> {
        if self.stage != RequestStage::Received {
            return Err(RequestFault::Decided);
        }
        let term = self.term.extend(input, months, by, now, today)?;
        Ok(Self { term, ..self })
    }

    /// It is granted or refused.
    ///
    /// # Errors
    /// When it was decided before, or the input has faults.
    pub fn decide(
        self,
        input: &RequestDecisionInput,
        by: Named,
        now: Instant,
    ) -> Result<Self, RequestFault> {
        if self.stage != RequestStage::Received {
            return Err(RequestFault::Decided);
        }
        let mut faults = Faults::default();
        faults.require(input.granted.is_some(), "granted", "required", "is required");
        let because = faults.text("because", input.because.as_deref(), 2000);
        let granted = input.granted == Some(true);
        let entries = self.read_entries(&input.entries, granted, &mut faults);
        let restricts = granted && self.kind == RequestKind::Restriction;
        let shown = match input.shown.as_deref() {
            None => Some(Shown::default()),
            Some("call-desk") => Some(Shown::CallDesk),
            Some("nothing") => Some(Shown::Nothing),
            Some(_) => None,
        };
        faults.require(shown.is_some(), "shown", "invalid", "call-desk or nothing");
        let because = match (because, faults.done()) {
            (Some(because), Ok(())) => because,
            (_, faults) => return Err(RequestFault::Input(faults.err().unwrap_or_default())),
        };
        let shown = shown.filter(|_| restricts);
        let decision = RequestDecision { granted, because, entries, shown, by, at: now };
        Ok(Self { stage: RequestStage::Decided { decision }, ..self })
    }

    fn read_entries(&self, given: &[String], granted: bool, faults: &mut Faults) -> Vec<EntryId> {
        let about = matches!(self.kind, RequestKind::Removal | RequestKind::Restriction);
        let why = "only for a removal or a restriction that is granted";
        faults.require(given.is_empty() || about && granted, "entries", "unused", why);
        let needed = granted && self.kind == RequestKind::Restriction;
        faults.require(!needed || !given.is_empty(), "entries", "required", "say which");
        faults.require(given.len() <= MOST_ENTRIES, "entries", "too-many", "at most 50");
        let mut entries: Vec<EntryId> = vec![];
        for (at, text) in given.iter().take(MOST_ENTRIES).enumerate() {
            let read = text.parse::<EntryId>().map_err(|_| "is no id");
            entries.extend(faults.take(format!("entries[{at}]"), read));
        }
        entries.sort_unstable();
        entries.dedup();
        entries
    }

    /// How the entries of a granted restriction are restricted.
    pub fn restriction(&self) -> Option<Restriction> {
        let decision = self.decision()?;
        Some(Restriction {
            request: self.id,
            shown: decision.shown?,
            because: decision.because.clone(),
            by: decision.by.id,
            at: decision.at,
        })
    }

    /// A granted restriction ends, which the person was told before.
    ///
    /// # Errors
    /// When there is none, or the input has faults.
    pub fn end_restriction(
        self,
        input: &MoreTimeInput,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, RequestFault> {
        if self.restriction().is_none() || self.restriction_ended.is_some() {
            return Err(RequestFault::NoRestriction);
        }
        let ended = input.read(by, now, today).map_err(RequestFault::Input)?;
        Ok(Self { restriction_ended: Some(ended), ..self })
    }

    /// The person was told of the decision.
    ///
    /// # Errors
    /// When nothing was decided, the person was told before, or the input has faults.
    pub fn close(
        self,
        input: &ToldInput,
        by: Named,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, RequestFault> {
        let decision = match self.stage {
            RequestStage::Received => return Err(RequestFault::NotDecided),
            RequestStage::Closed { .. } => return Err(RequestFault::Closed),
            RequestStage::Decided { decision } => decision,
        };
        let mut faults = Faults::default();
        let told_on = past_day("toldOn", input.told_on.as_deref(), today, &mut faults);
        let note = input.note.as_deref().filter(|note| !note.trim().is_empty());
        let note = note.and_then(|note| faults.text("note", Some(note), 1000));
        match (told_on, faults.done()) {
            (Some(told_on), Ok(())) => {
                let closure = Closure { told_on, note, by, at: now };
                Ok(Self { stage: RequestStage::Closed { decision, closure }, ..self })
            }
            (_, faults) => Err(RequestFault::Input(faults.err().unwrap_or_default())),
        }
    }

    /// When it next asks for attention: until the person was told.
    pub fn next_wake(&self, zone: Tz) -> Option<Instant> {
        match self.stage {
            RequestStage::Closed { .. } => None,
            _ => self.term.next_wake(zone),
        }
    }

    /// Time has passed: whom to remind, if anybody.
    pub fn tick(&mut self, now: Instant, zone: Tz) -> Option<Reminder> {
        if matches!(self.stage, RequestStage::Closed { .. }) {
            return None;
        }
        self.term.tick(now, zone)
    }
}

#[cfg(test)]
mod tests;
