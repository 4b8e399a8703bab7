//! Tests of my channels: asked for, and how they fared.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once},
    json::Body,
    problem::Problem,
    state::House,
    watching::words,
};
use crate::{
    model::{
        channel_tests::{MOST_TESTS, TestFault, WITHIN, test},
        messages::Channel,
        people::Person,
    },
    store::{
        Error, Tx,
        channel_tests::{self, Tested},
        devices, messages,
    },
};

/// How long a test is shown.
const SHOWN: TimeDelta = TimeDelta::hours(24);

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new().route("/me/channel-tests", get(list).post(ask))
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TestInput {
    channel: Channel,
}

async fn list(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    let at = house.clone();
    let view = house
        .db
        .read(move |tx| Box::pin(async move { view(tx, &at, &caller.person).await }))
        .await?;
    Ok(Json(view))
}

async fn ask(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<TestInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/me/channel-tests", &said)?;
    let at = house.clone();
    once(&house, key, move |tx| {
        Box::pin(async move {
            send(tx, &at, &caller.person, said.channel).await?;
            let body = view(tx, &at, &caller.person).await?;
            Ok(Reply { status: StatusCode::ACCEPTED, body })
        })
    })
    .await
}

/// Puts the test in the outbox, from where it goes the way of every message.
async fn send(
    tx: &mut Tx,
    house: &House,
    person: &Person,
    channel: Channel,
) -> Result<(), Problem> {
    let now = house.now();
    let words = words(house, person.language);
    let in_use = &house.settings.channels;
    let message = test(person, channel, in_use, &words, &*house.dice, now)?;
    let before = recent(tx, house, person, WITHIN).await?;
    let same = || before.iter().filter(|t| t.channel == channel);
    let asked = match channel {
        // One notification goes to several devices at one moment.
        Channel::Push => same().map(|t| t.asked_at).collect::<BTreeSet<_>>().len(),
        _ => same().count(),
    };
    if asked >= MOST_TESTS {
        return Err(TestFault::TooOften.into());
    }
    match channel {
        Channel::Push if !devices::say(tx, &message).await? => Err(TestFault::NoDevice.into()),
        Channel::Push => Ok(()),
        _ => Ok(messages::insert(tx, &message).await?),
    }
}

async fn recent(
    tx: &mut Tx,
    house: &House,
    person: &Person,
    within: TimeDelta,
) -> Result<Vec<Tested>, Error> {
    let now = house.now();
    let mut recipients = vec![person.email.clone()];
    recipients.extend(person.verified_number().map(ToString::to_string));
    let devices = devices::of_person(tx, person.id, now).await?;
    recipients.extend(devices.iter().map(|device| device.id.to_string()));
    channel_tests::since(tx, person.id, &recipients, now - within).await
}

async fn view(tx: &mut Tx, house: &House, person: &Person) -> Result<Value, Problem> {
    let tests = recent(tx, house, person, SHOWN).await?;
    let one = |t: &Tested| {
        json!({ "id": t.id, "channel": t.channel, "askedAt": t.asked_at, "state": t.state,
            "carrier": t.carrier, "handedOverAt": t.handed_over_at, "deliveredAt": t.delivered_at })
    };
    let items: Vec<_> = tests.iter().take(20).map(one).collect();
    Ok(json!({ "channels": house.settings.channels, "items": items }))
}

impl From<TestFault> for Problem {
    fn from(why: TestFault) -> Self {
        let (status, code) = match why {
            TestFault::NotInUse => (StatusCode::CONFLICT, "channel-not-in-use"),
            TestFault::NoNumber => (StatusCode::CONFLICT, "no-number"),
            TestFault::OptedOut => (StatusCode::CONFLICT, "texts-stopped"),
            TestFault::NoDevice => (StatusCode::CONFLICT, "no-device"),
            TestFault::TooOften => (StatusCode::TOO_MANY_REQUESTS, "tested-often"),
        };
        Self::new(status, code, format!("{why}."))
    }
}
