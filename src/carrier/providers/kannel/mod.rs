//! Texts through any operator: by Kannel, a gateway of one's own that speaks SMPP with it.
//!
//! What is said goes along in headers and a body, never in an address that somebody may log. Kannel
//! queues what it cannot bring yet and cannot take it back, so it is asked first whether its line
//! to the operator is up: a text that would wait there is better brought by another carrier.

mod callbacks;
pub(super) mod provider;
mod settings;
mod status;

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode, header::CONTENT_TYPE};

pub use self::settings::KannelConfig;
use crate::carrier::{Carrier, HandedOver, SendError, http, setup::Misconfigured};
use crate::model::messages::{Channel, Content, Message, sms::Alphabet};

/// Which reports are asked for: the phone has it, it will not, the operator refused it.
const REPORTS: &str = "19";

/// A carrier of texts over a gateway.
#[derive(Debug)]
pub struct Kannel {
    config: KannelConfig,
    client: Client,
}

impl Kannel {
    /// A carrier over that gateway.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once.
    pub fn new(config: KannelConfig) -> Result<Self, Misconfigured> {
        let config = config.checked()?;
        let client = http::client(config.try_limit / 2)?; // it is asked two things
        Ok(Self { config, client })
    }

    async fn line_is_up(&self) -> Result<(), SendError> {
        let url = format!("{}/status.xml", self.config.status_url);
        let answer = self.client.get(url).send().await.and_then(Response::error_for_status);
        let page = match answer {
            Ok(answer) => http::read(answer).await,
            Err(_) => None,
        };
        let page = page.ok_or_else(|| temporary("the gateway does not tell how it is"))?;
        if status::is_up(&String::from_utf8_lossy(&page), self.config.line.as_deref()) {
            return Ok(());
        }
        Err(temporary("the gateway has no line to its operator"))
    }

    async fn hand_over(&self, message: &Message, body: &str) -> Result<HandedOver, SendError> {
        let KannelConfig { url, username, password, from_number, callback_url, .. } = &self.config;
        let secret = self.config.callback_secret.expose();
        let reports =
            format!("{callback_url}/callbacks/kannel/{secret}/receipts/{}?status=%d", message.id);
        let coding = match Alphabet::of(body) {
            Alphabet::Gsm7 => "0",
            Alphabet::Ucs2 => "2",
        };
        let mut request = self
            .client
            .post(format!("{url}/cgi-bin/sendsms"))
            .header("X-Kannel-Username", username)
            .header("X-Kannel-Password", password.expose())
            .header("X-Kannel-From", from_number)
            .header("X-Kannel-To", &message.to)
            .header("X-Kannel-Coding", coding)
            .header("X-Kannel-Validity", message.of_use_for().num_minutes().to_string())
            .header("X-Kannel-DLR-Mask", REPORTS)
            .header("X-Kannel-DLR-Url", reports)
            .header(CONTENT_TYPE, "text/plain; charset=UTF-8");
        if let Some(line) = &self.config.line {
            request = request.header("X-Kannel-SMSC", line);
        }
        let answer = request.body(body.to_owned()).send().await;
        outcome(answer.map_err(|error| http::broken(&error))?).await
    }
}

#[async_trait]
impl Carrier for Kannel {
    fn name(&self) -> &'static str {
        "kannel"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        let Content::Text { body } = &message.content else {
            let reason = format!("cannot bring this by {}", message.channel.name());
            return Err(SendError::Permanent { reason });
        };
        self.line_is_up().await?;
        self.hand_over(message, body).await
    }
}

/// What came of it. The number in front is Kannel's own: `0` for taken, `3` for queued because its
/// line went down just now, and then nobody knows when it goes.
async fn outcome(answer: Response) -> Result<HandedOver, SendError> {
    let status = answer.status();
    let body = http::read(answer).await;
    let told = body.as_deref().unwrap_or_default();
    match status {
        StatusCode::ACCEPTED if told.starts_with(b"0:") => {
            Ok(HandedOver { provider_id: None, delivered: false })
        }
        StatusCode::ACCEPTED if told.starts_with(b"3:") => {
            Err(SendError::Unknown { reason: "the gateway keeps it for later".into() })
        }
        status if status.is_success() => {
            let reason = format!("answered {} without a word", status.as_u16());
            Err(SendError::Unknown { reason })
        }
        StatusCode::BAD_REQUEST => Err(SendError::Permanent { reason: "answered 400".into() }),
        status => Err(temporary(&format!("answered {}", status.as_u16()))),
    }
}

fn temporary(reason: &str) -> SendError {
    SendError::Temporary { reason: reason.into(), retry_after: None }
}
