//! What is said about incidents, measures and aftercare: no names but the reporter's, and a link.

use super::{
    Words,
    catalogue::{fixed, text},
};
use crate::model::{
    ids::{CareId, EntryId, IncidentId, RequestId},
    incidents::{How, incident_notices::IncidentNews},
    privacy::terms::Reminder,
};

impl Words {
    /// News of an incident.
    pub fn incident_news(&self, reporter: &str, id: IncidentId, news: IncidentNews) -> String {
        let url = format!("{}/#/voorvallen/{id}", self.public_url);
        match news {
            IncidentNews::Reported => text!(self.language, "incident-news-reported", reporter, url),
            IncidentNews::Waiting(due) => {
                let (day, time) = (self.day(due), self.time(due));
                text!(self.language, "incident-news-waiting", day, time, url)
            }
            IncidentNews::Overdue => text!(self.language, "incident-news-overdue", url),
            IncidentNews::Decided => text!(self.language, "incident-news-decided", url),
            IncidentNews::Closed => text!(self.language, "incident-news-closed", url),
        }
    }

    /// To who leads a team, when an employee waits for a talk after an incident.
    pub fn care_due(&self, id: CareId) -> String {
        let url = format!("{}/#/opvang/{id}", self.public_url);
        text!(self.language, "incident-care-due", url)
    }

    /// To the desk, when a measure is to be looked at again.
    pub fn review_due(&self, id: EntryId) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        text!(self.language, "incident-review-due", url)
    }

    /// To the desk, while an objection waits for its decision.
    pub fn objection_due(&self, id: EntryId, reminder: Reminder) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        match reminder {
            Reminder::Soon => text!(self.language, "incident-objection-due-soon", url),
            Reminder::Overdue => text!(self.language, "incident-objection-due-overdue", url),
        }
    }

    /// To the desk, while a privacy request waits for its answer.
    pub fn request_due(&self, id: RequestId, reminder: Reminder) -> String {
        let url = format!("{}/#/verzoeken/{id}", self.public_url);
        match reminder {
            Reminder::Soon => text!(self.language, "incident-request-due-soon", url),
            Reminder::Overdue => text!(self.language, "incident-request-due-overdue", url),
        }
    }

    /// To the desk, when the letter of a measure went out.
    pub fn letter_sent(&self, id: EntryId) -> String {
        let url = format!("{}/#/register/{id}", self.public_url);
        text!(self.language, "incident-letter-sent", url)
    }

    /// What to do when somebody with a contact ban seeks contact all the same.
    pub fn breach_steps(&self, how: How) -> Vec<String> {
        let steps: &[&str] = match how {
            How::Phone | How::Mail | How::SocialMedia => {
                &["breach-block", "breach-no-reaction", "breach-report"]
            }
            How::Office => {
                &["breach-ask", "breach-ask-again", "breach-alarm-button", "breach-report"]
            }
            How::Visit => &["breach-leave", "breach-112", "breach-report"],
        };
        steps.iter().map(|step| fixed(self.language, step).to_owned()).collect()
    }
}
