//! Texts by KPN, over its own SMS interface.
//!
//! It speaks as a name or a short code of at most eleven letters, which nobody can phone. What people
//! text back comes in by a number of its own, and only when KPN was told to bring it here.

mod callbacks;
pub(super) mod provider;
mod settings;
mod token;
mod webhook;

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode};
use serde::Deserialize;
use serde_json::json;

pub use self::settings::KpnConfig;
use self::token::Tokens;
use crate::carrier::{Carrier, HandedOver, SendError, http, setup::Misconfigured};
use crate::model::messages::{Channel, Content, Message};

/// KPN takes no text that is longer.
const LONGEST_TEXT: usize = 1000;

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

    fn text(&self, message: &Message, body: &str) -> serde_json::Value {
        let id = message.id.to_string();
        let proof = webhook::proof(&self.config.webhook_keys[0], &id);
        json!({
            "sender": self.config.sender,
            "messages": [{ "mobile_number": message.to, "content": body }],
            "webhook_url":
                format!("{}/callbacks/kpn/receipts/{id}/{proof}", self.config.public_url),
            "expirein": message.of_use_for().num_seconds().to_string(),
        })
    }

    async fn hand_over(&self, text: &serde_json::Value) -> Result<HandedOver, SendError> {
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

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        let permanent = |reason: String| Err(SendError::Permanent { reason });
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
struct AcceptedText {
    document_id: String,
}

/// What came of it. Only its id says that a text was taken.
async fn outcome(answer: Response) -> Result<HandedOver, SendError> {
    if !answer.status().is_success() {
        return Err(http::refused(answer).await);
    }
    let status = answer.status().as_u16();
    let body = http::read(answer).await.unwrap_or_default();
    match serde_json::from_slice::<AcceptedText>(&body) {
        Ok(AcceptedText { document_id }) if !document_id.is_empty() => {
            Ok(HandedOver { provider_id: Some(document_id), delivered: false })
        }
        _ => Err(SendError::Unknown { reason: format!("answered {status} without an id") }),
    }
}
