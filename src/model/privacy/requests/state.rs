//! How far a privacy request is, in one word: what rows and lists know of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    Received,
    /// It takes longer, which the person was told.
    Extended,
    Granted,
    Refused,
    /// The person was told.
    Closed,
}

impl RequestState {
    const ALL: [Self; 5] =
        [Self::Received, Self::Extended, Self::Granted, Self::Refused, Self::Closed];

    /// Its name in rows and in the api.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Extended => "extended",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Closed => "closed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
