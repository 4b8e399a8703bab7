//! Remembers what happened, line by line; nothing is ever changed or removed here.

use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Error, Tx, sealed::Keys};
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

/// Adds a line.
///
/// # Errors
/// When the database refuses.
pub async fn add(tx: &mut Tx, line: &Line) -> Result<(), Error> {
    tx.query("insert into timeline (id, visit_id, at, hidden, body) values ($1, $2, $3, $4, $5)")
        .bind(line.id.0)
        .bind(line.visit.0)
        .bind(line.at)
        .bind(line.hidden)
        .seal(&place(line.id), &Body { fact: line.fact.clone(), by: line.by.clone() })
        .execute()
        .await
        .map(drop)
}

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
