//! My calendars: whether visits are mailed to me, the feed that I read elsewhere, and a calendar of my
//! own from which visits are proposed.

use std::fmt::Debug;

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, put},
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{auth::Caller, json::Body, problem::Problem, state::House};
use crate::{
    model::{
        calendars::{
            Calendars, Feed, Source, Where,
            read::{Proposal, proposals},
        },
        faults::Fault,
        ids::{digest, token},
    },
    store::{Tx, calendars},
};

/// Who reads other calendars; whoever wires the house knows them.
#[async_trait]
pub trait Reader: Debug + Send + Sync {
    /// Where they may be.
    fn at(&self) -> &Where;
    /// What one holds now; nothing when it cannot be read.
    async fn read(&self, source: &Source) -> Option<String>;
}

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/me/calendar", get(show).patch(change))
        .route("/me/calendar/feed", put(make_feed).delete(end_feed))
        .route("/me/calendar/proposals", get(proposed))
}

fn view(it: &Calendars) -> Value {
    json!({
        "mailsVisits": it.mails_visits,
        "feedSince": it.feed.as_ref().map(|feed| feed.made_at),
        "source": it.source.as_ref().map(Source::host),
    })
}

async fn show(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    let found =
        house.db.read(move |tx| Box::pin(async move { calendars::load(tx, caller.id()).await }));
    Ok(Json(view(&found.await?.item)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
struct CalendarInput {
    mails_visits: Option<bool>,
    /// Left out it stays, `null` takes it away.
    #[serde(deserialize_with = "given")]
    source: Option<Option<String>>,
}

fn given<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

async fn change(
    State(house): State<House>,
    caller: Caller,
    Body(input): Body<CalendarInput>,
) -> Result<Json<Value>, Problem> {
    let source = match input.source {
        Some(Some(text)) => Some(Some(source(&house, &text)?)),
        Some(None) => Some(None),
        None => None,
    };
    let changed = house.db.write(move |tx| {
        Box::pin(async move {
            let before = calendars::load(tx, caller.id()).await?;
            let mut after = before.item;
            after.mails_visits = input.mails_visits.unwrap_or(after.mails_visits);
            after.source = source.unwrap_or(after.source);
            calendars::save(tx, caller.id(), &after, before.version).await?;
            Ok::<_, Problem>(after)
        })
    });
    Ok(Json(view(&changed.await?)))
}

fn source(house: &House, text: &str) -> Result<Source, Problem> {
    let reader = house.calendars.as_ref().ok_or_else(not_read)?;
    let wrong = |why: &'static str| Problem::invalid(vec![Fault::new("source", "invalid", why)]);
    Source::parse(text.trim(), reader.at()).map_err(wrong)
}

fn not_read() -> Problem {
    Problem::conflict("calendars-not-read", "This service reads no other calendars.")
}

/// Its secret is told this once, and kept nowhere. Asked again, the old address stops.
async fn make_feed(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    let (secret, made_at) = (token(&*house.dice), house.now());
    let feed = Feed { digest: digest(&secret), made_at };
    let made =
        house.db.write(move |tx| Box::pin(async move { set_feed(tx, &caller, Some(feed)).await }));
    made.await?;
    let url = format!("{}/calendars/{secret}.ics", house.settings.public_url);
    Ok(Json(json!({ "url": url, "feedSince": made_at })))
}

async fn end_feed(State(house): State<House>, caller: Caller) -> Result<StatusCode, Problem> {
    let ended =
        house.db.write(move |tx| Box::pin(async move { set_feed(tx, &caller, None).await }));
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_feed(tx: &mut Tx, caller: &Caller, feed: Option<Feed>) -> Result<(), Problem> {
    let before = calendars::load(tx, caller.id()).await?;
    let after = Calendars { feed, ..before.item };
    Ok(calendars::save(tx, caller.id(), &after, before.version).await?)
}

/// Only looks: a visit is registered by whoever fills in the form.
async fn proposed(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    let person = caller.id();
    let kept = house.db.read(move |tx| Box::pin(calendars::load(tx, person))).await?.item;
    let Some(source) = kept.source else { return Ok(Json(json!({ "items": [] }))) };
    let reader = house.calendars.clone().ok_or_else(not_read)?;
    let text = reader.read(&source).await.ok_or_else(unreadable)?;
    let (zone, now) = (house.settings.zone, house.now());
    // It may be long, and somebody else wrote it.
    let found = tokio::task::spawn_blocking(move || proposals(&text, zone, now)).await;
    let found = found.ok().and_then(Result::ok).ok_or_else(unreadable)?;
    Ok(Json(json!({ "items": found.iter().map(one).collect::<Vec<_>>() })))
}

fn one(it: &Proposal) -> Value {
    json!({
        "startsAt": it.starts_at,
        "expectedMinutes": (it.ends_at - it.starts_at).num_minutes(),
        "title": it.title,
        "place": it.place,
    })
}

fn unreadable() -> Problem {
    Problem::conflict("calendar-unreadable", "Your calendar cannot be read now.")
}
