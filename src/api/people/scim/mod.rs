//! The municipality's directory keeps people and teams here, by SCIM 2.0 (RFC 7644).
//!
//! It shows a secret of its own and is nobody's session, so these addresses lie outside `/v1`. Without
//! a secret there is nothing at them.

mod answers;
mod discovery;
mod groups;
mod refusal;
mod resources;
mod users;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use subtle::ConstantTimeEq as _;

use self::{
    groups::Groups,
    refusal::Refusal,
    resources::{many, one},
    users::Users,
};
use crate::{
    api::http::{self as shell, state::AppState},
    model::{ids::digest, privacy::secret::Secret},
};

pub fn routes(app: AppState) -> Router<AppState> {
    let inside = Router::new()
        .route("/Users", many::<Users>())
        .route("/Users/{id}", one::<Users>())
        .route("/Groups", many::<Groups>())
        .route("/Groups/{id}", one::<Groups>())
        .route("/ServiceProviderConfig", get(discovery::config))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/.search", post(async || Refusal::search()))
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(async || Refusal::not_implemented())
        .layer(from_fn_with_state(app, admit));
    Router::new().nest("/scim/v2", inside)
}

/// Lets the directory in, and nobody else.
async fn admit(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let Some(secret) = &app.scim_token else {
        return shell::nothing_there().await.into_response();
    };
    if !shows(request.headers(), secret) {
        return Refusal::unauthenticated().into_response();
    }
    next.run(request).await
}

/// Whether a request shows this secret.
pub(crate) fn shows(headers: &HeaderMap, secret: &Secret) -> bool {
    // Hashed first: then the comparison takes the same time for every length too.
    let shown = bearer(headers).map(digest).unwrap_or_default();
    shown.as_bytes().ct_eq(digest(secret.expose()).as_bytes()).into()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
