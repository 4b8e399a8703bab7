//! SQLite has one writer. What comes while it writes is written together, in one commit: so many
//! callers share the wait for the disk. Each has a savepoint of its own, and fails alone.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::Arc,
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;

use super::{
    Db, Error, Tx, chain,
    queue::{Queue, Shift},
};

/// How many units of work share a commit: the first of them waits for the last.
const TOGETHER: usize = 32;

/// What waits to be written.
#[derive(Clone, Debug, Default)]
pub(super) struct Scribe(Arc<Queue<Box<dyn Unit>>>);

/// One unit of work, whatever it gives.
pub(super) trait Unit: Send {
    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;
    /// Does it; whether that is to be kept.
    fn work<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Tells what came of it: as it went, unless it could not be kept.
    fn tell(self: Box<Self>, kept: Result<(), Error>);
}

/// What a unit of work came to, or how it panicked.
type Came<T, E> = Result<Result<T, E>, Box<dyn Any + Send>>;

struct Asked<T, E, F> {
    work: Option<F>,
    came: Option<Came<T, E>>,
    asker: oneshot::Sender<Came<T, E>>,
}

impl<T, E, F> Unit for Asked<T, E, F>
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
            let came = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
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

impl Scribe {
    /// Has a unit of work done, together with what else waits.
    pub(super) async fn write<T, E, F>(&self, db: &Db, work: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
        E: From<Error> + Send + 'static,
        T: Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let unit = Box::new(Asked { work: Some(work), came: None, asker });
        if let Some(shift) = self.0.join(unit) {
            tokio::spawn(write_on(db.clone(), shift));
        }
        match answer.await {
            Ok(Ok(came)) => came,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(E::from(Error::Database(sqlx::Error::WorkerCrashed))),
        }
    }
}

/// Who writes.
type Writing = Shift<Box<dyn Unit>>;

/// The next for which somebody still waits.
fn next(shift: &Writing) -> Option<Box<dyn Unit>> {
    std::iter::from_fn(|| shift.next()).find(|unit| unit.is_wanted())
}

/// Writes until nothing waits.
async fn write_on(db: Db, mut shift: Writing) {
    loop {
        if let Some(first) = next(&shift) {
            write_together(&db, &shift, first).await;
        } else if shift.is_over() {
            return;
        }
    }
}

async fn write_together(db: &Db, shift: &Writing, first: Box<dyn Unit>) {
    let mut done = vec![];
    let kept = commit(db, shift, first, &mut done).await;
    for unit in done {
        unit.tell(kept.as_ref().copied().map_err(alike));
    }
}

/// Does `first` and what waits besides, and commits it: all of it is kept, or nothing.
async fn commit(
    db: &Db,
    shift: &Writing,
    first: Box<dyn Unit>,
    done: &mut Vec<Box<dyn Unit>>,
) -> Result<(), Error> {
    let mut tx = match db.begin().await {
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
