//! A ladder as it stands at one moment: which people, on which numbers, by which channels.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use chrono_tz::Tz;
use serde::Serialize;

use crate::model::{
    clock::{Instant, minutes},
    ids::{OfficerId, PersonId},
    messages::{Channel, language::Language},
    people::{
        Person, Role,
        teams::{Ladder, Organisation, Rung, Team, Who},
    },
    phone::Phone,
    visits::officers::Officer,
};

/// Everybody and everything that a ladder may name.
#[derive(Clone, Debug)]
pub struct Directory {
    pub people: BTreeMap<PersonId, Person>,
    pub organisation: Organisation,
    /// The district officers.
    pub officers: BTreeMap<OfficerId, Officer>,
    /// The zone of office hours.
    pub zone: Tz,
    /// The channels that have a carrier.
    pub channels: Vec<Channel>,
    /// Those who have a device that takes notifications.
    pub devices: BTreeSet<PersonId>,
}

/// Somebody who can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The account, when it is one.
    pub person: Option<PersonId>,
    /// The officer, when it is one.
    pub officer: Option<OfficerId>,
    pub name: String,
    /// In which language.
    pub language: Language,
    /// The number, in E.164.
    pub number: Option<String>,
    /// The mail address.
    pub email: Option<String>,
    /// By which channels this rung tells them.
    pub channels: Vec<Channel>,
}

impl Contact {
    /// Whether both are the same person.
    pub fn is_same(&self, other: &Self) -> bool {
        self.person == other.person && self.officer == other.officer
    }

    /// Where this channel reaches them.
    pub fn address(&self, channel: Channel) -> Option<&str> {
        match channel {
            Channel::Text | Channel::Call => self.number.as_deref(),
            Channel::Mail => self.email.as_deref(),
            // Somebody may have several devices; the store knows them.
            Channel::Push => None,
        }
    }
}

/// One rung with the people who can be told on it right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderStep {
    pub contacts: Vec<Contact>,
    /// How long until the next.
    pub wait: TimeDelta,
    /// Whether it is the organisation's, behind the team's own: by then everybody is told anew.
    pub last_resort: bool,
}

/// The alarm's side of a ladder: whose it is, and who must not be told.
#[derive(Clone, Debug)]
pub struct Climber<'a> {
    pub team: &'a Team,
    /// The visit's district officer, of a risky visit.
    pub officer: Option<OfficerId>,
    /// Those who are out there.
    pub people_out: Vec<PersonId>,
    /// The numbers of those who are out there.
    pub numbers_out: Vec<Phone>,
}

/// Who would be told at a moment; the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CoveredBy)]
pub enum Coverage {
    /// The team's own ladder.
    Team,
    /// The team's ladder has nobody who can be reached: the organisation's stands in.
    Organisation,
    /// Nobody can be reached at all: the service must not promise to watch.
    Nobody,
}

impl Directory {
    /// The rungs of an alarm at `now`: the team's, and behind them the organisation's as last resort.
    pub fn steps(&self, climber: &Climber<'_>, now: Instant) -> Vec<LadderStep> {
        let mut steps = self.steps_of(&climber.team.ladder, climber, now);
        let own = steps.iter().any(|s| !s.contacts.is_empty());
        let last_resort = self.steps_of(&self.organisation.ladder, climber, now);
        if own {
            let behind = last_resort.into_iter().filter(|s| !s.contacts.is_empty());
            steps.extend(behind.map(|s| LadderStep { last_resort: true, ..s }));
            steps
        } else {
            last_resort
        }
    }

    /// How often everybody is told again.
    pub fn repeat(&self, climber: &Climber<'_>) -> TimeDelta {
        minutes(climber.team.ladder.repeat_minutes)
    }

    /// Who would be told if an alarm opened at `at`. Only people who own a verified number count.
    pub fn coverage(&self, climber: &Climber<'_>, at: Instant) -> Coverage {
        let reaches = |ladder: &Ladder| {
            self.steps_of(ladder, climber, at)
                .iter()
                .flat_map(|s| &s.contacts)
                .any(|c| c.person.is_some() && c.number.is_some())
        };
        if reaches(&climber.team.ladder) {
            Coverage::Team
        } else if reaches(&self.organisation.ladder) {
            Coverage::Organisation
        } else {
            Coverage::Nobody
        }
    }

