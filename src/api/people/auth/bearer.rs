//! Bearer tokens of the provider: who a program speaks for.

use axum::http::StatusCode;
use serde::Deserialize;

use super::{
    identity::{Entra, subject},
    jwt::{self, Wanted},
    provider::Failed,
    sign_in::SignIn,
};
use crate::{
    api::http::problem::Problem, model::clock::Instant, service::people::sessions::Bearer,
};

#[derive(Deserialize)]
struct BearerClaims {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    acr: Option<String>,
    #[serde(flatten)]
    entra: Entra,
}

/// Whether a bearer token is a JWT, and not the token of a session.
pub fn is_jwt(token: &str) -> bool {
    token.bytes().filter(|b| *b == b'.').count() == 2
}

/// Who the person is that sent this token.
///
/// # Errors
/// 401 when it proves nothing; 503 when the provider's keys cannot be had.
pub async fn read(sign_in: &SignIn, token: &str, now: Instant) -> Result<Bearer, Problem> {
    let settings = &sign_in.provider.settings;
    let wanted = Wanted {
        audience: &settings.audience,
        claims: &["exp", "iss", "aud", "sub"],
        kinds: &[None, Some("jwt"), Some("at+jwt"), Some("application/at+jwt")],
    };
    let read = jwt::signed::<BearerClaims>(sign_in, token, &wanted, now).await;
    let claims = read.map_err(|why| match why {
        Failed::Refused => Problem::unauthenticated(),
        Failed::Unavailable => unavailable(),
    })?;
    if !jwt::holds(claims.nbf, claims.exp, now) {
        return Err(Problem::unauthenticated());
    }
    let acr = sign_in.strength(claims.acr.as_deref(), &claims.entra);
    let subject = subject(&settings.issuer, &claims.sub, &claims.entra);
    Ok(Bearer { subject, acr, roles: settings.gives_roles.then(|| claims.entra.roles()) })
}

fn unavailable() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "sign-in-unavailable",
        "The provider that signs people in cannot be reached.",
    )
}
