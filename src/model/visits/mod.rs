//! A visit: what was registered, what its risk asks for, and in which state it is.

mod alarm_answers;
pub mod answers;
pub mod audit;
pub mod begun_by_text;
pub mod check_ins;
pub mod colleagues;
pub mod findings;
pub mod help;
mod number_test;
pub mod officers;
mod planning;
pub mod registration;
pub mod reports;
pub mod tallies;
pub mod timeline;
pub(crate) mod timeline_subject;
pub mod watch;

use serde::{Deserialize, Serialize};

use super::{
    clock::{Instant, minutes},
    ids::{AlarmId, OfficerId, PersonId, TeamId, VisitId},
    input::newer,
    messages::language::Language,
    people::{
        Named,
        teams::{PinRule, WatchPolicy},
    },
    phone::Phone,
    register::{Hit, address::Address},
    visits::check_ins::CheckIn,
};

/// At an address, outside, or at the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = VisitKind)]
pub enum Kind {
    /// At a resident's address.
    HomeVisit,
    /// Work outside the office.
    FieldInspection,
    /// A talk at the office where trouble is expected.
    OfficeMeeting,
}

/// A colleague who goes along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Colleague {
    pub name: String,
    pub mobile: Phone,
    /// When the number belongs to an account.
    pub person_id: Option<PersonId>,
    /// Whether they go along, in their own words.
    #[serde(default, deserialize_with = "newer::or_usual")]
    pub says: SaysAlong,
}

/// What a colleague says of going along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SaysAlong {
    /// Nothing yet.
    #[default]
    NotYet,
    Yes,
    No,
}

/// A person who is visited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resident {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    pub address: Address,
}

/// What the worker tells beforehand (policy, chapter 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// What kind of visit.
    pub kind: Kind,
    /// When it starts.
    pub starts_at: Instant,
    /// How long it takes, in minutes.
    pub expected_minutes: u32,
    /// The worker's own mobile number.
    pub mobile: Phone,
    /// Who goes along.
    pub colleagues: Vec<Colleague>,
    /// Who is visited.
    pub residents: Vec<Resident>,
    /// What the manager should know.
    pub background: String,
    /// Whether the worker expects trouble.
    pub expects_trouble: bool,
    /// Whether the resident is 'known'.
    pub known_resident: bool,
}

/// A visit with everything that its watch must remember.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Visit {
    pub id: VisitId,
    /// The team that it is made for.
    pub team: TeamId,
    /// Whose visit it is.
    pub worker: Named,
    /// In which language the worker is spoken to.
    #[serde(deserialize_with = "newer::or_usual")]
    pub language: Language,
    /// Whether the worker has chosen a PIN; without one none can be asked for.
    pub has_pin: bool,
    /// Whether neither of the worker's PINs begins with a key that is an answer on a call.
    #[serde(default)]
    pub pins_begin_apart: bool,
    /// What was registered.
    #[serde(flatten)]
    pub plan: Plan,
    /// Whether its number is known to be right.
    #[serde(default)]
    pub number_test: NumberTest,
    /// How often a number of it was asked that.
    #[serde(default)]
    pub number_asks: u32,
    /// When it is expected to end; extensions move it.
    pub expected_end_at: Instant,
    /// How often more time was given.
    #[serde(default)]
    pub extensions: u32,
    /// What the register said about the addresses and names.
    pub hits: Vec<Hit>,
    /// The manager's approval, of a risky visit.
    pub approval: Option<Approval>,
    /// What was decided about the district officer.
    pub officer: Option<OfficerNotice>,
    /// The check-ins, in order of their times.
    pub check_ins: Vec<CheckIn>,
    /// In which state it is.
    pub state: State,
    /// Its alarm that is not closed yet.
    pub alarm: Option<AlarmId>,
}

/// Whether the number of a visit is known to reach whoever goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum NumberTest {
    /// It is the worker's own, who proved it.
    #[default]
    Own,
    /// It was asked, and nobody answered yet.
    Untested { since: Instant },
    /// An answer came from it.
    Answered { at: Instant },
}

/// A manager agreed to a risky visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Approval {
    pub by: Named,
    pub at: Instant,
    pub note: Option<String>,
}

/// What was decided about the district officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "decision")]
pub enum OfficerNotice {
    /// The officer was told.
    Informed {
        /// Who was told.
        officer_id: OfficerId,
        /// The officer's name.
        name: String,
        at: Instant,
        /// When the officer pressed 'seen'.
        seen_at: Option<Instant>,
        /// For which start: nobody is told the same twice. Older rows do not know.
        #[serde(default)]
        told_start: Option<Instant>,
    },
    /// The officer was not told, for this reason.
    NotInformed {
        because: String,
        /// When that was decided.
        at: Instant,
    },
}

