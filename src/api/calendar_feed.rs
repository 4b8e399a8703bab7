//! Visits as a calendar reads them: one to put into it, and a feed behind an address that nobody
//! guesses. Who is visited, and where, is in neither.

use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::TimeDelta;

use super::{
    auth::Caller,
    json::Id,
    problem::Problem,
    state::House,
    watching::{viewer, words},
};
use crate::{
    model::{
        calendars::written,
        ids::{MessageId, PersonId, VisitId},
        messages::{Attachment, Channel, Content, Message},
        people::Person,
        visits::Visit,
    },
    store::{
        Tx, calendars, messages, people, teams,
        visit_lists::{self, Whose},
        visits,
    },
};

/// What was longer ago is no longer in a feed.
const BEHIND: TimeDelta = TimeDelta::days(7);

/// Nor what is further ahead.
const AHEAD: TimeDelta = TimeDelta::days(90);

/// So many visits does a feed hold; the nearest.
const MOST: i64 = 500;

/// The route of the contract.
pub fn routes() -> Router<House> {
    Router::new().route("/visits/{id}/calendar", get(one))
}

/// The feed, which proves itself by its address.
pub fn feed_routes() -> Router<House> {
    Router::new().route("/calendars/{name}", get(feed))
}

async fn one(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = words(&house, caller.person.language);
    let visit = house.db.read(move |tx| {
        Box::pin(async move {
            let visit = visits::load(tx, id).await?.item;
            viewer(&caller, &visit)?;
            Ok::<_, Problem>(visit)
        })
    });
    let text = written::one(&visit.await?, &words, house.now());
    let mut response = calendar(text);
    let name = HeaderValue::from_static("attachment; filename=\"visit.ics\"");
    response.headers_mut().insert(CONTENT_DISPOSITION, name);
    Ok(response)
}

fn calendar(text: String) -> Response {
    let headers = [(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

async fn feed(State(house): State<House>, Path(name): Path<String>) -> Result<Response, Problem> {
    let secret = name.strip_suffix(".ics").ok_or_else(Problem::not_found)?.to_owned();
    let now = house.now();
    let found = house.db.read(move |tx| {
        Box::pin(async move {
            let Some(id) = calendars::by_feed(tx, &secret).await? else { return Ok(None) };
            let person = people::load(tx, id).await?.item;
            if !person.active {
                return Ok(None);
            }
            let visits = theirs(tx, id, now).await?;
            Ok::<_, Problem>(Some((person, visits)))
        })
    });
    let Some((person, visits)) = found.await? else { return Ok(gone()) };
    Ok(calendar(written::feed(&visits, &words(&house, person.language), now)))
}

/// The same for an address that never was and one that was taken back.
fn gone() -> Response {
    (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "").into_response()
}

/// Their own, and those of the teams that they manage at this moment.
async fn theirs(
    tx: &mut Tx,
    person: PersonId,
    now: crate::model::clock::Instant,
) -> Result<Vec<Visit>, Problem> {
    let teams = teams::all(tx).await?.into_iter().map(|team| team.item);
    let managed: Vec<_> = teams
        .filter(|team| team.managers.contains(&person) || team.deputies.contains(&person))
        .map(|team| team.id)
        .collect();
    let (from, until) = (now - BEHIND, now + AHEAD);
    let mut found = visit_lists::between(tx, Whose::Person(person), (from, until), MOST).await?;
    for team in managed {
        found.extend(visit_lists::between(tx, Whose::Team(team), (from, until), MOST).await?);
    }
    let mut found: Vec<_> = found.into_iter().map(|visit| visit.item).collect();
    found.sort_by_key(|visit| (visit.plan.starts_at, visit.id));
    found.dedup_by_key(|visit| visit.id);
    Ok(found)
}

/// Mails visits that were just registered to who registered them, where they have that switched on.
///
/// # Errors
/// When the store fails.
pub(super) async fn mail(
    tx: &mut Tx,
    house: &House,
    visits: &[(&Person, &Visit)],
) -> Result<(), Problem> {
    if !house.settings.channels.contains(&Channel::Mail) {
        return Ok(());
    }
    let people: Vec<_> = visits.iter().map(|(person, _)| person.id).collect();
    let mailed = calendars::mailed(tx, &people).await?;
    let wanted = visits.iter().filter(|(person, _)| mailed.contains(&person.id));
    let mails: Vec<_> = wanted.map(|(person, visit)| mail_of(house, person, visit)).collect();
    Ok(messages::insert_all(tx, &mails.iter().collect::<Vec<_>>()).await?)
}

fn mail_of(house: &House, person: &Person, visit: &Visit) -> Message {
    let (words, now) = (words(house, person.language), house.now());
    let attachment = Attachment {
        name: "visit.ics".into(),
        kind: written::KIND.into(),
        text: written::one(visit, &words, now),
    };
    let content = Content::Mail {
        subject: words.calendar_subject(),
        body: words.calendar_mail(),
        attachments: vec![attachment],
    };
    let id = MessageId::new(&*house.dice, now);
    let purpose = format!("visit/{}/calendar", visit.id);
    let to = (Channel::Mail, person.email.clone());
    Message::plain(id, purpose, to, content, now).for_person(person)
}
