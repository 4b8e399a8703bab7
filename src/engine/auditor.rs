//! The auditor: looks every minute for what should not be, puts right what it can, and tells the
//! administrators. What it cannot put right makes the service say that it is not ready.

use std::{collections::BTreeMap, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    Engine,
    job_runner::{JobRunner, try_lock},
};
use crate::{
    model::{
        clock::{Instant, minutes},
        ids::{AlarmId, VisitId},
        messages::{Priority, announcements::Announcement, audiences::Audience, topics::Topic},
        visits::{
            audit::{AuditReport, Finding, LONGEST_WAIT, NextLook, TOO_LONG},
            watch::Effects,
        },
    },
    service::messages::notify::notify,
    store::{
        Error, Tx,
        db::recheck,
        jobs::{self, JobKind},
        visits::{audit, watches},
    },
};

/// How long between two looks.
const EVERY: Duration = Duration::from_secs(60);

/// How many visits and steps are looked at in one look, so that it costs the same however many there
/// are: all of them in any municipality, and by turns where there are more.
const AT_ONCE: i64 = 20_000;

/// What to put right.
#[derive(Clone, Copy, Debug)]
enum Lost {
    Visit(VisitId),
    Alarm(AlarmId),
}

/// What a look saw, before anything was put right.
#[derive(Debug, Default)]
struct AuditRun {
    lost: Vec<(Finding, Lost)>,
    gone: (Vec<VisitId>, Vec<AlarmId>),
    ahead: bool,
    late: Vec<(Finding, i64)>,
    next: NextLook,
}

impl Engine {
    /// Looks every minute, until `stop`.
    pub(super) async fn audit_loop(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(why) = self.audit().await {
                tracing::error!(%why, "audit failed");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Looks once, puts right what it can, and tells.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn audit(&self) -> Result<AuditReport, Error> {
        let now = self.clock.now();
        let look = self.db.read(move |tx| Box::pin(async move { look(tx, now).await })).await?;
        let (orphans, back) = self.clear(look.gone, look.ahead, now).await?;
        let mut found: BTreeMap<Finding, i64> = BTreeMap::new();
        let mut left: BTreeMap<Finding, i64> = look.late.iter().copied().collect();
        for (finding, count) in &look.late {
            *found.entry(*finding).or_default() += count;
        }
        let counted = [(Finding::StepOrphaned, orphans), (Finding::ClockSetBack, back)];
        let mut repaired = 0;
        for (finding, count) in counted.into_iter().filter(|(_, count)| *count > 0) {
            *found.entry(finding).or_default() += count;
            repaired += count;
        }
        for (finding, lost) in look.lost {
            *found.entry(finding).or_default() += 1;
            // Each in a unit of work of its own: one that cannot be mended stops no other.
            match self.mend(lost).await {
                Ok(()) => repaired += 1,
                Err(why) => {
                    tracing::error!(?lost, %why, "failed to repair an audit finding");
                    *left.entry(finding).or_default() += 1;
                }
            }
        }
        let unreadable = self.db.write(|tx| Box::pin(recheck::look_again(tx))).await?;
        if unreadable > 0 {
            found.insert(Finding::RowUnreadable, i64::try_from(unreadable).unwrap_or(i64::MAX));
        }
        self.report(now, found, left, repaired, look.next).await
    }

    /// Takes away steps about what is gone, and lets messages go that were written after now; tells
    /// how many of each.
    async fn clear(
        &self,
        (visits, alarms): (Vec<VisitId>, Vec<AlarmId>),
        ahead: bool,
        now: Instant,
    ) -> Result<(i64, i64), Error> {
        if visits.is_empty() && alarms.is_empty() && !ahead {
            return Ok((0, 0));
        }
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let orphans = audit::remove_orphans(tx, &visits, &alarms).await?;
                    Ok((orphans, audit::hurry_messages(tx, now + TOO_LONG, now).await?))
                })
            })
            .await
    }

    async fn mend(&self, lost: Lost) -> Result<(), Error> {
        let engine = self.clone();
        let work = self.db.write(move |tx| {
            Box::pin(async move {
                let mut desk = JobRunner::new(&engine);
                match lost {
                    Lost::Visit(id) => desk.mend_visit(tx, id).await,
                    Lost::Alarm(id) => mend_alarm(tx, id, desk.now).await,
                }
            })
        });
        match work.await {
            Err(why) if why.is_unreadable() => self.take_up(lost).await?,
            done => done?,
        }
        self.wake.notify_one();
        Ok(())
    }

    /// What cannot be read gets its step at once, and is rescued then.
    async fn take_up(&self, lost: Lost) -> Result<(), Error> {
        let (kind, subject) = match lost {
            Lost::Visit(id) => (JobKind::Visit, id.0),
            Lost::Alarm(id) => (JobKind::Alarm, id.0),
        };
        let now = self.clock.now();
        self.db
            .write(move |tx| Box::pin(async move { jobs::set(tx, kind, subject, Some(now)).await }))
            .await
    }

    async fn report(
        &self,
        now: Instant,
        found: BTreeMap<Finding, i64>,
        left: BTreeMap<Finding, i64>,
        repaired: i64,
        next: NextLook,
    ) -> Result<AuditReport, Error> {
        for (finding, count) in &found {
            let stays = stays(*finding, left.contains_key(finding));
            tracing::error!(finding = finding.name(), count, stays, "audit finding");
        }
        let engine = self.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let before = audit::last(tx).await.ok().flatten();
                    let report = AuditReport {
                        at: now,
                        found: found.into_iter().collect(),
                        left: left.into_iter().collect(),
                        repaired: before.map_or(0, |r| r.repaired) + repaired,
                        next,
                    };
                    for (finding, _) in &report.found {
                        let left = report.left.iter().any(|(f, _)| f == finding);
                        let stays = stays(*finding, left);
                        engine.tell_administrators(tx, *finding, !stays, now).await?;
                    }
                    audit::keep(tx, &report).await?;
                    Ok(report)
                })
            })
            .await
    }

    /// Once a day for each kind, whoever looks and however often.
    async fn tell_administrators(
        &self,
        tx: &mut Tx,
        finding: Finding,
        repaired: bool,
        now: Instant,
    ) -> Result<(), Error> {
        let topic = Topic::Finding { finding, repaired, day: now.date_naive() };
        let it = Announcement::new(topic, |words| words.found(finding, repaired));
        let it = it.urgent(Priority::Prompt);
        notify(tx, &[Audience::Administrators], &it, &self.composer(now)).await
    }
}

