//! Advises which measure the policy prescribes for what happened, and why. Whoever decides may
//! depart from it with a reason; nothing is ever decided here.

use chrono::{Months, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::{clock::Instant, ids::EntryId, register::Measure};

/// What was done, in the five classes of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Behaviour {
    /// Emotion about oneself: nagging, asking for an exception.
    A,
    /// Emotion about the organisation: criticism of its rules.
    B,
    /// Emotion aimed at the employee: swearing, insulting, provoking.
    C,
    /// Aggression: threats, violence, intimidation.
    D,
    /// A threat to harm oneself or others.
    E,
}

impl Behaviour {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::C, Self::D, Self::E];

    /// The class of that letter.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

/// How far the call by another employee is.
// It comes before a first letter (National Ombudsman, July 2021).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallStep {
    /// Nobody called yet.
    #[default]
    NotYet,
    /// Somebody called, and it calmed things.
    Calmed,
    /// Somebody called, and the resident persists.
    Persists,
    /// Left out: it happened before, and the resident knows the protocol.
    KnowsProtocol,
}

/// A measure that the resident got before, and that was not withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EarlierMeasure)]
pub struct Earlier {
    pub entry: EntryId,
    pub measure: Measure,
    /// The day of the letter.
    pub on: NaiveDate,
    /// Its last day.
    pub until: NaiveDate,
}

/// Everything that the advice rests on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What was done.
    pub behaviour: Behaviour,
    /// Whether it went on after the resident was called to order.
    pub persistent: bool,
    /// When it happened.
    pub at: Instant,
    /// Which measures came before.
    pub earlier: &'a [Earlier],
    /// How far the call by another employee is.
    pub call: CallStep,
}

/// How terms are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// For how many calendar months a warning letter counts.
    pub warning_months: u32,
    /// Where days begin and end.
    pub zone: Tz,
}

/// What is done about it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Reaction {
    /// Nothing beyond a note.
    None,
    /// The talk sufficed; no letter.
    Talk,
    /// A warning letter.
    WarningLetter,
    /// A contact ban.
    ContactBan,
}

impl Reaction {
    /// The measure for the register, if it is one.
    pub fn measure(self) -> Option<Measure> {
        match self {
            Self::None | Self::Talk => None,
            Self::WarningLetter => Some(Measure::WarningLetter),
            Self::ContactBan => Some(Measure::ContactBan),
        }
    }
}

/// What has to happen beside the measure, and before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AdviceStep)]
pub enum First {
    /// Bring in an emergency service.
    EmergencyService,
    /// Tell the manager and the aggression desk.
    InformManagerAndDesk,
    /// Let another employee call the resident.
    OmbudsmanCall,
    /// Report it to the police.
    PoliceReport,
    /// A contact ban is in force: follow the steps for a breach.
    BreachOfBan,
}

/// A rule of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AdviceRule)]
pub enum Rule {
    /// Threats, violence and intimidation are never accepted: at once a ban.
    Aggression,
    /// A threat to harm oneself or others asks for help, not for a letter.
    CryForHelp,
    /// Persistent behaviour within the term of a warning: a ban.
    RepeatAfterWarning,
    /// Persistent behaviour: a warning letter, once another employee called.
    CallBeforeLetter,
    /// The call calmed things: the letter may be left out.
    CallCalmed,
    /// The call did not help: the letter goes.
    CallInVain,
    /// A repeat by somebody who knows the protocol: the letter goes at once.
    KnowsProtocol,
    /// Emotion that does not go on is part of the work.
    PartOfTheWork,
    /// A ban is in force, so that any contact breaches it.
    BanInForce,
    /// A threat or violence is always reported to the police.
    AlwaysReported,
}

impl Rule {
    /// Where the policy says so.
    pub fn source(self) -> &'static str {
        match self {
            Self::Aggression | Self::RepeatAfterWarning => "5 contact ban",
            Self::CryForHelp => "3.2 behaviour E",
            Self::CallBeforeLetter | Self::CallCalmed => "5 National Ombudsman",
            Self::CallInVain | Self::KnowsProtocol => "5 National Ombudsman",
            Self::PartOfTheWork => "3.1 behaviour A, B, C",
            Self::BanInForce => "5 breach",
            Self::AlwaysReported => "5 police",
        }
    }
}

