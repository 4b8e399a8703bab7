//! The demo: sign in as a persona, and move the clock. These routes exist in the demo only.

pub mod sandbox;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::header::SET_COOKIE,
    response::{AppendHeaders, IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use super::{
    http::{json::Body, problem::Problem, state::AppState},
    people::auth::cookie_name,
};
use crate::{
    model::{clock::Instant, input::faults::Fault, people::Role},
    service::people::personas::{self, Persona},
};

/// The routes of this file.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo", get(personas))
        .route("/demo/sign-in", post(sign_in))
        .route("/demo/skip", post(skip))
}

#[derive(Serialize)]
struct PersonasView {
    now: Instant,
    personas: Vec<PersonaView>,
}

#[derive(Serialize)]
struct PersonaView {
    name: String,
    persona: &'static str,
    role: Option<Role>,
    roles: Vec<Role>,
}

impl From<Persona> for PersonaView {
    fn from(it: Persona) -> Self {
        let role = it.roles.first().copied();
        Self { name: it.account.name, persona: it.persona, role, roles: it.roles }
    }
}

async fn personas(State(app): State<AppState>) -> Result<Json<PersonasView>, Problem> {
    let personas = personas::list(&app).await?.into_iter().map(Into::into).collect();
    Ok(Json(PersonasView { now: app.now(), personas }))
}

#[derive(Deserialize)]
struct PersonaInput {
    persona: String,
}

#[derive(Serialize)]
struct TokenView {
    token: String,
}

async fn sign_in(
    State(app): State<AppState>,
    Body(input): Body<PersonaInput>,
) -> Result<Response, Problem> {
    let token = personas::sign_in(&app, input.persona).await?;
    let name = cookie_name(&app);
    let lasts = personas::SESSION_LASTS.num_seconds();
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lasts}");
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    let headers = AppendHeaders([(SET_COOKIE, format!("{cookie}{secure}"))]);
    Ok((headers, Json(TokenView { token })).into_response())
}

#[derive(Deserialize)]
struct SkipInput {
    seconds: i64,
}

#[derive(Serialize)]
struct ClockView {
    now: Instant,
}

async fn skip(
    State(app): State<AppState>,
    Body(input): Body<SkipInput>,
) -> Result<Json<ClockView>, Problem> {
    let seconds = u64::try_from(input.seconds).ok().filter(|s| *s <= 7 * 24 * 3600);
    let seconds = seconds.ok_or_else(|| {
        Problem::invalid(vec![Fault::new("seconds", "out-of-range", "between 0 and 604800")])
    })?;
    let machine = app.time_machine.clone().ok_or_else(Problem::not_found)?;
    let now = machine.skip(Duration::from_secs(seconds)).await.map_err(|why| {
        Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "clock-stuck", why)
    })?;
    Ok(Json(ClockView { now }))
}
