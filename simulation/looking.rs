//! What the world reads in the tables, beside the service: what is due, and what must not be.
//! It looks after each commit; so of what did not change since, it opens nothing twice.

use std::collections::BTreeMap;

use rugdekking::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::{AlarmId, VisitId},
        visits::{Visit, timeline::Line},
    },
    store::{
        Db, Error, Tx, alarms,
        visits::{self, timeline},
    },
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
    /// Something was committed since.
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

/// Looks; says in words when the tables do not hold together. Alarms that are not open it only reads
/// for who checks each message against them.
pub async fn glance(db: &Db, strict: bool) -> Result<Result<Glance, String>, Error> {
    db.read(move |tx| {
        Box::pin(async move {
            let row: Row = tx.query(GLANCE).one().await?;
            if row.unwatched > 0 {
                return Ok(Err("a visit under way has no job and no open alarm".into()));
            }
            if row.stuck > 0 {
                return Ok(Err("an alarm that is not closed has no next step".into()));
            }
            let not_open = if strict { not_open(tx).await? } else { vec![] };
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

async fn not_open(tx: &mut Tx) -> Result<Vec<Uuid>, Error> {
    let found: Vec<(Uuid,)> = tx.query("select id from alarms where state <> 'open'").all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// A message that waits in the outbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Post {
    pub id: Uuid,
    pub purpose: String,
    pub state: String,
    pub created_at: Instant,
    pub next_try_at: Instant,
    pub leased_until: Option<Instant>,
}

/// Everything, as it was at the last look.
#[derive(Debug, Default)]
pub struct Everything {
    visits: BTreeMap<Uuid, Known<Visit>>,
    alarms: BTreeMap<Uuid, Known<Alarm>>,
    /// The messages that are to be sent.
    pub posts: Vec<Post>,
    /// The states of all others.
    pub settled: Vec<(Uuid, String)>,
}

/// A row, and its body as it lay there, sealed: it is another one after each change.
#[derive(Debug)]
struct Known<T> {
    body: String,
    item: T,
}

#[derive(sqlx::FromRow)]
struct Sealed {
    id: Uuid,
    body: String,
}

impl Everything {
    pub fn visits(&self) -> impl Iterator<Item = &Visit> {
        self.visits.values().map(|known| &known.item)
    }

    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values().map(|known| &known.item)
    }

    pub fn visit(&self, id: Option<VisitId>) -> Option<&Visit> {
        self.visits.get(&id?.0).map(|known| &known.item)
    }

    /// Reads everything anew that is not as it was.
    pub async fn now(self, db: &Db) -> Result<Self, Error> {
        db.read(move |tx| {
            Box::pin(async move {
                let mut now = self;
                now.read_visits(tx).await?;
                now.read_alarms(tx).await?;
                now.posts = tx.query(POSTS).all().await?;
                now.settled = settled(tx).await?;
                Ok(now)
            })
        })
        .await
    }

    async fn read_visits(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let mut before = std::mem::take(&mut self.visits);
        for Sealed { id, body } in tx.query("select id, body from visits").all().await? {
            let known = match before.remove(&id).filter(|known| known.body == body) {
                Some(known) => known,
                None => Known { body, item: visits::load(tx, VisitId(id)).await?.item },
            };
            self.visits.insert(id, known);
        }
        Ok(())
    }

    async fn read_alarms(&mut self, tx: &mut Tx) -> Result<(), Error> {
        let mut before = std::mem::take(&mut self.alarms);
        for Sealed { id, body } in tx.query("select id, body from alarms").all().await? {
            let known = match before.remove(&id).filter(|known| known.body == body) {
                Some(known) => known,
                None => Known { body, item: alarms::load(tx, AlarmId(id)).await?.item },
            };
            self.alarms.insert(id, known);
        }
        Ok(())
    }
}

const POSTS: &str = "select id, purpose, state, created_at, next_try_at, leased_until
    from messages where state in ('queued', 'sending')";

/// In one row, for there are many of them.
const SETTLED: &str = "select coalesce(group_concat(hex(id) || ' ' || state, ';'), '')
    from messages where state not in ('queued', 'sending')";

async fn settled(tx: &mut Tx) -> Result<Vec<(Uuid, String)>, Error> {
    let (all,): (String,) = tx.query(SETTLED).one().await?;
    let read = |one: &str| {
        let (id, state) = one.split_once(' ')?;
        Some((Uuid::try_parse(id).ok()?, state.to_owned()))
    };
    let unreadable = |one: &str| Error::Unreadable(one.to_owned());
    let rows = all.split(';').filter(|one| !one.is_empty());
    rows.map(|one| read(one).ok_or_else(|| unreadable(one))).collect()
}

/// Everything that was written down about a visit.
pub async fn lines(db: &Db, visit: VisitId) -> Result<Vec<Line>, Error> {
    db.read(move |tx| Box::pin(async move { timeline::of(tx, visit).await })).await
}
