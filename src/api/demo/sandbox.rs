//! The demo's phones: read what they got, answer, press keys, let voicemail pick up, text back, call back.
//! These routes exist in the demo only.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::http::{json::Body, problem::Problem, state::AppState},
    model::{clock::Instant, ids::MessageId, phone::Phone},
    service::messages::{
        inbound_texts,
        sandbox::{self, SandboxPhone},
    },
    store::messages::sandbox::{SandboxCall, Text},
};

/// The routes of this file.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sandbox/phones", get(phones))
        .route("/sandbox/phones/{number}/texts", post(text))
        .route("/sandbox/phones/{number}/calls", post(call_in))
        .route("/sandbox/phones/{number}/calls/{id}/answer", post(answer))
        .route("/sandbox/phones/{number}/calls/{id}/keys", post(keys))
        .route("/sandbox/phones/{number}/calls/{id}/voicemail", post(voicemail))
        .route("/sandbox/phones/{number}/calls/{id}/hang-up", post(hang_up))
}

#[derive(Serialize)]
struct PhoneView {
    calls: Vec<SandboxCallView>,
    number: String,
    owner: Option<String>,
    texts: Vec<TextView>,
}

#[derive(Serialize)]
struct TextView {
    at: Instant,
    body: String,
    from: String,
}

impl From<Text> for TextView {
    fn from(it: Text) -> Self {
        Self { at: it.at, body: it.body, from: it.sender }
    }
}

#[derive(Serialize)]
struct SandboxCallView {
    at: Instant,
    id: MessageId,
    said: Vec<String>,
    state: String,
}

impl From<SandboxCall> for SandboxCallView {
    fn from(it: SandboxCall) -> Self {
        Self { at: it.at, id: it.id, said: it.said, state: it.state }
    }
}

impl From<SandboxPhone> for PhoneView {
    fn from(it: SandboxPhone) -> Self {
        let SandboxPhone { number, owner, texts, calls } = it;
        let (texts, calls) = (texts.into_iter().map(Into::into), calls.into_iter().map(Into::into));
        Self { calls: calls.collect(), number, owner, texts: texts.collect() }
    }
}

async fn phones(State(app): State<AppState>) -> Result<Json<Vec<PhoneView>>, Problem> {
    let phones = sandbox::phones(&app).await?;
    Ok(Json(phones.into_iter().map(Into::into).collect()))
}

#[derive(Deserialize)]
struct TextInput {
    body: String,
}

async fn text(
    State(app): State<AppState>,
    Path(number): Path<String>,
    Body(input): Body<TextInput>,
) -> Result<StatusCode, Problem> {
    let from = number.parse::<Phone>().map_err(|_| Problem::not_found())?;
    inbound_texts::receive(&app, &from, &input.body, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn call_in(
    State(app): State<AppState>,
    Path(number): Path<String>,
) -> Result<Json<SandboxCallView>, Problem> {
    let from = number.parse::<Phone>().map_err(|_| Problem::not_found())?;
    Ok(Json(sandbox::call_in(&app, from).await?.into()))
}

/// The path of a call: whose phone, and which call.
type CallPath = Path<(String, String)>;

fn at(Path((number, id)): CallPath) -> Result<(String, MessageId), Problem> {
    Ok((number, id.parse().map_err(|_| Problem::not_found())?))
}

async fn answer(
    State(app): State<AppState>,
    path: CallPath,
) -> Result<Json<SandboxCallView>, Problem> {
    let (number, id) = at(path)?;
    Ok(Json(sandbox::answer(&app, number, id).await?.into()))
}

#[derive(Deserialize)]
struct SandboxKeysInput {
    keys: String,
}

async fn keys(
    State(app): State<AppState>,
    path: CallPath,
    Body(input): Body<SandboxKeysInput>,
) -> Result<Json<SandboxCallView>, Problem> {
    let (number, id) = at(path)?;
    Ok(Json(sandbox::press(&app, number, id, &input.keys).await?.into()))
}

async fn voicemail(
    State(app): State<AppState>,
    path: CallPath,
) -> Result<Json<SandboxCallView>, Problem> {
    let (number, id) = at(path)?;
    Ok(Json(sandbox::voicemail(&app, number, id).await?.into()))
}

async fn hang_up(
    State(app): State<AppState>,
    path: CallPath,
) -> Result<Json<SandboxCallView>, Problem> {
    let (number, id) = at(path)?;
    Ok(Json(sandbox::hang_up(&app, number, id).await?.into()))
}
