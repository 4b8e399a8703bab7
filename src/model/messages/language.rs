//! The languages that the house speaks.

use serde::{Deserialize, Serialize};

/// A language of screens, messages and letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, at level B1.
    #[default]
    Nl,
    En,
}

impl Language {
    /// The language of that two-letter name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "nl" => Some(Self::Nl),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}
