//! Notifications on devices, by the push service that each of them names (RFC 8030, 8291, 8292).
//! What is said is encrypted for the device; the service in between cannot read it.

use std::{fmt::Debug, net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::{
    Client, Response, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE},
    redirect::Policy,
};
use serde_json::json;
use url::Url;
use web_push_native::{Auth, encrypt};

use super::{
    Carrier, HandedOver, SendError, http,
    setup::{Misconfigured, SettingNames, SetupFaults},
};
use crate::model::{
    clock::SharedClock,
    ids::DeviceId,
    input::settings::SettingsReader,
    messages::{Channel, Content, Message, notifications::Notification},
    people::{
        devices::{Endpoint, HostReach, Subscription, is_public},
        vapid::VapidKey,
    },
};

/// The settings of the section `push`.
pub(super) const SETTINGS: SettingNames = SettingNames {
    section: "push",
    plain: &["enabled", "contact"],
    secret: &["vapid_private_key"],
};

/// The longest that one try may take: nobody waits for a notification.
pub const TRY_LIMIT: Duration = Duration::from_secs(5);

/// For how long a signature counts; services take none of more than a day.
const SIGNED_FOR: TimeDelta = TimeDelta::hours(12);

/// Every notification is as long as this before it is encrypted, so that its length tells nothing.
const LENGTH: usize = 1024;

/// Where devices are kept.
#[async_trait]
pub trait Devices: Debug + Send + Sync {
    /// Where a device is reached, if it is still there.
    ///
    /// # Errors
    /// Why nobody knows.
    async fn find(&self, id: DeviceId) -> Result<Option<Subscription>, String>;

    /// Its push service says that the device is gone.
    ///
    /// # Errors
    /// Why it could not be forgotten.
    async fn forget(&self, id: DeviceId) -> Result<(), String>;
}

/// What was set of notifications; nothing needs to be.
#[derive(Clone, Debug)]
pub struct PushChoices {
    /// Whether there are any.
    pub enabled: bool,
    /// The key by which push services know us; without one it is made at the first start.
    pub vapid_private_key: Option<VapidKey>,
    /// Where whoever runs a push service can complain; our own address by default.
    pub contact: Option<String>,
}

impl PushChoices {
    pub fn read(read: &mut SettingsReader) -> Self {
        let key = "give the private key as `npx web-push generate-vapid-keys` writes it";
        let is_key = |text: &str| VapidKey::read(text).is_some();
        let vapid_private_key = read.parsed_secret("push.vapid_private_key", key, is_key);
        let contact = |text: &str| {
            let known = text.starts_with("mailto:") || text.starts_with("https://");
            (known && Url::parse(text).is_ok()).then(|| text.to_owned())
        };
        let mail =
            "give a mail address as mailto:name@example.nl, or one that begins with https://";
        Self {
            enabled: read.flag("push.enabled").unwrap_or(true),
            vapid_private_key: vapid_private_key.and_then(|key| VapidKey::read(key.expose())),
            contact: read.parsed("push.contact", mail, contact),
        }
    }
}

/// What notifications are sent with.
#[derive(Clone, Debug)]
pub struct PushConfig {
    /// The key by which push services know us.
    pub key: VapidKey,
    /// Where whoever runs a push service can complain: `mailto:` or `https:`.
    pub contact: String,
    /// To which hosts we speak.
    pub reach: HostReach,
    /// The clock that tells how long a notification is still of use.
    pub clock: SharedClock,
    /// The clock of the world outside, by which signatures are judged. The demo's own runs ahead.
    pub world: SharedClock,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

/// The carrier of notifications.
#[derive(Debug)]
pub struct Push {
    config: PushConfig,
    signer: Signer,
    client: Client,
    devices: Arc<dyn Devices>,
}

/// Signs with the private key; never shows it.
struct Signer(EncodingKey);

impl Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[signer]")
    }
}

