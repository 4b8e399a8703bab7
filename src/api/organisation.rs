//! The organisation itself: its name and number for everybody, its ladder for administrators.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    json::{Body, if_match},
    problem::Problem,
    state::House,
    teams::{Known, known, ladder},
};
use crate::{
    model::{
        faults::Faults,
        letters::{Letterhead, LetterheadInput},
        people::Role,
        phone::Phone,
        teams::Organisation,
    },
    store::{Versioned, teams},
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/organisation", get(show).put(replace).patch(change))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    name: Option<String>,
    call_number: Option<String>,
    ladder: Option<Value>,
}

impl Input {
    fn read(&self, known: &Known, letterhead: Option<Letterhead>) -> Result<Organisation, Problem> {
        let mut faults = Faults::default();
        let name = faults.text("name", self.name.as_deref(), 200);
        let number = faults.text("callNumber", self.call_number.as_deref(), 40);
        let number = number.and_then(|n| faults.take("callNumber", n.parse::<Phone>()));
        let ladder = ladder(&mut faults, self.ladder.as_ref(), known);
        faults.done().map_err(Problem::invalid)?;
        match (name, number, ladder) {
            (Some(name), Some(call_number), Some(ladder)) => {
                Ok(Organisation { name, call_number, ladder, letterhead })
            }
            _ => Err(Problem::invalid(vec![])),
        }
    }
}

fn view(caller: &Caller, found: &Versioned<Organisation>) -> Value {
    if caller.person.is(Role::Administrator) {
        let mut body = json!(found.item);
        body["version"] = json!(found.version);
        return body;
    }
    json!({ "name": found.item.name, "callNumber": found.item.call_number })
}

async fn show(State(house): State<House>, caller: Caller) -> Result<Response, Problem> {
    let found = house.db.read(|tx| Box::pin(teams::organisation(tx))).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(respond(Reply::ok(view(&caller, &found)), "/v1/organisation"))
}

async fn replace(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Input>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let saved = house.db.write(move |tx| {
        Box::pin(async move {
            // The first time there is nothing that somebody else could have changed.
            let before = teams::organisation(tx).await?;
            let seen = if before.is_some() { if_match(&headers)? } else { 0 };
            let letterhead = before.and_then(|found| found.item.letterhead);
            let item = input.read(&known(tx).await?, letterhead)?;
            teams::save_organisation(tx, &item, seen).await?;
            Ok::<_, Problem>(view(&caller, &Versioned { version: seen + 1, item }))
        })
    });
    let body = saved.await?;
    house.wake.notify_one();
    Ok(respond(Reply::ok(body), "/v1/organisation"))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Change {
    letterhead: LetterheadInput,
}

/// Sets what letters take from the organisation; all else stays as it is.
async fn change(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Change>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let letterhead = Letterhead::read(&input.letterhead).map_err(|part| {
        let mut faults = Faults::default();
        faults.nest("letterhead", part);
        Problem::invalid(faults.0)
    })?;
    let saved = house.db.write(move |tx| {
        Box::pin(async move {
            let before = teams::organisation(tx).await?.ok_or_else(Problem::not_found)?.item;
            let item = Organisation { letterhead: Some(letterhead), ..before };
            teams::save_organisation(tx, &item, seen).await?;
            Ok::<_, Problem>(view(&caller, &Versioned { version: seen + 1, item }))
        })
    });
    Ok(respond(Reply::ok(saved.await?), "/v1/organisation"))
}
