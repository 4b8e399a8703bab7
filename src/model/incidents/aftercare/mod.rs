//! Care for one employee after an incident: somebody speaks with them right away, the next morning,
//! and later as wanted. Whoever leads the team is reminded until that was done.

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Incident, policy::Policy};
use crate::model::{
    clock::{Instant, moment},
    ids::{CareId, IncidentId, TeamId},
    input::faults::{Fault, Faults},
    people::{Named, Person, Role, teams::Team},
};

/// When somebody speaks with the employee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    RightAway,
    /// The next morning.
    NextMorning,
    /// Later, as agreed.
    Later,
}

/// One talk, planned or done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    pub moment: Moment,
    pub due: Instant,
    /// Who spoke with the employee, once it was done.
    pub by: Option<Named>,
    pub at: Option<Instant>,
    /// How many reminders are behind.
    pub reminders: u32,
}

/// An appointment with a support organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Appointment {
    pub organisation: String,
    pub at: Instant,
    /// Who made it.
    pub by: Named,
}

/// The aftercare for one employee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    pub id: CareId,
    /// After which incident.
    pub incident: IncidentId,
    /// Whose managers take care.
    pub team: TeamId,
    pub employee: Named,
    /// The talks, in order.
    pub talks: Vec<Talk>,
    /// The last appointment.
    pub appointment: Option<Appointment>,
    /// Seen by nobody but the employee and the managers of the team.
    pub note: Option<String>,
}

/// Who is reminded; each step reaches further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReminderReach {
    Managers,
    /// Their deputies as well.
    Deputies,
    /// The desk as well.
    Desk,
}

/// Why aftercare cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CareFault {
    /// Nobody cares for themselves.
    #[error("somebody else than the employee has to do this")]
    Oneself,
    /// No such talk is planned.
    #[error("no such talk is planned, or it was done already")]
    NotPlanned,
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

impl Talk {
    fn new(moment: Moment, due: Instant) -> Self {
        Self { moment, due, by: None, at: None, reminders: 0 }
    }

    /// When it next asks for attention: at its time, two and four hours later, then each day.
    fn next_wake(&self) -> Option<Instant> {
        let after = match self.reminders {
            n @ 0..=2 => TimeDelta::hours(2 * i64::from(n)),
            n => TimeDelta::hours(4 + 24 * i64::from(n - 2)),
        };
        self.at.is_none().then(|| self.due + after)
    }

    fn reach(&self) -> ReminderReach {
        match self.reminders {
            0 => ReminderReach::Managers,
            1 => ReminderReach::Deputies,
            _ => ReminderReach::Desk,
        }
    }
}

impl Care {
    /// What the policy asks for after an incident.
    pub fn after(
        id: CareId,
        incident: &Incident,
        employee: Named,
        policy: &Policy,
        zone: Tz,
    ) -> Self {
        let soon = incident.reported_at + TimeDelta::hours(policy.aftercare_hours.into());
        let tomorrow = incident.reported_at.with_timezone(&zone).date_naive().succ_opt();
        let morning = tomorrow.and_then(|day| moment(day, policy.aftercare_morning, zone));
        let mut talks = vec![Talk::new(Moment::RightAway, soon)];
        talks.extend(morning.map(|at| Talk::new(Moment::NextMorning, at)));
        let (incident, team) = (incident.id, incident.team);
        Self { id, incident, team, employee, talks, appointment: None, note: None }
    }

    /// Somebody spoke with the employee.
    ///
    /// # Errors
    /// When no such talk is open, or it was the employee.
    pub fn talked(mut self, which: Moment, by: Named, now: Instant) -> Result<Self, CareFault> {
        if by.id == self.employee.id {
            return Err(CareFault::Oneself);
        }
        let open = self.talks.iter_mut().find(|t| t.moment == which && t.at.is_none());
        let talk = open.ok_or(CareFault::NotPlanned)?;
        (talk.by, talk.at) = (Some(by), Some(now));
        Ok(self)
    }

