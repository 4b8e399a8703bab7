//! Asks PDOK's Locatieserver (v3.1), through which the national register of addresses is searched.
//! It gets what was typed, and never for whom or by whom.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    carrier::{
        SendError, http,
        router::circuit::{Circuit, Turn},
        setup::{Misconfigured, SettingNames},
    },
    model::{
        clock::SharedClock,
        input::settings::SettingsReader,
        register::{
            address::Address,
            suggestions::{Listed, Suggestion},
        },
    },
};

/// PDOK's Locatieserver, as everybody may use it.
const PDOK: &str = "https://api.pdok.nl/bzk/locatieserver/search/v3_1";

/// The settings of the section `addresses`.
pub(in crate::carrier) const SETTINGS: SettingNames =
    SettingNames { section: "addresses", plain: &["enabled", "url"], secret: &[] };

/// Where the register of addresses is asked, unless it is not.
pub fn address(read: &mut SettingsReader) -> Option<String> {
    let enabled = read.flag("addresses.enabled").unwrap_or(true);
    let url = read.service_url("addresses.url").unwrap_or_else(|| PDOK.into());
    enabled.then_some(url)
}

/// The longest that one question may take: who types does not wait.
pub const LIMIT: Duration = Duration::from_secs(2);

/// As many as are offered at once.
const MOST: usize = 6;

/// The register of addresses.
#[derive(Debug)]
pub struct Locatieserver {
    base_url: String,
    client: Client,
    clock: SharedClock,
    circuit: Mutex<Circuit>,
}

#[derive(Deserialize)]
struct LocatieserverResponse {
    response: FoundAddresses,
}

#[derive(Deserialize)]
struct FoundAddresses {
    docs: Vec<Value>,
}

impl Locatieserver {
    /// The one at this address, without a slash at its end.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(
        base_url: impl Into<String>,
        limit: Duration,
        clock: SharedClock,
    ) -> Result<Self, Misconfigured> {
        let client = http::client(limit)?;
        Ok(Self { base_url: base_url.into(), client, clock, circuit: Mutex::default() })
    }

    /// The addresses that may be meant by what somebody types; `None` when it does not tell.
    pub async fn suggest(&self, text: &str) -> Option<Vec<Suggestion>> {
        let rows = MOST.to_string();
        let asked =
            [("q", text), ("fl", Listed::ADDRESS), ("fq", "type:adres"), ("rows", rows.as_str())];
        let found = self.ask("suggest", &asked).await?;
        Some(found.into_iter().filter_map(Listed::suggestion).take(MOST).collect())
    }

    /// The whole address of a suggestion; `None` when it does not tell.
    pub async fn look_up(&self, id: &str) -> Option<Address> {
        let found = self.ask("lookup", &[("id", id), ("fl", Listed::ADDRESS)]).await?;
        found.into_iter().find_map(Listed::address)
    }

    /// While it is out of order it is left alone, but for a question now and then.
    async fn ask(&self, what: &str, asked: &[(&str, &str)]) -> Option<Vec<Listed>> {
        if self.circuit(|circuit| circuit.turn(self.clock.now(), false)) == Turn::Last {
            return None;
        }
        let answer = self.answer(what, asked).await;
        let now = self.clock.now();
        match answer {
            Ok(found) => {
                self.circuit(|circuit| circuit.took(now));
                Some(found)
            }
            Err(why) => {
                tracing::warn!(%why, what, "address service does not answer");
                self.circuit(|circuit| circuit.failed(&why, now));
                None
            }
        }
    }

    /// Whatever it says is read entry by entry: one that is odd does not cost the others.
    async fn answer(&self, what: &str, asked: &[(&str, &str)]) -> Result<Vec<Listed>, SendError> {
        let mut url = url::Url::parse(&format!("{}/{what}", self.base_url)).map_err(|_| odd())?;
        url.query_pairs_mut().extend_pairs(asked);
        let answer = self.client.get(url).send().await.map_err(|error| http::broken(&error))?;
        let (status, retry_after) = (answer.status(), http::retry_after(answer.headers()));
        if !status.is_success() {
            let reason = format!("answered {}", status.as_u16());
            return Err(SendError::Temporary { reason, retry_after });
        }
        let body = http::read(answer).await.ok_or_else(odd)?;
        let found: LocatieserverResponse = serde_json::from_slice(&body).map_err(|_| odd())?;
        let docs = found.response.docs.into_iter();
        Ok(docs.filter_map(|doc| serde_json::from_value(doc).ok()).collect())
    }

    fn circuit<T>(&self, look: impl FnOnce(&mut Circuit) -> T) -> T {
        look(&mut self.circuit.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn odd() -> SendError {
    SendError::Unknown { reason: "an answer that nobody can read".into() }
}
