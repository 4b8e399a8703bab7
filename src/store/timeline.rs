//! Remembers what happened, line by line; nothing is ever changed or removed here.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

use super::{
    Error, Tx,
    db::Sql,
    sealed::Keys,
    sets::{self, over_rows},
};
use crate::model::{
    clock::Instant,
    ids::{LineId, VisitId},
    sealing::Place,
    timeline::{Fact, Line},
};

#[derive(Deserialize, Serialize)]
struct Body {
    fact: Fact,
    by: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    visit_id: Uuid,
    at: Instant,
    hidden: bool,
    body: Json<serde_json::Value>,
}

/// Adds lines.
///
/// # Errors
/// When the database refuses.
pub(super) async fn add_all(tx: &mut Tx, lines: &[&Line]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let keys = tx.keys();
    let row = |line: &&Line| {
        let body = Body { fact: line.fact.clone(), by: line.by.clone() };
        Ok(json!({
            "id": sets::id(line.id.0),
            "visit_id": sets::id(line.visit.0),
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

/// The lines of a visit, the oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn of(tx: &mut Tx, visit: VisitId) -> Result<Vec<Line>, Error> {
    let found: Vec<Row> = tx
        .query(
            "select id, visit_id, at, hidden, body from timeline
             where visit_id = $1 order by at, id",
        )
        .bind(visit.0)
        .all()
        .await?;
    found.into_iter().map(|row| line(row, tx.keys())).collect()
}

fn place(id: LineId) -> Place {
    Place::new("timeline", id)
}

fn line(row: Row, keys: &Keys) -> Result<Line, Error> {
    let body: Body = keys.open(&place(LineId(row.id)), row.body.0)?;
    Ok(Line {
        id: LineId(row.id),
        visit: VisitId(row.visit_id),
        at: row.at,
        hidden: row.hidden,
        fact: body.fact,
        by: body.by,
    })
}
