//! The provider says that a session there has ended: OpenID Connect Back-Channel Logout 1.0.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    identity::{Entra, subject},
    jwt::{self, LEEWAY, Wanted},
    provider::Failed,
    sign_in::SignIn,
};
use crate::{
    api::http::{problem::Problem, state::AppState},
    model::clock::Instant,
    service::people::sessions::{self, ProviderLogout},
};

/// What a logout token says that it is.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How many seconds ago it may have been made. Longer ago than this, no id of one is remembered.
const FRESH: i64 = 600;

#[derive(Deserialize)]
struct LogoutClaims {
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
    sub: Option<String>,
    nonce: Option<Value>,
    #[serde(flatten)]
    entra: Entra,
}

impl LogoutClaims {
    /// Whether it is a logout token, and a fresh one. A `nonce` is what ID tokens have.
    fn hold(&self, now: Instant) -> bool {
        let age = now.timestamp().saturating_sub(self.iat);
        let fresh = (-LEEWAY..=FRESH).contains(&age) && jwt::holds(None, self.exp, now);
        let event = self.events.get(EVENT).is_some_and(Value::is_object);
        fresh && event && self.nonce.is_none() && !self.jti.is_empty()
    }

    /// One session when one is named, else all of that person's.
    fn ended(&self, issuer: &str) -> Option<ProviderLogout> {
        if let Some(sid) = &self.entra.sid {
            return Some(ProviderLogout::Session(sid.clone()));
        }
        let sub = self.sub.as_deref()?;
        Some(ProviderLogout::Subject(subject(issuer, sub, &self.entra)))
    }
}

/// Ends what the provider says has ended.
pub async fn told(State(app): State<AppState>, body: Bytes) -> Result<Response, Problem> {
    let sign_in = app.sign_in.clone().ok_or_else(Problem::not_found)?;
    let form = url::form_urlencoded::parse(&body);
    let tokens: Vec<_> = form.filter(|(name, _)| name == "logout_token").collect();
    let [(_, token)] = tokens.as_slice() else { return Ok(refused()) };
    let claims = match read(&sign_in, token, app.now()).await {
        Ok(claims) => claims,
        Err(Failed::Refused) => return Ok(refused()),
        Err(Failed::Unavailable) => return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    };
    let issuer = &sign_in.provider.settings.issuer;
    let Some(ended) = claims.ended(issuer) else { return Ok(refused()) };
    let is_first = sessions::end(&app, format!("{issuer} {}", claims.jti), ended).await?;
    Ok(if is_first { StatusCode::OK.into_response() } else { refused() })
}

async fn read(sign_in: &SignIn, token: &str, now: Instant) -> Result<LogoutClaims, Failed> {
    let wanted = Wanted {
        audience: &sign_in.provider.settings.client_id,
        claims: &["iss", "aud", "exp"],
        kinds: &[None, Some("jwt"), Some("logout+jwt"), Some("application/logout+jwt")],
    };
    let claims: LogoutClaims = jwt::signed(sign_in, token, &wanted, now).await?;
    if claims.hold(now) { Ok(claims) } else { Err(Failed::Refused) }
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
}
