//! Bearer tokens of the provider: JWTs, checked against its keys and our clock.

use std::sync::Arc;

use axum::http::StatusCode;
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde::Deserialize;

use super::{
    SignIn,
    identity::{Entra, subject},
};
use crate::{api::problem::Problem, model::clock::Instant};

/// Signatures that only the provider can make. Never `none`, and nothing with a shared secret.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::PS256];
/// How many seconds the provider's clock may differ from ours.
const LEEWAY: i64 = 30;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    #[serde(flatten)]
    entra: Entra,
}

/// Whether a bearer token is a JWT, and not the token of a session.
pub fn is_jwt(token: &str) -> bool {
    token.bytes().filter(|b| *b == b'.').count() == 2
}

/// The subject of the person who sent this token.
///
/// # Errors
/// 401 when it proves nothing; 503 when the provider's keys cannot be had.
pub async fn subject_of(sign_in: &SignIn, token: &str, now: Instant) -> Result<String, Problem> {
    let header = decode_header(token).map_err(|_| Problem::unauthenticated())?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Problem::unauthenticated());
    }
    let provider = &sign_in.provider;
    let known = provider.known(now).await.map_err(|_| unavailable())?;
    let known = match key(&known.keys, &header) {
        Some(_) => known,
        None => provider.renewed(Arc::clone(&known), now).await,
    };
    let key = key(&known.keys, &header).ok_or_else(Problem::unauthenticated)?;
    let claims = checked(sign_in, token, key, &header).ok_or_else(Problem::unauthenticated)?;
    if !holds(&claims, now) {
        return Err(Problem::unauthenticated());
    }
    Ok(subject(&provider.settings.issuer, &claims.sub, &claims.entra))
}

fn key<'k>(keys: &'k JwkSet, header: &Header) -> Option<&'k Jwk> {
    match (&header.kid, keys.keys.as_slice()) {
        (Some(kid), _) => keys.find(kid),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn checked(sign_in: &SignIn, token: &str, key: &Jwk, header: &Header) -> Option<Claims> {
    let settings = &sign_in.provider.settings;
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&[&settings.audience]);
    // The library reads a clock of its own; ours is checked in `holds`.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let key = DecodingKey::from_jwk(key).ok()?;
    match decode(token, &key, &validation) {
        Ok(read) => Some(read.claims),
        Err(why) => {
            tracing::info!(kind = ?why.kind(), "a bearer token was refused");
            None
        }
    }
}

fn holds(claims: &Claims, now: Instant) -> bool {
    let now = now.timestamp();
    now < claims.exp.saturating_add(LEEWAY)
        && claims.nbf.is_none_or(|nbf| now >= nbf.saturating_sub(LEEWAY))
}

fn unavailable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "sign-in-unavailable",
        "The provider that signs people in cannot be reached.",
    )
}
