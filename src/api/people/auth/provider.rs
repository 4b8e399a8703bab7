//! The OpenID provider as we know it: asked for when it is first needed, so that the service starts
//! and watches on while the provider is down, and asked again when it has changed its keys.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use axum::http::Response;
use chrono::TimeDelta;
use futures::future::BoxFuture;
use jsonwebtoken::jwk::JwkSet;
use openidconnect::{
    ClientId, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout,
};
use tokio::sync::Mutex;

use super::client_key::ClientKey;
use crate::model::clock::Instant;

/// How long the provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long after a failure it is asked again.
const RETRY: TimeDelta = TimeDelta::seconds(3);
/// How long it is not asked for keys again, however many unknown ones are named to us.
const KEYS_PAUSE: TimeDelta = TimeDelta::seconds(30);

/// How this service is known at the provider.
#[derive(Clone)]
pub struct OidcSettings {
    /// The provider's address, exactly as it calls itself.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<String>,
    /// The key by which we prove who we are; it goes before a secret.
    pub client_key: Option<ClientKey>,
    /// For whom a bearer token must be meant.
    pub audience: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// How strongly it must be made sure who somebody of the desk is: any of these. None asks nothing.
    pub step_up_acr: Vec<String>,
    /// Whether what somebody may do here is what the provider says at each sign-in.
    pub gives_roles: bool,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret.as_ref().map(|_| "…"))
            .field("client_key", &self.client_key)
            .field("audience", &self.audience)
            .field("scopes", &self.scopes)
            .field("step_up_acr", &self.step_up_acr)
            .field("gives_roles", &self.gives_roles)
            .finish()
    }
}

/// What the provider told about itself.
#[derive(Debug)]
pub struct KnownProvider {
    /// Where it listens, with its keys.
    pub metadata: ProviderMetadataWithLogout,
    /// Its keys once more, as bearer tokens are checked.
    pub keys: JwkSet,
}

/// The provider cannot be asked now.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the OpenID provider cannot be reached")]
pub struct Unavailable;

#[derive(Debug)]
pub struct Provider {
    /// How we are known there.
    pub settings: OidcSettings,
    issuer: IssuerUrl,
    http: reqwest::Client,
    known: RwLock<Option<Arc<KnownProvider>>>,
    /// When it was last asked; whoever holds this is the one who asks.
    asked: Mutex<Option<Instant>>,
}

impl Provider {
    /// The provider of these settings; nobody speaks to it yet.
    ///
    /// # Errors
    /// When the issuer is no address, in words for whoever configures it.
    pub fn new(settings: OidcSettings) -> Result<Self, String> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(|why| why.to_string())?;
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|why| why.to_string())?;
        Ok(Self { settings, issuer, http, known: RwLock::default(), asked: Mutex::default() })
    }

    /// What it told, asking now if it never did.
    ///
    /// # Errors
    /// When it does not answer, or did not a moment ago.
    pub async fn known(&self, now: Instant) -> Result<Arc<KnownProvider>, Unavailable> {
        if let Some(known) = self.remembered() {
            return Ok(known);
        }
        let mut asked = self.asked.lock().await;
        match self.remembered() {
            Some(known) => Ok(known),
            None if asked.is_some_and(|at| is_within(at, now, RETRY)) => Err(Unavailable),
            None => {
                *asked = Some(now);
                self.ask_about().await
            }
        }
    }

    /// What it tells now, for whoever could not use what `seen` said. Not asked too often; when it
    /// does not answer, what is known still holds.
    pub async fn renewed(&self, seen: Arc<KnownProvider>, now: Instant) -> Arc<KnownProvider> {
        let mut asked = self.asked.lock().await;
        match self.remembered() {
            Some(newer) if !Arc::ptr_eq(&newer, &seen) => newer,
            _ if asked.is_some_and(|at| is_within(at, now, KEYS_PAUSE)) => seen,
            _ => {
                *asked = Some(now);
                self.ask_about().await.unwrap_or(seen)
            }
        }
    }

    fn remembered(&self) -> Option<Arc<KnownProvider>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ask_about(&self) -> Result<Arc<KnownProvider>, Unavailable> {
        let http = self.http();
        let found = ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &http).await;
        let metadata = found.map_err(|why| {
            tracing::warn!(%why, issuer = %self.settings.issuer, "OpenID provider not discovered");
            Unavailable
        })?;
        let keys = serde_json::to_value(metadata.jwks()).and_then(serde_json::from_value);
        let keys = keys.map_err(|why| {
            tracing::warn!(%why, "failed to read the keys of the OpenID provider (JWKS)");
            Unavailable
        })?;
        let known = Arc::new(KnownProvider { metadata, keys });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    /// Where a browser goes to end the session there, when the provider has such a place. Nobody is named:
    /// what stands in an address is written down on the way.
    pub fn way_out(&self, known: &KnownProvider, back: &str) -> Option<String> {
        let at = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(format!("{back}/")).ok()?;
        let request = LogoutRequest::from(at)
            .set_client_id(ClientId::new(self.settings.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url().into())
    }

    /// What sends one request of the protocol.
    pub fn http(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, ProviderReply> + Send + Sync + 'static {
        let client = self.http.clone();
        move |request| Box::pin(send(client.clone(), request))
    }
}

type ProviderReply = Result<HttpResponse, NoAnswer>;

async fn send(client: reqwest::Client, request: HttpRequest) -> ProviderReply {
    let answer = client.execute(request.try_into()?).await?;
    let mut response = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// No answer came from the provider.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// On the way.
    #[error("{0}")]
    OnTheWay(#[from] reqwest::Error),
    /// What came is no HTTP.
    #[error("{0}")]
    NotHttp(#[from] axum::http::Error),
}

/// Also true for a little while after a clock was set back.
fn is_within(at: Instant, now: Instant, span: TimeDelta) -> bool {
    (now - at).abs() < span
}

/// Why nobody is signed in.
#[derive(Debug)]
pub enum Failed {
    /// The provider says no, or what it says does not hold.
    Refused,
    /// The provider does not answer.
    Unavailable,
}

impl From<Unavailable> for Failed {
    fn from(_: Unavailable) -> Self {
        Self::Unavailable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_not_shown() {
        let settings = OidcSettings {
            issuer: "https://login.example".into(),
            client_id: "rugdekking".into(),
            client_secret: Some("hush".into()),
            client_key: None,
            audience: "api".into(),
            scopes: vec![],
            step_up_acr: vec![],
            gives_roles: false,
        };
        let provider = Provider::new(settings).unwrap();
        assert!(!format!("{provider:?}").contains("hush"));
    }
}
