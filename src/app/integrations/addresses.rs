//! The register of addresses as the api asks it: what was asked a while ago is not asked again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::TimeDelta;

use crate::{
    app::trouble::StartupError,
    carrier::integrations::locatieserver::{LIMIT, Locatieserver},
    config::Config,
    model::{
        clock::{Instant, SharedClock},
        register::{address::Address, suggestions::Suggestion},
    },
    service::register::address_book::AddressBook,
};

/// For how long an answer is kept; ids of the register hold at least a day.
const KEPT_FOR: TimeDelta = TimeDelta::hours(1);

/// As many answers of each kind are kept, in memory alone.
const MOST: usize = 2_000;

/// The register, with its latest answers.
#[derive(Debug)]
pub struct Addresses {
    register: Locatieserver,
    clock: SharedClock,
    suggestions: CachedSuggestions<Vec<Suggestion>>,
    addresses: CachedSuggestions<Address>,
}

/// The register of a configuration, unless it is switched off.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub fn book(
    config: &Config,
    clock: &SharedClock,
) -> Result<Option<Arc<dyn AddressBook>>, StartupError> {
    let Some(url) = &config.addresses else { return Ok(None) };
    let register = Locatieserver::new(url, LIMIT, clock.clone())?;
    Ok(Some(Arc::new(Addresses::new(register, clock.clone()))))
}

impl Addresses {
    /// Keeps the answers of this register.
    pub fn new(register: Locatieserver, clock: SharedClock) -> Self {
        Self {
            register,
            clock,
            suggestions: CachedSuggestions::default(),
            addresses: CachedSuggestions::default(),
        }
    }
}

#[async_trait]
impl AddressBook for Addresses {
    async fn suggest(&self, text: &str) -> Option<Vec<Suggestion>> {
        let asked = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if let Some(kept) = self.suggestions.find(&asked, self.clock.now()) {
            return Some(kept);
        }
        let found = self.register.suggest(&asked).await?;
        self.suggestions.keep(asked, found.clone(), self.clock.now());
        Some(found)
    }

    async fn look_up(&self, id: &str) -> Option<Address> {
        if let Some(kept) = self.addresses.find(id, self.clock.now()) {
            return Some(kept);
        }
        let found = self.register.look_up(id).await?;
        self.addresses.keep(id.to_owned(), found.clone(), self.clock.now());
        Some(found)
    }
}

/// Answers by what was asked, each with when it came.
#[derive(Debug)]
struct CachedSuggestions<T>(Mutex<HashMap<String, (Instant, T)>>);

impl<T> Default for CachedSuggestions<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> CachedSuggestions<T> {
    fn find(&self, asked: &str, now: Instant) -> Option<T> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = all.get(asked)?;
        is_fresh(*at, now).then(|| found.clone())
    }

    fn keep(&self, asked: String, found: T, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, (at, _)| is_fresh(*at, now));
        }
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, (at, _))| *at).map(|(k, _)| k.clone())
        {
            all.remove(&oldest);
        }
        all.insert(asked, (now, found));
    }
}

fn is_fresh(at: Instant, now: Instant) -> bool {
    (TimeDelta::zero()..KEPT_FOR).contains(&(now - at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        chrono::DateTime::from_timestamp(1_795_438_800 + seconds, 0).unwrap()
    }

    #[test]
    fn an_answer_is_kept_for_an_hour() {
        let kept = CachedSuggestions::default();
        kept.keep("hengelosestraat".into(), 1, at(0));
        assert_eq!(kept.find("hengelosestraat", at(3599)), Some(1));
        assert_eq!(kept.find("hengelosestraat", at(3600)), None);
        assert_eq!(kept.find("hengelosestraat", at(-1)), None, "the clock was put back");
        assert_eq!(kept.find("beukenlaan", at(0)), None);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for_and_the_oldest_goes() {
        let kept = CachedSuggestions::default();
        for nth in 0..MOST + 10 {
            kept.keep(nth.to_string(), nth, at(nth as i64 / 10));
        }
        assert_eq!(kept.0.lock().unwrap().len(), MOST);
        let last = at((MOST + 10) as i64 / 10);
        assert_eq!(kept.find("0", last), None);
        assert_eq!(kept.find(&(MOST + 9).to_string(), last), Some(MOST + 9));
    }
}