    /// Whom somebody who goes out for the team calls at `at`, should nobody watch: the first who
    /// would be told of an alarm and owns a verified number.
    pub fn first_to_call(&self, climber: &Climber<'_>, at: Instant) -> Option<Contact> {
        let mut contacts = self.steps(climber, at).into_iter().flat_map(|s| s.contacts);
        contacts.find(|c| c.person.is_some() && c.number.is_some())
    }

    fn steps_of(&self, ladder: &Ladder, climber: &Climber<'_>, now: Instant) -> Vec<LadderStep> {
        let step = |rung: &Rung| LadderStep {
            contacts: self.contacts(rung, climber),
            wait: minutes(rung.wait_minutes),
            last_resort: false,
        };
        ladder.rungs_at(now, self.zone).iter().map(step).collect()
    }

    /// Who can be told on this rung.
    pub(crate) fn contacts(&self, rung: &Rung, climber: &Climber<'_>) -> Vec<Contact> {
        let mut contacts: Vec<Contact> = vec![];
        for who in &rung.who {
            let found = match who {
                Who::DistrictOfficer => self.officer(climber, rung).into_iter().collect(),
                who => self.people(who, climber, rung),
            };
            for contact in found {
                if !contacts.iter().any(|known| known.is_same(&contact)) {
                    contacts.push(contact);
                }
            }
        }
        contacts
    }

    fn people(&self, who: &Who, climber: &Climber<'_>, rung: &Rung) -> Vec<Contact> {
        self.named(who, climber.team)
            .into_iter()
            .filter(|id| !climber.people_out.contains(id))
            .filter_map(|id| self.person(id, climber, rung))
            .collect()
    }

    /// The accounts that this names, whether or not they can be reached.
    pub(crate) fn named(&self, who: &Who, team: &Team) -> Vec<PersonId> {
        match who {
            Who::Manager => self.first_manager(team).into_iter().collect(),
            Who::Deputy => team.deputies.clone(),
            Who::AllManagers => team.leads().collect(),
            Who::Desk => self.with_role(Role::AggressionDesk),
            Who::Person { person } => vec![*person],
            Who::DistrictOfficer => vec![],
        }
    }

    /// The first manager who still works here; when none does, the first, who is then not reached.
    fn first_manager(&self, team: &Team) -> Option<PersonId> {
        let works = |id: &&PersonId| self.people.get(*id).is_some_and(|person| person.active);
        team.managers.iter().find(works).or(team.managers.first()).copied()
    }

    fn with_role(&self, role: Role) -> Vec<PersonId> {
        self.people.values().filter(|p| p.is(role)).map(|p| p.id).collect()
    }

    fn person(&self, id: PersonId, climber: &Climber<'_>, rung: &Rung) -> Option<Contact> {
        let person = self.people.get(&id).filter(|p| p.active)?;
        let number = person.verified_number().filter(|n| !climber.numbers_out.contains(n));
        let reach = |channel: &Channel| match channel {
            Channel::Text => number.is_some() && !person.opted_out(),
            Channel::Call => number.is_some(),
            Channel::Mail => true,
            Channel::Push => self.devices.contains(&id),
        };
        let contact = Contact {
            person: Some(id),
            officer: None,
            name: person.name.clone(),
            language: person.language,
            number: number.map(ToString::to_string),
            email: Some(person.email.clone()),
            channels: self.open_channels(rung, reach),
        };
        // A notification alone reaches nobody for sure.
        Some(contact).filter(|c| c.channels.iter().any(|channel| *channel != Channel::Push))
    }

    fn officer(&self, climber: &Climber<'_>, rung: &Rung) -> Option<Contact> {
        let officer = self.officers.get(&climber.officer?)?;
        let reach = |channel: &Channel| match channel {
            Channel::Text => officer.mobile.is_some(),
            Channel::Mail => officer.email.is_some(),
            // An officer on duty is told, and not rung out of other work: 112 is for that.
            Channel::Call | Channel::Push => false,
        };
        let contact = Contact {
            person: None,
            officer: Some(officer.id),
            name: officer.name.clone(),
            language: Language::Nl,
            number: officer.mobile.as_ref().map(ToString::to_string),
            email: officer.email.clone(),
            channels: self.open_channels(rung, reach),
        };
        Some(contact).filter(|c| !c.channels.is_empty())
    }

    fn open_channels(&self, rung: &Rung, reach: impl Fn(&Channel) -> bool) -> Vec<Channel> {
        rung.channels.iter().filter(|c| self.channels.contains(c) && reach(c)).copied().collect()
    }
}
