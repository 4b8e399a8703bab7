//! Remembers a whole watch: loads a visit with its alarm under one lock, and writes a decision with
//! everything that must happen because of it.

use std::collections::BTreeSet;

use super::{
    Error, Tx, Versioned, alarms, devices,
    jobs::{self, JobKind},
    links, messages, notices, timeline, visits,
};
use crate::model::{
    alarms::Alarm,
    clock::Instant,
    ids::VisitId,
    messages::Channel,
    teams::WatchPolicy,
    visits::Visit,
    watch::{Effects, LinkTo, Scene, Watch},
};

/// Loads a watch and keeps others from changing it until this unit of work ends.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn lock(tx: &mut Tx, id: VisitId) -> Result<Versioned<Watch>, Error> {
    let found = visits::lock(tx, id).await?;
    with_alarm(tx, found).await
}

/// The same, without waiting: nothing when somebody else holds it right now.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn try_lock(tx: &mut Tx, id: VisitId) -> Result<Option<Versioned<Watch>>, Error> {
    match visits::try_lock(tx, id).await? {
        Some(found) => with_alarm(tx, found).await.map(Some),
        None => Ok(None),
    }
}

/// Whoever holds the visit may wait for its alarm: nobody holds that without the visit.
async fn with_alarm(tx: &mut Tx, found: Versioned<Visit>) -> Result<Versioned<Watch>, Error> {
    let Versioned { version, item: visit } = found;
    let alarm = match visit.alarm {
        Some(alarm) => Some(alarms::lock(tx, alarm).await?.item),
        None => None,
    };
    Ok(Versioned { version, item: Watch { visit, alarm } })
}

/// Loads a watch to look at.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn look(tx: &mut Tx, id: VisitId) -> Result<Versioned<Watch>, Error> {
    let Versioned { version, item: visit } = visits::load(tx, id).await?;
    let alarm = match visit.alarm {
        Some(alarm) => Some(alarms::load(tx, alarm).await?.item),
        None => None,
    };
    Ok(Versioned { version, item: Watch { visit, alarm } })
}

/// Writes a new watch with its effects.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &mut Tx,
    watch: &Watch,
    effects: &Effects,
    s: &Scene<'_>,
) -> Result<(), Error> {
    visits::insert(tx, &watch.visit, s.now).await?;
    settle(tx, watch, None, s.policy, s.now).await?;
    write(tx, watch, effects, s).await
}

/// Writes what became of `before`, with the effects; answers with the new version.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed it in between.
pub async fn save(
    tx: &mut Tx,
    before: &Versioned<Watch>,
    after: &Watch,
    effects: &Effects,
    s: &Scene<'_>,
) -> Result<i64, Error> {
    let version = if only_a_hidden_alarm_ended(&before.item, after) {
        visits::save_unseen(tx, &after.visit, before.version).await?
    } else {
        visits::save(tx, &after.visit, before.version, s.now).await?
    };
    if before.item.visit.numbers_out() != after.visit.numbers_out() && !after.visit.is_over() {
        visits::forget_people(tx, after.visit.id).await?;
        visits::note_people(tx, &after.visit).await?;
    }
    settle(tx, after, before.item.alarm.as_ref(), s.policy, s.now).await?;
    write(tx, after, effects, s).await?;
    Ok(version)
}

fn only_a_hidden_alarm_ended(before: &Watch, after: &Watch) -> bool {
    let hidden = before.open_alarm().is_some_and(|a| !a.shown_to_worker);
    let mut same = before.visit.clone();
    same.alarm = None;
    hidden && same == after.visit
}

/// Sets the next jobs, which follow from the state alone.
async fn settle(
    tx: &mut Tx,
    watch: &Watch,
    alarm_before: Option<&Alarm>,
    policy: &WatchPolicy,
    now: Instant,
) -> Result<(), Error> {
    jobs::set(tx, JobKind::Visit, watch.visit.id.0, watch.next_wake(policy)).await?;
    match &watch.alarm {
        Some(alarm) if alarm_before != Some(alarm) => save_alarm(tx, alarm, now).await,
        _ => Ok(()),
    }
}

/// Writes an alarm and its next job.
///
/// # Errors
/// When the database refuses.
pub async fn save_alarm(tx: &mut Tx, alarm: &Alarm, now: Instant) -> Result<(), Error> {
    alarms::save(tx, alarm, now).await?;
    jobs::set(tx, JobKind::Alarm, alarm.id.0, alarm.next_wake()).await
}

async fn write(tx: &mut Tx, watch: &Watch, effects: &Effects, s: &Scene<'_>) -> Result<(), Error> {
    apply(tx, effects).await?;
    for notice in &effects.notices {
        notices::say(tx, watch, notice, s).await?;
    }
    Ok(())
}

/// Writes effects that concern no single visit.
///
/// # Errors
/// When the database refuses.
pub async fn apply(tx: &mut Tx, effects: &Effects) -> Result<(), Error> {
    for what in &effects.withdraw {
        messages::withdraw(tx, *what).await?;
    }
    let mut pushed = BTreeSet::new();
    for message in &effects.say {
        if message.channel != Channel::Push {
            messages::insert(tx, message).await?;
        } else if devices::say(tx, message).await? {
            pushed.extend(message.check_in);
        }
    }
    for link in &effects.links {
        // A button that no device shows needs no secret.
        if !matches!(link.to, LinkTo::Answer(_, id) if !pushed.contains(&id)) {
            links::add(tx, link).await?;
        }
    }
    for line in &effects.lines {
        timeline::add(tx, line).await?;
    }
    Ok(())
}
