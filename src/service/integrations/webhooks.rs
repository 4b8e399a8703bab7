//! The systems that are told what happened, for administrators; what did not arrive can be told again.

use crate::{
    model::{
        ids::{EventId, WebhookId},
        integrations::webhooks::Webhook,
        people::Role,
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        self, Tx,
        integrations::{
            deliveries::{self, Backlog, Dead},
            webhooks,
        },
    },
};

/// All systems, and what waits for each.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(ctx: &Context, caller: &Caller) -> Result<(Vec<Webhook>, Vec<Backlog>), Error> {
    caller.must_be(Role::Administrator)?;
    let work = ctx.db.read::<_, store::Error, _>(|tx| {
        Box::pin(async move { Ok((webhooks::all(tx).await?, deliveries::backlogs(tx).await?)) })
    });
    Ok(work.await?)
}

/// What did not arrive at a system, from after this event on.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::NotFound`].
pub async fn undelivered(
    ctx: &Context,
    caller: &Caller,
    id: WebhookId,
    (after, most): (Option<EventId>, i64),
) -> Result<Vec<Dead>, Error> {
    caller.must_be(Role::Administrator)?;
    let work = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            webhooks::load(tx, id).await?;
            deliveries::dead(tx, id, after, most).await
        })
    });
    Ok(work.await?)
}

/// Tells a system again what did not arrive: these events, or all. Returns how many.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::NotFound`].
pub async fn replay(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: WebhookId,
    events: Option<&[EventId]>,
) -> Result<u64, Error> {
    caller.must_be(Role::Administrator)?;
    webhooks::load(tx, id).await?;
    Ok(deliveries::replay(tx, id, events, ctx.now()).await?)
}
