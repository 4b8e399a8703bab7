//! The web app, built in from `web/dist`, and its page for whoever comes with a browser.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse as _, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};
use tower_http::compression::CompressionLayer;

use super::{nothing_there, state::AppState};

// Without it `cargo test` works on a machine without Node; the page then says what is missing.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Built;

const NOT_BUILT: &str = include_str!("not-built.html");

/// Whatever no route claims: a file of the web app, or its page.
pub fn routes() -> Router<AppState> {
    // Only what holds no secret is compressed.
    Router::new().route("/theme.css", get(theme)).fallback(serve).layer(CompressionLayer::new())
}

/// The municipality's own colours. Another file is a restart, so it is asked for anew each time.
async fn theme(State(app): State<AppState>) -> Response {
    let kind =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (kind, app.theme.to_string()).into_response()
}

async fn serve(request: Request) -> Response {
    let (uri, headers) = (request.uri(), request.headers());
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return nothing_there().await.into_response();
    }
    if let Some(found) = Built::get(uri.path().trim_start_matches('/')) {
        return file(uri.path(), headers, found);
    }
    if !is_visit_of_a_person(uri, headers) {
        return nothing_there().await.into_response();
    }
    match Built::get("index.html") {
        Some(page) => file("/index.html", headers, page),
        None => Html(NOT_BUILT).into_response(),
    }
}

/// Somebody follows a link into the app, rather than that a program asks for what is not there.
fn is_visit_of_a_person(uri: &Uri, headers: &HeaderMap) -> bool {
    const OTHERS: [&str; 7] = ["v1", "session", "demo", "sandbox", "health", "metrics", "docs"];
    let first = uri.path().trim_start_matches('/').split('/').next().unwrap_or_default();
    let accepts = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    !OTHERS.contains(&first) && (uri.path() == "/" || accepts.contains("text/html"))
}

fn file(path: &str, asked: &HeaderMap, found: EmbeddedFile) -> Response {
    let digest: String =
        found.metadata.sha256_hash()[..16].iter().map(|b| format!("{b:02x}")).collect();
    // Weak, because it may be sent compressed.
    let tag = format!("W/\"{digest}\"");
    let known = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let known = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = found.metadata.mimetype().to_owned();
        ([(header::CONTENT_TYPE, kind)], found.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    // The build names each asset after its content; the page itself is asked for anew.
    let forever = path.starts_with("/assets/");
    let keep = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}
