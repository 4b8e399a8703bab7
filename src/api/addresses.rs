//! Offers addresses while somebody types one. It is we who ask the national register of addresses,
//! so that where somebody goes does not leave with their phone's name; and nothing waits for it.

use std::fmt::Debug;

use async_trait::async_trait;
use axum::{Extension, Json, Router, extract::State, routing::post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    json::Body,
    limits::{Limits, What, Who, patience},
    problem::Problem,
    state::House,
};
use crate::model::{
    address::Address,
    faults::Faults,
    people::Role,
    suggestions::{Suggestion, is_id},
};

/// Fewer letters tell nothing yet.
const LEAST: usize = 3;
/// No address is longer.
const MOST: usize = 120;

/// Who knows all addresses. It answers within some seconds, whatever happens.
#[async_trait]
pub trait AddressBook: Debug + Send + Sync {
    /// The addresses that may be meant; `None` when nobody answers.
    async fn suggest(&self, text: &str) -> Option<Vec<Suggestion>>;

    /// The whole address; `None` when nobody answers, or there is none.
    async fn look_up(&self, id: &str) -> Option<Address>;
}

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/address-suggestions", post(suggest))
        .route("/address-lookups", post(look_up))
        .layer(Extension(Limits::default()))
}

#[derive(Deserialize)]
struct Typed {
    text: Option<String>,
}

#[derive(Deserialize)]
struct Chosen {
    id: Option<String>,
}

/// Only those who write addresses down ask.
fn may_ask(caller: &Caller) -> Result<(), Problem> {
    let roles = [Role::Worker, Role::Manager, Role::AggressionDesk];
    if roles.into_iter().any(|role| caller.person.is(role)) {
        return Ok(());
    }
    Err(Problem::forbidden("Your role does not allow this."))
}

/// Each of them so often.
fn count(house: &House, caller: &Caller, limits: &Limits) -> Result<(), Problem> {
    limits.count(What::Address, Who::Person(caller.id()), house.now()).map_err(patience)
}

async fn suggest(
    State(house): State<House>,
    caller: Caller,
    Extension(limits): Extension<Limits>,
    Body(input): Body<Typed>,
) -> Result<Json<Value>, Problem> {
    may_ask(&caller)?;
    let mut faults = Faults::default();
    let text = faults.text("text", input.text.as_deref(), MOST).unwrap_or_default();
    faults.done().map_err(Problem::invalid)?;
    count(&house, &caller, &limits)?;
    let Some(book) = &house.addresses else {
        return Ok(Json(json!({ "register": "off", "items": [] })));
    };
    let found = match text.trim() {
        short if short.chars().count() < LEAST => Some(vec![]),
        text => book.suggest(text).await,
    };
    let register = if found.is_some() { "answered" } else { "silent" };
    Ok(Json(json!({ "register": register, "items": found.unwrap_or_default() })))
}

async fn look_up(
    State(house): State<House>,
    caller: Caller,
    Extension(limits): Extension<Limits>,
    Body(input): Body<Chosen>,
) -> Result<Json<Value>, Problem> {
    may_ask(&caller)?;
    let mut faults = Faults::default();
    let id = faults.text("id", input.id.as_deref(), 64).unwrap_or_default();
    faults.require(id.is_empty() || is_id(&id), "id", "invalid", "is not the id of a suggestion");
    faults.done().map_err(Problem::invalid)?;
    count(&house, &caller, &limits)?;
    let found = match &house.addresses {
        Some(book) => book.look_up(&id).await,
        None => None,
    };
    Ok(Json(json!({ "address": found })))
}
