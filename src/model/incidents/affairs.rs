//! A police report and a claim for damage: steps of their own, kept apart from what was done.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::report::optional;
use crate::model::{
    clock::Instant,
    input::faults::{Fault, Faults},
    people::Named,
};

const NO_DAY: &str = "is a day such as 2026-11-23";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AffairKind {
    /// A report or notification to the police; by the manager or the desk, never the employee.
    PoliceReport,
    /// A claim for damage; Legal Affairs is brought in.
    DamageClaim,
}

impl AffairKind {
    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::PoliceReport => "police-report",
            Self::DamageClaim => "damage-claim",
        }
    }
}

/// An affair and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affair {
    /// Who does it.
    pub who: Option<Named>,
    /// Where it stands.
    pub state: AffairState,
}

/// Where an affair stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum AffairState {
    /// It has to be done.
    Open,
    /// It was done.
    Done {
        by: Named,
        /// When that was noted.
        at: Instant,
        /// On which day.
        on: NaiveDate,
        /// Under which number it is known there.
        reference: Option<String>,
    },
    /// It was left out.
    Dropped { by: Named, at: Instant, because: String },
}

/// How far an affair is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AffairState)]
pub enum AffairProgress {
    Open,
    Done,
    Dropped,
}

/// A step of an affair, as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AffairInput)]
pub struct AffairStep {
    /// `open`: the caller takes it on.
    #[schema(required, nullable = false, value_type = AffairProgress)]
    pub state: Option<String>,
    /// Required when done.
    #[schema(format = Date)]
    pub on: Option<String>,
    #[schema(max_length = 100)]
    pub reference: Option<String>,
    /// Required when dropped.
    #[schema(max_length = 1000)]
    pub because: Option<String>,
}

/// Why an affair cannot take a step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AffairFault {
    /// It is over.
    #[error("it was done or left out already")]
    Over,
    /// The input has faults.
    #[error("the input has faults")]
    Input(Vec<Fault>),
}

impl Affair {
    /// One that has to be done.
    pub fn open() -> Self {
        Self { who: None, state: AffairState::Open }
    }

    pub fn progress(&self) -> AffairProgress {
        match self.state {
            AffairState::Open => AffairProgress::Open,
            AffairState::Done { .. } => AffairProgress::Done,
            AffairState::Dropped { .. } => AffairProgress::Dropped,
        }
    }

    /// Takes a step.
    ///
    /// # Errors
    /// When it is over, or the step has faults.
    pub fn step(
        self,
        step: &AffairStep,
        by: Named,
        now: Instant,
        today: NaiveDate,
    ) -> Result<Self, AffairFault> {
        if self.state != AffairState::Open {
            return Err(AffairFault::Over);
        }
        let mut faults = Faults::default();
        // What is given is read, whether this step needs it or not.
        let reference = optional("reference", step.reference.as_deref(), 100, &mut faults);
        let because = optional("because", step.because.as_deref(), 1000, &mut faults);
        let day = step.on.as_deref().map(str::parse::<NaiveDate>);
        let on = day.and_then(|day| faults.take("on", day.map_err(|_| NO_DAY)));
        let who = self.who.or(Some(by.clone()));
        let state = match step.state.as_deref() {
            Some("open") => Some(AffairState::Open),
            Some("done") => {
                faults.require(step.on.is_some(), "on", "required", NO_DAY);
                faults.require(on.is_none_or(|on| on <= today), "on", "future", "has not come yet");
                on.map(|on| AffairState::Done { by: by.clone(), at: now, on, reference })
            }
            Some("dropped") => {
                let said = step.because.as_deref().is_some_and(|text| !text.trim().is_empty());
                faults.require(said, "because", "required", "is required");
                because.map(|because| AffairState::Dropped { by: by.clone(), at: now, because })
            }
            _ => {
                faults.add("state", "invalid", "open, done or dropped");
                None
            }
        };
        let who = if step.state.as_deref() == Some("open") { Some(by) } else { who };
        match (state, faults.done()) {
            (Some(state), Ok(())) => Ok(Self { who, state }),
            (_, faults) => Err(AffairFault::Input(faults.err().unwrap_or_default())),
        }
    }
}
