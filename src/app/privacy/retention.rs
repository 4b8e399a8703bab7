//! Removes what has been kept long enough: positions within the hour, everything else in the quiet
//! hour of the night. Of several instances one does it; one that dies half-way is taken over.

use chrono::TimeDelta;
use chrono_tz::Tz;
use uuid::Uuid;

use crate::{
    model::{
        clock::{Instant, SharedClock},
        ids::{LineId, SharedRandomness},
        privacy::retention::{RetentionKind, RetentionTerms, RunOutcome, RunState, is_due},
    },
    service::Context,
    store::{
        Db, Error,
        incidents::policy,
        privacy::retention::{Batch, batch, runs},
    },
};

/// As many items are looked at in one unit of work: no watch waits longer than that takes.
const BATCH: i64 = 200;

/// Whoever did not finish a batch within this time has died.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// What is looked at each night, in this order.
const NIGHTLY: [RetentionKind; 9] = [
    RetentionKind::Positions,
    RetentionKind::Visits,
    RetentionKind::Drills,
    RetentionKind::Checks,
    RetentionKind::Incidents,
    RetentionKind::Measures,
    RetentionKind::AccessLog,
    RetentionKind::Messages,
    RetentionKind::Answers,
];

#[derive(Clone, Debug)]
pub struct Retention {
    db: Db,
    clock: SharedClock,
    random: SharedRandomness,
    zone: Tz,
}

impl Retention {
    /// With what use cases share.
    pub fn of(ctx: &Context) -> Self {
        let zone = ctx.settings.zone;
        Self { db: ctx.db.clone(), clock: ctx.clock.clone(), random: ctx.random.clone(), zone }
    }

    /// Looks whether it is time, and removes what is over; nothing when somebody else is at it.
    ///
    /// # Errors
    /// When the database fails; what was removed stays removed, and the rest follows later.
    pub async fn tick(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let id = LineId::new(&*self.random, now);
        if !self.holds(id).await? {
            return Ok(());
        }
        let ran = self.run(id, now).await;
        if ran.is_err() {
            self.failed(id).await?;
        }
        self.db.write(move |tx| Box::pin(async move { runs::release(tx, id).await })).await?;
        ran
    }

    /// Asks with the lease in hand what is due: somebody else may just have done this night.
    async fn run(&self, id: LineId, now: Instant) -> Result<(), Error> {
        let last = self.db.read(|tx| Box::pin(runs::last(tx))).await?;
        if is_due(last.done, last.tried, now, self.zone) {
            return self.through(id, &NIGHTLY, now).await;
        }
        self.through(id, &[RetentionKind::Positions], now).await
    }

    async fn holds(&self, id: LineId) -> Result<bool, Error> {
        let now = self.clock.now();
        let take = self
            .db
            .write(move |tx| Box::pin(async move { runs::lease(tx, id, now, now + LEASE).await }));
        take.await
    }

    async fn failed(&self, id: LineId) -> Result<(), Error> {
        let now = self.clock.now();
        let work = self.db.write(move |tx| Box::pin(async move { runs::fail(tx, id, now).await }));
        work.await
    }

    /// Each kind to its end. A run of a night is noted from its beginning, another one once it
    /// removed something.
    async fn through(
        &self,
        id: LineId,
        kinds: &[RetentionKind],
        now: Instant,
    ) -> Result<(), Error> {
        let nightly = kinds.len() > 1;
        if nightly {
            self.begin(id, nightly, now).await?;
        }
        let figures = self.db.read(|tx| Box::pin(policy::load(tx))).await?.item;
        let terms = RetentionTerms { policy: figures, zone: self.zone, now };
        let mut outcome = RunOutcome::default();
        for kind in kinds {
            let mut after = Some(Uuid::nil());
            while let Some(from) = after {
                let done = self.step(id, *kind, &terms, from, nightly.then(|| outcome.clone()));
                let done = done.await?;
                outcome.kinds.entry(*kind).or_default().add(&done.count);
                after = done.last;
            }
        }
        if !nightly && outcome.kinds.values().all(|count| count.removed == 0) {
            return Ok(());
        }
        if !nightly {
            self.begin(id, nightly, now).await?;
        }
        let ended = self.clock.now();
        self.note(id, RunState::Done, Some(ended), outcome).await
    }

    async fn begin(&self, id: LineId, nightly: bool, now: Instant) -> Result<(), Error> {
        let work = self
            .db
            .write(move |tx| Box::pin(async move { runs::begin(tx, id, nightly, now).await }));
        work.await
    }

    /// One batch, with how far the run is: whoever takes over sees what was done.
    async fn step(
        &self,
        id: LineId,
        kind: RetentionKind,
        terms: &RetentionTerms,
        after: Uuid,
        so_far: Option<RunOutcome>,
    ) -> Result<Batch, Error> {
        let (now, terms) = (self.clock.now(), terms.clone());
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                if !runs::lease(tx, id, now, now + LEASE).await? {
                    return Err(Error::Stale);
                }
                let done = batch(tx, kind, &terms, after, BATCH).await?;
                if let Some(mut outcome) = so_far {
                    outcome.kinds.entry(kind).or_default().add(&done.count);
                    runs::note(tx, id, RunState::Running, None, &outcome).await?;
                }
                Ok(done)
            })
        });
        work.await
    }

    async fn note(
        &self,
        id: LineId,
        state: RunState,
        ended: Option<Instant>,
        outcome: RunOutcome,
    ) -> Result<(), Error> {
        let work = self.db.write(move |tx| {
            Box::pin(async move { runs::note(tx, id, state, ended, &outcome).await })
        });
        work.await
    }
}
