//! Looks up together whose sessions are shown at the same moment.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::{
    service::{context::Context, error::Error},
    store::{
        self,
        db::batch_queue::{Queue, Shift},
        people::sessions::{self, Held},
    },
};

/// How many are looked up at once.
const TOGETHER: usize = 64;

type LookupReply = Result<Option<Held>, Error>;
type PendingLookup = (String, oneshot::Sender<LookupReply>);

/// Who waits to be looked up.
#[derive(Clone, Debug, Default)]
struct SessionLookup(Arc<Queue<PendingLookup>>);

/// Whose session this token opens, if it is still open.
///
/// # Errors
/// When the store fails, or [`Error::LookupLost`]: then nobody is signed out for it.
pub(super) async fn find(ctx: &Context, token: String) -> LookupReply {
    // Who looks at each transaction sees each look in one of its own.
    if ctx.db.has_failpoints() {
        return by_itself(ctx, token).await;
    }
    let (teller, told) = oneshot::channel();
    let lookup: SessionLookup = ctx.extensions.get();
    if let Some(shift) = lookup.0.join((token, teller)) {
        tokio::spawn(serve(ctx.clone(), shift));
    }
    told.await.unwrap_or(Err(Error::LookupLost))
}

async fn serve(ctx: Context, mut shift: Shift<PendingLookup>) {
    while !shift.is_over() {
        let (tokens, tellers): (Vec<_>, Vec<_>) = shift.next_few(TOGETHER).into_iter().unzip();
        match look(&ctx, tokens.clone()).await {
            // Whoever went away meanwhile does not hear it.
            Ok(all) => all.into_iter().zip(tellers).for_each(|(held, to)| drop(to.send(Ok(held)))),
            // One that cannot be read takes nobody along.
            Err(_) => drop(tokio::spawn(one_by_one(ctx.clone(), tokens, tellers))),
        }
    }
}

async fn one_by_one(ctx: Context, tokens: Vec<String>, tellers: Vec<oneshot::Sender<LookupReply>>) {
    for (token, teller) in tokens.into_iter().zip(tellers) {
        drop(teller.send(by_itself(&ctx, token).await));
    }
}

async fn by_itself(ctx: &Context, token: String) -> LookupReply {
    Ok(look(ctx, vec![token]).await?.pop().flatten())
}

async fn look(ctx: &Context, tokens: Vec<String>) -> Result<Vec<Option<Held>>, store::Error> {
    let now = ctx.now();
    ctx.db.read(move |tx| Box::pin(async move { sessions::held_all(tx, &tokens, now).await })).await
}
