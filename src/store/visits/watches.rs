//! Remembers a whole watch: loads a visit with its alarm under one lock, and writes a decision with
//! everything that must happen because of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{self as visits, links, timeline};
use crate::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::VisitId,
        integrations::outgoing::{Event, LineOrigin},
        messages::Channel,
        people::teams::WatchPolicy,
        visits::{
            Visit,
            watch::{Effects, Link, LinkTo, Scene, Watch},
        },
    },
    store::{
        alarms,
        db::{rows::Versioned, tx::Tx},
        error::Error,
        integrations::outgoing,
        jobs::{self, JobKind},
        messages::{self, notices},
        people::devices,
    },
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

/// Those of these watches that nobody else holds right now, without waiting.
///
/// # Errors
/// When the database refuses, or one of them cannot be read.
pub async fn try_lock_all(
    tx: &mut Tx,
    ids: &[VisitId],
) -> Result<BTreeMap<VisitId, Versioned<Watch>>, Error> {
    let visits = visits::try_lock_all(tx, ids.iter().copied()).await?;
    let wanted: Vec<_> = visits.iter().filter_map(|found| found.item.alarm).collect();
    let alarms = match wanted.is_empty() {
        true => vec![],
        false => alarms::try_lock_all(tx, wanted).await?,
    };
    let mut alarms: BTreeMap<_, _> = alarms.into_iter().map(|a| (a.item.id, a.item)).collect();
    let with_alarm = |Versioned { version, item: visit }: Versioned<Visit>| {
        let alarm = match visit.alarm {
            Some(id) => Some(alarms.remove(&id)?),
            None => None,
        };
        Some((visit.id, Versioned { version, item: Watch { visit, alarm } }))
    };
    Ok(visits.into_iter().filter_map(with_alarm).collect())
}

/// A new watch, with everything that must happen because of it.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    pub watch: &'a Watch,
    /// What must happen.
    pub effects: &'a Effects,
    /// What it was decided with.
    pub scene: Scene<'a>,
}

/// Writes new watches with their effects, in as few statements as for one of them.
///
/// # Errors
/// When the database refuses.
pub async fn insert_all(tx: &mut Tx, all: &[New<'_>], now: Instant) -> Result<(), Error> {
    let visits: Vec<_> = all.iter().map(|new| &new.watch.visit).collect();
    visits::insert_all(tx, &visits, now).await?;
    let watches: Vec<_> = all.iter().map(|new| (new.watch, new.scene.policy)).collect();
    settle(tx, &watches, all.iter().filter_map(|new| new.watch.alarm.as_ref()).collect(), now)
        .await?;
    let effects = all.iter().map(|new| (new.effects, origin(new.watch)));
    write(tx, &effects.collect::<Vec<_>>()).await?;
    for new in all {
        tell(tx, new.watch, new.effects, &new.scene).await?;
    }
    Ok(())
}

/// What became of a watch, with everything that must happen because of it.
#[derive(Clone, Copy, Debug)]
pub struct WatchChange<'a> {
    /// How it was.
    pub before: &'a Versioned<Watch>,
    /// How it is.
    pub after: &'a Watch,
    /// What must happen.
    pub effects: &'a Effects,
    /// What it was decided with.
    pub scene: Scene<'a>,
}

impl WatchChange<'_> {
    /// The version of the visit once this is written.
    pub fn version(&self) -> i64 {
        self.before.version + i64::from(!self.only_a_hidden_alarm_ended())
    }

    fn only_a_hidden_alarm_ended(&self) -> bool {
        let before = &self.before.item;
        let hidden = before.open_alarm().is_some_and(|a| !a.shown_to_worker);
        let mut same = before.visit.clone();
        same.alarm = None;
        hidden && same == self.after.visit
    }

    fn others_may_answer(&self) -> bool {
        let before = &self.before.item.visit;
        before.numbers_out() != self.after.visit.numbers_out() && !self.after.visit.is_over()
    }

    /// The alarm, where something became of it.
    fn changed_alarm(&self) -> Option<&Alarm> {
        self.after.alarm.as_ref().filter(|alarm| self.before.item.alarm.as_ref() != Some(*alarm))
    }
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
    let change = WatchChange { before, after, effects, scene: *s };
    save_all(tx, &[change], s.now).await?;
    Ok(change.version())
}

