//! Notices what changed in the database, whoever wrote it, and tells all who listen in this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use tokio::{sync::broadcast, task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, PersonId, TeamId, VisitId},
        people::Role,
        visits::Visit,
    },
    service::{context::Context, people::caller::Caller},
    store::{
        Error, Tx, Versioned,
        alarms::{self, stand_ins},
        readable,
        visits::{self, visit_lists},
    },
};

/// How long between two looks.
const LOOK: Duration = Duration::from_millis(500);
/// A unit of work may commit some time after the moment that it wrote down.
const OVERLAP: TimeDelta = TimeDelta::seconds(5);
/// The most that the store tells at once; beyond it, listeners load everything again.
const FLOOD: usize = 1000;
/// How long between two looks while more changes than can be told one by one.
const FLOODED: Duration = Duration::from_secs(5);
/// How many feeds one person may have open: many windows, but not so many that others suffer.
pub const FEEDS_EACH: usize = 20;
/// How many changes a slow listener may be behind.
const BEHIND: usize = 1024;

/// What is listened to.
#[derive(Clone, Debug)]
pub enum News {
    /// One thing changed.
    Changed(Arc<Change>),
    /// Too much changed to tell one by one.
    Everything,
}

/// A visit or an alarm that changed.
#[derive(Debug)]
pub struct Change {
    /// `visit` or `alarm`.
    pub kind: &'static str,
    pub id: Uuid,
    pub version: i64,
    audience: ChangeAudience,
}

/// Who may hear of a change.
#[derive(Debug)]
struct ChangeAudience {
    team: TeamId,
    /// Those who are on the visit, and whether it shows to them.
    out: Vec<PersonId>,
    shown_to_out: bool,
    /// Those who were told of the alarm.
    told: Vec<PersonId>,
    desk: bool,
}

impl Change {
    fn of_visit(visit: &Visit, version: i64) -> Self {
        let audience = ChangeAudience {
            team: visit.team,
            out: visit.people_out(),
            shown_to_out: true,
            told: vec![],
            desk: false,
        };
        Self { kind: "visit", id: visit.id.0, version, audience }
    }

    fn of_alarm(alarm: &Alarm, visit: Option<&Visit>, version: i64) -> Self {
        let audience = ChangeAudience {
            team: alarm.team,
            out: visit.map(Visit::people_out).unwrap_or_default(),
            shown_to_out: alarm.shown_to_worker,
            told: alarm.told.iter().filter_map(|t| t.person).collect(),
            desk: true,
        };
        Self { kind: "alarm", id: alarm.id.0, version, audience }
    }

    /// Whether this caller may know. Who is on the visit hears nothing of a silent alarm, whatever
    /// else that person is: the phone may be in somebody else's hands.
    pub fn is_for(&self, caller: &Caller) -> bool {
        let audience = &self.audience;
        if audience.out.contains(&caller.id()) {
            return audience.shown_to_out;
        }
        caller.manages(audience.team)
            || audience.told.contains(&caller.id())
            || audience.desk && caller.person.is(Role::AggressionDesk)
    }
}

/// The one who looks, and the line to those who listen. Looks only while somebody listens.
#[derive(Clone, Debug)]
pub struct Changes {
    line: broadcast::Sender<News>,
    looking: Arc<Mutex<Option<JoinHandle<()>>>>,
    stop: CancellationToken,
    seats: Arc<Mutex<HashMap<PersonId, usize>>>,
}

/// A feed that somebody has open, for as long as it is kept.
#[derive(Debug)]
pub struct Seat {
    seats: Arc<Mutex<HashMap<PersonId, usize>>>,
    person: PersonId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = seats.get_mut(&self.person) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.person);
            }
        }
    }
}

impl Default for Changes {
    fn default() -> Self {
        let line = broadcast::Sender::new(BEHIND);
        let stop = CancellationToken::new();
        Self { line, looking: Arc::default(), stop, seats: Arc::default() }
    }
}

impl Changes {
    /// Listens from now on.
    pub fn listen(&self, ctx: &Context) -> broadcast::Receiver<News> {
        let receiver = self.line.subscribe();
        self.keep_looking(ctx);
        receiver
    }

