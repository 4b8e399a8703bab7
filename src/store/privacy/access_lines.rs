//! A line of the access log, as a row holds it.

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::{EntryId, LineId, PersonId, VisitId},
        privacy::{
            access::{Action, Look},
            sealing::Place,
        },
    },
    store::{db::sealed::DatabaseKeys, error::Error},
};

/// The place of a line.
pub(crate) fn place(id: LineId) -> Place {
    Place::new("access_log", id)
}

/// The place of what a check answered.
pub(crate) fn answer_place(id: LineId) -> Place {
    Place::new("register_answers", id)
}

#[derive(sqlx::FromRow)]
pub(crate) struct AccessRow {
    id: Uuid,
    at: Instant,
    person_id: Option<Uuid>,
    action: String,
    visit_id: Option<Uuid>,
    entry_id: Option<Uuid>,
    body: Json<Value>,
}

impl AccessRow {
    pub(crate) fn read(self, keys: &DatabaseKeys) -> Result<Look, Error> {
        let action = Action::from_name(&self.action)
            .ok_or_else(|| Error::Unreadable(format!("action {}", self.action)))?;
        Ok(Look {
            id: LineId(self.id),
            at: self.at,
            person: self.person_id.map(PersonId),
            action,
            visit: self.visit_id.map(VisitId),
            entry: self.entry_id.map(EntryId),
            details: keys.open(&place(LineId(self.id)), self.body.0)?,
        })
    }
}