    /// A later talk is agreed on.
    ///
    /// # Errors
    /// When its time cannot be read or has passed.
    pub fn plan(mut self, at: Option<&str>, now: Instant) -> Result<Self, CareFault> {
        let mut faults = Faults::default();
        let due = to_come("at", at, now, &mut faults).ok_or(CareFault::Input(faults.0))?;
        self.talks.push(Talk::new(Moment::Later, due));
        self.talks.sort_by_key(|talk| talk.due);
        Ok(self)
    }

    /// An appointment with a support organisation was made.
    ///
    /// # Errors
    /// When the input has faults.
    pub fn appointed(
        self,
        organisation: Option<&str>,
        at: Option<&str>,
        by: Named,
        now: Instant,
    ) -> Result<Self, CareFault> {
        let mut faults = Faults::default();
        let organisation = faults.text("organisation", organisation, 200);
        let at = to_come("at", at, now, &mut faults);
        match (organisation, at) {
            (Some(organisation), Some(at)) => {
                Ok(Self { appointment: Some(Appointment { organisation, at, by }), ..self })
            }
            _ => Err(CareFault::Input(faults.0)),
        }
    }

    /// The note is written anew; an empty one takes it away.
    ///
    /// # Errors
    /// When it is too long, or nothing is said at all.
    pub fn noted(self, note: Option<&str>) -> Result<Self, CareFault> {
        let mut faults = Faults::default();
        faults.require(note.is_some(), "note", "required", "is required; it may be empty");
        let note = note.filter(|text| !text.trim().is_empty());
        let note = note.and_then(|text| faults.text("note", Some(text), 4000));
        faults.done().map_err(CareFault::Input)?;
        Ok(Self { note, ..self })
    }

    /// When it next asks for attention.
    pub fn next_wake(&self) -> Option<Instant> {
        self.talks.iter().filter_map(Talk::next_wake).min()
    }

    /// Time has passed: how far a reminder reaches, if one goes out.
    #[must_use]
    pub fn tick(mut self, now: Instant) -> (Self, Option<ReminderReach>) {
        let mut furthest = None;
        for talk in &mut self.talks {
            while talk.next_wake().is_some_and(|at| at <= now) {
                furthest = furthest.max(Some(talk.reach()));
                talk.reminders += 1;
            }
        }
        (self, furthest)
    }

    /// How many reminders went out, which tells one from another.
    pub fn reminders(&self) -> u32 {
        self.talks.iter().map(|talk| talk.reminders).sum()
    }

    /// Who is reminded: never the employee. A team without another manager climbs on.
    pub fn reminded<'p>(
        &self,
        reach: ReminderReach,
        team: &Team,
        people: &'p [Person],
    ) -> Vec<&'p Person> {
        let others = || people.iter().filter(|p| p.active && p.id != self.employee.id);
        for step in [ReminderReach::Managers, ReminderReach::Deputies]
            .into_iter()
            .filter(|step| *step >= reach)
        {
            let leads = |p: &&Person| match step {
                ReminderReach::Managers => team.managers.contains(&p.id),
                _ => team.is_managed_by(p.id),
            };
            let found: Vec<_> = others().filter(leads).collect();
            if !found.is_empty() {
                return found;
            }
        }
        others().filter(|p| team.is_managed_by(p.id) || p.is(Role::AggressionDesk)).collect()
    }
}

/// Everybody who was there gets aftercare, the reporter first.
pub fn cared_for(incident: &Incident) -> Vec<Named> {
    incident.involved().into_iter().cloned().collect()
}

fn to_come(field: &str, given: Option<&str>, now: Instant, faults: &mut Faults) -> Option<Instant> {
    let read = given.unwrap_or_default().parse::<Instant>();
    let at = faults.take(field, read.map_err(|_| "is a moment such as 2026-11-23T12:00:00Z"))?;
    faults.require(at > now, field, "past", "has passed");
    (at > now).then(|| crate::model::clock::whole_micros(at))
}

#[cfg(test)]
mod tests;
