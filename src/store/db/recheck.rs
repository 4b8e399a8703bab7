//! Looks whether the rows that could not be read are still there.

use uuid::Uuid;

use super::tables::{BY_ID, BY_NAME, Table};
use crate::{
    model::privacy::sealing::Place,
    store::{db::tx::Tx, error::Error},
};

/// Forgets the rows that are gone by now; says how many cannot be read.
///
/// # Errors
/// When the database refuses.
pub async fn look_again(tx: &mut Tx) -> Result<usize, Error> {
    let rows = tx.keys().unreadable.clone();
    for at in rows.all() {
        if !is_there(tx, &at).await? {
            rows.forget(&at);
        }
    }
    Ok(rows.count())
}

async fn is_there(tx: &mut Tx, at: &Place) -> Result<bool, Error> {
    let (name, row) = at.parts();
    let is_its = |table: &&Table| table.name == name && row.ends_with(table.part);
    let found: Option<(i32,)> = if let Some(table) = BY_ID.iter().find(is_its) {
        let key = row.trim_end_matches(table.part).parse::<Uuid>();
        let Ok(key) = key else { return Ok(true) };
        tx.query(table.there).bind(key).optional().await?
    } else if let Some(table) = BY_NAME.iter().find(is_its) {
        tx.query(table.there).bind(row.to_owned()).optional().await?
    } else {
        return Ok(true);
    };
    Ok(found.is_some())
}