    /// Sees to it that somebody looks: also when the one who did is gone.
    pub fn keep_looking(&self, ctx: &Context) {
        let mut looking = self.looking();
        if !self.stop.is_cancelled() && looking.as_ref().is_none_or(JoinHandle::is_finished) {
            *looking = Some(tokio::spawn(look(self.clone(), ctx.clone())));
        }
    }

    /// Lets somebody open one more feed; nothing when they have enough of them.
    pub fn seat(&self, person: PersonId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = seats.entry(person).or_default();
        if *taken >= FEEDS_EACH {
            return None;
        }
        *taken += 1;
        Some(Seat { seats: self.seats.clone(), person })
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.line.receiver_count()
    }

    /// Whether somebody looks.
    pub fn is_looking(&self) -> bool {
        self.looking().is_some()
    }

    /// Ends every feed, for a graceful stop: they would hold it up for ever.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Resolves when the feeds must end.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    fn looking(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.looking.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody listens any more; decided under the lock under which a listener comes in.
    fn rests(&self) -> bool {
        let mut looking = self.looking();
        let rests = self.line.receiver_count() == 0;
        if rests {
            *looking = None;
        }
        rests
    }
}

async fn look(changes: Changes, ctx: Context) {
    let mut seen = Seen { since: ctx.now() - OVERLAP, versions: HashMap::new() };
    let mut pause = LOOK;
    while !changes.rests() {
        if changes.stop.run_until_cancelled(sleep(pause)).await.is_none() {
            return;
        }
        pause = match seen.look(&ctx).await {
            Ok(news) => {
                let flooded = news.iter().any(|n| matches!(n, News::Everything));
                // Nobody may listen at this very moment; then there is nobody to tell.
                news.into_iter().for_each(|n| drop(changes.line.send(n)));
                if flooded { FLOODED } else { LOOK }
            }
            Err(why) => {
                tracing::warn!(%why, "failed to poll for changes");
                LOOK
            }
        };
    }
}

/// What was told already.
struct Seen {
    since: Instant,
    versions: HashMap<Uuid, (i64, Instant)>,
}

impl Seen {
    async fn look(&mut self, ctx: &Context) -> Result<Vec<News>, Error> {
        let (now, since) = (ctx.now(), self.since);
        let told: HashMap<Uuid, i64> = self.versions.iter().map(|(id, (v, _))| (*id, *v)).collect();
        let found =
            ctx.db.read(move |tx| Box::pin(async move { changed(tx, since, &told).await })).await?;
        self.since = now - OVERLAP;
        self.versions.retain(|_, (_, at)| *at >= self.since);
        self.versions.extend(found.changed.iter().map(|c| (c.id, (c.version, now))));
        let mut news: Vec<_> =
            found.changed.into_iter().map(|c| News::Changed(Arc::new(c))).collect();
        news.extend(found.flooded.then_some(News::Everything));
        Ok(news)
    }
}

struct FoundChanges {
    changed: Vec<Change>,
    flooded: bool,
}

/// Alarms first: they are what somebody waits for.
async fn changed(
    tx: &mut Tx,
    since: Instant,
    told: &HashMap<Uuid, i64>,
) -> Result<FoundChanges, Error> {
    let is_new = |id: &Uuid, version: i64| told.get(id).is_none_or(|before| *before < version);
    let (of_alarms, of_visits) =
        (alarms::changed_since(tx, since).await?, visit_lists::changed_since(tx, since).await?);
    let flooded = of_alarms.len() >= FLOOD || of_visits.len() >= FLOOD;
    let mut changed = vec![];
    for row in of_alarms.iter().filter(|row| is_new(&row.id, row.version)) {
        let found = readable(alarms::load(tx, AlarmId(row.id)).await)?;
        let Some(Versioned { item: alarm, .. }) = found else { continue };
        let visit = match row.visit_id {
            Some(id) => Some(stand_ins::visit(tx, VisitId(id)).await?),
            None => None,
        };
        changed.push(Change::of_alarm(&alarm, visit.as_ref(), row.version));
    }
    // In a flood everybody loads everything again: no need to look at each visit.
    for row in of_visits.iter().filter(|row| !flooded && is_new(&row.id, row.version)) {
        if let Some(visit) = readable(visits::load(tx, VisitId(row.id)).await)? {
            changed.push(Change::of_visit(&visit.item, row.version));
        }
    }
    Ok(FoundChanges { changed, flooded })
}
