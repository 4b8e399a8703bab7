//! The ways in which somebody can be reached.

use serde::{Deserialize, Serialize};

/// A way to reach somebody.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A text message to a mobile phone.
    Text,
    /// A voice call that can be answered by keys.
    Call,
    /// An e-mail message.
    Mail,
    /// A notification in the web app.
    Push,
}

impl Channel {
    /// Its name in rows and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Call => "call",
            Self::Mail => "mail",
            Self::Push => "push",
        }
    }

    /// The channel of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Text, Self::Call, Self::Mail, Self::Push].into_iter().find(|c| c.name() == name)
    }
}
