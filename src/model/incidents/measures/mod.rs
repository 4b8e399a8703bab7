//! A measure after it was proposed: sent by registered mail, looked at again, objected to, breached,
//! moved along with the person, and over by itself on its day.

pub(crate) mod dossier;
mod objections;
mod restriction;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use serde::Serialize;

use crate::model::{
    clock::{Instant, moment},
    ids::PersonId,
    input::{
        faults::{Fault, Faults},
        past_day::past_day,
    },
    privacy::terms::{Reminder, TermFault},
    register::{Entry, EntryState, address::Address},
};

pub use dossier::{Breach, Dossier, Mail, Objection, Restriction, Review, Shown};

/// How a measure stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Waits for other eyes.
    Proposed,
    /// Approved; its first day is yet to come.
    Approved,
    InForce,
    /// It counts, and the person objected.
    UnderObjection,
    /// Its last day has passed.
    Lapsed,
    Withdrawn,
}

/// Why a measure cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeasureFault {
    /// Only what was approved and has not ended can.
    #[error("it is not approved, or it has ended")]
    NotApproved,
    /// The letter was sent already.
    #[error("the letter was sent already")]
    Sent,
    /// The letter was not sent yet.
    #[error("the letter was not sent yet")]
    NotSent,
    /// There is an open objection already, or none to decide on.
    #[error("there is an open objection already, or none to decide on")]
    Objection,
    /// Whoever proposed or approved it does not decide on the objection.
    #[error("somebody else than who proposed or approved it has to decide")]
    FourEyes,
    /// The term of the objection cannot be extended.
    #[error(transparent)]
    Term(#[from] TermFault),
    /// Its use is restricted already, or is not.
    #[error("its use is restricted already, or is not")]
    Restriction,
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

impl Entry {
    /// How it stands on this day.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        match self.state {
            EntryState::Proposed => Standing::Proposed,
            EntryState::Withdrawn { .. } => Standing::Withdrawn,
            EntryState::Lapsed { .. } => Standing::Lapsed,
            EntryState::Approved { .. } if self.until < today => Standing::Lapsed,
            EntryState::Approved { .. } if today < self.from => Standing::Approved,
            EntryState::Approved { .. } if self.open_objection().is_some() => {
                Standing::UnderObjection
            }
            EntryState::Approved { .. } => Standing::InForce,
        }
    }

    /// Whether an objection waits to be decided on.
    pub fn is_objected_to(&self) -> bool {
        self.open_objection().is_some()
    }

    fn is_approved(&self, today: NaiveDate) -> Result<(), MeasureFault> {
        match self.standing(today) {
            Standing::Approved | Standing::InForce | Standing::UnderObjection => Ok(()),
            _ => Err(MeasureFault::NotApproved),
        }
    }

    /// The letter went out by registered mail.
    ///
    /// # Errors
    /// When it is not approved, was sent before, or the input has faults.
    pub fn sent(
        mut self,
        tracking_number: Option<&str>,
        sent_on: Option<&str>,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, MeasureFault> {
        self.is_approved(today)?;
        if self.dossier.mail.is_some() {
            return Err(MeasureFault::Sent);
        }
        let mut faults = Faults::default();
        let number = faults.text("trackingNumber", tracking_number, 60);
        let day = past_day("sentOn", sent_on, today, &mut faults);
        let (Some(tracking_number), Some(sent_on)) = (number, day) else {
            return Err(MeasureFault::Input(faults.0));
        };
        self.dossier.mail =
            Some(Mail { tracking_number, sent_on, by, at: now, delivered_on: None });
        Ok(self)
    }

    /// The letter was delivered, as the proof of it says.
    ///
    /// # Errors
    /// When it was not sent, or the input has faults.
    pub fn delivered(mut self, on: Option<&str>, today: NaiveDate) -> Result<Self, MeasureFault> {
        let Some(mail) = &mut self.dossier.mail else { return Err(MeasureFault::NotSent) };
        let mut faults = Faults::default();
        let day = past_day("deliveredOn", on, today, &mut faults);
        let after = day.is_none_or(|day| mail.sent_on <= day);
        faults.require(after, "deliveredOn", "too-early", "comes after it was sent");
        faults.done().map_err(MeasureFault::Input)?;
        mail.delivered_on = day;
        Ok(self)
    }

    /// Somebody looked at it again, and it stays until the next review.
    ///
    /// # Errors
    /// When it is not approved, or the input has faults.
    pub fn reviewed(
        mut self,
        next: Option<&str>,
        because: Option<&str>,
        by: PersonId,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, MeasureFault> {
        self.is_approved(today)?;
        let mut faults = Faults::default();
        let because = faults.text("because", because, 1000);
        let next = next.unwrap_or_default().parse::<NaiveDate>();
        let next = faults.take("reviewOn", next.map_err(|_| "is a day such as 2026-11-23"));
        let within = |day: NaiveDate| today < day && day <= self.until;
        let why = "comes after today and not after the last day";
        faults.require(next.is_none_or(within), "reviewOn", "outside-term", why);
        faults.done().map_err(MeasureFault::Input)?;
        if let (Some(because), Some(next)) = (because, next) {
            self.dossier.reviews.push(Review { by, at: now, because });
            self.dossier.reminders = 0;
            self.review_on = next;
        }
        Ok(self)
    }

    /// The person moved: the flag goes along and leaves the old address.
    ///
    /// # Errors
    /// When it is withdrawn or has ended.
    pub fn moved(self, addresses: Vec<Address>, today: NaiveDate) -> Result<Self, MeasureFault> {
        match self.standing(today) {
            Standing::Lapsed | Standing::Withdrawn => Err(MeasureFault::NotApproved),
            _ => Ok(Self { addresses, ..self }),
        }
    }

    /// When it next asks for attention: its review in the morning, again each week that nobody
    /// looks, the term of an open objection, and the first moment after its last day.
    pub fn next_wake(&self, zone: Tz) -> Option<Instant> {
        [self.measure_wake(zone), self.objection_wake(zone)].into_iter().flatten().min()
    }

    fn measure_wake(&self, zone: Tz) -> Option<Instant> {
        if !matches!(self.state, EntryState::Approved { .. }) {
            return None;
        }
        let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
        let weeks = TimeDelta::weeks(self.dossier.reminders.into());
        let review = moment(self.review_on + weeks, eight, zone);
        let lapse = self.until.succ_opt().and_then(|day| moment(day, NaiveTime::MIN, zone));
        [review, lapse].into_iter().flatten().min()
    }

    /// Time has passed: it lapses, or somebody is to be reminded of its review or its objection.
    #[must_use]
    pub fn tick(mut self, now: Instant, zone: Tz) -> (Self, Due) {
        let mut due = Due { review: false, objection: self.tick_objection(now, zone) };
        let today = now.with_timezone(&zone).date_naive();
        let EntryState::Approved { by, at } = self.state else { return (self, due) };
        if self.until < today {
            return (Self { state: EntryState::Lapsed { by, at, lapsed_at: now }, ..self }, due);
        }
        while self.measure_wake(zone).is_some_and(|at| at <= now) {
            self.dossier.reminders += 1;
            due.review = true;
        }
        (self, due)
    }
}

/// Of what somebody is to be reminded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// That it is to be looked at again.
    pub review: bool,
    /// That an objection is to be decided on.
    pub objection: Option<Reminder>,
}

#[cfg(test)]
mod tests;
