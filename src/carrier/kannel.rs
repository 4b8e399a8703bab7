//! Texts through any operator: by Kannel, a gateway of one's own that speaks SMPP with it.
//!
//! What is said goes along in headers and a body, never in an address that somebody may log. Kannel
//! queues what it cannot bring yet and cannot take it back, so it is asked first whether its line
//! to the operator is up: a text that would wait there is better brought by another carrier.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode, header::CONTENT_TYPE};
use subtle::ConstantTimeEq as _;

use super::{
    Carrier, HandedOver, Refusal, http, kannel_status,
    setup::{Faults, Misconfigured, Secret},
};
use crate::model::{
    messages::{Channel, Content, Message, Receipt},
    sms::Alphabet,
};

/// Where a gateway on this machine takes texts, unless it was told otherwise.
pub const SENDSMS: &str = "http://127.0.0.1:13013";

/// Where it tells how it is.
pub const STATUS: &str = "http://127.0.0.1:13000";

/// The longest that one try may take.
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// Nobody guesses a path that is as long as this.
const SHORTEST_SECRET: usize = 24;

/// Which reports are asked for: the phone has it, it will not, the operator refused it.
const REPORTS: &str = "19";

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

    fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = Faults::default();
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

    /// Whether this is what the path of its callbacks holds; takes as long whatever is given.
    pub fn knows(&self, secret: &str) -> bool {
        self.config.callback_secret.expose().as_bytes().ct_eq(secret.as_bytes()).into()
    }

    async fn line_is_up(&self) -> Result<(), Refusal> {
        let url = format!("{}/status.xml", self.config.status_url);
        let answer = self.client.get(url).send().await.and_then(Response::error_for_status);
        let page = match answer {
            Ok(answer) => http::read(answer).await,
            Err(_) => None,
        };
        let page = page.ok_or_else(|| temporary("the gateway does not tell how it is"))?;
        if kannel_status::is_up(&String::from_utf8_lossy(&page), self.config.line.as_deref()) {
            return Ok(());
        }
        Err(temporary("the gateway has no line to its operator"))
    }

    async fn hand_over(&self, message: &Message, body: &str) -> Result<HandedOver, Refusal> {
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

    async fn send(&self, message: &Message) -> Result<HandedOver, Refusal> {
        let Content::Text { body } = &message.content else {
            let reason = format!("cannot bring this by {}", message.channel.name());
            return Err(Refusal::Permanent { reason });
        };
        self.line_is_up().await?;
        self.hand_over(message, body).await
    }
}

/// What a report about a text says; `None` while it is on its way.
pub fn text_receipt(status: &str) -> Option<Receipt> {
    match status {
        "1" => Some(Receipt::Delivered),
        "2" => Some(Receipt::Failed { permanent: false }),
        "16" => Some(Receipt::Failed { permanent: true }),
        _ => None,
    }
}

/// What came of it. The number in front is Kannel's own: `0` for taken, `3` for queued because its
/// line went down just now, and then nobody knows when it goes.
async fn outcome(answer: Response) -> Result<HandedOver, Refusal> {
    let status = answer.status();
    let body = http::read(answer).await;
    let told = body.as_deref().unwrap_or_default();
    match status {
        StatusCode::ACCEPTED if told.starts_with(b"0:") => {
            Ok(HandedOver { provider_id: None, delivered: false })
        }
        StatusCode::ACCEPTED if told.starts_with(b"3:") => {
            Err(Refusal::Unknown { reason: "the gateway keeps it for later".into() })
        }
        status if status.is_success() => {
            let reason = format!("answered {} without a word", status.as_u16());
            Err(Refusal::Unknown { reason })
        }
        StatusCode::BAD_REQUEST => Err(Refusal::Permanent { reason: "answered 400".into() }),
        status => Err(temporary(&format!("answered {}", status.as_u16()))),
    }
}

fn temporary(reason: &str) -> Refusal {
    Refusal::Temporary { reason: reason.into(), retry_after: None }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn only_the_whole_secret_opens() {
        let kannel = Kannel::new(config()).unwrap();
        assert!(kannel.knows(SECRET));
        for wrong in ["", &SECRET[1..], &SECRET.to_lowercase(), &format!("{SECRET}x")] {
            assert!(!kannel.knows(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_text_is_delivered_only_when_the_phone_has_it() {
        assert_eq!(text_receipt("1"), Some(Receipt::Delivered));
        assert_eq!(text_receipt("2"), Some(Receipt::Failed { permanent: false }));
        assert_eq!(text_receipt("16"), Some(Receipt::Failed { permanent: true }));
        for on_its_way in ["4", "8", "", "%d", "17"] {
            assert_eq!(text_receipt(on_its_way), None, "{on_its_way}");
        }
    }
}
