//! A letter goes out: kept as it was sent, followed until it was delivered, and the desk is told.

use axum::{Router, extract::State, http::HeaderMap, response::Response, routing::post};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once},
    json::{Body, Id},
    letters::{Draft, hand, is_theirs},
    problem::Problem,
    register::{PATH, view},
    state::House,
    watching::words,
};
use crate::{
    model::{
        access::Action,
        faults::Fault,
        ids::{EntryId, PersonId},
        incident_notices::Desk,
        people::Role,
    },
    store::{Error, Tx, Versioned, letters, messages, people, register},
};

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/register-entries/{id}/registered-mail", post(mail))
        .route("/register-entries/{id}/delivery", post(deliver))
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct MailInput {
    tracking_number: Option<String>,
    sent_on: Option<String>,
}

async fn mail(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<MailInput>,
) -> Result<Response, Problem> {
    let desk = hand(&house, &caller, Action::MeasureChanged)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/registered-mail"), &input)?;
    let here = house.clone();
    once(&house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = register::load(tx, id).await?;
            is_theirs(tx, &caller, &item).await?;
            let (number, day) = (input.tracking_number.as_deref(), input.sent_on.as_deref());
            let entry = item.sent(number, day, desk.id, here.now(), desk.today)?;
            let sent_on = entry.dossier.mail.as_ref().map_or(desk.today, |mail| mail.sent_on);
            let letter = letters::load(tx, id).await?;
            let wording = &letter.item.wording;
            let mut draft = Draft::compose(tx, &here, &entry, wording, sent_on).await?;
            if wording.date.is_some_and(|date| date > sent_on) {
                let why = "the letter was sent before the day that stands in it";
                draft.missing.push(Fault::new("date", "future", why));
            }
            let (parts, written) = draft.finished()?;
            let sent = letter.item.go_out(parts, written, desk.id, here.now())?;
            letters::save(tx, &sent, letter.version).await?;
            register::save(tx, &entry, version).await?;
            desk.log(tx, Some(id), json!({})).await?;
            tell_desk(tx, &here, id, desk.id).await?;
            let entry = Versioned { version: version + 1, item: entry };
            Ok(Reply::ok(view(tx, &desk, &entry).await?))
        })
    })
    .await
}

/// The desk's copy: that it went out, and where it can be read.
async fn tell_desk(
    tx: &mut Tx,
    house: &House,
    entry: EntryId,
    sender: PersonId,
) -> Result<(), Error> {
    let everybody = people::all(tx).await?.into_iter().map(|p| p.item);
    let told = everybody.filter(|p| p.active && p.is(Role::AggressionDesk) && p.id != sender);
    for person in told {
        let words = words(house, person.language);
        let desk = Desk { now: house.now(), dice: &*house.dice, words: &words };
        let message = desk.to(&person, format!("letter/{entry}/sent"), words.letter_sent(entry));
        messages::insert(tx, &message).await?;
    }
    Ok(())
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryInput {
    delivered_on: Option<String>,
}

async fn deliver(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<DeliveryInput>,
) -> Result<Response, Problem> {
    let desk = hand(&house, &caller, Action::MeasureChanged)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/delivery"), &input)?;
    once(&house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = register::load(tx, id).await?;
            is_theirs(tx, &caller, &item).await?;
            let entry = item.delivered(input.delivered_on.as_deref(), desk.today)?;
            register::save(tx, &entry, version).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let entry = Versioned { version: version + 1, item: entry };
            Ok(Reply::ok(view(tx, &desk, &entry).await?))
        })
    })
    .await
}
