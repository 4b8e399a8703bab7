//! The municipality's directory keeps people and teams here, by SCIM 2.0 (RFC 7644).
//!
//! It shows a secret of its own and is nobody's session, so these addresses lie outside `/v1`. Without
//! a secret there is nothing at them.

mod answers;
mod discovery;
mod gaps;
mod groups;
mod users;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::{problem::Problem, shell, state::House};
use crate::{
    model::{
        ids::digest,
        scim::{Kind, Object, Refused},
    },
    store,
};

/// What errors are.
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
/// The kind of every body.
const SCIM_JSON: &str = "application/scim+json";

/// The routes.
pub fn routes(house: House) -> Router<House> {
    let one = get(users::show).put(users::replace).patch(users::change).delete(users::remove);
    let team = get(groups::show).put(groups::replace).patch(groups::change).delete(groups::remove);
    let inside = Router::new()
        .route("/Users", get(users::list).post(users::create))
        .route("/Users/{id}", one)
        .route("/Groups", get(groups::list).post(groups::create))
        .route("/Groups/{id}", team)
        .route("/ServiceProviderConfig", get(discovery::config))
        .route("/ResourceTypes", get(discovery::resource_types))
        .route("/ResourceTypes/{id}", get(discovery::resource_type))
        .route("/Schemas", get(discovery::schemas))
        .route("/Schemas/{id}", get(discovery::schema))
        .route("/.search", post(async || Refusal::search()))
        .fallback(async || Refusal::not_found())
        .method_not_allowed_fallback(async || Refusal::not_implemented())
        .layer(from_fn_with_state(house, admit));
    Router::new().nest("/scim/v2", inside)
}

/// Lets the directory in, and nobody else.
async fn admit(State(house): State<House>, request: Request, next: Next) -> Response {
    let Some(secret) = &house.settings.scim_token else {
        return shell::nothing_there().await.into_response();
    };
    // Hashed first: then the comparison takes the same time for every length too.
    let shown = bearer(request.headers()).map(digest).unwrap_or_default();
    if !bool::from(shown.as_bytes().ct_eq(digest(secret.expose()).as_bytes())) {
        return Refusal::unauthenticated().into_response();
    }
    next.run(request).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// How something is refused, in SCIM's own form.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    kind: Option<Kind>,
    detail: String,
}

impl Refusal {
    fn new(status: StatusCode, detail: &str) -> Self {
        Self { status, kind: None, detail: detail.to_owned() }
    }

    fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such resource here.")
    }

    fn not_implemented() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here.")
    }

    /// RFC 7644, 3.4.3: this service does not search all kinds of resources at once.
    fn search() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "Search people and teams apart.")
    }

    fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Show the token of the directory.")
    }

    /// Another resource has this name.
    fn taken(detail: &str) -> Self {
        let refusal = Self::new(StatusCode::CONFLICT, detail);
        Self { kind: Some(Kind::Uniqueness), ..refusal }
    }
}

impl From<Refused> for Refusal {
    fn from(why: Refused) -> Self {
        let status = match why.kind {
            Kind::Uniqueness => StatusCode::CONFLICT,
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, kind: Some(why.kind), detail: why.detail }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let kind = (problem.code == "email-taken").then_some(Kind::Uniqueness);
        Self { status: problem.status, kind, detail: problem.detail }
    }
}

impl From<store::Error> for Refusal {
    fn from(why: store::Error) -> Self {
        Problem::from(why).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "schemas": [ERROR], "status": self.status.as_u16().to_string(),
            "detail": self.detail });
        if let Some(kind) = self.kind {
            body["scimType"] = json!(kind.name());
        }
        let mut response = answer(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            let headers = response.headers_mut();
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An answer in SCIM's own kind of JSON.
fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, SCIM_JSON)], body.to_string()).into_response()
}

/// The object of a request's body.
fn object(body: &[u8]) -> Result<Object, Refusal> {
    let read = serde_json::from_slice::<Value>(body).ok();
    match read {
        Some(Value::Object(object)) => Ok(object),
        _ => Err(Refused::new(Kind::InvalidSyntax, "The body is a JSON object.").into()),
    }
}

/// Where a resource of this kind lies.
fn address(house: &House, kind: &str, id: impl std::fmt::Display) -> String {
    format!("{}/scim/v2/{kind}/{id}", house.settings.public_url)
}
