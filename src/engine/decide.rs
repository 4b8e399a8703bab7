//! Takes what is due, lets the model decide, and writes the decision together with the next job.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;

use super::Engine;
use crate::{
    model::{
        access::{Action, Look},
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, CareId, EntryId, IncidentId, LineId, RequestId, TeamId, VisitId},
        ladder::Directory,
        messages::{Channel, backoff},
        teams::Team,
        visits::Visit,
        watch::Scene,
        watch_alarm::Climb,
    },
    store::{
        Error, Tx, access, alarms, directory,
        jobs::{self, Job, JobKind},
        teams, visits, watches,
    },
};

/// How many jobs one unit of work takes: enough to share a commit, few enough that what they want
/// to say is on its way soon.
const BATCH: i64 = 100;

/// What one batch of decisions shares, looked up when first needed.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) engine: Engine,
    pub(super) now: Instant,
    channels: Vec<Channel>,
    teams: BTreeMap<TeamId, Team>,
    directory: Option<Arc<Directory>>,
}

impl Engine {
    /// Decides what is due, at most one batch of it; says how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn decide_batch(&self) -> Result<usize, Error> {
        let engine = self.clone();
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                let mut desk = Desk::new(&engine);
                let mut done = 0;
                for job in &jobs::due(tx, desk.now, BATCH).await? {
                    done += usize::from(desk.decide(tx, job).await?);
                }
                Ok::<_, Error>(done)
            })
        });
        match work.await {
            Err(why) if !why.is_outage() => self.one_by_one().await,
            done => done,
        }
    }

    /// One job of a batch cannot be done: each gets a unit of work of its own, so that the poisoned
    /// one is set aside and stops nobody.
    async fn one_by_one(&self) -> Result<usize, Error> {
        let now = self.clock.now();
        let due = self
            .db
            .read(move |tx| Box::pin(async move { jobs::due(tx, now, BATCH).await }))
            .await?;
        let mut done = 0;
        for job in due {
            let engine = self.clone();
            let decided = self
                .db
                .write(move |tx| Box::pin(async move { Desk::new(&engine).decide(tx, &job).await }))
                .await;
            match decided {
                Ok(decided) => done += usize::from(decided),
                // Not the job's fault: it stays due, and nothing is held against it.
                Err(why) if why.is_outage() => return Err(why),
                Err(why) => self.set_aside(job, &why).await?,
            }
        }
        Ok(done)
    }

    async fn set_aside(&self, job: Job, why: &Error) -> Result<(), Error> {
        tracing::error!(kind = job.kind.name(), subject = %job.subject, %why, "a job cannot be done");
        let attempts = u32::try_from(job.attempts).unwrap_or(0);
        let again = self.clock.now() + backoff(attempts, 1.0).max(TimeDelta::seconds(1));
        self.db
            .write(move |tx| Box::pin(async move { jobs::set_aside(tx, &job, again).await }))
            .await
    }
}

impl Desk {
    pub(super) fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            now: engine.clock.now(),
            channels: engine.channels(),
            teams: BTreeMap::new(),
            directory: None,
        }
    }

    /// Does a job; says whether it did. One whose visit somebody else is changing right now stays
    /// due, and is looked at again.
    async fn decide(&mut self, tx: &mut Tx, job: &Job) -> Result<bool, Error> {
        match job.kind {
            JobKind::Visit => self.visit(tx, VisitId(job.subject)).await,
            JobKind::Alarm => self.alarm(tx, AlarmId(job.subject)).await,
            JobKind::Care => self.care(tx, CareId(job.subject)).await,
            JobKind::Incident => self.incident(tx, IncidentId(job.subject)).await,
            JobKind::Measure => self.measure(tx, EntryId(job.subject)).await,
            JobKind::Request => self.request(tx, RequestId(job.subject)).await,
        }
    }

    async fn visit(&mut self, tx: &mut Tx, id: VisitId) -> Result<bool, Error> {
        let Some(before) = watches::try_lock(tx, id).await? else { return Ok(false) };
        let team = self.team(tx, before.item.visit.team).await?;
        let engine = self.engine.clone();
        let scene = self.scene(&engine, &team);
        let (after, effects) = before.item.clone().tick(&scene);
        if after == before.item {
            jobs::set(tx, JobKind::Visit, id.0, after.next_wake(&team.policy)).await?;
        } else {
            watches::save(tx, &before, &after, &effects, &scene).await?;
        }
        Ok(true)
    }

    async fn alarm(&mut self, tx: &mut Tx, id: AlarmId) -> Result<bool, Error> {
        let Some((visit, alarm)) = try_lock(tx, id).await? else { return Ok(false) };
        self.climb(tx, alarm, visit.as_ref()).await?;
        Ok(true)
    }

    pub(super) async fn climb(
        &mut self,
        tx: &mut Tx,
        alarm: Alarm,
        visit: Option<&Visit>,
    ) -> Result<(), Error> {
        let team = self.team(tx, alarm.team).await?;
        let directory = self.directory(tx).await?;
        let engine = self.engine.clone();
        let scene = self.scene(&engine, &team);
        let climb = Climb { alarm, visit, team: &team, directory: &directory };
        let told = climb.alarm.told.len();
        let (alarm, effects) = climb.tick(&scene);
        watches::save_alarm(tx, &alarm, self.now).await?;
        watches::apply(tx, &effects).await?;
        self.log_disclosures(tx, &alarm, told).await
    }

    /// A district officer who is told of an alarm for the first time: a disclosure, and logged.
    async fn log_disclosures(&self, tx: &mut Tx, alarm: &Alarm, told: usize) -> Result<(), Error> {
        for officer in alarm.told.iter().skip(told).filter_map(|t| t.officer) {
            let look = Look {
                id: LineId::new(&*self.engine.dice, self.now),
                at: self.now,
                person: None,
                action: Action::OfficerInformed,
                visit: alarm.visit,
                entry: None,
                details: serde_json::json!({ "officer": officer, "alarm": alarm.id }),
            };
            access::log_look(tx, &look).await?;
        }
        Ok(())
    }

    pub(super) fn scene<'a>(&'a self, engine: &'a Engine, team: &'a Team) -> Scene<'a> {
        Scene {
            now: self.now,
            policy: &team.policy,
            dice: &*engine.dice,
            words: &engine.words,
            channels: &self.channels,
        }
    }

    pub(super) async fn team(&mut self, tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
        if let Some(team) = self.teams.get(&id) {
            return Ok(team.clone());
        }
        let team = teams::load(tx, id).await?.item;
        self.teams.insert(id, team.clone());
        Ok(team)
    }

    async fn directory(&mut self, tx: &mut Tx) -> Result<Arc<Directory>, Error> {
        if let Some(directory) = &self.directory {
            return Ok(directory.clone());
        }
        let found = directory::load(tx, self.engine.zone, self.channels.clone()).await?;
        let directory = Arc::new(found);
        self.directory = Some(directory.clone());
        Ok(directory)
    }
}

/// An alarm, and its visit before it: always in this order. Nothing when somebody holds either.
pub(super) async fn try_lock(
    tx: &mut Tx,
    id: AlarmId,
) -> Result<Option<(Option<Visit>, Alarm)>, Error> {
    let visit = match alarms::visit_of(tx, id).await? {
        None => None,
        Some(visit) => match visits::try_lock(tx, visit).await? {
            None => return Ok(None),
            Some(found) => Some(found.item),
        },
    };
    Ok(alarms::try_lock(tx, id).await?.map(|alarm| (visit, alarm.item)))
}
