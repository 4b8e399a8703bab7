//! Why a use case was not carried out.

use crate::{
    model::{
        alarms::AlarmFault,
        incidents::{
            AffairFault, IncidentFault, aftercare::CareFault, letters::WasSent,
            measures::MeasureFault,
        },
        input::faults::Fault,
        people::{channel_tests::TestFault, scim::ScimRefused},
        phone::Phone,
        privacy::requests::RequestFault,
        register,
        visits::registration::VisitFault,
    },
    store,
};

/// Why a use case was not carried out. Nothing of it was saved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not for the caller to know.
    #[error("there is no such thing here")]
    NotFound,
    /// Not for the caller to do, with the reason in words.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The caller's role asks for an extra check when signing in.
    #[error("this asks for an extra check when signing in")]
    StepUpNeeded,
    /// It cannot be done now.
    #[error("{detail}")]
    Conflict {
        /// What it is, for programs.
        code: &'static str,
        /// What it is, for people.
        detail: String,
    },
    /// The input cannot be used, for these reasons.
    #[error("the input has faults")]
    Invalid(Vec<Fault>),
    /// Somebody else changed it first.
    #[error("it was changed in between")]
    Stale,
    /// What the visit does not allow.
    #[error(transparent)]
    Visit(#[from] VisitFault),
    /// What the alarm does not allow.
    #[error(transparent)]
    Alarm(#[from] AlarmFault),
    /// A channel cannot be tested.
    #[error(transparent)]
    ChannelTest(#[from] TestFault),
    /// Nobody could be told of an alarm; this is the organisation's own number.
    #[error("nobody could be told if something went wrong")]
    NobodyToCall(Phone),
    /// The secret of a one-time button or link does nothing any more.
    #[error("this button works no longer")]
    UsedUp,
    /// An idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Whoever carried it out with others' requests went away half-way.
    #[error("the request was lost half-way")]
    Lost,
    /// Whoever looked up callers went away half-way.
    #[error("who the caller is was not looked up")]
    LookupLost,
    /// The store failed.
    #[error(transparent)]
    Store(store::Error),
    /// What an entry of the register does not allow.
    #[error(transparent)]
    Entry(#[from] register::StepRefused),
    /// What a measure does not allow.
    #[error(transparent)]
    Measure(#[from] MeasureFault),
    /// A letter that was sent stays as it is.
    #[error(transparent)]
    Letter(#[from] WasSent),
    /// What the incident does not allow.
    #[error(transparent)]
    Incident(#[from] IncidentFault),
    /// What the report to the police, or the damage, does not allow.
    #[error(transparent)]
    Affair(#[from] AffairFault),
    /// What aftercare does not allow.
    #[error(transparent)]
    Care(#[from] CareFault),
    /// What a privacy request does not allow.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// It was asked too often.
    #[error("{detail}")]
    TooOften {
        /// What it is, for programs.
        code: &'static str,
        /// What it is, for people.
        detail: &'static str,
    },
    /// It cannot be done before these faults of what is kept are mended.
    #[error("{detail}")]
    Unfinished {
        /// What it is, for programs.
        code: &'static str,
        /// What it is, for people.
        detail: &'static str,
        /// What stands in the way.
        faults: Vec<Fault>,
    },
    /// A code was sent less than a minute ago.
    #[error("a code was just sent")]
    CodeJustSent,
    /// The PINs could not be hashed.
    #[error("the PINs were not kept")]
    NotHashed,
    /// What the directory says cannot be used.
    #[error(transparent)]
    Directory(#[from] ScimRefused),
}

impl Error {
    /// One fault of the input.
    pub fn invalid(field: &str, code: &'static str, message: &str) -> Self {
        Self::Invalid(vec![Fault::new(field, code, message)])
    }

    /// It cannot be done now.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { code, detail: detail.into() }
    }

    /// Whether the service failed, rather than refused: the same may go well later.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Lost | Self::LookupLost)
    }
}

impl From<store::Error> for Error {
    fn from(why: store::Error) -> Self {
        match why {
            store::Error::NotFound => Self::NotFound,
            store::Error::Stale => Self::Stale,
            other => Self::Store(other),
        }
    }
}
