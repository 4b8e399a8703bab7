//! Which rows could not be read: they are left out, and this is how people hear of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::{model::privacy::sealing::Place, store::error::Error};

/// So many are remembered: more than anybody mends by hand.
const MOST: usize = 10_000;

/// The rows that could not be read when they were last asked for.
#[derive(Debug, Default)]
pub(crate) struct UnreadableRows {
    /// How many there are, so that reading costs nothing while there are none.
    count: AtomicUsize,
    places: Mutex<BTreeSet<Place>>,
}

impl UnreadableRows {
    fn change<T>(&self, change: impl FnOnce(&mut BTreeSet<Place>) -> T) -> T {
        // Whoever panicked with it in hand was adding or removing one: it is whole.
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let done = change(&mut places);
        self.count.store(places.len(), Ordering::Relaxed);
        done
    }

    /// A row could not be read. It is told once, however often it is asked for.
    pub fn note(&self, at: &Place, why: &Error) {
        if self.change(|places| places.len() < MOST && places.insert(at.clone())) {
            let (table, id) = at.parts();
            tracing::error!(event = "row_unreadable", table, id, %why, "unreadable row");
        }
    }

    /// A row could be read.
    pub fn forget(&self, at: &Place) {
        if self.count.load(Ordering::Relaxed) > 0 && self.change(|places| places.remove(at)) {
            let (table, id) = at.parts();
            tracing::info!(event = "row_readable", table, id, "row readable again");
        }
    }

    /// How many of a table.
    pub fn of_table(&self, table: &str) -> usize {
        if self.count.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        self.change(|places| places.iter().filter(|at| at.parts().0 == table).count())
    }

    /// How many of each table, when they were last asked for.
    pub fn by_table(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        self.change(|places| {
            for at in places.iter() {
                *found.entry(at.parts().0.to_owned()).or_default() += 1;
            }
        });
        found
    }

    /// All of them.
    pub fn all(&self) -> BTreeSet<Place> {
        self.change(|places| places.clone())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}
