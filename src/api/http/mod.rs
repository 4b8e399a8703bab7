//! What holds for every answer: security headers, limits, problems instead of bare refusals.

pub mod idempotency;
pub mod json;
pub mod limits;
pub mod pages;
pub mod parts;
pub mod problem;
pub(crate) mod refusals;
mod shape;
pub(crate) mod spans;
pub mod state;
pub(crate) mod strict;
pub mod web;

use std::{any::Any, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use tokio::time::timeout;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};

use super::{
    docs::openapi,
    http::{
        limits::{RateLimits, slow_down},
        problem::Problem,
        spans::in_span,
        state::AppState,
    },
    register::imports,
};

/// The longest body that anybody may send, where no file is asked for.
const MOST_BYTES: usize = 256 * 1024;
/// The longest that an answer may take to begin; a feed of events goes on after that.
const PATIENCE: Duration = Duration::from_secs(30);
/// What a page of ours may do: load what we serve, and nothing inline.
const POLICY: &str = "default-src 'self'; base-uri 'none'; object-src 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// Everything around the routes, the last one first.
pub fn around(routes: Router, app: AppState) -> Router {
    let files = Router::new().nest("/v1", imports::of_files().into()).with_state(app.clone());
    routes
        .layer(RequestBodyLimitLayer::new(MOST_BYTES))
        .merge(files.layer(RequestBodyLimitLayer::new(imports::MOST_BYTES)))
        .layer(from_fn_with_state((app.clone(), RateLimits::default()), slow_down))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn(in_time))
        .layer(from_fn(as_problems))
        .layer(from_fn_with_state(app.clone(), headers))
        .layer(from_fn_with_state(app, in_span))
}

/// What is not there.
pub async fn nothing_there() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-such-address", "There is nothing at this address.")
}

fn broken(_: Box<dyn Any + Send + 'static>) -> Response {
    let detail = "The service made a mistake. Try again, or call.";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail).into_response()
}

async fn in_time(request: Request, next: Next) -> Response {
    let detail = "The service is too busy. Try again, or call.";
    timeout(PATIENCE, next.run(request)).await.unwrap_or_else(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-busy", detail).into_response()
    })
}

/// The API's own part of the addresses.
pub fn is_api(path: &str) -> bool {
    path == "/v1" || path.starts_with("/v1/")
}

/// A refusal that a library made becomes one in the words of the API.
async fn as_problems(request: Request, next: Next) -> Response {
    let api = is_api(request.uri().path());
    let response = next.run(request).await;
    let refused = response.status().is_client_error() || response.status().is_server_error();
    let told = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    if !api || !refused || told {
        return response;
    }
    let mut problem = refusal(response.status()).into_response();
    if let Some(methods) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, methods.clone());
    }
    problem
}

fn refusal(status: StatusCode) -> Problem {
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => ("no-such-address", "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => ("no-such-method", "This cannot be done here."),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "That is more than we take."),
        _ => ("bad-request", "The request cannot be read."),
    };
    Problem::new(status, code, detail)
}

async fn headers(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    secure(headers, &app);
    if is_api(&path) {
        set(headers, "api-version", openapi::version());
    }
    if path == "/v1/openapi.json" {
        set(headers, "access-control-allow-origin", "*");
    }
    if !headers.contains_key(header::ETAG) || is_api(&path) {
        set(headers, "cache-control", "no-store");
    }
    if app.is_demo {
        // The demo's clock can be moved ahead, and the page goes by the service's time.
        set(headers, "date", &app.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }
    response
}

fn secure(headers: &mut HeaderMap, app: &AppState) {
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("permissions-policy", "geolocation=(self), camera=(), microphone=(), payment=()"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        set(headers, name, value);
    }
    if app.settings.public_url.starts_with("https:") {
        set(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
    }
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
