//! Does what many callers ask at the same moment in one transaction, so that a thousand of them can be
//! served at once. Each still gets an outcome, or an error, of its own.

use std::{collections::BTreeSet, fmt, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;

use super::{
    context::Context,
    error::Error,
    idempotency::{Once, Shown, StoredReply, given_before, keep},
};
use crate::store::{
    Tx,
    db::batch_queue::{Queue, Shift},
};

/// How many requests share a transaction: the first of them waits for the last.
const BATCH: usize = 64;

/// What came of each of many requests; none for one that has to be done alone.
pub type Outcomes<O> = Result<Vec<Option<Result<O, Error>>>, Error>;

/// Requests that can be carried out many at a time.
pub trait Request: Clone + Send + Sync + 'static {
    /// What two requests in one transaction may not share.
    type Subject: Ord + Send;
    /// What comes of one.
    type Outcome: Send + Sync + 'static;

    /// Everything that this one may not share with another in the same transaction.
    fn subjects(&self) -> Vec<Self::Subject>;

    /// Carries these out, of which no two share a subject. None for one that has to be done alone.
    fn together<'t>(
        tx: &'t mut Tx,
        ctx: &'t Context,
        all: Vec<&'t Self>,
    ) -> BoxFuture<'t, Outcomes<Self::Outcome>>;

    /// Carries this one out in a transaction of its own.
    fn alone<'t>(
        &'t self,
        tx: &'t mut Tx,
        ctx: &'t Context,
    ) -> BoxFuture<'t, Result<Self::Outcome, Error>>;
}

/// A request, with its idempotency key and how its outcome is shown.
type BatchEntry<R> = (R, Shown<<R as Request>::Outcome>);
type BatchReply = Result<StoredReply, Error>;
type PendingRequest<R> = (BatchEntry<R>, oneshot::Sender<BatchReply>);

/// Batches requests, and holds those that wait.
pub struct Batcher<R: Request>(Arc<Queue<PendingRequest<R>>>);

impl<R: Request> Clone for Batcher<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Request> Default for Batcher<R> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<R: Request> fmt::Debug for Batcher<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Batcher")
    }
}

impl<R: Request> Batcher<R> {
    /// The batcher of these requests that everybody in this process shares.
    pub fn shared(ctx: &Context) -> Self {
        ctx.extensions.get()
    }

    /// Carries a request out, together with what others ask at the same moment; wakes the engine.
    /// One that was answered before, under the same key, gets that reply again.
    ///
    /// # Errors
    /// What the request says, and [`Error::KeyReused`].
    pub async fn submit(&self, ctx: &Context, request: R, once: Shown<R::Outcome>) -> BatchReply {
        let entry = (request, once);
        // Who looks at each transaction sees each request in one of its own.
        let told = match ctx.db.has_failpoints() {
            true => alone(ctx, entry).await,
            false => self.wait(ctx, entry).await,
        };
        ctx.wake.notify_one();
        told
    }

    async fn wait(&self, ctx: &Context, entry: BatchEntry<R>) -> BatchReply {
        let (teller, told) = oneshot::channel();
        if let Some(shift) = self.0.join((entry, teller)) {
            tokio::spawn(serve(ctx.clone(), shift));
        }
        told.await.unwrap_or(Err(Error::Lost))
    }
}

async fn serve<R: Request>(ctx: Context, mut shift: Shift<PendingRequest<R>>) {
    while !shift.is_over() {
        let mut waiting = shift.next_few(BATCH);
        // Of two about the same subject, or under the same key, the second waits for the first.
        while !waiting.is_empty() {
            let (mut subjects, mut keys) = (BTreeSet::new(), BTreeSet::new());
            let (now, later) = waiting.into_iter().partition(|((request, key), _)| {
                let about = request.subjects();
                let key = key.once.owned();
                let is_free = about.iter().all(|subject| !subjects.contains(subject))
                    && key.as_ref().is_none_or(|key| !keys.contains(key));
                if is_free {
                    subjects.extend(about);
                    keys.extend(key);
                }
                is_free
            });
            answer_all(&ctx, now).await;
            waiting = later;
        }
    }
}

async fn answer_all<R: Request>(ctx: &Context, waiting: Vec<PendingRequest<R>>) {
    let (entries, tellers): (Vec<BatchEntry<R>>, Vec<_>) = waiting.into_iter().unzip();
    let entries = Arc::new(entries);
    let (at, all) = (ctx.clone(), entries.clone());
    let work = ctx.db.write(move |tx| Box::pin(async move { together(tx, &at, &all).await }));
    let Ok(Ok(told)) = AssertUnwindSafe(work).catch_unwind().await else {
        // What cannot be done together is done one by one: one that fails takes nobody along.
        let one_by_one = entries.iter().cloned().zip(tellers).collect();
        drop(tokio::spawn(in_turn(ctx.clone(), one_by_one)));
        return;
    };
    for ((entry, teller), told) in entries.iter().zip(tellers).zip(told) {
        match told {
            Some(told) => drop(teller.send(told)),
            None => drop(tokio::spawn(by_itself(ctx.clone(), entry.clone(), teller))),
        }
    }
}

async fn together<R: Request>(
    tx: &mut Tx,
    ctx: &Context,
    all: &[BatchEntry<R>],
) -> Result<Vec<Option<BatchReply>>, Error> {
    let keys: Vec<&Once> = all.iter().map(|(_, key)| &key.once).collect();
    let mut told = given_before(tx, &keys).await?;
    let open: Vec<usize> = (0..all.len()).filter(|nth| told[*nth].is_none()).collect();
    if open.is_empty() {
        return Ok(told);
    }
    let requests = open.iter().map(|nth| &all[*nth].0).collect();
    for (nth, outcome) in open.iter().zip(R::together(tx, ctx, requests).await?) {
        let shown = |outcome: R::Outcome| all[*nth].1.show(&outcome);
        told[*nth] = outcome.map(|outcome| outcome.map(shown));
    }
    let fresh =
        open.iter().filter_map(|nth| Some((keys[*nth], told[*nth].as_ref()?.as_ref().ok()?)));
    keep(tx, &fresh.collect::<Vec<_>>(), ctx.now()).await?;
    Ok(told)
}

async fn in_turn<R: Request>(ctx: Context, waiting: Vec<PendingRequest<R>>) {
    for (entry, teller) in waiting {
        // A panic ends this one alone.
        drop(tokio::spawn(by_itself(ctx.clone(), entry, teller)).await);
    }
}

async fn by_itself<R: Request>(
    ctx: Context,
    entry: BatchEntry<R>,
    teller: oneshot::Sender<BatchReply>,
) {
    // Whoever went away meanwhile does not hear it.
    let _ = teller.send(alone(&ctx, entry).await);
}

async fn alone<R: Request>(ctx: &Context, (request, key): BatchEntry<R>) -> BatchReply {
    let at = ctx.clone();
    let work = ctx.db.write(move |tx| {
        Box::pin(async move {
            if let Some(told) = given_before(tx, &[&key.once]).await?.pop().flatten() {
                return told;
            }
            let reply = key.show(&request.alone(tx, &at).await?);
            keep(tx, &[(&key.once, &reply)], at.now()).await?;
            Ok(reply)
        })
    });
    work.await
}
