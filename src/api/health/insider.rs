//! Who may see more than whether the service is well. Figures rise when a silent alarm opens: shown
//! to anybody, they would tell whoever forced the duress PIN out of somebody.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use crate::api::{
    http::{limits::Client, state::AppState},
    people::scim,
};

/// What a proxy adds: then somebody else asks, also when the proxy runs on this machine.
const FORWARDED: [&str; 4] = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

/// Whether the organisation's own monitor asks: it shows the secret, or where there is none, it runs
/// on this machine.
pub(super) struct Insider(pub(super) bool);

impl FromRequestParts<AppState> for Insider {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let client = parts.extensions.get().copied();
        Ok(Self(match &app.metrics_token {
            Some(secret) => scim::shows(&parts.headers, secret),
            None => is_from_here(&parts.headers, client),
        }))
    }
}

fn is_from_here(headers: &HeaderMap, client: Option<Client>) -> bool {
    client.is_some_and(|Client(ip)| ip.to_canonical().is_loopback())
        && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}
