//! A visit or alarm that cannot be read is not tried again and again until it is too late: the alarm
//! is raised and climbs with what can be read of it, and with the organisation's ladder.

use chrono::TimeDelta;

use super::{Engine, job_runner::JobRunner};
use crate::{
    model::{
        alarms::{Alarm, Cause},
        ids::{AlarmId, VisitId},
        visits::{
            Visit,
            timeline::Fact,
            watch::{Effects, Watch},
        },
    },
    store::{
        Error, Tx, Versioned,
        alarms::{self, stand_ins},
        jobs::{self, Job, JobKind},
        readable,
        visits::{self, watches},
    },
};

/// How long until it is looked at again: by then somebody may have mended the row.
const MENDED: TimeDelta = TimeDelta::minutes(10);

/// The same while somebody else holds the row, as an answer or a look of the auditor does for a moment.
const LET_GO: TimeDelta = TimeDelta::seconds(1);

impl Engine {
    /// Does what can be done for a job about a row that cannot be read. Says whether it helped: else
    /// it was something else that cannot be read.
    pub(super) async fn rescue(&self, job: Job) -> Result<bool, Error> {
        let engine = self.clone();
        self.db
            .write(move |tx| Box::pin(async move { JobRunner::new(&engine).rescue(tx, job).await }))
            .await
    }
}

impl JobRunner {
    async fn rescue(&mut self, tx: &mut Tx, job: Job) -> Result<bool, Error> {
        let again = match job.kind {
            JobKind::Visit => self.rescue_visit(tx, VisitId(job.subject), None).await?,
            JobKind::Alarm => match alarms::visit_of(tx, AlarmId(job.subject)).await? {
                Some(visit) => self.rescue_visit(tx, visit, Some(AlarmId(job.subject))).await?,
                // Nobody is out there in a drill.
                None => Some(MENDED),
            },
            // Nobody is out there, and the administrators are told of the row.
            _ => Some(MENDED),
        };
        if let Some(wait) = again {
            jobs::postpone(tx, &job, self.now + wait).await?;
        }
        Ok(again.is_some())
    }

    /// After how long to look again; nothing when it is something else that cannot be read.
    async fn rescue_visit(
        &mut self,
        tx: &mut Tx,
        id: VisitId,
        due: Option<AlarmId>,
    ) -> Result<Option<TimeDelta>, Error> {
        let Some((stand_in, its)) = stand_ins::try_lock(tx, id).await? else {
            return Ok(Some(LET_GO));
        };
        let visit = readable(visits::load(tx, id).await)?;
        let its = due.or(its);
        let alarm = match its {
            Some(alarm) => readable(alarms::lock(tx, alarm).await)?,
            None => None,
        };
        match (visit, alarm, its) {
            (Some(visit), None, Some(alarm)) => {
                // One that was replaced before has nothing left to say.
                if visit.item.alarm == Some(alarm) {
                    self.replace_alarm(tx, visit).await?;
                }
            }
            (None, Some(alarm), _) => {
                self.climb(tx, vec![(alarm.item, Some(&stand_in))]).await?;
            }
            (None, None, _) => self.raise(tx, &stand_in, its.is_some()).await?,
            (Some(_), _, _) => return Ok(None),
        }
        Ok(Some(MENDED))
    }

    /// Raises another alarm for one that cannot be read.
    async fn replace_alarm(&mut self, tx: &mut Tx, visit: Versioned<Visit>) -> Result<(), Error> {
        let team = self.team(tx, visit.item.team).await?;
        let scene = self.scene(&team);
        let Versioned { version, item: visit } = visit;
        let before = Versioned { version, item: Watch { visit, alarm: None } };
        let (after, effects) = before.item.clone().lost_alarm(&scene);
        watches::save(tx, &before, &after, &effects, &scene).await.map(drop)
    }

    /// Raises the alarm of a visit that cannot be read, once: it has the id of the visit.
    async fn raise(&mut self, tx: &mut Tx, visit: &Visit, had_one: bool) -> Result<(), Error> {
        let id = AlarmId(visit.id.0);
        match alarms::visit_of(tx, id).await {
            Err(Error::NotFound) => {}
            raised => return raised.map(drop),
        }
        // The one before may have been silent: then its successor must not show either.
        let cause = if had_one { Cause::Duress } else { Cause::MissedCheckIn };
        let alarm = Alarm::open(id, Some(visit.id), visit.team, cause, self.now);
        let team = self.team(tx, visit.team).await?;
        let mut effects = Effects::default();
        effects.note(visit.id, &self.scene(&team), Fact::AlarmOpened { cause }, None);
        watches::save_alarm(tx, &alarm, self.now).await?;
        watches::apply(tx, &alarm, &effects).await
    }
}
