//! What belongs to a measure beside its terms: what led to it, and what came of it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::model::{
    clock::Instant,
    ids::{IncidentId, PersonId, RequestId},
    privacy::terms::Term,
};

/// What belongs to a measure beside its terms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dossier {
    /// The incident that led to it.
    pub incident: Option<IncidentId>,
    /// Who reported that; not the one to approve it.
    pub reporter: Option<PersonId>,
    /// Which way to the municipality stays open.
    pub open_channel: Option<String>,
    /// Who may speak for the person.
    pub representative: Option<String>,
    /// The letter, once it was sent.
    pub mail: Option<Mail>,
    /// The last one last.
    #[serde(default)]
    #[schema(required)]
    pub objections: Vec<Objection>,
    #[serde(default)]
    #[schema(required)]
    pub reviews: Vec<Review>,
    #[serde(default)]
    #[schema(required)]
    pub breaches: Vec<Breach>,
    /// How often the desk was reminded of the review at hand.
    #[serde(default)]
    #[schema(required)]
    pub reminders: u32,
    /// While the person contests it: what a check may say.
    pub restriction: Option<Restriction>,
}

/// A letter sent by registered mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisteredMail)]
pub struct Mail {
    /// The number to follow it by.
    pub tracking_number: String,
    pub sent_on: NaiveDate,
    /// Who noted that.
    pub by: PersonId,
    pub at: Instant,
    /// On which day it was delivered, once that was proved.
    #[serde(default)]
    pub delivered_on: Option<NaiveDate>,
}

/// Somebody looked whether a measure is still needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub by: PersonId,
    pub at: Instant,
    /// Why it stays.
    pub because: String,
}

/// The person sought contact all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Breach {
    /// The incident that tells of it.
    pub incident: IncidentId,
    pub at: Instant,
}

/// An objection to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Objection {
    pub received_on: NaiveDate,
    /// Nothing while it is open.
    pub upheld: Option<bool>,
    pub because: Option<String>,
    /// Until when it has to be decided; null for what came in before terms were counted.
    #[serde(default)]
    pub term: Option<Term>,
}

/// What a check says of an entry whose use is restricted.
// Employees are to be protected meanwhile, so that it says least, and not nothing, unless whoever
// decides finds otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// That there is something, and whom to call.
    #[default]
    CallDesk,
    Nothing,
}

/// Its use is restricted for as long as the person contests it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Restriction {
    /// The request that was granted.
    pub request: RequestId,
    /// What a check still says.
    pub shown: Shown,
    pub because: String,
    /// Who decided that.
    pub by: PersonId,
    pub at: Instant,
}