/// Writes what became of watches, each of another visit, in as few statements as for one of them.
///
/// # Errors
/// [`Error::Stale`] when somebody else changed one of them in between.
pub async fn save_all(tx: &mut Tx, changes: &[WatchChange<'_>], now: Instant) -> Result<(), Error> {
    let (unseen, seen): (Vec<&WatchChange<'_>>, Vec<_>) =
        changes.iter().partition(|change| change.only_a_hidden_alarm_ended());
    for change in unseen {
        visits::save_unseen(tx, &change.after.visit, change.before.version).await?;
    }
    let seen: Vec<_> = seen.iter().map(|c| (&c.after.visit, c.before.version)).collect();
    visits::save_all(tx, &seen, now).await?;
    for change in changes.iter().filter(|change| change.others_may_answer()) {
        visits::forget_people(tx, change.after.visit.id).await?;
        visits::note_people(tx, &[&change.after.visit]).await?;
    }
    let watches: Vec<_> = changes.iter().map(|c| (c.after, c.scene.policy)).collect();
    settle(tx, &watches, changes.iter().filter_map(WatchChange::changed_alarm).collect(), now)
        .await?;
    let effects = changes.iter().map(|change| (change.effects, origin(change.after)));
    write(tx, &effects.collect::<Vec<_>>()).await?;
    for change in changes {
        tell(tx, change.after, change.effects, &change.scene).await?;
    }
    Ok(())
}

/// Writes alarms and the next jobs, which follow from the state alone.
async fn settle(
    tx: &mut Tx,
    watches: &[(&Watch, &WatchPolicy)],
    alarms: Vec<&Alarm>,
    now: Instant,
) -> Result<(), Error> {
    alarms::save_all(tx, &alarms, now).await?;
    let visits = watches.iter().map(|(w, p)| (JobKind::Visit, w.visit.id.0, w.next_wake(p)));
    let alarms = alarms.iter().map(|alarm| (JobKind::Alarm, alarm.id.0, alarm.next_wake()));
    jobs::set_all(tx, &visits.chain(alarms).collect::<Vec<_>>()).await
}

/// Writes an alarm and its next job.
///
/// # Errors
/// When the database refuses.
pub async fn save_alarm(tx: &mut Tx, alarm: &Alarm, now: Instant) -> Result<(), Error> {
    settle(tx, &[], vec![alarm], now).await
}

/// Writes alarms, each of another visit or drill, with their next jobs and effects.
///
/// # Errors
/// When the database refuses.
pub async fn save_alarms(
    tx: &mut Tx,
    alarms: &[Alarm],
    effects: &[Effects],
    now: Instant,
) -> Result<(), Error> {
    settle(tx, &[], alarms.iter().collect(), now).await?;
    let effects = effects.iter().zip(alarms).map(|(fx, alarm)| (fx, origin_of(alarm)));
    write(tx, &effects.collect::<Vec<_>>()).await
}

async fn tell(tx: &mut Tx, watch: &Watch, effects: &Effects, s: &Scene<'_>) -> Result<(), Error> {
    for notice in &effects.notices {
        notices::say(tx, watch, notice, s).await?;
    }
    Ok(())
}

/// Writes the effects of something that was done with an alarm.
///
/// # Errors
/// When the database refuses.
pub async fn apply(tx: &mut Tx, alarm: &Alarm, effects: &Effects) -> Result<(), Error> {
    write(tx, &[(effects, origin_of(alarm))]).await
}

/// Where the lines of a watch belong.
fn origin(watch: &Watch) -> LineOrigin<'_> {
    LineOrigin { team: watch.visit.team, alarm: watch.alarm.as_ref() }
}

/// Where the lines of an alarm belong.
fn origin_of(alarm: &Alarm) -> LineOrigin<'_> {
    LineOrigin { team: alarm.team, alarm: Some(alarm) }
}

/// What is taken back goes first, so that what is said instead stays. Other systems come last.
async fn write(tx: &mut Tx, with_origin: &[(&Effects, LineOrigin<'_>)]) -> Result<(), Error> {
    let all: Vec<_> = with_origin.iter().map(|(effects, _)| *effects).collect();
    let withdrawn: Vec<_> = all.iter().flat_map(|fx| &fx.withdraw).copied().collect();
    messages::withdraw_all(tx, &withdrawn).await?;
    let (push, said): (Vec<_>, Vec<_>) =
        all.iter().flat_map(|fx| &fx.say).partition(|m| m.channel == Channel::Push);
    messages::insert_all(tx, &said).await?;
    let shown = devices::say_all(tx, &push).await?;
    let pushed: BTreeSet<_> =
        push.iter().filter(|m| shown.contains(&m.id)).filter_map(|m| m.check_in).collect();
    // A button that no device shows needs no secret.
    let is_needed =
        |link: &&Link| !matches!(link.to, LinkTo::Answer(_, id) if !pushed.contains(&id));
    let links: Vec<_> = all.iter().flat_map(|fx| &fx.links).filter(is_needed).collect();
    links::add_all(tx, &links).await?;
    timeline::add_all(tx, &all.iter().flat_map(|fx| &fx.lines).collect::<Vec<_>>()).await?;
    let events = with_origin.iter().flat_map(|(fx, origin)| {
        fx.lines.iter().filter_map(move |line| Event::of_line(line, *origin))
    });
    outgoing::note(tx, &events.collect::<Vec<_>>()).await
}
