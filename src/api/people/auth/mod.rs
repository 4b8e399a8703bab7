//! Who is calling: a session's cookie or a bearer token, and what that person may do.

mod bearer;
mod client_key;
mod flow;
mod identity;
mod jwt;
mod logout;
pub mod oidc;
mod pages;
mod provider;
pub(crate) mod sign_in;

pub use client_key::ClientKey;
pub use provider::OidcSettings;
pub use sign_in::SignIn;

pub use crate::service::Caller;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
};

use crate::{
    api::http::{problem::Problem, state::AppState},
    service::people::sessions,
};

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let found = match bearer(&parts.headers) {
            Some(token) if bearer::is_jwt(&token) => of_bearer(app, &token).await?,
            Some(token) => of_session(app, token).await?,
            None => {
                refuse_cross_site(&parts.method, &parts.headers, app)?;
                let token = cookie_named(&parts.headers, cookie_name(app));
                of_session(app, token.ok_or_else(Problem::unauthenticated)?).await?
            }
        };
        found.ok_or_else(Problem::unauthenticated)
    }
}

async fn of_session(app: &AppState, token: String) -> Result<Option<Caller>, Problem> {
    // Without a provider there is nowhere to go for an extra check.
    let step_up = app.sign_in.as_ref().map(|it| it.provider.settings.step_up_acr.as_slice());
    Ok(sessions::by_token(app, token, step_up.unwrap_or_default()).await?)
}

async fn of_bearer(app: &AppState, token: &str) -> Result<Option<Caller>, Problem> {
    let sign_in = app.sign_in.as_ref().ok_or_else(Problem::unauthenticated)?;
    let bearer = bearer::read(sign_in, token, app.now()).await?;
    Ok(sessions::by_bearer(app, bearer, &sign_in.provider.settings.step_up_acr).await?)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get("authorization")?.to_str().ok()?;
    let (scheme, token) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// The token of the session in which a request was made; a program's own token is none.
pub fn session_token(headers: &HeaderMap, app: &AppState) -> Option<String> {
    let token = bearer(headers).or_else(|| cookie_named(headers, cookie_name(app)));
    token.filter(|token| !bearer::is_jwt(token))
}

/// The session cookie's name: `__Host-` binds it to this host over TLS; plain on a local demo.
pub fn cookie_name(app: &AppState) -> &'static str {
    if app.settings.public_url.starts_with("https:") { "__Host-rugdekking" } else { "rugdekking" }
}

/// The value of a cookie.
pub(crate) fn cookie_named(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all("cookie")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, v)| (n == name).then(|| v.to_owned()))
}

/// A cookie counts for a change only when our own page sends it: the browser says so itself in
/// `Sec-Fetch-Site` or `Origin` (a program that is no browser sends neither, and holds no cookie
/// that it was not given).
fn refuse_cross_site(method: &Method, headers: &HeaderMap, app: &AppState) -> Result<(), Problem> {
    if method.is_safe() {
        return Ok(());
    }
    let says = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    let ours = match (says("sec-fetch-site"), says("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin == app.settings.public_url,
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(Problem::forbidden("This came from another site.")) }
}
