//! What somebody who is out there says in the app: it starts, all is well, more time, help, it
//! ended.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::post,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    auth::Caller,
    helping,
    idempotency::Once,
    json::{Body, Id},
    problem::Problem,
    state::House,
    taking_in::{self, Given},
    visit_view::Viewer,
    watching::{act, alarm_viewer, prove},
};
use crate::{
    model::{
        alarms::Position,
        answers::{Answer, Saying},
        clock::{Instant, whole_micros},
        faults::Faults,
        ids::VisitId,
        people::Person,
        pins::Proof,
        timeline::Route,
    },
    store::{people, watches},
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/visits/{id}/start", post(start))
        .route("/visits/{id}/check-ins", post(check_in))
        .route("/visits/{id}/extensions", post(extend))
        .route("/visits/{id}/end", post(end))
        .route("/visits/{id}/alarm", post(help))
        .route("/visits/{id}/alarm/withdrawal", post(undo))
}

#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct SayingInput {
    minutes: Option<u32>,
    pin: Option<String>,
    tapped_at: Option<String>,
    note: Option<String>,
    position: Option<PositionInput>,
    follow_up: bool,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PositionInput {
    latitude: f64,
    longitude: f64,
    #[serde(default)]
    accuracy_metres: Option<f64>,
}

async fn start(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, format!("/v1/visits/{id}/start"), &said)?;
    act(
        &house,
        caller,
        key,
        id,
        StatusCode::OK,
        Box::new(|watch, s, viewer| match viewer {
            Viewer::OutThere => Ok(watch.start(s)?),
            Viewer::Minder { .. } => {
                Err(Problem::forbidden("Whoever goes on the visit starts it."))
            }
        }),
    )
    .await
}

async fn check_in(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    say(&house, caller, id, "check-ins", &headers, said, |_, _| Some(Saying::Well)).await
}

async fn extend(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    say(&house, caller, id, "extensions", &headers, said, |said, faults| match said.minutes {
        Some(more @ (15 | 30 | 60)) => Some(Saying::MoreTime(more)),
        _ => {
            faults.add("minutes", "invalid", "15, 30 or 60");
            None
        }
    })
    .await
}

async fn end(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    say(&house, caller, id, "end", &headers, said, |_, _| Some(Saying::Ended)).await
}

async fn help(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    if said.follow_up {
        return helping::found(&house, caller, id, &headers, position(&said)).await;
    }
    say(&house, caller, id, "alarm", &headers, said, |said, _| Some(Saying::Help(position(said))))
        .await
}

/// A position that cannot be is left out: help never waits for a form to be right.
fn position(said: &SayingInput) -> Option<Position> {
    let possible = |p: &PositionInput| {
        (-90.0..=90.0).contains(&p.latitude) && (-180.0..=180.0).contains(&p.longitude)
    };
    said.position.filter(possible).map(|p| Position {
        latitude: p.latitude,
        longitude: p.longitude,
        accuracy_metres: p.accuracy_metres.filter(|m| m.is_finite() && *m >= 0.0),
    })
}

async fn undo(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
    headers: HeaderMap,
    Body(said): Body<SayingInput>,
) -> Result<Response, Problem> {
    let proof = proof_of(&house, &caller, id, said.pin).await?;
    helping::undo(&house, caller, id, &headers, proof).await
}

async fn say(
    house: &House,
    caller: Caller,
    id: VisitId,
    what: &'static str,
    headers: &HeaderMap,
    said: SayingInput,
    saying: impl FnOnce(&SayingInput, &mut Faults) -> Option<Saying>,
) -> Result<Response, Problem> {
    // The PIN is told apart by the key alone: it is not kept, not even as part of a digest.
    let told = (&said.minutes, &said.tapped_at, &said.note, &said.position);
    let key = Once::new(&caller, headers, format!("/v1/visits/{id}/{what}"), &told)?;
    let mut faults = Faults::default();
    let saying = saying(&said, &mut faults);
    let tapped_at = tapped_at(said.tapped_at.as_deref(), house.now(), &mut faults);
    faults.done().map_err(Problem::invalid)?;
    let saying = saying.ok_or_else(Problem::not_found)?;
    let proof = proof_of(house, &caller, id, said.pin).await?;
    let by = caller.person.name.clone();
    let may_undo = caller.person.pins.is_some();
    let answer = Answer { saying, route: Route::App, by, proof, tapped_at, asked: None, may_undo };
    taking_in::take_in(house, Given { caller, key, id, answer }).await
}

fn tapped_at(given: Option<&str>, now: Instant, faults: &mut Faults) -> Instant {
    let Some(given) = given else { return now };
    let read = chrono::DateTime::parse_from_rfc3339(given).map_err(|_| "is no moment");
    faults.take("tappedAt", read).map_or(now, |at| whole_micros(at.to_utc()))
}

/// A colleague may prove it with a PIN of their own; the worker's own PIN always counts.
async fn proof_of(
    house: &House,
    caller: &Caller,
    id: VisitId,
    pin: Option<String>,
) -> Result<Proof, Problem> {
    if pin.is_none() {
        return Ok(Proof::None);
    }
    let me = caller.clone();
    let people = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let visit = watches::look(tx, id).await?.item;
                alarm_viewer(&me, &visit)?;
                let worker = people::load(tx, visit.visit.worker.id).await?.item;
                let own = (me.id() != worker.id).then(|| me.person.clone());
                let people: Vec<Person> = own.into_iter().chain([worker]).collect();
                Ok::<_, Problem>(people)
            })
        })
        .await?;
    prove(house, people, pin).await
}
