//! Every refusal of the service as a problem: the one place where what went wrong gets a status.

use axum::http::StatusCode;

use super::problem::Problem;
use crate::{
    model::{
        alarms::AlarmFault,
        incidents::{
            AffairFault, IncidentFault, aftercare::CareFault, letters::WasSent,
            measures::MeasureFault,
        },
        input::faults::Fault,
        people::channel_tests::TestFault,
        privacy::{requests::RequestFault, terms::TermFault},
        register,
        visits::registration::VisitFault,
    },
    service::{Error, register::file_imports},
    store,
};

impl From<Error> for Problem {
    fn from(why: Error) -> Self {
        match why {
            Error::NotFound => Self::not_found(),
            Error::Forbidden(reason) => Self::forbidden(reason),
            Error::StepUpNeeded => {
                let detail = "This asks for an extra check when signing in.";
                Self::new(StatusCode::FORBIDDEN, "step-up-needed", detail)
                    .with(|more| more.step_up_url = Some("/sign-in?step-up=true"))
            }
            Error::Conflict { code, detail } => Self::conflict(code, detail),
            Error::Invalid(faults) => Self::invalid(faults),
            Error::Stale => Self::stale(),
            Error::Visit(why) => why.into(),
            Error::Alarm(why) => why.into(),
            Error::ChannelTest(why) => why.into(),
            Error::NobodyToCall(number) => {
                let why = "Nobody could be told if something went wrong, so this visit is not \
                           watched. Call";
                Self::conflict("nobody-to-call", format!("{why} {number}."))
                    .with(|more| more.call_number = Some(number))
            }
            Error::UsedUp => {
                let detail = "This button works no longer. Open the app.";
                Self::new(StatusCode::GONE, "works-no-longer", detail)
            }
            Error::KeyReused => {
                let detail = "This Idempotency-Key was used for another request.";
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail)
            }
            Error::Lost => {
                let detail = "This was not taken in. Try again, or call.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail)
            }
            Error::LookupLost => {
                let detail = "Who you are could not be looked up. Try again, or call.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail)
            }
            Error::Store(why) => why.into(),
            Error::Entry(why) => why.into(),
            Error::Measure(why) => why.into(),
            Error::Letter(why) => why.into(),
            Error::Incident(why) => why.into(),
            Error::Affair(why) => why.into(),
            Error::Care(why) => why.into(),
            Error::Request(why) => why.into(),
            Error::TooOften { code, detail } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail)
            }
            Error::Unfinished { code, detail, faults } => {
                Self { faults, ..Self::conflict(code, detail) }
            }
            Error::CodeJustSent => {
                let detail = "A code was sent less than a minute ago. Wait a little.";
                Self::new(StatusCode::TOO_MANY_REQUESTS, "code-just-sent", detail)
            }
            Error::Directory(why) => {
                Self::new(StatusCode::BAD_REQUEST, "invalid-input", why.detail)
            }
            Error::NotHashed => {
                let detail = "The PINs were not kept.";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "not-hashed", detail)
            }
        }
    }
}

impl From<store::Error> for Problem {
    fn from(why: store::Error) -> Self {
        match why {
            store::Error::NotFound => Self::not_found(),
            store::Error::Stale => Self::stale(),
            other => {
                tracing::error!(why = %other, "database failed");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store-unavailable",
                    "The service cannot save or load data right now. Try again, or call.",
                )
            }
        }
    }
}

impl From<VisitFault> for Problem {
    fn from(why: VisitFault) -> Self {
        let (status, code) = match why {
            VisitFault::OwnVisit => (StatusCode::FORBIDDEN, "own-visit"),
            VisitFault::NotAhead => (StatusCode::CONFLICT, "started-already"),
            VisitFault::Over => (StatusCode::CONFLICT, "visit-over"),
            VisitFault::NotRisky => (StatusCode::CONFLICT, "needs-no-approval"),
        };
        Self::new(status, code, format!("{why}."))
    }
}

impl From<AlarmFault> for Problem {
    fn from(why: AlarmFault) -> Self {
        let invalid = |field, code| Self::invalid(vec![Fault::new(field, code, why.to_string())]);
        match &why {
            AlarmFault::OutThere => {
                Self::new(StatusCode::FORBIDDEN, "on-the-visit", format!("{why}."))
            }
            AlarmFault::OwnedBy(owner) => Self::conflict("already-owned", format!("{why}."))
                .with(|more| more.owner = Some(owner.clone())),
            AlarmFault::Closed => Self::conflict("alarm-closed", format!("{why}.")),
            AlarmFault::NoteNeeded => invalid("note", "required"),
            AlarmFault::NotUndone | AlarmFault::NotByItself => invalid("outcome", "invalid"),
        }
    }
}

