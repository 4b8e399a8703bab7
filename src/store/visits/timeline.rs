//! Remembers what happened, line by line; nothing is ever changed or removed here.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::LineId,
        privacy::sealing::Place,
        visits::timeline::{Fact, Line, TimelineSubject},
    },
    store::{
        db::{
            rows,
            sealed::DatabaseKeys,
            sets::{self, over_rows},
            sql::Sql,
            tx::Tx,
        },
        error::Error,
    },
};

#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct LineBody {
    fact: Fact,
    by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct TimelineRow {
    id: Uuid,
    at: Instant,
    hidden: bool,
    body: Json<serde_json::Value>,
}

/// Adds lines.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn add_all(tx: &mut Tx, lines: &[&Line]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |line: &&Line| {
        let body = LineBody { fact: line.fact.clone(), by: line.by.clone() };
        Ok(json!({
            "id": sets::id(line.id.0),
            "visit_id": sets::id(row_id(line.subject)),
            "at": sets::at(line.at),
            "hidden": line.hidden,
            "body": keys.seal(&place(line.id), &body)?,
        }))
    };
    let rows = lines.iter().map(row).collect::<Result<_, Error>>()?;
    tx.query(ADD).rows(rows).execute().await.map(drop)
}

const ADD: Sql = over_rows!(
    "insert into timeline (id, visit_id, at, hidden, body)
     select r.id, r.visit_id, r.at, r.hidden, r.body from",
    "$1",
    [id: uuid, visit_id: uuid, at: timestamptz, hidden: boolean, body: jsonb]
);

/// The lines of a timeline, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn of(tx: &mut Tx, subject: impl Into<TimelineSubject>) -> Result<Vec<Line>, Error> {
    let subject = subject.into();
    let found: Vec<TimelineRow> = tx
        .query(
            "select id, at, hidden, body from timeline
             where visit_id = $1 order by at, id",
        )
        .bind(row_id(subject))
        .all()
        .await?;
    rows::all_readable(found.into_iter().map(|row| line(subject, row, tx.keys())))
}

/// The column `visit_id` holds a visit or the alarm of a drill: ids of all kinds differ.
fn row_id(subject: TimelineSubject) -> Uuid {
    match subject {
        TimelineSubject::Visit(visit) => visit.0,
        TimelineSubject::Drill(alarm) => alarm.0,
    }
}

/// Removes a timeline.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn remove(tx: &mut Tx, subject: TimelineSubject) -> Result<(), Error> {
    let statement = tx.query("delete from timeline where visit_id = $1");
    statement.bind(row_id(subject)).execute().await.map(drop)
}

fn place(id: LineId) -> Place {
    Place::new("timeline", id)
}

fn line(subject: TimelineSubject, row: TimelineRow, keys: &DatabaseKeys) -> Result<Line, Error> {
    let body: LineBody = keys.open(&place(LineId(row.id)), row.body.0)?;
    Ok(Line {
        id: LineId(row.id),
        subject,
        at: row.at,
        hidden: row.hidden,
        fact: body.fact,
        by: body.by,
    })
}
