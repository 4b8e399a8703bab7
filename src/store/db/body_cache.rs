//! Keeps what was opened of rows that every request asks for and that seldom change: to open and read
//! a body costs more than to find it. It is the same body only while every byte of its seal is the
//! same, so nothing stale is ever given: whoever changed the row, here, in another instance or by
//! hand, sealed it anew. It is kept in memory only, and no more of it than there is room for.

use std::{
    any::Any,
    collections::HashMap,
    fmt, mem,
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::privacy::sealing::Place;

/// Whose rows are kept. What changes each time that it is looked at, like a visit, would only push
/// these out.
const TABLES: [&str; 4] = ["people", "teams", "organisation", "district_officers"];

/// How many bytes of sealed bodies make a generation, of which there are two; what was opened takes
/// about as much again. There is room for the people of a large municipality who are out at one time.
const GENERATION: usize = 4 << 20;

/// A body as it was sealed, and what it says.
#[derive(Clone)]
struct OpenedBody {
    sealed: Arc<str>,
    item: Arc<dyn Any + Send + Sync>,
    /// Whether this program is known to understand all of it, and so can seal it again as it was.
    is_whole: bool,
}

/// The bodies that were opened lately.
pub(crate) struct BodyCache(Mutex<Generations>);

/// What is asked for stays in the young generation; what was not since that was full goes.
struct Generations {
    young: HashMap<Place, OpenedBody>,
    old: HashMap<Place, OpenedBody>,
    /// How many bytes of sealed bodies the young ones have, and may have.
    bytes: usize,
    room: usize,
}

impl Default for BodyCache {
    fn default() -> Self {
        Self::with_room(GENERATION)
    }
}

impl fmt::Debug for BodyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[body cache]")
    }
}

impl BodyCache {
    fn with_room(room: usize) -> Self {
        let (young, old) = Default::default();
        Self(Mutex::new(Generations { young, old, bytes: 0, room }))
    }

    /// What this body says, when it was opened before at this place. For who may seal it again it also
    /// has to be understood in whole.
    pub fn find<T: Any + Clone>(&self, at: &Place, sealed: &str, to_change: bool) -> Option<T> {
        let found = self.change(|kept| kept.find(at))?;
        let is_it = *found.sealed == *sealed && (found.is_whole || !to_change);
        if is_it { found.item.downcast_ref().cloned() } else { None }
    }

    /// Keeps what a body says, if its table is one of those that are kept.
    pub fn keep<T: Any + Clone + Send + Sync>(
        &self,
        at: &Place,
        sealed: &str,
        item: &T,
        is_whole: bool,
    ) {
        if is_kept(at) {
            let item = Arc::new(item.clone());
            self.change(|kept| kept.put(at, OpenedBody { sealed: sealed.into(), item, is_whole }));
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Generations) -> T) -> T {
        // Whoever panicked with it in hand leaves at worst one body fewer.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether bodies of this table are kept.
pub(crate) fn is_kept(at: &Place) -> bool {
    TABLES.contains(&at.parts().0)
}

impl Generations {
    fn find(&mut self, at: &Place) -> Option<OpenedBody> {
        if let Some(found) = self.young.get(at) {
            return Some(found.clone());
        }
        let found = self.old.remove(at)?;
        self.put(at, found.clone());
        Some(found)
    }

    fn put(&mut self, at: &Place, body: OpenedBody) {
        self.bytes += body.sealed.len();
        if let Some(before) = self.young.insert(at.clone(), body) {
            self.bytes -= before.sealed.len();
        }
        if self.bytes > self.room {
            self.old = mem::take(&mut self.young);
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(nth: usize) -> Place {
        Place::new("people", nth)
    }

    fn finds(kept: &BodyCache, at: &Place, sealed: &str) -> Option<String> {
        kept.find(at, sealed, false)
    }

    #[test]
    fn a_body_is_the_same_only_while_its_seal_is() {
        let kept = BodyCache::default();
        kept.keep(&person(1), "sealed", &"Jan".to_owned(), true);
        assert_eq!(finds(&kept, &person(1), "sealed").as_deref(), Some("Jan"));
        assert_eq!(finds(&kept, &person(1), "sealed anew"), None);
        assert_eq!(finds(&kept, &person(2), "sealed"), None, "another row is another place");
        assert_eq!(kept.find::<u8>(&person(1), "sealed", false), None, "read as something else");
        kept.keep(&person(1), "sealed anew", &"Jan Smit".to_owned(), true);
        assert_eq!(finds(&kept, &person(1), "sealed anew").as_deref(), Some("Jan Smit"));
        assert_eq!(finds(&kept, &person(1), "sealed"), None);
    }

    #[test]
    fn what_is_not_understood_in_whole_is_opened_again_by_who_changes_it() {
        let kept = BodyCache::default();
        kept.keep(&person(1), "sealed", &1_u8, false);
        assert_eq!(kept.find(&person(1), "sealed", false), Some(1_u8));
        assert_eq!(kept.find::<u8>(&person(1), "sealed", true), None);
        kept.keep(&person(1), "sealed", &1_u8, true);
        assert_eq!(kept.find(&person(1), "sealed", true), Some(1_u8));
    }

    #[test]
    fn only_what_seldom_changes_is_kept() {
        let kept = BodyCache::default();
        kept.keep(&Place::new("visits", 1), "sealed", &1_u8, true);
        assert_eq!(kept.find::<u8>(&Place::new("visits", 1), "sealed", false), None);
    }

    #[test]
    fn there_is_room_for_so_much_and_what_is_asked_for_stays() {
        let kept = BodyCache::with_room(1000);
        let sealed = "x".repeat(100);
        for nth in 0..1000 {
            kept.keep(&person(nth), &sealed, &nth, true);
            assert_eq!(kept.find(&person(0), &sealed, true), Some(0_usize), "after {nth}");
            let count = kept.change(|kept| kept.young.len() + kept.old.len());
            assert!(count <= 22, "{count} of 100 bytes in twice 1000");
        }
        assert_eq!(kept.find::<usize>(&person(900), &sealed, true), None);
        assert_eq!(kept.find(&person(999), &sealed, true), Some(999_usize));
    }
}
