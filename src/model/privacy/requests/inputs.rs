//! What the desk says of a privacy request, as it comes in.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{
    clock::Instant,
    ids::EntryId,
    incidents::{Bounds, Subject, SubjectInput, measures::Shown},
    input::{
        faults::{Fault, Faults},
        past_day::past_day,
    },
};

/// What a person asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// To see what is held.
    Access,
    /// To correct it.
    Rectification,
    /// To remove it.
    Removal,
    /// Not to use it for now.
    Restriction,
}

/// A request as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PrivacyRequestInput)]
pub struct RequestInput {
    #[schema(required, nullable = false, value_type = RequestKind)]
    pub kind: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub person: SubjectInput,
    #[schema(required, nullable = false, format = Date)]
    pub received_on: Option<String>,
    /// What the person asks in own words.
    #[schema(required, nullable = false, min_length = 1, max_length = 4000)]
    pub asked: Option<String>,
}

/// A decision as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestDecisionInput {
    #[schema(required, nullable = false)]
    pub granted: Option<bool>,
    #[schema(required, nullable = false, min_length = 1, max_length = 2000)]
    pub because: Option<String>,
    /// For a removal or a restriction that is granted: which entries.
    #[serde(default)]
    #[schema(value_type = Vec<EntryId>, max_items = 50)]
    pub entries: Vec<String>,
    /// For a restriction; `call-desk` unless it is said.
    #[schema(nullable = false, value_type = Option<Shown>)]
    pub shown: Option<String>,
}

/// When the person was told, as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToldInput {
    /// On which day the person was told.
    #[schema(required, nullable = false, format = Date)]
    pub told_on: Option<String>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// What a person asks, once it was read.
#[derive(Clone, Debug)]
pub struct AskedRequest {
    pub kind: RequestKind,
    pub person: Subject,
    pub received_on: NaiveDate,
    pub asked: String,
}

impl RequestInput {
    /// Reads it.
    ///
    /// # Errors
    /// Every fault.
    pub fn read(&self, (now, zone): (Instant, Tz)) -> Result<AskedRequest, Vec<Fault>> {
        let mut faults = Faults::default();
        let today = now.with_timezone(&zone).date_naive();
        let kind = self.kind.as_deref().map(|kind| serde_json::from_value(kind.into()));
        let kind: Option<RequestKind> = kind.and_then(Result::ok);
        let names = "access, rectification, removal or restriction";
        faults.require(kind.is_some(), "kind", "invalid", names);
        // Whoever asks may ask, however young.
        let bounds = Bounds { now, zone, youngest_years: 0 };
        let person = Subject::read(&self.person, "person", bounds, &mut faults);
        let received = past_day("receivedOn", self.received_on.as_deref(), today, &mut faults);
        let asked = faults.text("asked", self.asked.as_deref(), 4000);
        match (kind, person, received, asked, faults.done()) {
            (Some(kind), Some(person), Some(received_on), Some(asked), Ok(())) => {
                Ok(AskedRequest { kind, person, received_on, asked })
            }
            (.., faults) => Err(faults.err().unwrap_or_default()),
        }
    }
}
