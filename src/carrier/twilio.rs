//! Texts and calls by Twilio, or by a provider that speaks like it, such as SignalWire.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Client;

use super::{
    Carrier, HandedOver, Refusal, http,
    setup::{Faults, Misconfigured, Secret},
    signature, twiml,
};
use crate::model::{
    ids::MessageId,
    language::Language,
    messages::{Channel, Content, Message, Script},
};

/// Where Twilio itself lives.
pub const TWILIO: &str = "https://api.twilio.com";

/// The longest that one try may take.
pub const TRY_LIMIT: Duration = Duration::from_secs(10);

/// For how many seconds a phone rings.
const RING: &str = "30";

/// For how many seconds a call may last, so that no line stays open whatever an exchange does.
const LONGEST_CALL: &str = "300";

/// For how many seconds the exchange listens for an answering machine: a person hears nothing
/// meanwhile. What it does not know by then counts as a person, who still has to press a key.
const DETECTION: &str = "10";

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
            name: "twilio",
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
    fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = Faults::default();
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

/// A carrier of texts and calls over Twilio's REST interface.
#[derive(Debug)]
pub struct Twilio {
    config: TwilioConfig,
    client: Client,
}

impl Twilio {
    /// A carrier for that account.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once.
    pub fn new(config: TwilioConfig) -> Result<Self, Misconfigured> {
        let config = config.checked()?;
        let client = http::client(config.try_limit)?;
        Ok(Self { config, client })
    }

    /// Whether a callback comes from the provider. `path_and_query` is what followed our public
    /// address; the signature comes from one of [`signature::SIGNATURE_HEADERS`].
    pub fn verify(&self, path_and_query: &str, form: &[(String, String)], signature: &str) -> bool {
        let url = format!("{}{path_and_query}", self.config.public_url);
        let keys = [Some(&self.config.auth_token), self.config.callback_key.as_ref()];
        let keys: Vec<_> = keys.into_iter().flatten().collect();
        signature::is_genuine(&keys, &url, form, signature)
    }

    /// What the exchange is to say next on the call about `message_id`, as TwiML.
    pub fn speak(
        &self,
        words: &str,
        language: Language,
        listens: bool,
        message_id: MessageId,
    ) -> String {
        let action = twiml::keys_url(&self.config.public_url, message_id);
        twiml::follow_up(words, language, listens, &action)
    }

    fn text(&self, message: &Message, body: &str) -> Vec<(&'static str, String)> {
        let from = match (&self.config.messaging_service_sid, &self.config.from_number) {
            (Some(service), _) => ("MessagingServiceSid", service.clone()),
            (None, number) => ("From", number.clone().unwrap_or_default()),
        };
        vec![
            ("To", message.to.clone()),
            from,
            ("Body", body.to_owned()),
            ("StatusCallback", self.callback("receipts", message.id)),
            ("ValidityPeriod", message.of_use_for().num_seconds().to_string()),
        ]
    }

    /// The words go along, so that the call speaks even when we cannot be reached by then. Only
    /// its end is reported: who answered is not known for sure before.
    fn call(&self, message: &Message, script: &Script, from: &str) -> Vec<(&'static str, String)> {
        vec![
            ("To", message.to.clone()),
            ("From", from.to_owned()),
            ("Twiml", twiml::opening(script, &self.config.public_url, message.id)),
            ("StatusCallback", self.callback("calls", message.id)),
            ("StatusCallbackMethod", "POST".into()),
            ("StatusCallbackEvent", "completed".into()),
            ("MachineDetection", "Enable".into()),
            ("MachineDetectionTimeout", DETECTION.into()),
            ("Timeout", RING.into()),
            ("TimeLimit", LONGEST_CALL.into()),
        ]
    }

    fn callback(&self, about: &str, message: MessageId) -> String {
        format!("{}/callbacks/twilio/{about}/{message}", self.config.public_url)
    }

    async fn post(
        &self,
        resource: &str,
        form: &[(&'static str, String)],
    ) -> Result<HandedOver, Refusal> {
        let TwilioConfig { base_url, account_sid, auth_token, .. } = &self.config;
        let url = format!("{base_url}/2010-04-01/Accounts/{account_sid}/{resource}");
        let request = self.client.post(url).basic_auth(account_sid, Some(auth_token.expose()));
        http::outcome(request.form(form).send().await).await
    }
}

#[async_trait]
impl Carrier for Twilio {
    fn name(&self) -> &'static str {
        self.config.name
    }

    fn channels(&self) -> &'static [Channel] {
        match self.config.from_number {
            Some(_) => &[Channel::Text, Channel::Call],
            None => &[Channel::Text],
        }
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, Refusal> {
        match (message.channel, &message.content, &self.config.from_number) {
            (Channel::Text, Content::Text { body }, _) => {
                self.post("Messages.json", &self.text(message, body)).await
            }
            (Channel::Call, Content::Call(script), Some(from)) => {
                self.post("Calls.json", &self.call(message, script, from)).await
            }
            (channel, ..) => Err(Refusal::Permanent {
                reason: format!("cannot bring this by {}", channel.name()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_in_the_settings_are_told_at_once_without_the_token() {
        let mut config = TwilioConfig::new("AC1/../x", Secret::new(""), "http://veilig.nl");
        config.base_url = "api.twilio.com".into();
        let told = Twilio::new(config).unwrap_err();
        assert_eq!(told.0.len(), 5, "{told}");

        let mut config = TwilioConfig::new("AC1", Secret::new("s3cret"), "https://veilig.nl/");
        config.from_number = Some("06-12345678".into());
        assert!(Twilio::new(config.clone()).is_err());
        config.from_number = Some("+31201234567".into());
        let carrier = Twilio::new(config).unwrap();
        assert!(!format!("{carrier:?}").contains("s3cret"));
        assert_eq!(
            carrier.callback("calls", MessageId(uuid::Uuid::nil())).matches("//").count(),
            1
        );
    }

    #[test]
    fn without_a_number_of_its_own_it_does_not_promise_calls() {
        let mut config = TwilioConfig::new("AC1", Secret::new("t"), "https://veilig.nl");
        config.messaging_service_sid = Some("MG1".into());
        assert_eq!(Twilio::new(config.clone()).unwrap().channels(), [Channel::Text]);
        config.from_number = Some("+31201234567".into());
        assert_eq!(Twilio::new(config).unwrap().channels(), [Channel::Text, Channel::Call]);
    }
}