impl Push {
    /// A carrier to these devices.
    ///
    /// # Errors
    /// When the settings cannot work; tells all faults at once.
    pub fn new(config: PushConfig, devices: Arc<dyn Devices>) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let reachable = ["mailto:", "https://", "http://localhost", "http://127.0.0.1"];
        faults.unless(
            reachable.iter().any(|start| config.contact.starts_with(start)),
            "The contact for push services must begin with mailto: or https://",
        );
        let der = config.key.pkcs8();
        faults.unless(der.is_some(), "The key for push services cannot be used");
        faults.none()?;
        let signer = Signer(EncodingKey::from_ec_der(&der.unwrap_or_default()));
        let client = client(&config)?;
        Ok(Self { config, signer, client, devices })
    }

    async fn bring(
        &self,
        device: DeviceId,
        notification: &Notification,
    ) -> Result<HandedOver, SendError> {
        let left = notification.until - self.config.clock.now();
        if left < TimeDelta::seconds(1) {
            return Err(never("it is of no use any more"));
        }
        let found = self.devices.find(device).await.map_err(|_| later("no database", None))?;
        let found = found.ok_or_else(|| never("the device was taken away"))?;
        let body = sealed(notification, &found).ok_or_else(|| never("cannot be encrypted"))?;
        let signed = self.signed(&found.endpoint).ok_or_else(|| never("cannot be signed"))?;
        let request = self
            .client
            .post(found.endpoint.as_str())
            .header("TTL", left.num_seconds())
            .header("Urgency", "high")
            .header("Topic", notification.topic())
            .header(AUTHORIZATION, signed)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream");
        let answer = request.body(body).send().await;
        if let Ok(StatusCode::NOT_FOUND | StatusCode::GONE) = answer.as_ref().map(Response::status)
        {
            // Should this fail, the next notification learns the same.
            let _ = self.devices.forget(device).await;
            return Err(never("the device is gone"));
        }
        heard(answer)
    }

    /// Who we are, for this push service only.
    fn signed(&self, endpoint: &Endpoint) -> Option<String> {
        let until = (self.config.world.now() + SIGNED_FOR).timestamp();
        let claims = json!({ "aud": endpoint.origin(), "exp": until, "sub": self.config.contact });
        let token = encode(&Header::new(Algorithm::ES256), &claims, &self.signer.0).ok()?;
        Some(format!("vapid t={token}, k={}", self.config.key.public()))
    }
}

#[async_trait]
impl Carrier for Push {
    fn name(&self) -> &'static str {
        "web-push"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Push]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, SendError> {
        match (&message.content, message.to.parse()) {
            (Content::Push(notification), Ok(device)) => self.bring(device, notification).await,
            _ => Err(never("is no notification for a device")),
        }
    }
}

/// What the device alone can read. Spaces behind JSON mean nothing, and make all of one length.
fn sealed(notification: &Notification, to: &Subscription) -> Option<Vec<u8>> {
    let plain = serde_json::to_string(&notification.shown).ok()?;
    let padded = format!("{plain:<LENGTH$}");
    encrypt(padded.into_bytes(), &to.p256dh.0, &Auth::from(to.auth.0)).ok()
}

/// What came of a request. That a service took it is no proof that the device has it.
fn heard(answer: Result<Response, reqwest::Error>) -> Result<HandedOver, SendError> {
    let answer = answer.map_err(|error| match error {
        error if error.is_connect() || error.is_builder() => later("no connection", None),
        error if error.is_timeout() => unknown("no answer in time"),
        _ => unknown("the line broke"),
    })?;
    let status = answer.status();
    if status.is_success() {
        return Ok(HandedOver { provider_id: None, delivered: false });
    }
    let reason = format!("answered {}", status.as_u16());
    // 401 and 403 are about our key and our clock, which somebody may mend meanwhile.
    let passing = matches!(status.as_u16(), 401 | 403 | 408 | 425 | 429);
    if passing || status.is_server_error() {
        return Err(later(&reason, http::retry_after(answer.headers())));
    }
    Err(never(&reason))
}

fn never(reason: &str) -> SendError {
    SendError::Permanent { reason: reason.into() }
}

fn later(reason: &str, retry_after: Option<Duration>) -> SendError {
    SendError::Temporary { reason: reason.into(), retry_after }
}

fn unknown(reason: &str) -> SendError {
    SendError::Unknown { reason: reason.into() }
}

fn client(config: &PushConfig) -> Result<Client, Misconfigured> {
    let builder = Client::builder()
        .timeout(config.try_limit)
        .connect_timeout(config.try_limit / 2)
        .redirect(Policy::none()) // an address that leads elsewhere was never looked at
        .user_agent(concat!("rugdekking/", env!("CARGO_PKG_VERSION")));
    let builder = match config.reach {
        HostReach::Public => builder.dns_resolver(Arc::new(PublicOnly)).https_only(true),
        HostReach::ThisMachineToo => builder,
    };
    builder.build().map_err(|_| Misconfigured(vec!["The HTTP client cannot be set up".into()]))
}

/// Finds only addresses of the internet: a name that somebody gave us must not lead into a network
/// of our own, not even by a name server that changes its mind.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|at| is_public(at.ip())).collect();
            if public.is_empty() {
                return Err("the name leads to no address of the internet".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}
