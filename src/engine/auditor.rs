//! The auditor: looks every minute for what should not be, puts right what it can, and tells the
//! administrators. What it cannot put right makes the service say that it is not ready.

use std::{collections::BTreeMap, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{
    Engine,
    desk::{Desk, try_lock},
};
use crate::{
    model::{
        audit::{Finding, LONGEST_WAIT, Next, Report, TOO_LONG},
        clock::{Instant, minutes},
        ids::{AlarmId, MessageId, VisitId},
        messages::{Channel, Content, Message, Priority},
        people::{Person, Role},
        watch::Effects,
    },
    store::{Error, Tx, audit, messages, people, watches},
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
struct Look {
    lost: Vec<(Finding, Lost)>,
    gone: (Vec<VisitId>, Vec<AlarmId>),
    ahead: bool,
    late: Vec<(Finding, i64)>,
    next: Next,
}

impl Engine {
    /// Looks every minute, until `stop`.
    pub(super) async fn audit_on(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(why) = self.audit().await {
                tracing::error!(%why, "the auditor cannot look");
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
    pub async fn audit(&self) -> Result<Report, Error> {
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
                    tracing::error!(?lost, %why, "cannot be put right");
                    *left.entry(finding).or_default() += 1;
                }
            }
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
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let mut desk = Desk::new(&engine);
                    match lost {
                        Lost::Visit(id) => desk.mend_visit(tx, id).await,
                        Lost::Alarm(id) => mend_alarm(tx, id, desk.now).await,
                    }
                })
            })
            .await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn report(
        &self,
        now: Instant,
        found: BTreeMap<Finding, i64>,
        left: BTreeMap<Finding, i64>,
        repaired: i64,
        next: Next,
    ) -> Result<Report, Error> {
        for (finding, count) in &found {
            let stays = left.contains_key(finding);
            tracing::error!(finding = finding.name(), count, stays, "found what should not be");
        }
        let engine = self.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let before = audit::last(tx).await.ok().flatten();
                    let report = Report {
                        at: now,
                        found: found.into_iter().collect(),
                        left: left.into_iter().collect(),
                        repaired: before.map_or(0, |r| r.repaired) + repaired,
                        next,
                    };
                    for (finding, _) in &report.found {
                        let stays = report.left.iter().any(|(f, _)| f == finding);
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
        let everybody = people::all(tx).await?;
        for admin in everybody.iter().map(|p| &p.item).filter(|p| p.is(Role::Administrator)) {
            let day = now.date_naive();
            let how = if repaired { "repaired" } else { "stays" };
            let purpose = format!("audit/{}/{how}/{day}/{}", finding.name(), admin.id);
            let body = self.words.in_language(admin.language).found(finding, repaired);
            messages::insert(tx, &self.to_administrator(admin, purpose, body, now)).await?;
        }
        Ok(())
    }

    fn to_administrator(
        &self,
        admin: &Person,
        purpose: String,
        body: String,
        now: Instant,
    ) -> Message {
        let mail = (Channel::Mail, admin.email.clone());
        let number = admin.verified_number().filter(|_| !admin.opted_out());
        let (channel, to) = number.map_or(mail, |number| (Channel::Text, number.to_string()));
        let content = match channel {
            Channel::Text => Content::Text { body },
            _ => Content::mail("Rugdekking", body),
        };
        let id = MessageId::new(&*self.dice, now);
        let message = Message::plain(id, purpose, (channel, to), content, now).for_person(admin);
        Message { priority: Priority::Prompt, ..message }
    }
}

async fn look(tx: &mut Tx, now: Instant) -> Result<Look, Error> {
    let late_steps = audit::late_steps(tx, now - TOO_LONG).await?;
    let late_messages = audit::late_messages(tx, now - TOO_LONG, now - TOO_LONG * 5).await?;
    let late = [(Finding::StepLate, late_steps), (Finding::MessageLate, late_messages)];
    // What the last look kept may be unreadable: then this one begins anew.
    let before = audit::last(tx).await.ok().flatten().map(|report| report.next).unwrap_or_default();
    let unwatched = audit::unwatched(tx, before.visit, AT_ONCE).await?;
    let gone = audit::gone_visits(tx, before.step, AT_ONCE).await?;
    let mut seen = Look {
        gone: (gone.found, audit::gone_alarms(tx).await?),
        ahead: audit::messages_ahead(tx, now + TOO_LONG).await? > 0,
        late: late.into_iter().filter(|(_, count)| *count > 0).collect(),
        lost: vec![],
        next: Next { visit: unwatched.next, step: gone.next },
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

impl Desk {
    async fn mend_visit(&mut self, tx: &mut Tx, id: VisitId) -> Result<(), Error> {
        let Some(before) = watches::try_lock(tx, id).await? else { return Ok(()) };
        let team = self.team(tx, before.item.visit.team).await?;
        let scene = self.scene(&team);
        let after = before.item.clone().mended(&scene);
        watches::save(tx, &before, &after, &Effects::default(), &scene).await.map(drop)
    }
}
