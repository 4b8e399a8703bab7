//! What a one-time link is about.

use crate::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, CheckInId, VisitId},
        people::teams::{Organisation, WatchPolicy},
        visits::{
            check_ins::{CheckIn, CheckInState},
            watch::{LinkTo, Watch},
        },
    },
    service::{
        alarms::handling::TakenAlarm,
        context::{
            Context,
            spans::{about_alarm, about_visit},
        },
        error::Error,
    },
    store::{
        self,
        alarms::{self, stand_ins},
        people::teams,
        visits::{links, watches},
    },
};

/// What the secret of a link leads to, and until when; nothing once it does nothing any more.
///
/// # Errors
/// When the store fails.
pub async fn find(ctx: &Context, secret: String) -> Result<Option<(LinkTo, Instant)>, Error> {
    let now = ctx.now();
    let work = ctx.db.read(move |tx| Box::pin(async move { links::find(tx, &secret, now).await }));
    let found = work.await?;
    match found {
        Some((LinkTo::CheckIn(visit, _) | LinkTo::Notice(visit, _), _)) => about_visit(visit),
        Some((LinkTo::Alarm(alarm, _), _)) => about_alarm(alarm),
        _ => {}
    }
    Ok(found)
}

/// What a link to a check-in still asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkQuestion {
    /// Whether all is well.
    IsAllWell { pin_needed: bool },
    /// It was answered; the next question then.
    Answered(Option<Instant>),
    /// The visit is over.
    VisitOver,
    /// Nothing: its time is past.
    Nothing,
}

/// What the link to this check-in asks now: each is for one question.
///
/// # Errors
/// When the store fails.
pub async fn asked_about(
    ctx: &Context,
    id: VisitId,
    check_in: CheckInId,
) -> Result<LinkQuestion, Error> {
    let found = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            let watch = watches::look(tx, id).await?.item;
            let team = teams::to_watch(tx, watch.visit.team).await?;
            Ok(question(&watch, check_in, &team.policy))
        })
    });
    Ok(found.await?)
}

fn question(watch: &Watch, check_in: CheckInId, policy: &WatchPolicy) -> LinkQuestion {
    let visit = &watch.visit;
    let asked = visit.check_ins.iter().find(|c| c.id == check_in);
    match asked.map(|asked| &asked.state) {
        _ if visit.is_over() => LinkQuestion::VisitOver,
        Some(CheckInState::Confirmed { .. }) => {
            LinkQuestion::Answered(visit.next_check_in().map(|c| c.due_at))
        }
        _ if asked.is_some_and(CheckIn::is_open) || watch.is_paused() => {
            LinkQuestion::IsAllWell { pin_needed: visit.pin_needed(policy) }
        }
        _ => LinkQuestion::Nothing,
    }
}

/// The alarm that a link tells of, and whom it is about: the worker, or the team of a drill.
///
/// # Errors
/// When the store fails.
pub async fn alarm(ctx: &Context, id: AlarmId) -> Result<(Alarm, String), Error> {
    let found = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            let alarm = alarms::load(tx, id).await?.item;
            let who = match alarm.visit {
                Some(visit) => stand_ins::visit(tx, visit).await?.worker.name,
                None => teams::to_watch(tx, alarm.team).await?.name,
            };
            Ok((alarm, who))
        })
    });
    Ok(found.await?)
}

/// The visit of an alarm that somebody has, and whether it is silent.
///
/// # Errors
/// When the store fails.
pub async fn taken(ctx: &Context, id: AlarmId) -> Result<TakenAlarm, Error> {
    let found = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            let alarm = alarms::load(tx, id).await?.item;
            let visit = match alarm.visit {
                Some(visit) => Some(stand_ins::visit(tx, visit).await?),
                None => None,
            };
            Ok(TakenAlarm { visit, silent: alarm.silent })
        })
    });
    Ok(found.await?)
}

/// Whose service this is, and the number that always answers.
///
/// # Errors
/// When the store fails.
pub async fn organisation(ctx: &Context) -> Result<Option<Organisation>, Error> {
    let found = ctx.db.read(|tx| Box::pin(teams::organisation(tx))).await?;
    Ok(found.map(|o| o.item))
}
