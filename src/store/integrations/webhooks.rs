//! Remembers which systems are told what happened.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use crate::{
    model::{
        clock::Instant,
        ids::WebhookId,
        integrations::{
            outgoing::EventKind,
            webhooks::{Target, Webhook},
        },
        privacy::sealing::Place,
    },
    store::{
        db::{rows, sealed::DatabaseKeys, tx::Tx},
        error::Error,
    },
};

#[derive(sqlx::FromRow)]
struct WebhookRow {
    id: Uuid,
    name: String,
    kinds: String,
    silent_alarms: bool,
    created_at: Instant,
    body: Json<Value>,
}

impl WebhookRow {
    fn read(self, keys: &DatabaseKeys) -> Result<Webhook, Error> {
        let id = WebhookId(self.id);
        Ok(Webhook {
            id,
            name: self.name,
            kinds: self.kinds.split('|').filter_map(EventKind::from_name).collect(),
            silent_alarms: self.silent_alarms,
            created_at: self.created_at,
            target: keys.open::<Target>(&place(id), self.body.0)?,
        })
    }
}

fn place(id: WebhookId) -> Place {
    Place::new("webhooks", id)
}

/// Each between bars, so that one is found in them; a star for all.
fn written(kinds: &BTreeSet<EventKind>) -> String {
    if kinds.is_empty() {
        return "*".into();
    }
    kinds.iter().fold("|".into(), |all, kind| format!("{all}{}|", kind.name()))
}

/// Writes a new one.
///
/// # Errors
/// [`Error::Stale`] when the name is taken.
pub async fn insert(tx: &mut Tx, it: &Webhook) -> Result<(), Error> {
    tx.query(
        "insert into webhooks (id, name, kinds, silent_alarms, created_at, body)
         values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing",
    )
    .bind(it.id.0)
    .bind(it.name.clone())
    .bind(written(&it.kinds))
    .bind(it.silent_alarms)
    .bind(it.created_at)
    .seal(&place(it.id), &it.target)
    .execute()
    .await
    .and_then(rows::changed)
}

/// From now on it is reached like this.
///
/// # Errors
/// [`Error::Stale`] when there is none.
pub async fn change_target(tx: &mut Tx, id: WebhookId, target: &Target) -> Result<(), Error> {
    tx.query("update webhooks set body = $1 where id = $2")
        .seal(&place(id), target)
        .bind(id.0)
        .execute()
        .await
        .and_then(rows::changed)
}

/// Forgets one, with everything that it was still to be told.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &mut Tx, id: WebhookId) -> Result<(), Error> {
    for table in [
        "delete from webhook_deliveries where webhook_id = $1",
        "delete from webhooks where id = $1",
    ] {
        tx.query(table).bind(id.0).execute().await?;
    }
    Ok(())
}

/// All of them, by name.
///
/// # Errors
/// When the database refuses.
pub async fn all(tx: &mut Tx) -> Result<Vec<Webhook>, Error> {
    let rows: Vec<WebhookRow> = tx
        .query(
            "select id, name, kinds, silent_alarms, created_at, body from webhooks order by name",
        )
        .all()
        .await?;
    rows::all_readable(rows.into_iter().map(|row| row.read(tx.keys())))
}

/// The one with this id.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: WebhookId) -> Result<Webhook, Error> {
    let row: WebhookRow = tx
        .query(
            "select id, name, kinds, silent_alarms, created_at, body from webhooks where id = $1",
        )
        .bind(id.0)
        .one()
        .await?;
    row.read(tx.keys())
}
