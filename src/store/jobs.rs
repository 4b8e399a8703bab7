//! Remembers what is due: the one durable clock.

use serde_json::json;
use uuid::Uuid;

use crate::{
    model::clock::Instant,
    store::{
        db::{
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

/// What a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// An alarm: climb, or lapse.
    Alarm,
    /// A visit: start, remind, ask, miss.
    Visit,
    /// Aftercare: remind of a talk.
    Care,
    /// An incident: remind of the decision.
    Incident,
    /// A measure: remind of its review, lapse.
    Measure,
    /// A privacy request: remind of its term.
    Request,
}

impl JobKind {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 6] =
        [Self::Alarm, Self::Visit, Self::Care, Self::Incident, Self::Measure, Self::Request];

    /// Its name in rows; what is due is done in the order of these names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alarm => "alarm",
            Self::Visit => "visit",
            Self::Care => "wait-care",
            Self::Incident => "wait-incident",
            Self::Measure => "wait-measure",
            Self::Request => "wait-request",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A job that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// What it is about.
    pub kind: JobKind,
    /// Which visit or alarm.
    pub subject: Uuid,
    /// Since when it is due.
    pub due_at: Instant,
    /// How often it was tried in vain.
    pub attempts: i32,
}

#[derive(sqlx::FromRow)]
struct JobRow {
    kind: String,
    subject: Uuid,
    due_at: Instant,
    attempts: i32,
}

/// Sets when a subject next asks for attention; `None` when never.
///
/// # Errors
/// When the database refuses.
pub async fn set(
    tx: &mut Tx,
    kind: JobKind,
    subject: Uuid,
    due: Option<Instant>,
) -> Result<(), Error> {
    set_all(tx, &[(kind, subject, due)]).await
}

/// When each of these subjects next asks for attention; `None` when never.
pub type Next = (JobKind, Uuid, Option<Instant>);

/// Sets when subjects next ask for attention, each at most once.
///
/// # Errors
/// When the database refuses.
pub async fn set_all(tx: &mut Tx, next: &[Next]) -> Result<(), Error> {
    let row = |(kind, subject, due): &Next| json!({ "kind": kind.name(), "subject": sets::id(*subject), "due_at": due.map(sets::at) });
    let (due, never): (Vec<&Next>, Vec<_>) = next.iter().partition(|(.., due)| due.is_some());
    if !due.is_empty() {
        tx.query(SET).rows(due.into_iter().map(row).collect()).execute().await?;
    }
    if !never.is_empty() {
        tx.query(NEVER).rows(never.into_iter().map(row).collect()).execute().await?;
    }
    Ok(())
}

const SET: Sql = over_rows!(
    "insert into jobs (kind, subject, due_at, aside_until, attempts)
     select r.kind, r.subject, r.due_at, null, 0 from",
    "$1",
    [kind: text, subject: uuid, due_at: timestamptz],
    "where true
     on conflict (kind, subject) do update
     set due_at = excluded.due_at, aside_until = null, attempts = 0"
);

const NEVER: Sql = over_rows!(
    "delete from jobs where (kind, subject) in (select r.kind, r.subject from",
    "$1",
    [kind: text, subject: uuid],
    ")"
);

/// What is due and not set aside, alarms before visits before all else, the most overdue first. Nothing is locked:
/// whoever does a job locks its visit, which everybody locks first, and then moves the job on in
/// the same unit of work. So a crash leaves it due, and two instances cannot wait for each other.
///
/// # Errors
/// When the database refuses.
pub async fn due(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Job>, Error> {
    let rows = tx.query(DUE).bind(now).bind(limit).all().await?;
    Ok(rows.into_iter().filter_map(JobRow::read).collect())
}

/// Each kind is named, so that what is due of it is found by the index: nothing else is looked at.
const DUE: &str = "select kind, subject, due_at, attempts from jobs
    where kind in ('alarm', 'visit', 'wait-care', 'wait-incident', 'wait-measure', 'wait-request')
      and due_at <= $1 and (aside_until is null or aside_until <= $1)
    order by kind, due_at limit $2";

impl JobRow {
    /// A job of a kind that only a newer version knows is left to that version.
    fn read(self) -> Option<Job> {
        let Some(kind) = JobKind::from_name(&self.kind) else {
            tracing::warn!(kind = self.kind, "job of an unknown kind skipped");
            return None;
        };
        Some(Job { kind, subject: self.subject, due_at: self.due_at, attempts: self.attempts })
    }
}

/// Sets a job aside that could not be done, until `again`; it stays as overdue as it is.
///
/// # Errors
/// When the database refuses.
pub async fn set_aside(tx: &mut Tx, job: &Job, again: Instant) -> Result<(), Error> {
    tx.query(
        "update jobs set aside_until = $1, attempts = attempts + 1
         where kind = $2 and subject = $3 and due_at = $4",
    )
    .bind(again)
    .bind(job.kind.name())
    .bind(job.subject)
    .bind(job.due_at)
    .execute()
    .await
    .map(drop)
}

/// Moves a job on that nothing more can be done for now, unless somebody moved it meanwhile.
///
/// # Errors
/// When the database refuses.
pub async fn postpone(tx: &mut Tx, job: &Job, until: Instant) -> Result<(), Error> {
    tx.query(
        "update jobs set due_at = $1, aside_until = null, attempts = 0
         where kind = $2 and subject = $3 and due_at = $4",
    )
    .bind(until)
    .bind(job.kind.name())
    .bind(job.subject)
    .bind(job.due_at)
    .execute()
    .await
    .map(drop)
}

/// When the next job is due, whoever holds it.
///
/// # Errors
/// When the database refuses.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Instant>, Error> {
    #[derive(sqlx::FromRow)]
    struct NextDue {
        at: Option<Instant>,
    }
    let next: NextDue =
        tx.query("select (select due_at from jobs order by due_at limit 1) as at").one().await?;
    Ok(next.at)
}

/// Since when the most overdue job waits, and how many were set aside.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Lag {
    /// When the oldest due job was due.
    pub oldest: Option<Instant>,
    /// How many due jobs could not be done so far.
    pub set_aside: i64,
}

/// What is due at `now` and not done.
///
/// # Errors
/// When the database refuses.
pub async fn lag(tx: &mut Tx, now: Instant) -> Result<Lag, Error> {
    tx.query(
        "select (select due_at from jobs where due_at <= $1 order by due_at limit 1) as oldest,
           (select count(*) from jobs where due_at <= $1 and attempts > 0) as set_aside",
    )
    .bind(now)
    .one()
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_before_people_out_there() {
        assert!(JobKind::ALL.is_sorted_by_key(|kind| kind.name()));
        assert_eq!(JobKind::ALL[0], JobKind::Alarm);
        assert_eq!(JobKind::ALL[1], JobKind::Visit);
    }
}
