//! The demo's phones: read what they got, answer, press keys, let voicemail pick up, text back.
//! These routes exist in the demo only.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::http::{json::Body, problem::Problem, state::AppState},
    model::{
        clock::Instant,
        ids::MessageId,
        messages::{Content, Receipt},
        phone::Phone,
    },
    service::messages::{inbound_calls, inbound_texts, receipts},
    store::{
        messages::{
            self,
            sandbox::{self, SandboxCall, Text},
        },
        people,
    },
};

/// The routes of this file.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/sandbox/phones", get(phones))
        .route("/sandbox/phones/{number}/texts", post(text))
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

impl From<&Text> for TextView {
    fn from(it: &Text) -> Self {
        Self { at: it.at, body: it.body.clone(), from: it.sender.clone() }
    }
}

#[derive(Serialize)]
struct SandboxCallView {
    at: Instant,
    id: MessageId,
    said: Vec<String>,
    state: String,
}

impl From<&SandboxCall> for SandboxCallView {
    fn from(it: &SandboxCall) -> Self {
        Self { at: it.at, id: it.id, said: it.said.clone(), state: it.state.clone() }
    }
}

async fn phones(State(app): State<AppState>) -> Result<Json<Vec<PhoneView>>, Problem> {
    let (people, texts, calls) = app
        .db
        .read(|tx| {
            Box::pin(async move {
                let people = people::all(tx).await?;
                Ok::<_, Problem>((people, sandbox::texts(tx).await?, sandbox::calls(tx).await?))
            })
        })
        .await?;
    let owners = people.iter().filter_map(|p| {
        let number = p.item.mobile.as_ref()?.number.to_string();
        Some((number, p.item.name.clone()))
    });
    let mut numbers: Vec<(String, Option<String>)> =
        owners.map(|(number, name)| (number, Some(name))).collect();
    let others = texts.iter().map(|t| &t.number).chain(calls.iter().map(|c| &c.number));
    for number in others {
        if !numbers.iter().any(|(known, _)| known == number) {
            numbers.push((number.clone(), None));
        }
    }
    let phones = numbers.into_iter().map(|(number, owner)| PhoneView {
        calls: calls.iter().filter(|c| c.number == number).map(Into::into).collect(),
        texts: texts.iter().filter(|t| t.number == number).map(Into::into).collect(),
        number,
        owner,
    });
    Ok(Json(phones.collect()))
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

async fn load(app: &AppState, number: String, id: &str) -> Result<SandboxCall, Problem> {
    let id: MessageId = id.parse().map_err(|_| Problem::not_found())?;
    app.db.read(move |tx| Box::pin(async move { Ok(sandbox::call(tx, &number, id).await?) })).await
}

async fn save(app: &AppState, call: SandboxCall) -> Result<Response, Problem> {
    let view = SandboxCallView::from(&call);
    app.db
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Problem>(sandbox::save_call(tx, &call).await?) })
        })
        .await?;
    Ok(Json(view).into_response())
}

fn must_be(call: &SandboxCall, state: &str) -> Result<(), Problem> {
    if call.state == state {
        return Ok(());
    }
    Err(Problem::conflict("call-is-not-there", format!("This call is {}.", call.state)))
}

async fn answer(
    State(app): State<AppState>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&app, number, &id).await?;
    must_be(&call, "ringing")?;
    let message = call.id;
    let said = app
        .db
        .read(move |tx| {
            Box::pin(async move { Ok::<_, Problem>(messages::load(tx, message).await?) })
        })
        .await?;
    if let Content::Call(script) = said.message.content {
        call.said.push(script.words);
    }
    call.state = "answered".into();
    receipts::record(&app, call.id, &Receipt::CallAnswered).await?;
    save(&app, call).await
}

#[derive(Deserialize)]
struct SandboxKeysInput {
    keys: String,
}

async fn keys(
    State(app): State<AppState>,
    Path((number, id)): Path<(String, String)>,
    Body(input): Body<SandboxKeysInput>,
) -> Result<Response, Problem> {
    let mut call = load(&app, number, &id).await?;
    must_be(&call, "answered")?;
    let spoken = inbound_calls::press_keys(&app, call.id, &input.keys).await?;
    call.said.push(spoken.words);
    if !spoken.listens {
        call.state = "ended".into();
    }
    save(&app, call).await
}

async fn voicemail(
    State(app): State<AppState>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&app, number, &id).await?;
    must_be(&call, "ringing")?;
    call.state = "voicemail".into();
    receipts::record(&app, call.id, &Receipt::CallVoicemail).await?;
    save(&app, call).await
}

async fn hang_up(
    State(app): State<AppState>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&app, number, &id).await?;
    if call.state == "ringing" {
        receipts::record(&app, call.id, &Receipt::CallBusy).await?;
    }
    call.state = "ended".into();
    save(&app, call).await
}
