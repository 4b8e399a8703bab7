//! Notes that a device has shown a notification. Nothing is kept for it: what proves it is a keyed hash
//! of the message's id, so it is as good as the message, and does only this.

use chrono::TimeDelta;
use subtle::ConstantTimeEq as _;

use super as messages;
use crate::{
    model::{
        clock::Instant,
        ids::MessageId,
        messages::{Channel, Content, Message, MessageState},
        privacy::sealing::Column,
    },
    store::{
        db::{sealed::DatabaseKeys, tx::Tx},
        error::Error,
    },
};

/// What is shown later was no use.
const COUNTS: TimeDelta = TimeDelta::hours(24);

/// Lets a notification that goes out carry what proves that it was shown.
pub(crate) fn add(message: &mut Message, keys: &DatabaseKeys) {
    let id = message.id;
    if let Content::Push(notification) = &mut message.content {
        let proof = keys.ring.index(Column::PushReceipt, &id.to_string());
        notification.shown.receipt = Some(format!("{id}.{proof}"));
    }
}

/// A device says that it has shown a notification, or again; says whether that is believed. It is no
/// answer: only the message is as good as delivered.
///
/// # Errors
/// When the database refuses.
pub async fn shown(tx: &mut Tx, secret: &str, now: Instant) -> Result<bool, Error> {
    let Some((id, proof)) = secret.split_once('.') else { return Ok(false) };
    let Ok(id) = id.parse::<MessageId>() else { return Ok(false) };
    let (given, name) = (proof.as_bytes(), id.to_string());
    let hashes = tx.keys().ring.indexes(Column::PushReceipt, &name);
    let genuine = hashes.map(|hash| hash.as_bytes().ct_eq(given)).any(bool::from);
    if !genuine {
        return Ok(false);
    }
    let found = match messages::load(tx, id).await {
        Err(Error::NotFound) => return Ok(false),
        found => found?,
    };
    let fresh = now - found.message.created_at < COUNTS;
    if !fresh || found.message.channel != Channel::Push {
        return Ok(false);
    }
    messages::becomes(tx, id, MessageState::Delivered, now).await?;
    Ok(true)
}
