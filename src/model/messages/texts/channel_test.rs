//! What a test of a channel says: that it is one, and that nothing needs to be done.

use super::{Words, catalogue::text};

impl Words {
    pub fn test_text(&self) -> String {
        text!(self.language, "test-text")
    }

    /// On a call.
    pub fn test_call(&self) -> String {
        text!(self.language, "test-call")
    }

    /// The subject of a mail.
    pub fn test_subject(&self) -> String {
        text!(self.language, "test-subject")
    }

    pub fn test_mail(&self) -> String {
        text!(self.language, "test-mail")
    }

    /// In a notification.
    pub fn test_push(&self) -> String {
        text!(self.language, "test-push")
    }
}
