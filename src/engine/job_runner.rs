//! Where decisions are made, many at once: what is due goes to the model, and what the model says is
//! written in as few statements as for one of them.

use std::collections::{BTreeMap, BTreeSet};

use tracing::{Instrument as _, field::display};

use super::Engine;
use crate::{
    model::{
        alarms::{Alarm, ladder::Directory},
        clock::Instant,
        ids::{AlarmId, CareId, EntryId, IncidentId, LineId, RequestId, TeamId, VisitId},
        messages::Channel,
        people::teams::Team,
        privacy::access::{Action, Look},
        visits::{
            Visit,
            watch::{Effects, Scene, Watch, alarm::Climb},
        },
    },
    store::{
        Error, Tx, Versioned,
        alarms::{
            self,
            directory::{self, LadderScope},
            stand_ins,
        },
        jobs::{self, Job, JobKind},
        people::teams,
        privacy::access,
        visits::{
            self,
            watches::{self, WatchChange},
        },
    },
};

/// What one batch of decisions shares, looked up when first needed.
#[derive(Debug)]
pub(super) struct JobRunner {
    pub(super) engine: Engine,
    pub(super) now: Instant,
    channels: Vec<Channel>,
    teams: BTreeMap<TeamId, Team>,
}

/// A decision about a watch.
type DecidedJob = (Versioned<Watch>, Watch, Effects);

impl JobRunner {
    pub(super) fn new(engine: &Engine) -> Self {
        Self {
            engine: engine.clone(),
            now: engine.clock.now(),
            channels: engine.channels(),
            teams: BTreeMap::new(),
        }
    }

    /// Does jobs in their order; says how many. One whose visit somebody else is changing right now
    /// stays due, and is looked at again.
    pub(super) async fn decide_all(&mut self, tx: &mut Tx, due: &[Job]) -> Result<usize, Error> {
        let mut done = 0;
        for of_a_kind in due.chunk_by(|one, next| one.kind == next.kind) {
            let all = of_a_kind.iter().map(|job| job.subject);
            done += match of_a_kind[0].kind {
                JobKind::Alarm => self.alarms(tx, &all.map(AlarmId).collect::<Vec<_>>()).await?,
                JobKind::Visit => self.visits(tx, &all.map(VisitId).collect::<Vec<_>>()).await?,
                _ => self.cases(tx, of_a_kind).await?,
            };
        }
        Ok(done)
    }

    async fn cases(&mut self, tx: &mut Tx, jobs: &[Job]) -> Result<usize, Error> {
        let mut done = 0;
        for job in jobs {
            let span = self.engine.case_span(job.kind, job.subject);
            done += usize::from(self.case(tx, *job).instrument(span).await?);
        }
        Ok(done)
    }

    async fn case(&mut self, tx: &mut Tx, Job { kind, subject, .. }: Job) -> Result<bool, Error> {
        let done = match kind {
            JobKind::Care => self.care(tx, CareId(subject)).await?,
            JobKind::Incident => self.incident(tx, IncidentId(subject)).await?,
            JobKind::Measure => self.measure(tx, EntryId(subject)).await?,
            JobKind::Request => self.request(tx, RequestId(subject)).await?,
            JobKind::Alarm | JobKind::Visit => false,
        };
        tracing::info!(done, "job done");
        Ok(done)
    }

    async fn visits(&mut self, tx: &mut Tx, ids: &[VisitId]) -> Result<usize, Error> {
        let mut found = watches::try_lock_all(tx, ids).await?;
        for watch in found.values() {
            self.team(tx, watch.item.visit.team).await?;
        }
        let mut decided: Vec<DecidedJob> = vec![];
        let mut next = vec![];
        for id in ids {
            let Some(before) = found.remove(id) else {
                // One that is gone is a fault, and not only held by somebody.
                visits::load(tx, *id).await?;
                continue;
            };
            let scene = self.scene(self.known(before.item.visit.team)?);
            let _span = self.engine.visit_span(*id).entered();
            let (after, effects) = before.item.clone().tick(&scene);
            if after == before.item {
                next.push((JobKind::Visit, id.0, after.next_wake(scene.policy)));
            } else {
                let alarm = after.alarm.as_ref().map(|alarm| display(alarm.id));
                tracing::info!(alarm, messages = effects.say.len(), "visit job done");
                decided.push((before, after, effects));
            }
        }
        jobs::set_all(tx, &next).await?;
        let mut changes = vec![];
        for (before, after, effects) in &decided {
            let scene = self.scene(self.known(after.visit.team)?);
            changes.push(WatchChange { before, after, effects, scene });
        }
        watches::save_all(tx, &changes, self.now).await?;
        Ok(changes.len() + next.len())
    }

