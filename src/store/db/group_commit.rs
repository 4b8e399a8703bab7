//! SQLite has one writer. What comes while it writes is written together, in one commit: so many
//! callers share the wait for the disk. Each has a savepoint of its own, and fails alone.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::{
    batch_queue::{Queue, Shift},
    connections::Connections,
    tx::Tx,
};
use crate::store::{error::Error, privacy::chain};

/// How many units of work share a commit: the first of them waits for the last.
const TOGETHER: usize = 32;

/// What waits to be written.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupCommit(Arc<Queue<Box<dyn Unit>>>);

/// One unit of work, whatever it gives.
pub(crate) trait Unit: Send {
    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;
    /// Does it; whether that is to be kept.
    fn work<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Tells what came of it: as it went, unless it could not be kept.
    fn tell(self: Box<Self>, kept: Result<(), Error>);
}

/// What a unit of work came to, or how it panicked.
type WorkOutcome<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

struct PendingWork<T, E, F> {
    work: Option<F>,
    /// In which the asker does what it does: the work is done by another task.
    span: Span,
    came: Option<WorkOutcome<T, E>>,
    asker: oneshot::Sender<WorkOutcome<T, E>>,
}

impl<T, E, F> Unit for PendingWork<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    E: From<Error> + Send + 'static,
    T: Send + 'static,
{
    fn is_wanted(&self) -> bool {
        !self.asker.is_closed()
    }

    fn work<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        let work = self.work.take();
        Box::pin(async move {
            let Some(work) = work else { return false };
            let work = async { work(tx).await }.instrument(self.span.clone());
            let came = AssertUnwindSafe(work).catch_unwind().await;
            matches!(self.came.insert(came), Ok(Ok(_)))
        })
    }

    fn tell(self: Box<Self>, kept: Result<(), Error>) {
        let came = match (self.came, kept) {
            (Some(Ok(Ok(_))) | None, Err(why)) => Ok(Err(E::from(why))),
            (Some(came), _) => came,
            (None, Ok(())) => return,
        };
        // Whoever went away meanwhile does not hear it.
        let _ = self.asker.send(came);
    }
}

impl GroupCommit {
    /// Has a unit of work done, together with what else waits.
    pub(crate) async fn write<T, E, F>(&self, on: &Connections, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error> + Send + 'static,
        T: Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let unit =
            Box::new(PendingWork { work: Some(work), span: Span::current(), came: None, asker });
        if let Some(shift) = self.0.join(unit) {
            tokio::spawn(write_on(on.clone(), shift));
        }
        match answer.await {
            Ok(Ok(came)) => came,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(E::from(Error::Database(sqlx::Error::WorkerCrashed))),
        }
    }
}

type Writing = Shift<Box<dyn Unit>>;

/// The next for which somebody still waits.
fn next(shift: &Writing) -> Option<Box<dyn Unit>> {
    std::iter::from_fn(|| shift.next()).find(|unit| unit.is_wanted())
}

/// Writes until nothing waits.
async fn write_on(on: Connections, mut shift: Writing) {
    loop {
        if let Some(first) = next(&shift) {
            write_together(&on, &shift, first).await;
        } else if shift.is_over() {
            return;
        }
    }
}

async fn write_together(on: &Connections, shift: &Writing, first: Box<dyn Unit>) {
    let mut done = vec![];
    let kept = commit(on, shift, first, &mut done).await;
    for unit in done {
        unit.tell(kept.as_ref().copied().map_err(alike));
    }
}

/// Does `first` and what waits besides, and commits it: all of it is kept, or nothing.
async fn commit(
    on: &Connections,
    shift: &Writing,
    first: Box<dyn Unit>,
    done: &mut Vec<Box<dyn Unit>>,
) -> Result<(), Error> {
    let mut tx = match on.begin().await {
        Ok(tx) => tx,
        Err(why) => {
            done.push(first);
            return Err(why.into());
        }
    };
    let mut turn = Some(first);
    while let Some(unit) = turn {
        if !done.is_empty() || !shift.is_quiet() {
            beside(&mut tx, unit, done).await?;
        } else if !alone(&mut tx, unit, done).await {
            return Ok(tx.rollback().await?);
        }
        turn = if done.len() < TOGETHER { next(shift) } else { None };
    }
    chain::append(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Does the first unit of work when nobody waits: if it is not kept, nothing is. Says whether it is.
async fn alone(tx: &mut Tx, mut unit: Box<dyn Unit>, done: &mut Vec<Box<dyn Unit>>) -> bool {
    let is_kept = unit.work(tx).await;
    done.push(unit);
    is_kept
}

/// Does a unit of work of which others share the transaction.
async fn beside(
    tx: &mut Tx,
    mut unit: Box<dyn Unit>,
    done: &mut Vec<Box<dyn Unit>>,
) -> Result<(), Error> {
    let began = tx.begin_work().await;
    let looks = tx.looks.len();
    let is_kept = began.is_ok() && unit.work(tx).await;
    done.push(unit);
    began?;
    if !is_kept {
        tx.looks.truncate(looks);
    }
    tx.end_work(is_kept).await
}

/// The same for each: an error of the database cannot be shared.
fn alike(why: &Error) -> Error {
    if why.is_outage() {
        return Error::Database(sqlx::Error::Io(std::io::Error::other(why.to_string())));
    }
    Error::Unreadable(why.to_string())
}
