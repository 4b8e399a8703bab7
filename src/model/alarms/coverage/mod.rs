//! Who is called when: the ways in which an alarm of a team can climb during some days, and when
//! each of them holds. It asks the same functions as the alarm itself, so that they cannot differ.

use chrono::{Days, NaiveDate, TimeDelta};
use serde::Serialize;

use super::ladder::{Climber, Coverage, Directory};
use crate::model::{
    clock::{Instant, day_begins},
    ids::PersonId,
    messages::Channel,
    people::{
        Named, Person,
        teams::{Ladder, Rung, Team, Who},
    },
};

/// Some days of a team.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Picture {
    /// When which way holds; together they fill the days.
    pub spans: Vec<Span>,
    pub ways: Vec<Way>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = CoverageSpan)]
pub struct Span {
    pub from: Instant,
    pub until: Instant,
    /// Place in `ways`.
    pub way: usize,
}

/// How an alarm climbs while this holds.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CoverageWay)]
pub struct Way {
    /// Whose ladder reaches somebody with a verified number; with nobody, the service promises
    /// nothing.
    pub coverage: Coverage,
    pub out_of_hours: bool,
    pub rungs: Vec<CoverageRung>,
    pub repeat_minutes: u32,
}

/// A rung, with everybody who stands on it.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoverageRung {
    /// A rung of the organisation, behind those of the team.
    pub last_resort: bool,
    /// How long after the alarm opened it is told; null when nobody on it can be reached and it is
    /// passed over.
    pub after_minutes: Option<u32>,
    pub wait_minutes: u32,
    /// On a risky visit the district officer is told too.
    pub district_officer: bool,
    pub people: Vec<Reach>,
}

/// Somebody on a rung.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Reach {
    pub person: Named,
    /// By which channels this rung reaches them; none when it does not.
    pub channels: Vec<Channel>,
    pub lacks: Vec<Lack>,
}

/// What keeps somebody from being reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// The account no longer works here.
    Inactive,
    /// There is no number.
    NoNumber,
    /// The number was never verified.
    NotVerified,
    /// The holder of the number wants no texts; calls still go out.
    OptedOut,
}

/// What keeps this person from being reached.
fn lacks(person: &Person) -> Vec<Lack> {
    let verified = person.mobile.as_ref().is_some_and(|m| m.verified_at.is_some());
    [
        (!person.active, Lack::Inactive),
        (person.mobile.is_none(), Lack::NoNumber),
        (person.mobile.is_some() && !verified, Lack::NotVerified),
        (person.opted_out(), Lack::OptedOut),
    ]
    .into_iter()
    .filter_map(|(holds, lack)| holds.then_some(lack))
    .collect()
}

impl Picture {
    /// Who would be told at this moment of these days.
    fn coverage_at(&self, at: Instant) -> Option<Coverage> {
        let held = self.spans.iter().find(|span| span.from <= at && at < span.until)?;
        Some(self.ways[held.way].coverage)
    }

    /// The worst that it comes to at a time at which it was better before, when there is one.
    pub fn falls_from(&self, before: Option<&Self>) -> Option<Coverage> {
        let was = |at| before.and_then(|b| b.coverage_at(at)).unwrap_or(Coverage::Team);
        let both = self.spans.iter().chain(before.into_iter().flat_map(|before| &before.spans));
        let now = both.filter_map(|span| Some((span.from, self.coverage_at(span.from)?)));
        now.filter(|(at, now)| *now > was(*at)).map(|(_, now)| now).max()
    }
}

impl Directory {
    /// The days from `from` on, for a visit without anything special.
    pub fn picture(&self, team: &Team, from: NaiveDate, days: u64) -> Picture {
        let until = day_begins(from + Days::new(days), self.zone);
        let ladders = [&team.ladder, &self.organisation.ladder];
        let hours = |at: Instant| ladders.map(|ladder| ladder.is_out_of_hours(at, self.zone));
        let mut at = day_begins(from, self.zone);
        let mut picture = Picture { spans: vec![], ways: vec![] };
        let mut held = None;
        // Hours begin and end on a minute; asking at each one needs no rules for summer time.
        while at < until {
            let next = at + TimeDelta::minutes(1);
            let now = hours(at);
            match picture.spans.last_mut() {
                Some(span) if held == Some(now) => span.until = next,
                _ => picture.add(at, next, self.way(team, at)),
            }
            held = Some(now);
            at = next;
        }
        picture
    }

    /// How an alarm that opens at `at` climbs.
    pub fn way(&self, team: &Team, at: Instant) -> Way {
        let climber = Climber { team, officer: None, people_out: vec![], numbers_out: vec![] };
        let coverage = self.coverage(&climber, at);
        let mut rungs = self.standings(&team.ladder, &climber, at, false);
        let own = rungs.iter().any(CoverageRung::is_manned);
        let behind = self.standings(&self.organisation.ladder, &climber, at, true);
        rungs.extend(behind.into_iter().filter(|rung| !own || rung.is_manned()));
        let mut passed = 0;
        for rung in rungs.iter_mut().filter(|rung| rung.is_manned()) {
            rung.after_minutes = Some(passed);
            passed += rung.wait_minutes;
        }
        Way {
            coverage,
            out_of_hours: team.ladder.is_out_of_hours(at, self.zone),
            rungs,
            repeat_minutes: team.ladder.repeat_minutes,
        }
    }

    fn standings(
        &self,
        ladder: &Ladder,
        climber: &Climber<'_>,
        at: Instant,
        last_resort: bool,
    ) -> Vec<CoverageRung> {
        let standing = |rung: &Rung| CoverageRung {
            last_resort,
            after_minutes: None,
            wait_minutes: rung.wait_minutes,
            district_officer: rung.who.contains(&Who::DistrictOfficer),
            people: self.everybody_on(rung, climber),
        };
        ladder.rungs_at(at, self.zone).iter().map(standing).collect()
    }

    fn everybody_on(&self, rung: &Rung, climber: &Climber<'_>) -> Vec<Reach> {
        let contacts = self.contacts(rung, climber);
        let mut ids: Vec<PersonId> = vec![];
        for id in rung.who.iter().flat_map(|who| self.named(who, climber.team)) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let reach = |person: &Person| Reach {
            person: person.into(),
            channels: contacts
                .iter()
                .find(|contact| contact.person == Some(person.id))
                .map(|contact| contact.channels.clone())
                .unwrap_or_default(),
            lacks: lacks(person),
        };
        ids.iter().filter_map(|id| self.people.get(id)).map(reach).collect()
    }
}

impl CoverageRung {
    /// Whether somebody on it can be told.
    pub fn is_manned(&self) -> bool {
        self.people.iter().any(|reach| !reach.channels.is_empty())
    }
}

impl Picture {
    /// Adds a span; the same way is kept once, and goes on when it held just before.
    fn add(&mut self, from: Instant, until: Instant, way: Way) {
        let known = self.ways.iter().position(|known| *known == way);
        let at = known.unwrap_or_else(|| {
            self.ways.push(way);
            self.ways.len() - 1
        });
        match self.spans.last_mut() {
            Some(last) if last.way == at => last.until = until,
            _ => self.spans.push(Span { from, until, way: at }),
        }
    }
}

#[cfg(test)]
mod tests;
