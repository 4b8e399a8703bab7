//! What a test of a channel says: that it is one, and that nothing needs to be done.

use super::Words;

impl Words {
    /// By text.
    pub fn test_text(&self) -> String {
        self.pick(
            "Test van Rugdekking: onze sms'jes komen hier aan. Je hoeft niets te doen.".into(),
            "Test from Rugdekking: our texts arrive here. You need to do nothing.".into(),
        )
    }

    /// On a call.
    pub fn test_call(&self) -> String {
        self.pick(
            "Dit is een test van Rugdekking. We kunnen je bellen. Je hoeft niets te doen.".into(),
            "This is a test from Rugdekking. We can call you. You need to do nothing.".into(),
        )
    }

    /// The subject of a mail.
    pub fn test_subject(&self) -> String {
        self.pick("Test van Rugdekking".into(), "Test from Rugdekking".into())
    }

    /// By mail.
    pub fn test_mail(&self) -> String {
        self.pick(
            "Onze mail komt hier aan. Je hoeft niets te doen.".into(),
            "Our mail arrives here. You need to do nothing.".into(),
        )
    }

    /// In a notification.
    pub fn test_push(&self) -> String {
        self.pick(
            "Test: meldingen komen op dit apparaat aan.".into(),
            "Test: notifications arrive on this device.".into(),
        )
    }
}
