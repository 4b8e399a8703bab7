//! Runs what the service does one step at a time: from one door to the next, and nothing beside it.
//!
//! A task stands at a door until the world lets it through. So the order in which tasks interleave,
//! what fails and when somebody dies is the world's choice alone, and follows from its seed.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use async_trait::async_trait;
use rugdekking::{
    carrier::{HandedOver, SendError},
    model::messages::Message,
    store::{
        Error,
        db::failpoints::{Failpoint, Failpoints},
    },
};

/// Where a task stands.
#[derive(Clone, Debug)]
pub enum At {
    /// At a door of the database.
    Db(Failpoint),
    /// It brings a message to a carrier, by this name.
    Carrier(&'static str, Box<Message>),
}

/// How the world lets a task through.
#[derive(Debug)]
pub enum Pass {
    /// All goes well.
    Go,
    /// The database fails.
    Fail(Error),
    /// The carrier answers.
    Carrier(Result<HandedOver, SendError>),
}

#[derive(Debug, Default)]
struct Slot {
    at: Option<At>,
    pass: Option<Pass>,
}

/// Knows which task runs, and where it stands.
#[derive(Debug, Default)]
pub struct Switch {
    running: Mutex<Option<Arc<Mutex<Slot>>>>,
}

fn held<T>(lock: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Switch {
    /// Stands at a door until the world lets the running task through.
    pub async fn stand(&self, at: At) -> Pass {
        let Some(slot) = held(&self.running).clone() else { return Pass::Go };
        held(&slot).at = Some(at);
        poll_fn(|_| match held(&slot).pass.take() {
            Some(pass) => Poll::Ready(pass),
            None => Poll::Pending,
        })
        .await
    }
}

#[async_trait]
impl Failpoints for Switch {
    async fn pass(&self, door: Failpoint) -> Result<(), Error> {
        match self.stand(At::Db(door)).await {
            Pass::Fail(why) => Err(why),
            _ => Ok(()),
        }
    }
}

/// Something that the service does, as far as it got.
pub struct Task<T> {
    /// What it is, for the trace.
    pub name: &'static str,
    /// Which instance does it.
    pub instance: usize,
    slot: Arc<Mutex<Slot>>,
    work: Pin<Box<dyn Future<Output = T>>>,
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.name, self.instance)
    }
}

impl<T> Task<T> {
    /// A task that has not begun.
    pub fn new(
        name: &'static str,
        instance: usize,
        work: impl Future<Output = T> + 'static,
    ) -> Self {
        Self { name, instance, slot: Arc::default(), work: Box::pin(work) }
    }

    /// The door of the database at which it stands.
    pub fn door(&self) -> Option<Failpoint> {
        match held(&self.slot).at {
            Some(At::Db(door)) => Some(door),
            _ => None,
        }
    }

    /// Whether a carrier has its message in hand.
    pub fn is_at_a_carrier(&self) -> bool {
        matches!(held(&self.slot).at, Some(At::Carrier(..)))
    }

    /// Where it stands; nowhere before its first step.
    pub fn at(&self) -> Option<At> {
        held(&self.slot).at.clone()
    }

    /// Whether it holds the database: nobody else may begin.
    pub fn holds_db(&self) -> bool {
        self.door() == Some(Failpoint::Commit)
    }

    /// Lets it through, and runs it to its next door, or to its end.
    pub async fn step(&mut self, switch: &Switch, pass: Pass) -> Option<T> {
        *held(&switch.running) = Some(self.slot.clone());
        {
            let mut slot = held(&self.slot);
            // Before its first step it stands at no door.
            slot.pass = slot.at.take().map(|_| pass);
        }
        let (work, slot) = (&mut self.work, &self.slot);
        let done = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if held(slot).at.is_some() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        *held(&switch.running) = None;
        done
    }
}
