//! Handling an alarm: taking it, closing it, and writing down what is done meanwhile. Whoever takes one
//! by text, by a key on a call or behind a link comes by here like a tap in the app.

use crate::{
    model::{
        alarms::{Alarm, Outcome, alarm_notes::Remark, handling::write_down},
        ids::{AlarmId, PersonId},
        people::Named,
        visits::{
            Visit,
            timeline::Route,
            watch::{
                Watch,
                alarm::{Closing, close_drill, take},
            },
        },
    },
    service::{
        alarms::viewing::{SeenAlarm, see_within},
        context::{Context, spans::about_alarm},
        error::Error,
        people::caller::Caller,
        visits::{team_context::TeamContext, viewer::authorise_for_alarm},
    },
    store::{
        Tx,
        alarms::{self, stand_ins},
        people,
        visits::watches,
    },
};

/// Takes an alarm, for somebody who is signed in.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside; [`Error::Alarm`] when somebody else was first, or
/// for who is on the visit.
pub async fn acknowledge(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: AlarmId,
) -> Result<SeenAlarm, Error> {
    let (visit, alarm) = lock_for(tx, caller, id).await?;
    take_locked(tx, ctx, alarm, visit.as_ref(), &caller.named(), Route::App).await?;
    see_within(tx, ctx, caller, id).await
}

/// An alarm that somebody took away from the app.
#[derive(Clone, Debug)]
pub struct TakenAlarm {
    /// Its visit; a drill has none.
    pub visit: Option<Visit>,
    /// Whether it is silent.
    pub silent: bool,
}

/// Takes an alarm, for somebody who was told of it by another way than the app.
///
/// # Errors
/// [`Error::Alarm`] when somebody else was first, which says who, or for who is on the visit.
pub async fn take_by_route(
    ctx: &Context,
    id: AlarmId,
    by: PersonId,
    route: Route,
) -> Result<TakenAlarm, Error> {
    about_alarm(id);
    let at = ctx.clone();
    ctx.write(move |tx| {
        Box::pin(async move {
            let (visit, alarm) = lock(tx, id).await?;
            let (by, silent) = (people::load(tx, by).await?.item, alarm.silent);
            take_locked(tx, &at, alarm, visit.as_ref(), &Named::from(&by), route).await?;
            Ok(TakenAlarm { visit, silent })
        })
    })
    .await
}

/// How somebody closes an alarm.
#[derive(Clone, Debug)]
pub struct AlarmClosure {
    /// How it ended.
    pub outcome: Outcome,
    pub note: Option<String>,
    /// Whether its visit ended as well.
    pub visit_ended: bool,
}

/// Closes an alarm.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Alarm`].
pub async fn close(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: AlarmId,
    closure: AlarmClosure,
) -> Result<SeenAlarm, Error> {
    let (visit, alarm) = lock_for(tx, caller, id).await?;
    let AlarmClosure { outcome, note, visit_ended } = closure;
    let how = Closing { by: caller.named(), outcome, note, visit_ended };
    close_locked(tx, ctx, alarm, visit, how).await?;
    see_within(tx, ctx, caller, id).await
}

/// Writes down what is done while an alarm is handled.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Alarm`].
pub async fn note(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: AlarmId,
    remark: Remark,
) -> Result<SeenAlarm, Error> {
    let (visit, alarm) = lock_for(tx, caller, id).await?;
    let team = TeamContext::load(tx, ctx, alarm.team).await?;
    let by = caller.named();
    let (after, effects) = write_down(alarm.clone(), visit.as_ref(), by, remark, &team.scene())?;
    if after != alarm {
        watches::save_alarm(tx, &after, team.now).await?;
        watches::apply(tx, &after, &effects).await?;
    }
    see_within(tx, ctx, caller, id).await
}

/// Locks an alarm, and its visit before it: always in this order.
async fn lock(tx: &mut Tx, id: AlarmId) -> Result<(Option<Visit>, Alarm), Error> {
    let visit = match alarms::visit_of(tx, id).await? {
        Some(visit) => Some(stand_ins::lock(tx, visit).await?),
        None => None,
    };
    Ok((visit, alarms::lock(tx, id).await?.item))
}

async fn lock_for(
    tx: &mut Tx,
    caller: &Caller,
    id: AlarmId,
) -> Result<(Option<Visit>, Alarm), Error> {
    let (visit, alarm) = lock(tx, id).await?;
    authorise_for_alarm(caller, &alarm, visit.as_ref())?;
    Ok((visit, alarm))
}

async fn take_locked(
    tx: &mut Tx,
    ctx: &Context,
    alarm: Alarm,
    visit: Option<&Visit>,
    by: &Named,
    route: Route,
) -> Result<(), Error> {
    let team = TeamContext::load(tx, ctx, alarm.team).await?;
    let (alarm, effects) = take(alarm, visit, by, route, &team.scene())?;
    watches::save_alarm(tx, &alarm, team.now).await?;
    watches::apply(tx, &alarm, &effects).await?;
    Ok(())
}

async fn close_locked(
    tx: &mut Tx,
    ctx: &Context,
    alarm: Alarm,
    visit: Option<Visit>,
    how: Closing,
) -> Result<(), Error> {
    let team = TeamContext::load(tx, ctx, alarm.team).await?;
    let scene = team.scene();
    // A closed alarm is no longer its visit's: closing it twice must not find another one there.
    let Some(visit) = visit.filter(|v| v.alarm == Some(alarm.id)) else {
        let (alarm, effects) = close_drill(alarm, how, &scene)?;
        watches::save_alarm(tx, &alarm, team.now).await?;
        return Ok(watches::apply(tx, &alarm, &effects).await?);
    };
    let before = watches::lock(tx, visit.id).await?;
    let watch = Watch { visit, alarm: Some(alarm) };
    let (after, effects) = watch.close_alarm(how, &scene)?;
    watches::save(tx, &before, &after, &effects, &scene).await?;
    Ok(())
}