impl From<TestFault> for Problem {
    fn from(why: TestFault) -> Self {
        let (status, code) = match why {
            TestFault::NotInUse => (StatusCode::CONFLICT, "channel-not-in-use"),
            TestFault::NoNumber => (StatusCode::CONFLICT, "no-number"),
            TestFault::OptedOut => (StatusCode::CONFLICT, "texts-stopped"),
            TestFault::NoDevice => (StatusCode::CONFLICT, "no-device"),
            TestFault::TooOften => (StatusCode::TOO_MANY_REQUESTS, "tested-often"),
        };
        Self::new(status, code, format!("{why}."))
    }
}

impl From<register::StepRefused> for Problem {
    fn from(why: register::StepRefused) -> Self {
        let words = why.to_string();
        match why {
            register::StepRefused::FourEyes
            | register::StepRefused::Reporter
            | register::StepRefused::Importer => {
                Self::new(StatusCode::FORBIDDEN, "four-eyes", words)
            }
            register::StepRefused::NotProposed => Self::conflict("not-proposed", words),
            register::StepRefused::Withdrawn => Self::conflict("withdrawn", words),
            register::StepRefused::NoReason => {
                Self::invalid(vec![Fault::new("why", "required", words)])
            }
        }
    }
}

impl From<MeasureFault> for Problem {
    fn from(why: MeasureFault) -> Self {
        let words = why.to_string();
        match why {
            MeasureFault::NotApproved => Self::conflict("not-approved", words),
            MeasureFault::Sent => Self::conflict("sent", words),
            MeasureFault::NotSent => Self::conflict("not-sent", words),
            MeasureFault::Objection => Self::conflict("objection", words),
            MeasureFault::FourEyes => Self::new(StatusCode::FORBIDDEN, "four-eyes", words),
            MeasureFault::Restriction => Self::conflict("restricted", words),
            MeasureFault::Term(why) => why.into(),
            MeasureFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<TermFault> for Problem {
    fn from(why: TermFault) -> Self {
        let words = why.to_string();
        match why {
            TermFault::Extended => Self::conflict("extended", words),
            TermFault::TooLate => Self::conflict("too-late", words),
            TermFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<WasSent> for Problem {
    fn from(why: WasSent) -> Self {
        Self::conflict("sent", why.to_string())
    }
}

impl From<IncidentFault> for Problem {
    fn from(why: IncidentFault) -> Self {
        let words = why.to_string();
        match why {
            IncidentFault::Involved => Self::new(StatusCode::FORBIDDEN, "involved", words),
            IncidentFault::Decided => Self::conflict("decided", words),
            IncidentFault::NotAssessed => Self::conflict("not-assessed", words),
            IncidentFault::NotDecided => Self::conflict("not-decided", words),
            IncidentFault::Closed => Self::conflict("closed", words),
            IncidentFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<AffairFault> for Problem {
    fn from(why: AffairFault) -> Self {
        let words = why.to_string();
        match why {
            AffairFault::Over => Self::conflict("over", words),
            AffairFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<CareFault> for Problem {
    fn from(why: CareFault) -> Self {
        let words = why.to_string();
        match why {
            CareFault::Oneself => Self::new(StatusCode::FORBIDDEN, "oneself", words),
            CareFault::NotPlanned => Self::conflict("not-planned", words),
            CareFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<RequestFault> for Problem {
    fn from(why: RequestFault) -> Self {
        let words = why.to_string();
        match why {
            RequestFault::Decided => Self::conflict("decided", words),
            RequestFault::NotDecided => Self::conflict("not-decided", words),
            RequestFault::Closed => Self::conflict("closed", words),
            RequestFault::NoRestriction => Self::conflict("no-restriction", words),
            RequestFault::Term(why) => why.into(),
            RequestFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<file_imports::ImportRefused> for Problem {
    fn from(why: file_imports::ImportRefused) -> Self {
        let words = why.to_string();
        match why {
            file_imports::ImportRefused::Faulty(report) => {
                Self::new(StatusCode::BAD_REQUEST, "faulty-file", words)
                    .with(|more| more.report = Some(report))
            }
            file_imports::ImportRefused::Before(at) => Self::conflict("imported-before", words)
                .with(|more| more.imported_before = Some(at)),
            file_imports::ImportRefused::Store(why) => why.into(),
        }
    }
}
