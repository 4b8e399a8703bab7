//! The demo's phones: read what they got, answer, press keys, let voicemail pick up, text back.
//! These routes exist in the demo only.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{inbound, inbound_text, json::Body, problem::Problem, state::House};
use crate::{
    model::{
        ids::MessageId,
        messages::{Content, Receipt},
        phone::Phone,
    },
    store::{messages, people, sandbox, sandbox::Call},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/sandbox/phones", get(phones))
        .route("/sandbox/phones/{number}/texts", post(text))
        .route("/sandbox/phones/{number}/calls/{id}/answer", post(answer))
        .route("/sandbox/phones/{number}/calls/{id}/keys", post(keys))
        .route("/sandbox/phones/{number}/calls/{id}/voicemail", post(voicemail))
        .route("/sandbox/phones/{number}/calls/{id}/hang-up", post(hang_up))
}

async fn phones(State(house): State<House>) -> Result<Json<Value>, Problem> {
    let (people, texts, calls) = house
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
    let phones = numbers.into_iter().map(|(number, owner)| {
        let texts: Vec<_> = texts
            .iter()
            .filter(|t| t.number == number)
            .map(|t| json!({ "at": t.at, "from": t.sender, "body": t.body }))
            .collect();
        let calls: Vec<_> = calls
            .iter()
            .filter(|c| c.number == number)
            .map(|c| json!({ "id": c.id, "at": c.at, "state": c.state, "said": c.said }))
            .collect();
        json!({ "number": number, "owner": owner, "texts": texts, "calls": calls })
    });
    Ok(Json(Value::Array(phones.collect())))
}

#[derive(Deserialize)]
struct TextInput {
    body: String,
}

async fn text(
    State(house): State<House>,
    Path(number): Path<String>,
    Body(input): Body<TextInput>,
) -> Result<StatusCode, Problem> {
    let from = number.parse::<Phone>().map_err(|_| Problem::not_found())?;
    inbound_text::text(&house, &from, &input.body, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn load(house: &House, number: String, id: &str) -> Result<Call, Problem> {
    let id: MessageId = id.parse().map_err(|_| Problem::not_found())?;
    house
        .db
        .read(move |tx| Box::pin(async move { Ok(sandbox::call(tx, &number, id).await?) }))
        .await
}

async fn save(house: &House, call: Call) -> Result<Response, Problem> {
    let view = json!({ "id": call.id, "at": call.at, "state": call.state, "said": call.said });
    house
        .db
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Problem>(sandbox::save_call(tx, &call).await?) })
        })
        .await?;
    Ok(Json(view).into_response())
}

fn must_be(call: &Call, state: &str) -> Result<(), Problem> {
    if call.state == state {
        return Ok(());
    }
    Err(Problem::conflict("call-is-not-there", format!("This call is {}.", call.state)))
}

async fn answer(
    State(house): State<House>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&house, number, &id).await?;
    must_be(&call, "ringing")?;
    let message = call.id;
    let said = house
        .db
        .read(move |tx| {
            Box::pin(async move { Ok::<_, Problem>(messages::load(tx, message).await?) })
        })
        .await?;
    if let Content::Call(script) = said.message.content {
        call.said.push(script.words);
    }
    call.state = "answered".into();
    inbound::receipt(&house, call.id, &Receipt::CallAnswered).await?;
    save(&house, call).await
}

#[derive(Deserialize)]
struct KeysInput {
    keys: String,
}

async fn keys(
    State(house): State<House>,
    Path((number, id)): Path<(String, String)>,
    Body(input): Body<KeysInput>,
) -> Result<Response, Problem> {
    let mut call = load(&house, number, &id).await?;
    must_be(&call, "answered")?;
    let spoken = inbound::keys_pressed(&house, call.id, &input.keys).await?;
    call.said.push(spoken.words);
    if !spoken.listens {
        call.state = "ended".into();
    }
    save(&house, call).await
}

async fn voicemail(
    State(house): State<House>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&house, number, &id).await?;
    must_be(&call, "ringing")?;
    call.state = "voicemail".into();
    inbound::receipt(&house, call.id, &Receipt::CallVoicemail).await?;
    save(&house, call).await
}

async fn hang_up(
    State(house): State<House>,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let mut call = load(&house, number, &id).await?;
    if call.state == "ringing" {
        inbound::receipt(&house, call.id, &Receipt::CallBusy).await?;
    }
    call.state = "ended".into();
    save(&house, call).await
}
