//! Texts and calls by Twilio, or by a provider that speaks like it, such as SignalWire.

mod callbacks;
pub(super) mod provider;
mod receipts;
mod settings;
pub mod signature;
pub mod twiml;

use async_trait::async_trait;
use reqwest::Client;

pub use self::settings::TwilioConfig;
use crate::carrier::{Carrier, HandedOver, SendError, http, setup::Misconfigured};
use crate::model::{
    ids::MessageId,
    messages::{Channel, Content, Message, Script},
};

/// For how many seconds a phone rings.
const RING: &str = "30";

/// For how many seconds a call may last, so that no line stays open whatever an exchange does.
const LONGEST_CALL: &str = "300";

/// For how many seconds the exchange listens for an answering machine: a person hears nothing
/// meanwhile. What it does not know by then counts as a person, who still has to press a key.
const DETECTION: &str = "10";

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

    /// What the exchange is to say next on the call about a message, as TwiML. The key before a code
    /// comes back with the code.
    pub fn speak(&self, next: &Script, message: MessageId, before: Option<&str>) -> String {
        let action = twiml::keys_url(&self.config.public_url, message);
        let action = match before {
            Some("*") => format!("{action}?before=star"),
            Some(key) => format!("{action}?before={key}"),
            None => action,
        };
        twiml::follow_up(next, &action)
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
    ) -> Result<HandedOver, SendError> {
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

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        match (message.channel, &message.content, &self.config.from_number) {
            (Channel::Text, Content::Text { body }, _) => {
                self.post("Messages.json", &self.text(message, body)).await
            }
            (Channel::Call, Content::Call(script), Some(from)) => {
                self.post("Calls.json", &self.call(message, script, from)).await
            }
            (channel, ..) => Err(SendError::Permanent {
                reason: format!("cannot bring this by {}", channel.name()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::setup::Secret;

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
