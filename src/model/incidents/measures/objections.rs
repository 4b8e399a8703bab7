//! An objection to a measure: within which term it is decided, by whom, and what follows.

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{MeasureFault, dossier::Objection};
use crate::model::{
    clock::Instant,
    ids::PersonId,
    input::{faults::Faults, past_day::past_day},
    privacy::terms::{Months, MoreTimeInput, Reminder, Term},
    register::{Entry, EntryState},
};

impl Entry {
    pub(crate) fn open_objection(&self) -> Option<&Objection> {
        self.dossier.objections.last().filter(|o| o.upheld.is_none())
    }

    /// Its term, while somebody still has to decide. What was withdrawn needs no decision.
    fn open_term(&mut self) -> Option<&mut Term> {
        if matches!(self.state, EntryState::Withdrawn { .. }) {
            return None;
        }
        let open = self.dossier.objections.last_mut().filter(|o| o.upheld.is_none());
        open.and_then(|objection| objection.term.as_mut())
    }

    /// The person objects; the measure goes on until that is decided.
    ///
    /// # Errors
    /// When it is not approved, an objection is open, or the input has faults.
    pub fn objected(
        mut self,
        received_on: Option<&str>,
        months: Months,
        today: NaiveDate,
    ) -> Result<Self, MeasureFault> {
        self.is_approved(today)?;
        if self.open_objection().is_some() {
            return Err(MeasureFault::Objection);
        }
        let mut faults = Faults::default();
        let day = past_day("receivedOn", received_on, today, &mut faults);
        let received_on = day.ok_or(MeasureFault::Input(faults.0))?;
        let term = Some(Term::begin(received_on, months));
        self.dossier.objections.push(Objection { received_on, upheld: None, because: None, term });
        Ok(self)
    }

    /// The decision takes longer, which the person was told in time.
    ///
    /// # Errors
    /// When there is no open objection, or its term cannot be extended.
    pub fn objection_extended(
        mut self,
        input: &MoreTimeInput,
        months: Months,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, MeasureFault> {
        let Some(term) = self.open_term() else { return Err(MeasureFault::Objection) };
        *term = term.clone().extend(input, months, by, now, today)?;
        Ok(self)
    }

    /// The objection is decided on by somebody who had no hand in the measure; one that is found
    /// right ends it.
    ///
    /// # Errors
    /// When there is none, `by` proposed or approved the measure, or no reason is given.
    pub fn objection_decided(
        mut self,
        upheld: Option<bool>,
        because: Option<&str>,
        by: PersonId,
        now: Instant,
    ) -> Result<Self, MeasureFault> {
        if self.open_objection().is_none() {
            return Err(MeasureFault::Objection);
        }
        let approver = match self.state {
            EntryState::Approved { by, .. } | EntryState::Lapsed { by, .. } => Some(by),
            _ => None,
        };
        let hands = [approver, Some(self.proposed_by), self.dossier.reporter];
        if hands.contains(&Some(by)) {
            return Err(MeasureFault::FourEyes);
        }
        let mut faults = Faults::default();
        faults.require(upheld.is_some(), "upheld", "required", "is required");
        let because = faults.text("because", because, 1000);
        faults.done().map_err(MeasureFault::Input)?;
        if let Some(open) = self.dossier.objections.last_mut() {
            (open.upheld, open.because) = (upheld, because.clone());
        }
        if upheld == Some(true) {
            self.state = EntryState::Withdrawn { by, at: now, why: because.unwrap_or_default() };
        }
        Ok(self)
    }

    pub(crate) fn objection_wake(&self, zone: Tz) -> Option<Instant> {
        if matches!(self.state, EntryState::Withdrawn { .. }) {
            return None;
        }
        self.open_objection()?.term.as_ref()?.next_wake(zone)
    }

    pub(crate) fn tick_objection(&mut self, now: Instant, zone: Tz) -> Option<Reminder> {
        self.open_term().and_then(|term| term.tick(now, zone))
    }
}
