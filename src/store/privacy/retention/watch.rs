//! Removes visits and drills with everything that hangs on them, and keeps the figures of their
//! month.

use uuid::Uuid;

use crate::{
    model::{
        alarms::Alarm,
        ids::{AlarmId, TeamId, VisitId},
        privacy::retention::{
            Count, Holds, RetentionKind, RetentionTerms, Verdict, alarm_closed, visit_over,
        },
        visits::{Visit, reports::Month, tallies::Tally, timeline::TimelineSubject},
    },
    store::{
        alarms,
        db::tx::Tx,
        error::Error,
        integrations::outgoing,
        jobs::{self, JobKind},
        people::teams,
        privacy::retention::{
            batch::{Batch, IdRow, before_all_of, forget_answers, or_keep},
            holds,
        },
        visits::{self, reports, timeline},
    },
};

/// The next visits that are over.
pub(crate) async fn visits(
    tx: &mut Tx,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    while holds::note_visits(tx, limit).await? > 0 {}
    let ids: Vec<IdRow> = tx
        .query(
            "select id from visits
             where status in ('ended', 'cancelled') and id > $1 and id < $2 order by id limit $3",
        )
        .bind(after)
        .bind(before_all_of(terms, RetentionKind::Visits))
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(or_keep(visit(tx, VisitId(found.id), terms).await)?);
    }
    Ok(Batch::of(&ids, count, limit))
}

async fn visit(tx: &mut Tx, id: VisitId, terms: &RetentionTerms) -> Result<Verdict, Error> {
    // Somebody has it in hand; then it is looked at another night.
    let Some(found) = visits::try_lock(tx, id).await? else { return Ok(Verdict::Keep(None)) };
    let visit = found.item;
    let alarms = tx
        .query("select id, version, body from alarms where visit_id = $1")
        .bind(id.0)
        .all_items("alarms")
        .await?;
    let alarms: Vec<Alarm> = alarms.into_iter().map(|alarm| alarm.item).collect();
    let open = Holds {
        alarm_open: visit.alarm.is_some() || alarms.iter().any(|alarm| !alarm.is_closed()),
        ..Holds::default()
    };
    let since = visit_over(&visit, &alarms);
    let mut verdict = terms.verdict(RetentionKind::Visits, since, open);
    if verdict == Verdict::Remove {
        verdict =
            terms.verdict(RetentionKind::Visits, since, holds::of_visit(tx, &visit, terms).await?);
    }
    if verdict == Verdict::Remove {
        keep_figures(tx, Some(&visit), &alarms, terms).await?;
        remove_visit(tx, id, &alarms).await?;
    }
    Ok(verdict)
}

async fn remove_visit(tx: &mut Tx, id: VisitId, alarms: &[Alarm]) -> Result<(), Error> {
    for alarm in alarms {
        remove_alarm(tx, alarm.id).await?;
    }
    visits::forget_people(tx, id).await?;
    for table in
        ["delete from messages where visit_id = $1", "delete from links where visit_id = $1"]
    {
        tx.query(table).bind(id.0).execute().await?;
    }
    timeline::remove(tx, TimelineSubject::Visit(id)).await?;
    outgoing::forget(tx, id.0).await?;
    jobs::set(tx, JobKind::Visit, id.0, None).await?;
    forget_answers(tx, id.0).await?;
    tx.query("delete from visits where id = $1").bind(id.0).execute().await.map(drop)
}

async fn remove_alarm(tx: &mut Tx, id: AlarmId) -> Result<(), Error> {
    for table in
        ["delete from messages where alarm_id = $1", "delete from links where alarm_id = $1"]
    {
        tx.query(table).bind(id.0).execute().await?;
    }
    timeline::remove(tx, TimelineSubject::Drill(id)).await?;
    jobs::set(tx, JobKind::Alarm, id.0, None).await?;
    forget_answers(tx, id.0).await?;
    tx.query("delete from alarms where id = $1").bind(id.0).execute().await.map(drop)
}

/// The next drills that are over.
pub(crate) async fn drills(
    tx: &mut Tx,
    terms: &RetentionTerms,
    after: Uuid,
    limit: i64,
) -> Result<Batch, Error> {
    let ids: Vec<IdRow> = tx
        .query(
            "select id from alarms
             where visit_id is null and state = 'closed' and id > $1 and id < $2
             order by id limit $3",
        )
        .bind(after)
        .bind(before_all_of(terms, RetentionKind::Drills))
        .bind(limit)
        .all()
        .await?;
    let mut count = Count::default();
    for found in &ids {
        count.note(or_keep(drill(tx, AlarmId(found.id), terms).await)?);
    }
    Ok(Batch::of(&ids, count, limit))
}

async fn drill(tx: &mut Tx, id: AlarmId, terms: &RetentionTerms) -> Result<Verdict, Error> {
    let drill = alarms::lock(tx, id).await?.item;
    let verdict = terms.verdict(RetentionKind::Drills, alarm_closed(&drill), Holds::default());
    if verdict == Verdict::Remove {
        keep_figures(tx, None, std::slice::from_ref(&drill), terms).await?;
        remove_alarm(tx, drill.id).await?;
    }
    Ok(verdict)
}

/// Each counts in the month in which it was to start, or was opened.
async fn keep_figures(
    tx: &mut Tx,
    visit: Option<&Visit>,
    alarms: &[Alarm],
    terms: &RetentionTerms,
) -> Result<(), Error> {
    let month = |at| Month::of(at, terms.zone);
    if let Some(visit) = visit {
        let visits = std::slice::from_ref(visit);
        add(tx, visit.team, month(visit.plan.starts_at), visits, &[]).await?;
    }
    for alarm in alarms {
        let one = std::slice::from_ref(alarm);
        add(tx, alarm.team, month(alarm.opened_at), &[], one).await?;
    }
    Ok(())
}

async fn add(
    tx: &mut Tx,
    team: TeamId,
    month: Month,
    visits: &[Visit],
    alarms: &[Alarm],
) -> Result<(), Error> {
    let policy = teams::load(tx, team).await?.item.policy;
    reports::keep(tx, team, month, Tally::of(visits, alarms, &policy)).await
}
