//! What the world reads in the tables, beside the service: what is due, and what must not be.

use rugdekking::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, VisitId},
        timeline::Line,
        visits::Visit,
    },
    store::{Db, Error, Tx, alarms, timeline, visits},
};
use uuid::Uuid;

/// What is due next, and whether the tables hold together.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// When the next job can be done.
    pub job: Option<Instant>,
    /// When the next message can be sent, or said another way.
    pub message: Option<Instant>,
    /// Alarms that nobody has to be told of right now.
    pub not_open: Vec<Uuid>,
    pub stale: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    job: Option<Instant>,
    message: Option<Instant>,
    overdue: Option<Instant>,
    unwatched: i64,
    stuck: i64,
}

const GLANCE: &str = "select
    (select min(case when aside_until > due_at then aside_until else due_at end) from jobs) as job,
    (select min(case when leased_until > next_try_at then leased_until else next_try_at end)
       from messages where state in ('queued', 'sending') and priority <= 3) as message,
    (select min(deliver_by) from messages
       where state in ('queued', 'handed-over', 'failed') and deliver_by is not null) as overdue,
    (select count(*) from visits v where v.status = 'under-way'
       and not exists (select 1 from jobs j where j.kind = 'visit' and j.subject = v.id)
       and not exists (select 1 from alarms a where a.visit_id = v.id and a.state <> 'closed'))
       as unwatched,
    (select count(*) from alarms a where a.state <> 'closed'
       and not exists (select 1 from jobs j where j.kind = 'alarm' and j.subject = a.id)) as stuck";

/// Looks; says in words when the tables do not hold together.
pub async fn glance(db: &Db) -> Result<Result<Glance, String>, Error> {
    db.read(|tx| {
        Box::pin(async move {
            let row: Row = tx.query(GLANCE).one().await?;
            let not_open = ids(tx, "select id from alarms where state <> 'open'").await?;
            if row.unwatched > 0 {
                return Ok(Err("a visit under way has no job and no open alarm".into()));
            }
            if row.stuck > 0 {
                return Ok(Err("an alarm that is not closed has no next step".into()));
            }
            Ok(Ok(Glance {
                job: row.job,
                message: [row.message, row.overdue].into_iter().flatten().min(),
                not_open,
                stale: false,
            }))
        })
    })
    .await
}

/// A message as it lies in the outbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Post {
    pub id: Uuid,
    pub purpose: String,
    pub state: String,
    pub created_at: Instant,
    pub next_try_at: Instant,
    pub leased_until: Option<Instant>,
}

/// Everything.
pub struct Everything {
    pub visits: Vec<Visit>,
    pub alarms: Vec<Alarm>,
    pub posts: Vec<Post>,
}

/// Reads everything.
pub async fn everything(db: &Db) -> Result<Everything, Error> {
    db.read(|tx| {
        Box::pin(async move {
            Ok(Everything {
                visits: all_visits(tx).await?,
                alarms: all_alarms(tx).await?,
                posts: tx
                    .query(
                        "select id, purpose, state, created_at, next_try_at, leased_until
                         from messages order by id",
                    )
                    .all()
                    .await?,
            })
        })
    })
    .await
}

async fn ids(tx: &mut Tx, sql: &'static str) -> Result<Vec<Uuid>, Error> {
    let found: Vec<(Uuid,)> = tx.query(sql).all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

async fn all_visits(tx: &mut Tx) -> Result<Vec<Visit>, Error> {
    let mut all = vec![];
    for id in ids(tx, "select id from visits order by id").await? {
        all.push(visits::load(tx, VisitId(id)).await?.item);
    }
    Ok(all)
}

async fn all_alarms(tx: &mut Tx) -> Result<Vec<Alarm>, Error> {
    let mut all = vec![];
    for id in ids(tx, "select id from alarms order by id").await? {
        all.push(alarms::load(tx, AlarmId(id)).await?.item);
    }
    Ok(all)
}

/// Everything that was written down about a visit.
pub async fn lines(db: &Db, visit: VisitId) -> Result<Vec<Line>, Error> {
    db.read(move |tx| Box::pin(async move { timeline::of(tx, visit).await })).await
}
