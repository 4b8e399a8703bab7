//! The languages that the house speaks.

use serde::{Deserialize, Serialize};

/// A language of screens, messages and letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch, at level B1.
    #[default]
    Nl,
    /// English.
    En,
}
