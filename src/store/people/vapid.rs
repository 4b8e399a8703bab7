//! Remembers the key by which push services know us, among the settings.

use serde_json::json;
use sqlx::types::Json;

use crate::{
    model::{people::vapid::VapidKey, privacy::sealing::Place},
    store::{db::tx::Tx, error::Error},
};

const NAME: &str = "vapid-key";

fn place() -> Place {
    Place::new("settings", NAME)
}

/// The key that is kept; `fresh` is kept when there is none. Of two that start at the same moment
/// both get the same key.
///
/// # Errors
/// When the database refuses, or holds what is no key.
pub async fn kept_or(tx: &mut Tx, fresh: &VapidKey) -> Result<VapidKey, Error> {
    #[derive(sqlx::FromRow)]
    struct VapidRow {
        body: Json<serde_json::Value>,
    }
    tx.query("insert into settings (key, body) values ($1, $2) on conflict (key) do nothing")
        .bind(NAME)
        .seal(&place(), &json!({ "private": fresh.write().expose() }))
        .execute()
        .await?;
    let row: VapidRow =
        tx.query("select body from settings where key = $1").bind(NAME).one().await?;
    let kept: serde_json::Value = tx.keys().open(&place(), row.body.0)?;
    let kept = kept.get("private").and_then(|key| key.as_str()).and_then(VapidKey::read);
    kept.ok_or_else(|| Error::Unreadable("the key for notifications".into()))
}
