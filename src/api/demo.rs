//! The demo: sign in as a persona, and move the clock. These routes exist in the demo only.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::State,
    http::header::SET_COOKIE,
    response::{AppendHeaders, IntoResponse as _, Response},
    routing::{get, post},
};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{auth::cookie_name, json::Body, problem::Problem, state::House};
use crate::{
    model::{clock::Instant, faults::Fault, ids::token},
    store::{people, sessions},
};

/// Moves the service's clock; whoever wires the house knows how.
#[async_trait]
pub trait TimeMachine: Debug + Send + Sync {
    /// Goes ahead by `by`; everything that is due on the way happens in its order.
    ///
    /// # Errors
    /// Why it could not go on.
    async fn skip(&self, by: Duration) -> Result<Instant, String>;
}

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/demo", get(personas))
        .route("/demo/sign-in", post(sign_in))
        .route("/demo/skip", post(skip))
}

/// A persona's mail address; the demo's accounts are known by these.
pub fn email(persona: &str) -> String {
    format!("{persona}@demo.rugdekking.example")
}

const PERSONAS: [&str; 7] = ["worker", "colleague", "manager", "deputy", "desk", "desk2", "admin"];

async fn personas(State(house): State<House>) -> Result<Json<Value>, Problem> {
    let now = house.now();
    let found = house
        .db
        .read(|tx| {
            Box::pin(async move {
                let mut found = vec![];
                for persona in PERSONAS {
                    if let Some(person) = people::by_email(tx, &email(persona)).await? {
                        found.push(json!({ "persona": persona, "name": person.item.name,
                            "role": person.item.roles.first(), "roles": person.item.roles }));
                    }
                }
                Ok::<_, Problem>(found)
            })
        })
        .await?;
    Ok(Json(json!({ "personas": found, "now": now })))
}

#[derive(Deserialize)]
struct PersonaInput {
    persona: String,
}

async fn sign_in(
    State(house): State<House>,
    Body(input): Body<PersonaInput>,
) -> Result<Response, Problem> {
    let (now, secret) = (house.now(), token(&*house.dice));
    let kept = secret.clone();
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let found =
                    people::by_email(tx, &email(&input.persona)).await?.ok_or_else(|| {
                        let known = PERSONAS.join(", ");
                        Problem::invalid(vec![Fault::new(
                            "persona",
                            "invalid",
                            format!("one of {known}"),
                        )])
                    })?;
                sessions::open(tx, &kept, found.item.id, now, TimeDelta::days(30)).await?;
                Ok::<_, Problem>(())
            })
        })
        .await?;
    let name = cookie_name(&house);
    let cookie = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
    let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
    let headers = AppendHeaders([(SET_COOKIE, format!("{cookie}{secure}"))]);
    Ok((headers, Json(json!({ "token": secret }))).into_response())
}

#[derive(Deserialize)]
struct SkipInput {
    seconds: i64,
}

async fn skip(
    State(house): State<House>,
    Body(input): Body<SkipInput>,
) -> Result<Json<Value>, Problem> {
    let seconds = u64::try_from(input.seconds).ok().filter(|s| *s <= 7 * 24 * 3600);
    let seconds = seconds.ok_or_else(|| {
        Problem::invalid(vec![Fault::new("seconds", "out-of-range", "between 0 and 604800")])
    })?;
    let machine = house.time_machine.clone().ok_or_else(Problem::not_found)?;
    let now = machine.skip(Duration::from_secs(seconds)).await.map_err(|why| {
        Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "clock-stuck", why)
    })?;
    Ok(Json(json!({ "now": now })))
}
