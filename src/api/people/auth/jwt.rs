//! Whatever the provider signed for us, checked against its keys and our clock.

use std::sync::Arc;

use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use serde::de::DeserializeOwned;

use super::{provider::Failed, sign_in::SignIn};
use crate::model::clock::Instant;

/// Signatures that only the provider can make. Never `none`, and nothing with a shared secret.
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::PS256];
/// How many seconds the provider's clock may differ from ours.
pub const LEEWAY: i64 = 30;

/// What must be said besides `iss`, and to whom.
pub struct Wanted<'w> {
    /// For whom it must be meant.
    pub audience: &'w str,
    /// The claims that it cannot do without.
    pub claims: &'w [&'w str],
    /// Under which kinds it may go; `None` is whatever says nothing.
    pub kinds: &'w [Option<&'w str>],
}

/// The claims of a token that the provider signed. When it holds is still to be seen.
///
/// # Errors
/// When it proves nothing, or the provider's keys cannot be had.
pub async fn signed<T: DeserializeOwned>(
    sign_in: &SignIn,
    token: &str,
    wanted: &Wanted<'_>,
    now: Instant,
) -> Result<T, Failed> {
    let header = decode_header(token).map_err(|_| Failed::Refused)?;
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    if !ALGORITHMS.contains(&header.alg) || !wanted.kinds.contains(&kind.as_deref()) {
        return Err(Failed::Refused);
    }
    let provider = &sign_in.provider;
    let known = provider.known(now).await?;
    let known = match key(&known.keys, &header) {
        Some(_) => known,
        None => provider.renewed(Arc::clone(&known), now).await,
    };
    let key = key(&known.keys, &header).ok_or(Failed::Refused)?;
    checked(sign_in, token, key, &header, wanted).ok_or(Failed::Refused)
}

fn key<'k>(keys: &'k JwkSet, header: &Header) -> Option<&'k Jwk> {
    match (&header.kid, keys.keys.as_slice()) {
        (Some(kid), _) => keys.find(kid),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

fn checked<T: DeserializeOwned>(
    sign_in: &SignIn,
    token: &str,
    key: &Jwk,
    header: &Header,
    wanted: &Wanted<'_>,
) -> Option<T> {
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(wanted.claims);
    validation.set_issuer(&[&sign_in.provider.settings.issuer]);
    validation.set_audience(&[wanted.audience]);
    // The library reads a clock of its own; ours is asked by whoever reads the claims.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let key = DecodingKey::from_jwk(key).ok()?;
    match decode(token, &key, &validation) {
        Ok(read) => Some(read.claims),
        Err(why) => {
            tracing::info!(kind = ?why.kind(), "access token refused");
            None
        }
    }
}

/// Whether `now` is within these bounds, give or take the leeway.
pub fn holds(not_before: Option<i64>, until: i64, now: Instant) -> bool {
    let now = now.timestamp();
    now < until.saturating_add(LEEWAY)
        && not_before.is_none_or(|from| now >= from.saturating_sub(LEEWAY))
}
