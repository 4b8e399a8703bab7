//! Tells other systems what happened: CloudEvents in JSON by HTTP, signed per Standard Webhooks.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Client, header::CONTENT_TYPE};
use serde_json::Value;

use crate::{
    carrier::{
        SendError, http,
        router::circuit::{Circuit, Turn},
        setup::{Misconfigured, SettingNames},
    },
    model::{
        clock::{Instant, SharedClock},
        ids::WebhookId,
        input::settings::SettingsReader,
        integrations::{
            outgoing::{Event, Naming},
            webhooks::Target,
        },
    },
};

/// The settings of the section `events`.
pub(in crate::carrier) const SETTINGS: SettingNames =
    SettingNames { section: "events", plain: &["source", "type_prefix"], secret: &[] };

/// How events are named for other systems: by our address unless something else was set.
pub fn naming(read: &mut SettingsReader, public_url: &str) -> Naming {
    let uri = |text: &str| {
        let known = text.starts_with("urn:") || text.starts_with("https://");
        (known && url::Url::parse(text).is_ok()).then(|| text.to_owned())
    };
    let source = "give a URI, like urn:nld:oin:00000001234567890000:systeem:rugdekking";
    let prefix = "give words with dots between them, like nl.example.rugdekking";
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let reversed = |text: &str| text.split('.').all(word).then(|| text.to_owned());
    let own = Naming::of(public_url);
    Naming {
        source: read.parsed("events.source", source, uri).unwrap_or(own.source),
        prefix: read.parsed("events.type_prefix", prefix, reversed).unwrap_or(own.prefix),
        public_url: own.public_url,
    }
}

/// The longest that one try may take.
pub const TRY_LIMIT: Duration = Duration::from_secs(10);

/// How many events one system gets at once: few, so that whoever is slow holds up only itself.
const AT_ONCE: usize = 4;

/// Who tells other systems.
#[derive(Debug)]
pub struct Webhooks {
    naming: Naming,
    client: Client,
    /// The clock of the world outside, by which signatures are judged. The demo's own runs ahead.
    world: SharedClock,
    circuits: Mutex<BTreeMap<WebhookId, Circuit>>,
}

impl Webhooks {
    /// Tells under these names, each try within `limit`.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(naming: Naming, world: SharedClock, limit: Duration) -> Result<Self, Misconfigured> {
        Ok(Self { naming, client: http::client(limit)?, world, circuits: Mutex::default() })
    }

    /// How many events this system may be told now: none while it is left alone, one to see whether
    /// it is well again.
    pub fn most_for(&self, id: WebhookId, now: Instant) -> usize {
        match self.circuit(id, |circuit| circuit.turn(now, false)) {
            Turn::Usual => AT_ONCE,
            Turn::Probe => 1,
            Turn::Last => 0,
        }
    }

    /// Tells an event. Whatever is not a success is a failure that may pass: even one that says it
    /// is gone may have been put in the wrong place for an hour.
    ///
    /// # Errors
    /// Why it may not have arrived.
    pub async fn tell(
        &self,
        id: WebhookId,
        target: &Target,
        event: &Event,
        personal: Option<Value>,
        now: Instant,
    ) -> Result<(), SendError> {
        let told = self.post(target, event, personal).await;
        self.circuit(id, |circuit| match &told {
            Ok(()) => circuit.took(now),
            Err(why) => circuit.failed(why, now),
        });
        told
    }

    async fn post(
        &self,
        target: &Target,
        event: &Event,
        personal: Option<Value>,
    ) -> Result<(), SendError> {
        let body = event.written(&self.naming, personal).to_string();
        let at = self.world.now();
        let request = self
            .client
            .post(target.url.as_str())
            .header(CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", event.id.to_string())
            .header("webhook-timestamp", at.timestamp())
            .header("webhook-signature", target.signature(event.id, at, &body));
        let answer = request.body(body).send().await.map_err(|error| http::broken(&error))?;
        let (status, retry_after) = (answer.status(), http::retry_after(answer.headers()));
        // What else it says may be anything, and is not read.
        if status.is_success() {
            return Ok(());
        }
        let reason = format!("answered {}", status.as_u16());
        Err(SendError::Temporary { reason, retry_after })
    }

    fn circuit<T>(&self, id: WebhookId, look: impl FnOnce(&mut Circuit) -> T) -> T {
        let mut all = self.circuits.lock().unwrap_or_else(PoisonError::into_inner);
        look(all.entry(id).or_default())
    }
}
