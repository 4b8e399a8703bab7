//! What providers tell about messages, and which texts they brought before.

use crate::{
    model::{ids::MessageId, messages::Receipt},
    service::{context::Context, error::Error},
    store::messages::{self, inbound_dedup},
};

/// A provider tells how a message fared.
///
/// # Errors
/// When the store fails.
pub async fn record(ctx: &Context, id: MessageId, receipt: &Receipt) -> Result<(), Error> {
    let (state, now) = (receipt.state(), ctx.now());
    ctx.write(move |tx| {
        Box::pin(async move {
            messages::becomes(tx, id, state, now).await?;
            Ok(())
        })
    })
    .await
}

/// Whether a provider brought a text before, by its id there. An answer of long ago must not answer
/// what was asked since.
///
/// # Errors
/// When the store fails.
pub async fn is_known_text(ctx: &Context, id: &str) -> Result<bool, Error> {
    let id = id.to_owned();
    Ok(ctx
        .db
        .read(move |tx| Box::pin(async move { inbound_dedup::is_known(tx, &id).await }))
        .await?)
}

/// Remembers that a provider brought a text. Only after it was taken in: one that could not be taken in
/// is brought again.
///
/// # Errors
/// When the store fails.
pub async fn remember_text(ctx: &Context, id: String) -> Result<(), Error> {
    if id.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    Ok(ctx
        .db
        .write(move |tx| Box::pin(async move { inbound_dedup::note(tx, &id, now).await }))
        .await?)
}
