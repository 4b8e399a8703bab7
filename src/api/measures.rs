//! A measure after it was proposed: its reviews, objections, and a move. For the
//! aggression desk; each step is logged.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::post};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    auth::Caller,
    idempotency::Once,
    json::{Body, Id, of_value},
    problem::Problem,
    register::{Desk, PATH, step},
    state::House,
};
use crate::{
    model::{
        access::Action,
        address::{Address, AddressInput},
        faults::Faults,
        ids::EntryId,
        measures::MeasureFault,
        terms::{Months, MoreTimeInput, TermFault},
    },
    store::policy,
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/register-entries/{id}/review", post(review))
        .route("/register-entries/{id}/objection", post(object))
        .route("/register-entries/{id}/objection-extension", post(extend))
        .route("/register-entries/{id}/objection-decision", post(decide))
        .route("/register-entries/{id}/move", post(relocate))
}

impl From<MeasureFault> for Problem {
    fn from(why: MeasureFault) -> Self {
        let words = why.to_string();
        match why {
            MeasureFault::NotApproved => Self::conflict("not-approved", words),
            MeasureFault::Sent => Self::conflict("sent", words),
            MeasureFault::NotSent => Self::conflict("not-sent", words),
            MeasureFault::Objection => Self::conflict("objection", words),
            MeasureFault::FourEyes => {
                Self::new(axum::http::StatusCode::FORBIDDEN, "four-eyes", words)
            }
            MeasureFault::Restriction => Self::conflict("restricted", words),
            MeasureFault::Term(why) => why.into(),
            MeasureFault::Input(faults) => Self::invalid(faults),
        }
    }
}

impl From<TermFault> for Problem {
    fn from(why: TermFault) -> Self {
        let words = why.to_string();
        match why {
            TermFault::Extended => Self::conflict("extended", words),
            TermFault::TooLate => Self::conflict("too-late", words),
            TermFault::Input(faults) => Self::invalid(faults),
        }
    }
}

/// Who takes which step with which entry.
struct Taken {
    desk: Desk,
    request: Once,
}

impl Taken {
    fn new(
        house: &House,
        caller: &Caller,
        headers: &HeaderMap,
        (id, what): (EntryId, &str),
        said: &impl Serialize,
    ) -> Result<Self, Problem> {
        let desk = Desk::new(house, caller, Action::MeasureChanged)?;
        let request = Once::new(caller, headers, format!("{PATH}/{id}/{what}"), said)?;
        Ok(Self { desk, request })
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReviewInput {
    review_on: Option<String>,
    because: Option<String>,
}

async fn review(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ReviewInput>,
) -> Result<Response, Problem> {
    let taken = Taken::new(&house, &caller, &headers, (id, "review"), &input)?;
    let (by, now, today) = (taken.desk.id, house.now(), taken.desk.today);
    step(&house, taken.request, taken.desk, id, move |entry| {
        entry.reviewed(input.review_on.as_deref(), input.because.as_deref(), by, now, today)
    })
    .await
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectionInput {
    received_on: Option<String>,
}

async fn object(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ObjectionInput>,
) -> Result<Response, Problem> {
    let taken = Taken::new(&house, &caller, &headers, (id, "objection"), &input)?;
    let today = taken.desk.today;
    let months = months(&house).await?;
    step(&house, taken.request, taken.desk, id, move |entry| {
        entry.objected(input.received_on.as_deref(), months, today)
    })
    .await
}

async fn months(house: &House) -> Result<Months, Problem> {
    let figures = house.db.read(|tx| Box::pin(policy::load(tx))).await?.item;
    Ok(Months::of_objection(&figures))
}

async fn extend(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    let taken = Taken::new(&house, &caller, &headers, (id, "objection-extension"), &input)?;
    let (by, now, today) = (taken.desk.id, house.now(), taken.desk.today);
    let months = months(&house).await?;
    step(&house, taken.request, taken.desk, id, move |entry| {
        entry.objection_extended(&input, months, by, now, today)
    })
    .await
}

#[derive(Debug, Deserialize, Serialize)]
struct ObjectionDecisionInput {
    upheld: Option<bool>,
    because: Option<String>,
}

async fn decide(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<ObjectionDecisionInput>,
) -> Result<Response, Problem> {
    let taken = Taken::new(&house, &caller, &headers, (id, "objection-decision"), &input)?;
    let (by, now) = (taken.desk.id, house.now());
    step(&house, taken.request, taken.desk, id, move |entry| {
        entry.objection_decided(input.upheld, input.because.as_deref(), by, now)
    })
    .await
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct MoveInput {
    addresses: Option<Vec<Value>>,
}

async fn relocate(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<MoveInput>,
) -> Result<Response, Problem> {
    let taken = Taken::new(&house, &caller, &headers, (id, "move"), &input)?;
    let mut faults = Faults::default();
    // Without any address no check finds the person by one; that must be meant.
    faults.require(input.addresses.is_some(), "addresses", "required", "is required");
    let given = input.addresses.unwrap_or_default();
    faults.require(given.len() <= 10, "addresses", "too-many", "at most 10");
    let mut addresses = vec![];
    for (at, given) in given.into_iter().take(10).enumerate() {
        let given: AddressInput = of_value(given)?;
        match Address::parse(&given) {
            Ok(address) => addresses.push(address),
            Err(part) => faults.nest(&format!("addresses[{at}]"), part),
        }
    }
    faults.done().map_err(Problem::invalid)?;
    let today = taken.desk.today;
    step(&house, taken.request, taken.desk, id, move |entry| entry.moved(addresses, today)).await
}
