//! What calendars show, and the mail that brings a visit to one. Nobody who is visited is named.

use super::{Words, catalogue::text};
use crate::model::visits::Kind;

impl Words {
    /// What a visit is called in a calendar.
    pub fn calendar_line(&self, kind: Kind, worker: &str) -> String {
        let kind = match kind {
            Kind::HomeVisit => text!(self.language, "calendar-line-home-visit"),
            Kind::FieldInspection => text!(self.language, "calendar-line-field-inspection"),
            Kind::OfficeMeeting => text!(self.language, "calendar-line-office-meeting"),
        };
        format!("{kind}, {worker}")
    }

    /// The subject of the mail with a visit for one's calendar.
    pub fn calendar_subject(&self) -> String {
        text!(self.language, "calendar-subject")
    }

    /// What that mail says.
    pub fn calendar_mail(&self) -> String {
        let url = &self.public_url;
        text!(self.language, "calendar-mail", url)
    }
}
