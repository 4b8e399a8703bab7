//! An account with Twilio, or with a provider that speaks like it: its settings, and whether they can
//! work.

use std::time::Duration;

use crate::carrier::setup::{Misconfigured, Secret, SetupFaults};

/// Where Twilio itself lives.
const TWILIO: &str = "https://api.twilio.com";

/// The longest that one try may take.
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// The section with the first account. Any other stands in for it.
pub(super) const FIRST: &str = "twilio";

/// An account with Twilio or SignalWire.
#[derive(Clone, Debug)]
pub struct TwilioConfig {
    /// Its name in rows, metrics and readiness; tells two accounts apart.
    pub name: &'static str,
    /// The account's id.
    pub account_sid: String,
    /// The account's token.
    pub auth_token: Secret,
    /// Another key that callbacks may be signed with: SignalWire's signing key, or the other
    /// token while tokens are being changed.
    pub callback_key: Option<Secret>,
    /// Our number in E.164. Calls cannot do without.
    pub from_number: Option<String>,
    /// The service that picks a number for texts; goes before `from_number`.
    pub messaging_service_sid: Option<String>,
    /// Where the provider's API lives.
    pub base_url: String,
    /// Where we live, as the provider sees us.
    pub public_url: String,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

impl TwilioConfig {
    /// Twilio's own settings; a number or a messaging service is still to be given.
    pub fn new(account_sid: &str, auth_token: Secret, public_url: &str) -> Self {
        Self {
            name: FIRST,
            account_sid: account_sid.into(),
            auth_token,
            callback_key: None,
            from_number: None,
            messaging_service_sid: None,
            base_url: TWILIO.into(),
            public_url: public_url.into(),
            try_limit: TRY_LIMIT,
        }
    }

    /// The same settings with addresses made equal, if they can work.
    pub(super) fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let plain =
            |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        faults.unless(plain(&self.account_sid), "The Twilio account is not an id");
        faults.unless(!self.auth_token.expose().is_empty(), "The Twilio token is missing");
        faults.unless(
            self.from_number.is_some() || self.messaging_service_sid.is_some(),
            "Twilio needs a number or a messaging service to send from",
        );
        faults.unless(
            self.from_number.as_deref().is_none_or(is_e164),
            "The Twilio number must look like +31201234567",
        );
        faults.unless(
            self.messaging_service_sid.as_deref().is_none_or(plain),
            "The Twilio messaging service is not an id",
        );
        self.base_url = faults.service_url("Twilio's address", &self.base_url);
        self.public_url = faults.service_url("The public address", &self.public_url);
        faults.none().map(|()| self)
    }
}

fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    })
}
