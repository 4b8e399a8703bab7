//! The figures of the policy: for everybody to read, for administrators to change. Every change is
//! kept with who made it.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::get};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    json::{Body, if_match, of_value},
    pages::Page,
    problem::Problem,
    register::named,
    state::House,
};
use crate::{
    model::{
        faults::Fault,
        ids::LineId,
        people::Role,
        policy::{Change, Policy},
    },
    store::{Versioned, policy},
};

const PATH: &str = "/v1/policy";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/policy", get(show).put(replace)).route("/policy-changes", get(changes))
}

fn view(found: &Versioned<Policy>) -> Value {
    let mut body = json!(found.item);
    body["version"] = json!(found.version);
    body
}

async fn show(State(house): State<House>, _: Caller) -> Result<Response, Problem> {
    let found = house.db.read(|tx| Box::pin(policy::load(tx))).await?;
    Ok(respond(Reply::ok(view(&found)), PATH))
}

async fn replace(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<Value>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Administrator)?;
    let seen = if_match(&headers)?;
    let item: Policy = of_value(input)?;
    let faults = item.faults().into_iter().map(|(field, why)| Fault::new(field, "invalid", why));
    let faults: Vec<_> = faults.collect();
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let (at, by) = (house.now(), caller.id());
    let id = LineId::new(&*house.dice, at);
    let saved = house.db.write(move |tx| {
        Box::pin(async move {
            let before = policy::load(tx).await?;
            let figures = before.item.changes_to(&item);
            if before.version == seen && figures.is_empty() {
                return Ok(before);
            }
            policy::save(tx, &item, seen, &Change { id, at, by, figures }).await?;
            Ok::<_, Problem>(Versioned { version: seen + 1, item })
        })
    });
    let saved = saved.await?;
    house.wake.notify_one();
    Ok(respond(Reply::ok(view(&saved)), PATH))
}

async fn changes(
    State(house): State<House>,
    caller: Caller,
    page: Page<LineId>,
) -> Result<Response, Problem> {
    if !caller.person.is(Role::Auditor) {
        caller.must_be(Role::Administrator)?;
    }
    let work = house.db.read(move |tx| {
        Box::pin(async move {
            let mut views = vec![];
            for change in policy::changes(tx, page.after, page.fetch()).await? {
                let by = named(tx, change.by).await?;
                let line = json!({ "id": change.id, "at": change.at, "by": by,
                    "figures": change.figures });
                views.push((change.id, line));
            }
            Ok::<_, Problem>(page.answer(&views, |v| v.0, |v| v.1.clone()))
        })
    });
    Ok(respond(Reply::ok(work.await?), "/v1/policy-changes"))
}
