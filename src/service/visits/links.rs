//! What a one-time link is about.

use crate::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, VisitId},
        people::teams::Organisation,
        visits::{Visit, watch::LinkTo},
    },
    service::{
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
        visits::{self, links},
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

/// The visit whose check-in a link asks about, and whether it asks for a PIN.
///
/// # Errors
/// When the store fails.
pub async fn asked_about(ctx: &Context, id: VisitId) -> Result<(Visit, bool), Error> {
    let found = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            let visit = visits::load(tx, id).await?.item;
            let team = teams::to_watch(tx, visit.team).await?;
            let pin_needed = visit.pin_needed(&team.policy);
            Ok((visit, pin_needed))
        })
    });
    Ok(found.await?)
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

/// Whose service this is, and the number that always answers.
///
/// # Errors
/// When the store fails.
pub async fn organisation(ctx: &Context) -> Result<Option<Organisation>, Error> {
    let found = ctx.db.read(|tx| Box::pin(teams::organisation(tx))).await?;
    Ok(found.map(|o| o.item))
}
