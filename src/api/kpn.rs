//! What KPN brings: reports about texts, and texts that came in. It signs each, body for body.

use std::fmt::Debug;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    callbacks::{is_known, note, note_heard},
    gateway::number,
    inbound_text,
    problem::Problem,
    state::House,
};
use crate::model::messages::Receipt;

/// A provider that signs what it brings; whoever wires the house knows it.
pub trait Webhooks: Debug + Send + Sync {
    /// Whether it signed this.
    fn signed(&self, body: &[u8], signature: &str) -> bool;
    /// Whether this address for reports about a message was given to it.
    fn knows(&self, message: &str, proof: &str) -> bool;
    /// What a report about a text says; nothing while it is on its way.
    fn text_receipt(&self, report: &Value) -> Option<Receipt>;
}

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/callbacks/kpn/receipts/{id}/{proof}", post(text_receipt))
        .route("/callbacks/kpn/texts", post(text))
}

/// What it brings is read only once it is known to be its own.
fn admitted<'h>(
    house: &'h House,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<&'h dyn Webhooks, Problem> {
    let webhooks = house.provider.as_deref().and_then(|provider| provider.webhooks());
    let webhooks = webhooks.ok_or_else(Problem::not_found)?;
    let signature = headers.get("x-kpn-webhook-signature").and_then(|it| it.to_str().ok());
    if signature.is_some_and(|signature| webhooks.signed(body, signature)) {
        return Ok(webhooks);
    }
    Err(Problem::forbidden("This is not signed by the provider."))
}

fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|_| odd())
}

fn odd() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad-request", "This is not what a provider brings.")
}

async fn text_receipt(
    State(house): State<House>,
    Path((id, proof)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let webhooks = admitted(&house, &headers, &body)?;
    if !webhooks.knows(&id, &proof) {
        return Err(Problem::not_found());
    }
    let report: Value = read(&body)?;
    note(&house, &id, webhooks.text_receipt(&report)).await?;
    Ok(StatusCode::OK)
}

#[derive(Deserialize)]
struct Inbound {
    sender: String,
    message_id: String,
    content: String,
}

async fn text(
    State(house): State<House>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    admitted(&house, &headers, &body)?;
    let came: Inbound = read(&body)?;
    // Its signature says nothing of the time: who copies an answer of long ago may bring it again,
    // and it must not answer what was asked since. So one without a name is not heard at all.
    let id = came.message_id.replace('\0', "");
    if id.is_empty() {
        return Err(odd());
    }
    let name = format!("kpn/{id}");
    if is_known(&house, &name).await? {
        return Ok(StatusCode::OK);
    }
    // A sender that is no phone number (a short code, a name) has nothing to answer for.
    if let Some(from) = number(&came.sender) {
        let words = came.content.replace('\0', "");
        inbound_text::text(&house, &from, &words, Some(&name)).await?;
    }
    // Only now: when it could not be heard, it is brought again.
    note_heard(&house, name).await?;
    Ok(StatusCode::OK)
}
