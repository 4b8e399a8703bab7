//! A gateway and our place in it: its settings, and whether they can work.

use std::time::Duration;

use crate::carrier::setup::{Misconfigured, Secret, SetupFaults};

/// Where a gateway on this machine takes texts, unless it was told otherwise.
const SENDSMS: &str = "http://127.0.0.1:13013";

/// Where it tells how it is.
const STATUS: &str = "http://127.0.0.1:13000";

/// The longest that one try may take.
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// Nobody guesses a path that is as long as this.
const SHORTEST_SECRET: usize = 24;

/// A gateway and our place in it.
#[derive(Clone, Debug)]
pub struct KannelConfig {
    /// Where its smsbox takes texts.
    pub url: String,
    /// Where its bearerbox tells how it is.
    pub status_url: String,
    /// Our user with it.
    pub username: String,
    /// That user's password.
    pub password: Secret,
    /// Our number in E.164.
    pub from_number: String,
    /// The line to an operator that is to be taken, when there are several.
    pub line: Option<String>,
    /// Where we listen for it, on its own machine.
    pub callback_url: String,
    /// What is in the path of its callbacks, for it cannot sign them.
    pub callback_secret: Secret,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

impl KannelConfig {
    /// A gateway on this machine.
    pub fn new(username: &str, password: Secret, from_number: &str, secret: Secret) -> Self {
        Self {
            url: SENDSMS.into(),
            status_url: STATUS.into(),
            username: username.into(),
            password,
            from_number: from_number.into(),
            line: None,
            callback_url: "http://127.0.0.1:8080".into(),
            callback_secret: secret,
            try_limit: TRY_LIMIT,
        }
    }

    pub(super) fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        faults.unless(plain(&self.username), "Kannel's user must be of plain letters");
        faults.unless(plain(self.password.expose()), "Kannel's password must be of plain letters");
        faults.unless(self.line.as_deref().is_none_or(plain), "Kannel's line is not an id");
        let secret = self.callback_secret.expose();
        let url_safe = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        faults.unless(
            secret.len() >= SHORTEST_SECRET && secret.bytes().all(url_safe),
            "Kannel's callback secret must be of 24 or more letters, digits, - and _",
        );
        self.url = faults.service_url("Kannel's address", &self.url);
        self.status_url = faults.service_url("Kannel's status address", &self.status_url);
        faults.none().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::providers::kannel::Kannel;

    const SECRET: &str = "cGFkLWRhdC1uaWVtYW5kLXJhYWR0";

    fn config() -> KannelConfig {
        let password = Secret::new("geheim");
        KannelConfig::new("wacht", password, "+3197010200000", Secret::new(SECRET))
    }

    #[test]
    fn all_faults_in_the_settings_are_told_at_once_without_a_secret() {
        let mut bad = config();
        bad.username = "wacht 1".into();
        bad.callback_secret = Secret::new("kort-geheim");
        bad.url = "http://gateway.voorbeeld.nl:13013".into();
        bad.status_url = "kannel".into();
        bad.line = Some(String::new());
        let told = Kannel::new(bad).unwrap_err();
        assert_eq!(told.0.len(), 5, "{told}");
        let shown = format!("{told} {:?}", Kannel::new(config()).unwrap());
        assert!(!shown.contains("geheim") && !shown.contains(SECRET), "{shown}");
    }
}