/// In which state a visit is. What it still misses decides between awaiting approval and planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase", tag = "is")]
pub enum State {
    /// It has not started.
    Ahead {
        /// Whether the worker was asked why it did not start.
        asked: bool,
    },
    /// Somebody is out there.
    UnderWay { since: Instant },
    /// Somebody said that it ended.
    Ended {
        /// Since when it was under way.
        since: Instant,
        at: Instant,
    },
    /// It did not take place.
    Cancelled {
        /// When that was said.
        at: Instant,
        /// Why, if somebody said why.
        reason: Option<String>,
    },
}

/// How far a visit is; an alarm is told by `alarm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = VisitStatus)]
pub enum Status {
    /// Something is still missing for a risky visit.
    AwaitingApproval,
    /// It will start.
    Planned,
    /// Somebody is out there.
    UnderWay,
    Ended,
    /// It did not take place.
    Cancelled,
}

impl Status {
    /// Its name in rows and in the api.
    pub fn name(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting-approval",
            Self::Planned => "planned",
            Self::UnderWay => "under-way",
            Self::Ended => "ended",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What makes a visit risky.
// Policy, chapter 4: any one is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RiskReason {
    /// The register knows the address or the name.
    RegisterHit,
    /// The worker expects trouble.
    ExpectsTrouble,
    /// The resident is 'known'.
    KnownResident,
}

/// What a risky visit still needs.
// Policy, chapter 4: before it may start as approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// A colleague who goes along.
    Colleague,
    /// The manager's approval, with the agreed call times.
    ManagerApproval,
    /// The district officer informed, or a reason why not.
    DistrictOfficer,
    /// A mobile phone on which the worker is reached.
    ReachableMobile,
}

impl Visit {
    /// What stands in for a visit of which no more can be read than this. Somebody is out there, for
    /// all that anybody knows.
    pub fn unknown(
        id: VisitId,
        team: TeamId,
        worker: Named,
        mobile: Option<Phone>,
        starts_at: Instant,
    ) -> Self {
        let plan = Plan {
            kind: Kind::HomeVisit,
            starts_at,
            expected_minutes: 0,
            mobile: mobile.unwrap_or_else(Phone::emergency),
            colleagues: vec![],
            residents: vec![],
            background: String::new(),
            expects_trouble: false,
            known_resident: false,
        };
        Self {
            id,
            team,
            worker,
            language: Language::default(),
            has_pin: false,
            pins_begin_apart: false,
            plan,
            number_test: NumberTest::Own,
            number_asks: 0,
            expected_end_at: starts_at,
            extensions: 0,
            hits: vec![],
            approval: None,
            officer: None,
            check_ins: vec![],
            state: State::UnderWay { since: starts_at },
            alarm: None,
        }
    }

    /// Why it is risky; empty when it is not.
    pub fn risk(&self) -> Vec<RiskReason> {
        [
            (!self.hits.is_empty(), RiskReason::RegisterHit),
            (self.plan.expects_trouble, RiskReason::ExpectsTrouble),
            (self.plan.known_resident, RiskReason::KnownResident),
        ]
        .into_iter()
        .filter_map(|(holds, reason)| holds.then_some(reason))
        .collect()
    }

    /// Whether any sign of risk holds.
    pub fn is_risky(&self) -> bool {
        !self.risk().is_empty()
    }

    /// What a risky visit still needs. Nothing is asked of another visit.
    pub fn missing(&self) -> Vec<Missing> {
        if !self.is_risky() {
            return vec![];
        }
        [
            (self.along().next().is_none(), Missing::Colleague),
            (self.approval.is_none(), Missing::ManagerApproval),
            (self.officer.is_none(), Missing::DistrictOfficer),
            (!self.plan.mobile.is_mobile(), Missing::ReachableMobile),
        ]
        .into_iter()
        .filter_map(|(lacks, what)| lacks.then_some(what))
        .collect()
    }

    /// What its state is called.
    pub fn status(&self) -> Status {
        match self.state {
            State::Ahead { .. } if !self.missing().is_empty() => Status::AwaitingApproval,
            State::Ahead { .. } => Status::Planned,
            State::UnderWay { .. } => Status::UnderWay,
            State::Ended { .. } => Status::Ended,
            State::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// Whether somebody is out there.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, State::UnderWay { .. })
    }

    /// Whether nothing more can happen to it.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Ended { .. } | State::Cancelled { .. })
    }

    /// Whether an answer needs the PIN, by the team's rule.
    pub fn pin_needed(&self, policy: &WatchPolicy) -> bool {
        let rule = match policy.pin {
            PinRule::Never => false,
            PinRule::Risky => self.is_risky(),
            PinRule::Always => true,
        };
        rule && self.has_pin
    }

    /// How often is asked once the agreed times are over.
    pub fn interval(&self, policy: &WatchPolicy) -> chrono::TimeDelta {
        minutes(if self.is_risky() {
            policy.risky_interval_minutes
        } else {
            policy.interval_minutes
        })
    }
}