/// A row that cannot be read is not left to the watch, which goes on without it; it waits for people.
fn stays(finding: Finding, is_left: bool) -> bool {
    is_left || finding == Finding::RowUnreadable
}

async fn look(tx: &mut Tx, now: Instant) -> Result<AuditRun, Error> {
    let late_steps = audit::late_steps(tx, now - TOO_LONG).await?;
    let late_messages = audit::late_messages(tx, now - TOO_LONG, now - TOO_LONG * 5).await?;
    let late = [(Finding::StepLate, late_steps), (Finding::MessageLate, late_messages)];
    // What the last look kept may be unreadable: then this one begins anew.
    let before = audit::last(tx).await.ok().flatten().map(|report| report.next).unwrap_or_default();
    let unwatched = audit::unwatched(tx, before.visit, AT_ONCE).await?;
    let gone = audit::gone_visits(tx, before.step, AT_ONCE).await?;
    let mut seen = AuditRun {
        gone: (gone.found, audit::gone_alarms(tx).await?),
        ahead: audit::messages_ahead(tx, now + TOO_LONG).await? > 0,
        late: late.into_iter().filter(|(_, count)| *count > 0).collect(),
        lost: vec![],
        next: NextLook { visit: unwatched.next, step: gone.next },
    };
    let lost = &mut seen.lost;
    for id in unwatched.found {
        lost.push((Finding::VisitUnwatched, Lost::Visit(id)));
    }
    for id in audit::stuck(tx).await? {
        lost.push((Finding::AlarmStuck, Lost::Alarm(id)));
    }
    let latest = now + minutes(LONGEST_WAIT) + TOO_LONG;
    for id in audit::far_ahead(tx, now + TOO_LONG, latest).await? {
        lost.push((Finding::ClockSetBack, Lost::Alarm(id)));
    }
    if seen.ahead || lost.iter().any(|(finding, _)| *finding == Finding::ClockSetBack) {
        for id in audit::under_way(tx).await? {
            lost.push((Finding::ClockSetBack, Lost::Visit(id)));
        }
    }
    Ok(seen)
}

async fn mend_alarm(tx: &mut Tx, id: AlarmId, now: Instant) -> Result<(), Error> {
    // Somebody who holds it right now gives it its next step.
    let Some((_, alarm)) = try_lock(tx, id).await? else { return Ok(()) };
    watches::save_alarm(tx, &alarm.mended(now), now).await
}

impl JobRunner {
    async fn mend_visit(&mut self, tx: &mut Tx, id: VisitId) -> Result<(), Error> {
        let Some(before) = watches::try_lock(tx, id).await? else { return Ok(()) };
        let team = self.team(tx, before.item.visit.team).await?;
        let scene = self.scene(&team);
        let after = before.item.clone().mended(&scene);
        watches::save(tx, &before, &after, &Effects::default(), &scene).await.map(drop)
    }
}
