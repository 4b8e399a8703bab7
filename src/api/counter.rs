//! A counter: what many people ask at the same moment is done in one unit of work, so that a
//! thousand of them can be served at once.

use std::{collections::BTreeSet, fmt, panic::AssertUnwindSafe, sync::Arc};

use axum::http::StatusCode;
use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;

use super::{idempotency::Reply, problem::Problem, state::House};
use crate::store::{
    Tx,
    queue::{Queue, Shift},
};

/// How many requests share a unit of work: the first of them waits for the last.
const TOGETHER: usize = 64;

/// What somebody is told.
pub type Told = Result<Reply, Problem>;

/// What people ask for at a counter.
pub trait Request: Clone + Send + Sync + 'static {
    /// What two requests in one unit of work may not share.
    type Subject: Ord + Send;

    /// Everything that this one may not share with another.
    fn subjects(&self) -> Vec<Self::Subject>;

    /// Does these, of which no two share a subject. Nothing for one that has to be done by itself.
    fn together<'t>(
        tx: &'t mut Tx,
        house: &'t House,
        all: &'t [Self],
    ) -> BoxFuture<'t, Result<Vec<Option<Told>>, Problem>>;

    /// Does this one by itself.
    fn alone<'t>(&'t self, tx: &'t mut Tx, house: &'t House) -> BoxFuture<'t, Told>;
}

type Waiting<R> = (R, oneshot::Sender<Told>);

/// A counter, and who waits at it.
pub struct Counter<R>(Arc<Queue<Waiting<R>>>);

impl<R> Clone for Counter<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R> Default for Counter<R> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<R> fmt::Debug for Counter<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counter")
    }
}

impl<R: Request> Counter<R> {
    /// Does what is asked, together with what others ask at the same moment; wakes the engine.
    ///
    /// # Errors
    /// What is told.
    pub async fn ask(&self, house: &House, request: R) -> Told {
        // Who looks at each unit of work sees each request in one of its own.
        let told = match house.db.is_gated() {
            true => alone(house, request).await,
            false => self.in_line(house, request).await,
        };
        house.wake.notify_one();
        told
    }

    async fn in_line(&self, house: &House, request: R) -> Told {
        let (teller, told) = oneshot::channel();
        if let Some(shift) = self.0.join((request, teller)) {
            tokio::spawn(serve(house.clone(), shift));
        }
        told.await.unwrap_or_else(|_| {
            let detail = "This was not taken in. Try again, or call.";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal-error", detail))
        })
    }
}

async fn serve<R: Request>(house: House, mut shift: Shift<Waiting<R>>) {
    while !shift.is_over() {
        let mut waiting = shift.next_few(TOGETHER);
        // Of two about the same subject the second waits for the first.
        while !waiting.is_empty() {
            let mut taken = BTreeSet::new();
            let (now, later) = waiting.into_iter().partition(|(request, _)| {
                let subjects = request.subjects();
                let is_free = subjects.iter().all(|subject| !taken.contains(subject));
                if is_free {
                    taken.extend(subjects);
                }
                is_free
            });
            answer_all(&house, now).await;
            waiting = later;
        }
    }
}

async fn answer_all<R: Request>(house: &House, waiting: Vec<Waiting<R>>) {
    let (requests, tellers): (Vec<R>, Vec<_>) = waiting.into_iter().unzip();
    let requests = Arc::new(requests);
    let (at, all) = (house.clone(), requests.clone());
    let work = house.db.write(move |tx| Box::pin(async move { R::together(tx, &at, &all).await }));
    let Ok(Ok(told)) = AssertUnwindSafe(work).catch_unwind().await else {
        // What cannot be done together is done one by one: one that fails takes nobody along.
        let one_by_one = requests.iter().cloned().zip(tellers).collect();
        drop(tokio::spawn(in_turn(house.clone(), one_by_one)));
        return;
    };
    for ((request, teller), told) in requests.iter().zip(tellers).zip(told) {
        match told {
            Some(told) => drop(teller.send(told)),
            None => drop(tokio::spawn(by_itself(house.clone(), request.clone(), teller))),
        }
    }
}

async fn in_turn<R: Request>(house: House, waiting: Vec<Waiting<R>>) {
    for (request, teller) in waiting {
        // A panic ends this one alone.
        drop(tokio::spawn(by_itself(house.clone(), request, teller)).await);
    }
}

async fn by_itself<R: Request>(house: House, request: R, teller: oneshot::Sender<Told>) {
    // Whoever went away meanwhile does not hear it.
    let _ = teller.send(alone(&house, request).await);
}

async fn alone<R: Request>(house: &House, request: R) -> Told {
    let at = house.clone();
    house.db.write(move |tx| Box::pin(async move { request.alone(tx, &at).await })).await
}
