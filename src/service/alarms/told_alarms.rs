//! Taking an alarm by answering the text that told of it, or by calling. Who was told of several takes one
//! at a time.

use crate::{
    model::{
        alarms::{Alarm, AlarmState, Cause},
        ids::{AlarmId, PersonId},
        messages::Message,
        people::pins::Proof,
        visits::timeline::Route,
    },
    service::{
        alarms::handling::take_by_route, context::Context, error::Error, people::pins::prove,
        visits::links,
    },
    store::{
        alarms,
        people::{self, teams},
        readable,
    },
};

/// An alarm that somebody was told of.
struct ToldAlarm {
    person: PersonId,
    alarm: Alarm,
}

/// What came of answering a text that told of an alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextTake {
    /// It is theirs; it is about this person or team.
    Taken(String),
    /// It is silent, and nothing but the number says who wrote.
    NeedsCode,
    /// All that they were told of are over.
    AllOver,
}

/// Takes the alarm that was told of last, if nobody has it, and else the next that nobody has; a
/// drill only when there is nothing else. A silent one asks for their code: a text can be sent in
/// somebody's name.
///
/// # Errors
/// [`Error::Alarm`] when others have them, or for who is on the visit.
pub async fn take_next(
    ctx: &Context,
    asked: &[Message],
    codes: Vec<String>,
) -> Result<TextTake, Error> {
    let told = told_of(ctx, asked).await?;
    let Some(first) = told.iter().find(|it| is_unowned(it)).or_else(|| told.first()) else {
        return Ok(TextTake::AllOver);
    };
    if first.alarm.cause == Cause::Duress && !is_proven(ctx, first.person, codes).await? {
        return Ok(TextTake::NeedsCode);
    }
    take(ctx, first, Route::Text).await
}

async fn take(ctx: &Context, told: &ToldAlarm, route: Route) -> Result<TextTake, Error> {
    let taken = take_by_route(ctx, told.alarm.id, told.person, route).await?;
    let team = told.alarm.team;
    match taken.visit {
        Some(visit) => Ok(TextTake::Taken(visit.worker.name)),
        None => {
            let team = ctx.db.read(move |tx| Box::pin(async move { teams::load(tx, team).await }));
            Ok(TextTake::Taken(team.await?.item.name))
        }
    }
}

/// An alarm that whoever calls from a number may hear of.
#[derive(Clone, Copy, Debug)]
pub struct NamedAlarm {
    /// Who was told of it.
    pub person: PersonId,
    pub cause: Cause,
}

/// The alarm that was told of last and that nobody has; a drill only when there is nothing else. Never
/// a silent one: anybody can call in somebody's name.
///
/// # Errors
/// When the store fails.
pub async fn next_to_name(ctx: &Context, asked: &[Message]) -> Result<Option<AlarmId>, Error> {
    let told = told_of(ctx, asked).await?;
    Ok(told.iter().find(|it| is_unowned(it) && !it.alarm.silent).map(|it| it.alarm.id))
}

/// This alarm, while it may be heard of, and whom it is about: the worker, or the team of a drill.
///
/// # Errors
/// When the store fails.
pub async fn named(
    ctx: &Context,
    asked: &[Message],
    id: AlarmId,
) -> Result<Option<(String, NamedAlarm)>, Error> {
    let told = told_of(ctx, asked).await?;
    let Some(it) = told.iter().find(|it| it.alarm.id == id && !it.alarm.silent) else {
        return Ok(None);
    };
    let (alarm, who) = links::alarm(ctx, id).await?;
    Ok(Some((who, NamedAlarm { person: it.person, cause: alarm.cause })))
}

/// Takes the silent alarm that nobody has, for somebody who was told of it and gave their code.
///
/// # Errors
/// [`Error::Alarm`] for who is on the visit.
pub async fn take_silent(
    ctx: &Context,
    asked: &[Message],
    by: PersonId,
) -> Result<TextTake, Error> {
    let told = told_of(ctx, asked).await?;
    match told.iter().find(|it| is_unowned(it) && it.alarm.silent && it.person == by) {
        Some(it) => take(ctx, it, Route::Call).await,
        None => Ok(TextTake::AllOver),
    }
}

async fn is_proven(ctx: &Context, who: PersonId, codes: Vec<String>) -> Result<bool, Error> {
    let person = ctx.db.read(move |tx| Box::pin(async move { people::load(tx, who).await }));
    Ok(prove(ctx, vec![person.await?.item], codes, Route::Text).await? == Proof::Pin)
}

/// Whether one of them waits for somebody.
///
/// # Errors
/// When the store fails.
pub async fn is_one_open(ctx: &Context, asked: &[Message]) -> Result<bool, Error> {
    Ok(told_of(ctx, asked).await?.iter().any(is_unowned))
}

fn is_unowned(it: &ToldAlarm) -> bool {
    matches!(it.alarm.state, AlarmState::Open { .. })
}

/// Those that are not over, the last that was told of first, and drills at the end.
async fn told_of(ctx: &Context, asked: &[Message]) -> Result<Vec<ToldAlarm>, Error> {
    let mut ids: Vec<(AlarmId, PersonId)> = vec![];
    for (alarm, person) in asked.iter().filter_map(|m| m.alarm.zip(m.person)) {
        if ids.iter().all(|(known, _)| *known != alarm) {
            ids.push((alarm, person));
        }
    }
    let mut told = ctx
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut told = vec![];
                for (id, person) in ids {
                    if let Some(found) = readable(alarms::load(tx, id).await)? {
                        told.push(ToldAlarm { person, alarm: found.item });
                    }
                }
                Ok::<_, Error>(told)
            })
        })
        .await?;
    told.retain(|it| !it.alarm.is_closed());
    told.sort_by_key(|it| it.alarm.cause == Cause::Drill);
    Ok(told)
}
