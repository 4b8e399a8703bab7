//! SQLite has one writer. What comes while it writes is written together, in one commit: so many
//! callers share the wait for the disk. Each has a savepoint of its own, and fails alone.

use std::{
    any::Any,
    collections::VecDeque,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::oneshot;

use super::{Db, Error, Tx, chain};

/// How many units of work share a commit: the first of them waits for the last.
const TOGETHER: usize = 32;

/// What waits to be written, the first to come first.
#[derive(Default)]
pub(super) struct Scribe(Mutex<Desk>);

#[derive(Default)]
struct Desk {
    waiting: VecDeque<Box<dyn Unit>>,
    /// Whether somebody writes, and will look again before leaving.
    is_writing: bool,
}

impl std::fmt::Debug for Scribe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scribe")
    }
}

/// One unit of work, whatever it gives.
trait Unit: Send {
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
        if self.put(unit) {
            tokio::spawn(write_on(db.clone()));
        }
        match answer.await {
            Ok(Ok(came)) => came,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(E::from(Error::Database(sqlx::Error::WorkerCrashed))),
        }
    }

    /// Whether somebody has to begin writing.
    fn put(&self, unit: Box<dyn Unit>) -> bool {
        let mut desk = self.desk();
        desk.waiting.push_back(unit);
        !std::mem::replace(&mut desk.is_writing, true)
    }

    fn next(&self) -> Option<Box<dyn Unit>> {
        let mut desk = self.desk();
        while let Some(unit) = desk.waiting.pop_front() {
            if unit.is_wanted() {
                return Some(unit);
            }
        }
        None
    }

    fn is_nobody_waiting(&self) -> bool {
        self.desk().waiting.is_empty()
    }

    /// Whether there is nothing left to write; then whoever comes next begins anew.
    fn is_done(&self) -> bool {
        let mut desk = self.desk();
        desk.is_writing = !desk.waiting.is_empty();
        !desk.is_writing
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes until nothing waits.
async fn write_on(db: Db) {
    loop {
        if let Some(first) = db.scribe.next() {
            write_together(&db, first).await;
        } else if db.scribe.is_done() {
            return;
        }
    }
}

async fn write_together(db: &Db, first: Box<dyn Unit>) {
    let mut done = vec![];
    let kept = commit(db, first, &mut done).await;
    for unit in done {
        unit.tell(kept.as_ref().copied().map_err(alike));
    }
}

/// Does `first` and what waits besides, and commits it: all of it is kept, or nothing.
async fn commit(db: &Db, first: Box<dyn Unit>, done: &mut Vec<Box<dyn Unit>>) -> Result<(), Error> {
    let mut tx = match db.begin().await {
        Ok(tx) => tx,
        Err(why) => {
            done.push(first);
            return Err(why.into());
        }
    };
    let mut next = Some(first);
    while let Some(unit) = next {
        if !done.is_empty() || !db.scribe.is_nobody_waiting() {
            beside(&mut tx, unit, done).await?;
        } else if !alone(&mut tx, unit, done).await {
            return Ok(tx.rollback().await?);
        }
        next = if done.len() < TOGETHER { db.scribe.next() } else { None };
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