    /// An alarm, and its visit before it: always in this order.
    async fn alarms(&mut self, tx: &mut Tx, ids: &[AlarmId]) -> Result<usize, Error> {
        let visit_of = alarms::visits_of(tx, ids).await?;
        let visits = visits::try_lock_all(tx, visit_of.values().copied().flatten()).await?;
        let visits: BTreeMap<_, _> = visits.into_iter().map(|v| (v.item.id, v.item)).collect();
        let ours = |visit: &Option<VisitId>| visit.is_none_or(|id| visits.contains_key(&id));
        let free = visit_of.iter().filter(|(_, visit)| ours(visit)).map(|(id, _)| *id);
        let found = alarms::try_lock_all(tx, free.collect::<Vec<_>>()).await?;
        let mut found: BTreeMap<_, _> = found.into_iter().map(|a| (a.item.id, a.item)).collect();
        let mut climbing = vec![];
        for id in ids {
            match found.remove(id) {
                Some(alarm) => {
                    let visit = alarm.visit.and_then(|id| visits.get(&id));
                    climbing.push((alarm, visit));
                }
                // One that is gone is a fault, and not only held by somebody.
                None => drop(alarms::load(tx, *id).await?),
            }
        }
        let done = climbing.len();
        self.climb(tx, climbing).await?;
        Ok(done)
    }

    /// Moves alarms up their ladders.
    pub(super) async fn climb(
        &mut self,
        tx: &mut Tx,
        alarms: Vec<(Alarm, Option<&Visit>)>,
    ) -> Result<(), Error> {
        for (alarm, _) in &alarms {
            self.team(tx, alarm.team).await?;
        }
        let directory = self.directory(tx, &alarms).await?;
        let (mut climbed, mut effects, mut told) = (vec![], vec![], vec![]);
        for (alarm, visit) in alarms {
            let team = self.known(alarm.team)?;
            told.push(alarm.told.len());
            let _span = self.engine.alarm_span(alarm.id, alarm.visit).entered();
            let climb = Climb { alarm, visit, team, directory: &directory };
            let (alarm, fx) = climb.tick(&self.scene(team));
            tracing::info!(messages = fx.say.len(), "alarm job done");
            climbed.push(alarm);
            effects.push(fx);
        }
        watches::save_alarms(tx, &climbed, &effects, self.now).await?;
        for (alarm, told) in climbed.iter().zip(told) {
            self.log_disclosures(tx, alarm, told).await?;
        }
        Ok(())
    }

    /// A district officer who is told of an alarm for the first time: a disclosure, and logged.
    async fn log_disclosures(&self, tx: &mut Tx, alarm: &Alarm, told: usize) -> Result<(), Error> {
        for officer in alarm.told.iter().skip(told).filter_map(|t| t.officer) {
            let look = Look {
                id: LineId::new(&*self.engine.random, self.now),
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

    pub(super) fn scene<'a>(&'a self, team: &'a Team) -> Scene<'a> {
        Scene {
            now: self.now,
            policy: &team.policy,
            random: &*self.engine.random,
            words: &self.engine.words,
            channels: &self.channels,
        }
    }

    pub(super) async fn team(&mut self, tx: &mut Tx, id: TeamId) -> Result<Team, Error> {
        if let Some(team) = self.teams.get(&id) {
            return Ok(team.clone());
        }
        let team = teams::to_watch(tx, id).await?;
        self.teams.insert(id, team.clone());
        Ok(team)
    }

    /// A team that was looked up before.
    fn known(&self, id: TeamId) -> Result<&Team, Error> {
        self.teams.get(&id).ok_or(Error::NotFound)
    }

    /// Those whom the ladders of these alarms may name, whose teams were looked up before.
    async fn directory(
        &self,
        tx: &mut Tx,
        alarms: &[(Alarm, Option<&Visit>)],
    ) -> Result<Directory, Error> {
        let teams: BTreeSet<_> = alarms.iter().map(|(alarm, _)| alarm.team).collect();
        let scope = LadderScope {
            teams: teams.into_iter().map(|id| self.known(id)).collect::<Result<_, _>>()?,
            visits: alarms.iter().filter_map(|(_, visit)| *visit).collect(),
            administrators: true,
        };
        directory::load(tx, self.engine.zone, self.channels.clone(), &scope).await
    }
}

/// An alarm, and its visit before it: always in this order. Nothing when somebody holds either.
pub(super) async fn try_lock(
    tx: &mut Tx,
    id: AlarmId,
) -> Result<Option<(Option<Visit>, Alarm)>, Error> {
    let visit = match alarms::visit_of(tx, id).await? {
        None => None,
        Some(visit) => match visits::try_lock(tx, visit).await {
            Ok(None) => return Ok(None),
            Ok(Some(found)) => Some(found.item),
            Err(why) if why.is_unreadable() => Some(stand_ins::visit(tx, visit).await?),
            Err(why) => return Err(why),
        },
    };
    Ok(alarms::try_lock(tx, id).await?.map(|alarm| (visit, alarm.item)))
}