/// Why something is advised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AdviceReason)]
pub struct Reason {
    pub rule: Rule,
    /// The chapter of the policy.
    pub source: String,
    /// The earlier measures that it rests on.
    pub earlier: Vec<Earlier>,
}

/// What the policy prescribes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    pub reaction: Reaction,
    /// What comes first, in order.
    pub first: Vec<First>,
    pub reasons: Vec<Reason>,
}

impl Advice {
    /// What the policy prescribes for this case.
    pub fn on(case: &Case<'_>, terms: Terms) -> Self {
        let warnings = case.warnings(terms);
        let (reaction, rule) = case.reaction(!warnings.is_empty());
        let rests_on = if rule == Rule::RepeatAfterWarning { warnings } else { vec![] };
        let mut reasons = vec![Reason::new(rule, rests_on)];
        let mut first = vec![];
        if case.behaviour == Behaviour::E {
            first.push(First::EmergencyService);
        }
        if case.is_grave() {
            first.push(First::InformManagerAndDesk);
        }
        if rule == Rule::CallBeforeLetter {
            first.push(First::OmbudsmanCall);
        }
        if case.behaviour == Behaviour::D {
            first.push(First::PoliceReport);
            reasons.push(Reason::new(Rule::AlwaysReported, vec![]));
        }
        let bans = case.bans_in_force(terms);
        if !bans.is_empty() {
            first.push(First::BreachOfBan);
            reasons.push(Reason::new(Rule::BanInForce, bans));
        }
        Self { reaction, first, reasons }
    }
}

impl Reason {
    fn new(rule: Rule, earlier: Vec<Earlier>) -> Self {
        Self { rule, source: rule.source().into(), earlier }
    }
}

impl Case<'_> {
    fn reaction(&self, warned: bool) -> (Reaction, Rule) {
        match (self.behaviour, self.persistent) {
            (Behaviour::D, _) => (Reaction::ContactBan, Rule::Aggression),
            (Behaviour::E, _) => (Reaction::None, Rule::CryForHelp),
            (_, false) => (Reaction::None, Rule::PartOfTheWork),
            (_, true) if warned => (Reaction::ContactBan, Rule::RepeatAfterWarning),
            (_, true) => match self.call {
                CallStep::NotYet => (Reaction::WarningLetter, Rule::CallBeforeLetter),
                CallStep::Calmed => (Reaction::Talk, Rule::CallCalmed),
                CallStep::Persists => (Reaction::WarningLetter, Rule::CallInVain),
                CallStep::KnowsProtocol => (Reaction::WarningLetter, Rule::KnowsProtocol),
            },
        }
    }

    /// Emotion that goes on is handled like aggression.
    fn is_grave(&self) -> bool {
        self.persistent || matches!(self.behaviour, Behaviour::D | Behaviour::E)
    }

    fn day(&self, terms: Terms) -> NaiveDate {
        self.at.with_timezone(&terms.zone).date_naive()
    }

    /// The warning letters of which the term runs, the latest first.
    fn warnings(&self, terms: Terms) -> Vec<Earlier> {
        let day = self.day(terms);
        let counts = |e: &&Earlier| {
            e.measure == Measure::WarningLetter && is_within(e.on, day, terms.warning_months)
        };
        let mut found: Vec<_> = self.earlier.iter().filter(counts).copied().collect();
        found.sort_by_key(|e| std::cmp::Reverse((e.on, e.entry)));
        found
    }

    fn bans_in_force(&self, terms: Terms) -> Vec<Earlier> {
        let day = self.day(terms);
        let stands =
            |e: &&Earlier| e.measure == Measure::ContactBan && e.on <= day && day <= e.until;
        self.earlier.iter().filter(stands).copied().collect()
    }
}

/// Whether `day` falls within so many calendar months of a letter of the day `letter`: after that
/// day itself (nobody can know a letter of today), up to and including the day of the same number,
/// or the last day of a month that has no such day.
pub fn is_within(letter: NaiveDate, day: NaiveDate, months: u32) -> bool {
    let last = letter.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX);
    letter < day && day <= last
}

#[cfg(test)]
mod tests;
