//! What a device shows: on a locked screen too, so nothing about a resident or an address.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::language::Language;
use crate::model::{
    clock::Instant,
    ids::{AlarmId, CheckInId, VisitId},
};

/// A notification on its way to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// From then on it is of no use any more.
    pub until: Instant,
    /// What is sent.
    pub shown: ShownNotification,
}

impl Notification {
    /// What it is about, in at most 32 characters: a later one about the same takes its place.
    pub fn topic(&self) -> &str {
        &self.shown.tag
    }
}

/// What the device gets; its own programme reads these names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShownNotification {
    /// What it is about; a later one takes the place of an earlier one on the screen.
    pub tag: String,
    /// In which language.
    pub lang: Language,
    /// Who says it.
    pub title: String,
    pub body: String,
    /// The address within the app that a press on it opens.
    pub opens: String,
    /// What the button that opens it says.
    pub open: String,
    /// The secret by which the device says that it was shown. It is added as it goes out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The button that says that all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub well: Option<Button>,
}

/// The button that says that all is well. Without a token it opens the app at the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Button {
    /// What it says.
    pub label: String,
    /// The secret that answers, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What is shown while the answer is on its way.
    pub sending: String,
    /// What is shown when it did not arrive.
    pub unsent: String,
}

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationSubject {
    /// A check-in of a visit.
    CheckIn(VisitId, CheckInId),
    Alarm(AlarmId),
}

impl NotificationSubject {
    /// The name under which it is shown and replaced: 32 characters, all that a push service takes.
    pub fn tag(self) -> String {
        let id: Uuid = match self {
            Self::CheckIn(_, id) => id.0,
            Self::Alarm(id) => id.0,
        };
        id.simple().to_string()
    }

    /// Where it opens the app; with `code` at the field for the PIN.
    pub fn opens(self, code: bool) -> String {
        match self {
            Self::CheckIn(visit, _) if code => format!("/#/bezoeken/{visit}/code"),
            Self::CheckIn(visit, _) => format!("/#/bezoeken/{visit}"),
            Self::Alarm(id) => format!("/#/alarmen/{id}"),
        }
    }
}
