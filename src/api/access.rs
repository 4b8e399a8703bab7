//! The log of every look, for auditors; reading it is a look too.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    str::FromStr,
};

use axum::{Router, extract::State, response::Response, routing::get};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    pages::Page,
    problem::Problem,
    register::{look, named},
    state::House,
};
use crate::{
    model::{
        access::{Action, Look},
        clock::Instant,
        ids::{LineId, PersonId},
        people::{Named, Role},
    },
    store::access,
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/access-log", get(list))
}

/// A place in the log, as a cursor keeps it.
#[derive(Clone, Copy, Debug)]
struct Place(Instant, LineId);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.timestamp_micros(), self.1)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, id) = text.split_once(' ').ok_or(())?;
        let at = at.parse().ok().and_then(Instant::from_timestamp_micros).ok_or(())?;
        Ok(Self(at, id.parse().map_err(|_| ())?))
    }
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<Place>,
) -> Result<Response, Problem> {
    caller.must_be(Role::Auditor)?;
    let line = look(&house, &caller, Action::LogRead);
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let after = page.after.map(|Place(at, id)| (at, id));
            let found = access::page(tx, after, page.fetch()).await?;
            let mut names = HashMap::new();
            for id in found.iter().filter_map(|look| look.person) {
                if let Entry::Vacant(slot) = names.entry(id) {
                    slot.insert(named(tx, id).await?);
                }
            }
            access::log_look(tx, &line).await?;
            Ok::<_, Problem>(page.answer(&found, |l| Place(l.at, l.id), |l| view(l, &names)))
        })
    });
    Ok(respond(Reply::ok(work.await?), "/v1/access-log"))
}

fn view(look: &Look, names: &HashMap<PersonId, Named>) -> Value {
    json!({
        "id": look.id,
        "at": look.at,
        "by": look.person.and_then(|id| names.get(&id)),
        "action": look.action,
        "visitId": look.visit,
        "entryId": look.entry,
        "details": look.details,
    })
}
