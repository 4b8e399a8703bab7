//! The token with which we speak to KPN: fetched when it is needed, and kept until it nearly ends.

use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::settings::KpnConfig;
use crate::carrier::{SendError, http, setup::Secret};

/// How long before its end a token is no longer used: its last journey takes time as well.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a token is kept of which nobody says how long it lasts.
const UNSAID: Duration = Duration::from_secs(300);

#[derive(Debug)]
struct CachedToken {
    token: Secret,
    until: Instant,
}

/// The token that is kept. While one message fetches it, the others wait for the same one.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Option<CachedToken>>);

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    // KPN's gateway writes a number as text.
    expires_in: Option<Value>,
}

impl Granted {
    fn lasts(&self) -> Duration {
        let seconds = match &self.expires_in {
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        // One that lasts for less than the margin is used for half its time.
        seconds.map_or(UNSAID, |seconds| {
            let whole = Duration::from_secs(seconds.min(24 * 3600));
            whole.saturating_sub(MARGIN).max(whole / 2)
        })
    }
}

impl Tokens {
    /// A token that will do for now.
    ///
    /// # Errors
    /// When KPN gives none. The message was not handed over then, so another try does no harm.
    pub(super) async fn current(
        &self,
        client: &Client,
        config: &KpnConfig,
    ) -> Result<Secret, SendError> {
        let mut kept = self.0.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.until) {
            return Ok(kept.token.clone());
        }
        let asked_at = Instant::now();
        let granted = fetch(client, config).await?;
        let token = Secret::new(&granted.access_token);
        *kept = Some(CachedToken { token: token.clone(), until: asked_at + granted.lasts() });
        Ok(token)
    }

    /// KPN no longer takes this token. What somebody else fetched meanwhile stays.
    pub(super) async fn forget(&self, token: &Secret) {
        let mut kept = self.0.lock().await;
        if kept.as_ref().is_some_and(|kept| kept.token == *token) {
            *kept = None;
        }
    }
}

async fn fetch(client: &Client, config: &KpnConfig) -> Result<Granted, SendError> {
    let temporary = |reason: String| SendError::Temporary { reason, retry_after: None };
    let url = format!(
        "{}/oauth/client_credential/accesstoken?grant_type=client_credentials",
        config.base_url
    );
    let secret = config.client_secret.expose();
    let asked = client.post(url).basic_auth(&config.client_id, Some(secret)).body("");
    let answer = match asked.send().await {
        Ok(answer) => answer,
        Err(error) => return Err(temporary(format!("no token: {}", reason(http::broken(&error))))),
    };
    if !answer.status().is_success() {
        let retry_after = http::retry_after(answer.headers());
        let reason = format!("no token: answered {}", answer.status().as_u16());
        return Err(SendError::Temporary { reason, retry_after });
    }
    let body = http::read(answer).await.unwrap_or_default();
    let granted = serde_json::from_slice::<Granted>(&body).ok();
    granted
        .filter(|granted| !granted.access_token.is_empty())
        .ok_or_else(|| temporary("no token: the answer makes no sense".into()))
}

fn reason(refusal: SendError) -> String {
    match refusal {
        SendError::Temporary { reason, .. }
        | SendError::Permanent { reason }
        | SendError::Unknown { reason } => reason,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_is_no_longer_used_shortly_before_its_end() {
        let lasts = |expires_in: Value| {
            Granted { access_token: "t".into(), expires_in: Some(expires_in) }.lasts()
        };
        assert_eq!(lasts(json!("3599")), Duration::from_secs(3539), "as KPN writes it");
        assert_eq!(lasts(json!(3599)), Duration::from_secs(3539), "as the standard says");
        assert_eq!(lasts(json!(30)), Duration::from_secs(15));
        assert_eq!(lasts(json!(u64::MAX)), Duration::from_secs(24 * 3600 - 60));
        assert_eq!(lasts(json!("soon")), UNSAID);
    }
}
