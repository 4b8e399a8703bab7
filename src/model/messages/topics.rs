//! What people are told about, apart from check-ins and alarms: half of the key of such a message.

use std::fmt;

use chrono::NaiveDate;

use crate::model::{
    ids::{CareId, EntryId, IncidentId, MessageId, PersonId, RequestId, TeamId, VisitId},
    visits::findings::Finding,
};

/// An enum whose names lie in the database, so that renaming a variant changes no name.
macro_rules! durable_names {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in keys of messages, for good.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
pub(crate) use durable_names;

durable_names! {
    /// What managers and administrators are told about a visit.
    VisitTopic {
        /// Somebody asks approval.
        ApprovalAsked = "ApprovalAsked",
        /// Somebody went without approval.
        WentAnyway = "WentAnyway",
        /// A planned visit did not start.
        NotStarted = "NotStarted",
        /// More time was asked for the third time.
        ExtendedOften = "ExtendedOften",
        /// A visit began by text or by telephone, and nobody knows where.
        AddressUnknown = "AddressUnknown",
        /// Too many wrong codes came: none counts for a while.
        CodesWait = "CodesWait",
        /// It began with another number, from which no answer ever came.
        NumberUntested = "NumberUntested",
        /// The ladder of its team has a gap.
        LadderGap = "LadderGap",
        /// A colleague does not go along on a risky visit.
        ColleagueNotAlong = "ColleagueNotAlong",
    }
}

/// What people are told about an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentTopic {
    /// It was reported.
    Reported,
    /// It waits for a decision; after so many earlier reminders.
    Reminder(u32),
    /// It was decided.
    Decided,
    /// It was closed.
    Closed,
}

/// What somebody is told about. Times tell one occasion from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Visit {
        visit: VisitId,
        /// What about it.
        what: VisitTopic,
        /// Microseconds since 1970.
        at_micros: i64,
    },
    /// A change in the directory left a team with nobody to call.
    TeamGap {
        team: TeamId,
        /// Microseconds since 1970.
        at_micros: i64,
    },
    Incident {
        incident: IncidentId,
        /// What about it.
        what: IncidentTopic,
    },
    /// A measure is to be looked at again.
    ReviewDue {
        /// The entry of the register.
        entry: EntryId,
        /// Seconds since 1970.
        at_seconds: i64,
    },
    /// An objection waits for its decision.
    ObjectionDue {
        /// The entry of the register.
        entry: EntryId,
        /// Seconds since 1970.
        at_seconds: i64,
    },
    /// A privacy request waits for its answer.
    RequestDue {
        request: RequestId,
        /// Seconds since 1970.
        at_seconds: i64,
    },
    /// An employee waits for a talk.
    CareDue {
        /// The employee's aftercare.
        care: CareId,
        /// How many reminders it had.
        reminders: u32,
    },
    /// The letter of a measure went out.
    LetterSent {
        /// The entry of the register.
        entry: EntryId,
    },
    /// The auditor found something; told once a day.
    Finding {
        finding: Finding,
        /// Whether that is put right.
        repaired: bool,
        /// The day in UTC.
        day: NaiveDate,
    },
    /// Somebody asked for no more texts.
    OptedOut {
        /// Whose number it is.
        holder: PersonId,
        /// Tells this time from another.
        occasion: MessageId,
    },
}

impl Topic {
    /// The text form of the key of a message about this to one person.
    pub(crate) fn write(&self, person: PersonId, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visit { visit, what, at_micros } => {
                write!(f, "visit/{visit}/{}/{person}/{at_micros}", what.name())
            }
            Self::TeamGap { team, at_micros } => write!(f, "gap/{team}/{at_micros}/{person}"),
            Self::Incident { incident, what } => {
                write!(f, "incident/{incident}/")?;
                match what {
                    IncidentTopic::Reported => f.write_str("reported"),
                    IncidentTopic::Reminder(nth) => write!(f, "reminder-{nth}"),
                    IncidentTopic::Decided => f.write_str("decided"),
                    IncidentTopic::Closed => f.write_str("closed"),
                }?;
                write!(f, "/{person}")
            }
            Self::ReviewDue { entry, at_seconds } => {
                write!(f, "measure/{entry}/review/{at_seconds}/{person}")
            }
            Self::ObjectionDue { entry, at_seconds } => {
                write!(f, "measure/{entry}/objection/{at_seconds}/{person}")
            }
            Self::RequestDue { request, at_seconds } => {
                write!(f, "request/{request}/{at_seconds}/{person}")
            }
            Self::CareDue { care, reminders } => write!(f, "care/{care}/{reminders}/{person}"),
            Self::LetterSent { entry } => write!(f, "letter/{entry}/sent/{person}"),
            Self::Finding { finding, repaired, day } => {
                let how = if *repaired { "repaired" } else { "stays" };
                write!(f, "audit/{}/{how}/{day}/{person}", finding.name())
            }
            Self::OptedOut { holder, occasion } => {
                write!(f, "opt-out/{holder}/{person}/{occasion}")
            }
        }
    }

    /// What [`Topic::write`] wrote.
    pub(crate) fn read(parts: &[&str]) -> Option<(Self, PersonId)> {
        let (topic, person) = match *parts {
            ["visit", visit, what, person, at] => {
                let (what, at_micros) = (VisitTopic::from_name(what)?, at.parse().ok()?);
                (Self::Visit { visit: visit.parse().ok()?, what, at_micros }, person)
            }
            ["gap", team, at, person] => {
                (Self::TeamGap { team: team.parse().ok()?, at_micros: at.parse().ok()? }, person)
            }
            ["incident", incident, what, person] => {
                let what = match what {
                    "reported" => IncidentTopic::Reported,
                    "decided" => IncidentTopic::Decided,
                    "closed" => IncidentTopic::Closed,
                    other => {
                        IncidentTopic::Reminder(other.strip_prefix("reminder-")?.parse().ok()?)
                    }
                };
                (Self::Incident { incident: incident.parse().ok()?, what }, person)
            }
            ["measure", entry, what, at, person] => {
                let (entry, at_seconds) = (entry.parse().ok()?, at.parse().ok()?);
                match what {
                    "review" => (Self::ReviewDue { entry, at_seconds }, person),
                    "objection" => (Self::ObjectionDue { entry, at_seconds }, person),
                    _ => return None,
                }
            }
            ["request", request, at, person] => {
                let (request, at_seconds) = (request.parse().ok()?, at.parse().ok()?);
                (Self::RequestDue { request, at_seconds }, person)
            }
            ["care", care, nth, person] => {
                (Self::CareDue { care: care.parse().ok()?, reminders: nth.parse().ok()? }, person)
            }
            ["letter", entry, "sent", person] => {
                (Self::LetterSent { entry: entry.parse().ok()? }, person)
            }
            ["audit", finding, how, day, person] => {
                let (finding, day) = (Finding::from_name(finding)?, day.parse().ok()?);
                (Self::Finding { finding, repaired: how == "repaired", day }, person)
            }
            ["opt-out", holder, person, id] => {
                let (holder, occasion) = (holder.parse().ok()?, id.parse().ok()?);
                (Self::OptedOut { holder, occasion }, person)
            }
            _ => return None,
        };
        Some((topic, person.parse().ok()?))
    }
}
