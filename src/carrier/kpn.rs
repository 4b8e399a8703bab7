//! Texts by KPN, over its own SMS interface.
//!
//! It speaks as a name or a short code of at most eleven letters, which nobody can phone. What people
//! text back comes in by a number of its own, and only when KPN was told to bring it here.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::{
    Carrier, HandedOver, Refusal, http,
    kpn_token::Tokens,
    kpn_webhook,
    setup::{Faults, Misconfigured, Secret},
};
use crate::model::messages::{Channel, Content, Message};

/// Where KPN lives.
pub const KPN: &str = "https://api-prd.kpn.com";

/// The longest that one try may take, its token included.
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// KPN takes no sender that is longer.
const LONGEST_SENDER: usize = 11;

/// Nor a text.
const LONGEST_TEXT: usize = 1000;

/// A key that is shorter could be guessed.
const SHORTEST_KEY: usize = 16;

/// A project with KPN.
#[derive(Clone, Debug)]
pub struct KpnConfig {
    /// The project's id.
    pub client_id: String,
    /// The project's secret.
    pub client_secret: Secret,
    /// The keys with which KPN signs what it brings: more than one while they are being changed.
    pub webhook_keys: Vec<Secret>,
    /// Who texts: a name or a short code.
    pub sender: String,
    /// Where KPN's interface lives.
    pub base_url: String,
    /// Where we live, as KPN sees us.
    pub public_url: String,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

impl KpnConfig {
    /// KPN's own address.
    pub fn new(
        client_id: &str,
        client_secret: Secret,
        webhook_keys: Vec<Secret>,
        sender: &str,
        public_url: &str,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            webhook_keys,
            sender: sender.into(),
            base_url: KPN.into(),
            public_url: public_url.into(),
            try_limit: TRY_LIMIT,
        }
    }

    fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = Faults::default();
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        faults.unless(plain(&self.client_id), "KPN's client id must be of plain letters");
        faults.unless(plain(self.client_secret.expose()), "KPN's client secret is missing");
        faults.unless(
            !self.webhook_keys.is_empty()
                && self.webhook_keys.iter().all(|key| key.expose().len() >= SHORTEST_KEY),
            "KPN's webhook keys must be of 16 or more letters",
        );
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b' ';
        faults.unless(
            (1..=LONGEST_SENDER).contains(&self.sender.len()) && self.sender.bytes().all(letters),
            "KPN's sender must be of 1 to 11 letters, digits and spaces",
        );
        self.base_url = faults.service_url("KPN's address", &self.base_url);
        self.public_url = faults.service_url("The public address", &self.public_url);
        faults.none().map(|()| self)
    }
}

/// A carrier of texts over KPN's interface.
#[derive(Debug)]
pub struct Kpn {
    config: KpnConfig,
    client: Client,
    tokens: Tokens,
}

impl Kpn {
    /// A carrier for that project.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once.
    pub fn new(config: KpnConfig) -> Result<Self, Misconfigured> {
        let config = config.checked()?;
        let client = http::client(config.try_limit / 2)?; // it is asked two things
        Ok(Self { config, client, tokens: Tokens::default() })
    }

    /// Whether KPN signed this, byte for byte.
    pub fn signed(&self, body: &[u8], signature: &str) -> bool {
        kpn_webhook::is_genuine(&self.config.webhook_keys, body, signature)
    }

    /// Whether the address to which a report about a message came is the one that was given.
    pub fn knows(&self, message: &str, proof: &str) -> bool {
        kpn_webhook::is_ours(&self.config.webhook_keys, message, proof)
    }

    fn text(&self, message: &Message, body: &str) -> serde_json::Value {
        let id = message.id.to_string();
        let proof = kpn_webhook::proof(&self.config.webhook_keys[0], &id);
        json!({
            "sender": self.config.sender,
            "messages": [{ "mobile_number": message.to, "content": body }],
            "webhook_url":
                format!("{}/callbacks/kpn/receipts/{id}/{proof}", self.config.public_url),
            "expirein": message.of_use_for().num_seconds().to_string(),
        })
    }

    async fn hand_over(&self, text: &serde_json::Value) -> Result<HandedOver, Refusal> {
        let mut fresh = false;
        loop {
            let token = self.tokens.current(&self.client, &self.config).await?;
            let url = format!("{}/communication/kpn/sms/send", self.config.base_url);
            let asked = self.client.post(url).bearer_auth(token.expose()).json(text);
            let answer = asked.send().await.map_err(|error| http::broken(&error))?;
            // A token may end before its time; one that was just fetched is not the trouble.
            if answer.status() == StatusCode::UNAUTHORIZED && !fresh {
                self.tokens.forget(&token).await;
                fresh = true;
                continue;
            }
            return outcome(answer).await;
        }
    }
}

#[async_trait]
impl Carrier for Kpn {
    fn name(&self) -> &'static str {
        "kpn"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, Refusal> {
        let permanent = |reason: String| Err(Refusal::Permanent { reason });
        let Content::Text { body } = &message.content else {
            return permanent(format!("cannot bring this by {}", message.channel.name()));
        };
        // A comma would make several numbers of one.
        let digits = message.to.strip_prefix('+').unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return permanent("this is no number".into());
        }
        if body.chars().count() > LONGEST_TEXT {
            return permanent("this text is too long".into());
        }
        self.hand_over(&self.text(message, body)).await
    }
}

#[derive(Deserialize)]
struct Taken {
    document_id: String,
}

/// What came of it. Only its id says that a text was taken.
async fn outcome(answer: Response) -> Result<HandedOver, Refusal> {
    if !answer.status().is_success() {
        return Err(http::refused(answer).await);
    }
    let status = answer.status().as_u16();
    let body = http::read(answer).await.unwrap_or_default();
    match serde_json::from_slice::<Taken>(&body) {
        Ok(Taken { document_id }) if !document_id.is_empty() => {
            Ok(HandedOver { provider_id: Some(document_id), delivered: false })
        }
        _ => Err(Refusal::Unknown { reason: format!("answered {status} without an id") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> KpnConfig {
        let key = Secret::new("not-a-real-key-7c1e");
        let secret = Secret::new("geheim");
        KpnConfig::new("rugdekking", secret, vec![key], "Gemeente", "https://veilig.nl/")
    }

    #[test]
    fn all_faults_in_the_settings_are_told_at_once_without_a_secret() {
        let mut bad = config();
        bad.client_id = "a b".into();
        bad.client_secret = Secret::new("");
        bad.webhook_keys = vec![Secret::new("kort-geheim")];
        bad.sender = "+3197010200000".into();
        bad.base_url = "http://api-prd.kpn.com".into();
        bad.public_url = "veilig.nl".into();
        let told = Kpn::new(bad).unwrap_err();
        assert_eq!(told.0.len(), 6, "{told}");
        let shown = format!("{told} {:?}", Kpn::new(config()).unwrap());
        assert!(!shown.contains("geheim") && !shown.contains("not-a-real"), "{shown}");
    }

    #[test]
    fn a_sender_fits_what_kpn_takes() {
        let takes = |sender: &str| {
            let sender = sender.into();
            Kpn::new(KpnConfig { sender, ..config() }).is_ok()
        };
        for good in ["Gemeente", "KPN API", "3669", "Rugdekking1"] {
            assert!(takes(good), "{good}");
        }
        for bad in ["", "Rugdekking12", "Gemeente\n", "Één", "+31612345"] {
            assert!(!takes(bad), "{bad}");
        }
    }
}
