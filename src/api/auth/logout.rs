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
    SignIn,
    flow::Failed,
    identity::{Entra, subject},
    jwt::{self, LEEWAY, Wanted},
};
use crate::{
    api::{problem::Problem, state::House},
    model::clock::Instant,
    store::{Error, Tx, people, sessions},
};

/// What a logout token says that it is.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How many seconds ago it may have been made. Longer ago than this, no id of one is remembered.
const FRESH: i64 = 600;

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
    sub: Option<String>,
    nonce: Option<Value>,
    #[serde(flatten)]
    entra: Entra,
}

impl Claims {
    /// Whether it is a logout token, and a fresh one. A `nonce` is what ID tokens have.
    fn hold(&self, now: Instant) -> bool {
        let age = now.timestamp().saturating_sub(self.iat);
        let fresh = (-LEEWAY..=FRESH).contains(&age) && jwt::holds(None, self.exp, now);
        let names_somebody = self.sub.is_some() || self.entra.sid.is_some();
        let event = self.events.get(EVENT).is_some_and(Value::is_object);
        fresh && names_somebody && event && self.nonce.is_none() && !self.jti.is_empty()
    }
}

/// Ends what the provider says has ended.
pub async fn told(State(house): State<House>, body: Bytes) -> Result<Response, Problem> {
    let sign_in = house.sign_in.clone().ok_or_else(Problem::not_found)?;
    let form = url::form_urlencoded::parse(&body);
    let tokens: Vec<_> = form.filter(|(name, _)| name == "logout_token").collect();
    let [(_, token)] = tokens.as_slice() else { return Ok(refused()) };
    let claims = match read(&sign_in, token, house.now()).await {
        Ok(claims) => claims,
        Err(Failed::Refused) => return Ok(refused()),
        Err(Failed::Unavailable) => return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
    };
    let (issuer, now) = (sign_in.provider.settings.issuer.clone(), house.now());
    let work =
        house.db.write(move |tx| Box::pin(async move { end(tx, &issuer, &claims, now).await }));
    Ok(if work.await? { StatusCode::OK.into_response() } else { refused() })
}

async fn read(sign_in: &SignIn, token: &str, now: Instant) -> Result<Claims, Failed> {
    let wanted = Wanted {
        audience: &sign_in.provider.settings.client_id,
        claims: &["iss", "aud", "exp"],
        kinds: &[None, Some("jwt"), Some("logout+jwt"), Some("application/logout+jwt")],
    };
    let claims: Claims = jwt::signed(sign_in, token, &wanted, now).await?;
    if claims.hold(now) { Ok(claims) } else { Err(Failed::Refused) }
}

/// Ends one session when one is named, else all of that person's. False when it was heard before.
async fn end(tx: &mut Tx, issuer: &str, claims: &Claims, now: Instant) -> Result<bool, Error> {
    if !sessions::is_first_logout(tx, &format!("{issuer} {}", claims.jti), now).await? {
        return Ok(false);
    }
    match (&claims.entra.sid, &claims.sub) {
        (Some(sid), _) => sessions::close_sid(tx, sid).await?,
        (None, Some(sub)) => {
            let subject = subject(issuer, sub, &claims.entra);
            if let Some(found) = people::by_subject(tx, &subject).await? {
                sessions::close_all_of(tx, found.item.id).await?;
            }
        }
        (None, None) => {}
    }
    Ok(true)
}

fn refused() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_request" }))).into_response()
}
