//! Seals what a row holds and opens it again: the one place through which every body goes.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rand::{TryRngCore as _, rngs::OsRng};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::types::Json;

use super::{body_cache::BodyCache, unknown_fields::WrittenBody, unreadable::UnreadableRows};
use crate::{
    model::privacy::{
        chain::ChainKey,
        sealing::{Column, Keyring, Place},
    },
    store::error::Error,
};

type WrittenBodies = BTreeMap<Place, WrittenBody>;

/// The keys of an open database.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseKeys {
    /// What seals and finds.
    pub(crate) ring: Arc<Keyring>,
    /// What ties the access log; not known before the database was unlocked.
    pub(crate) chain: Option<ChainKey>,
    /// What could not be read.
    pub(crate) unreadable: Arc<UnreadableRows>,
    /// The bodies that this unit of work may change and does not understand in whole; nothing for one
    /// that only reads.
    written: Option<Arc<Mutex<WrittenBodies>>>,
    /// How many bodies were asked for. That, and not the clock, tells what a request costs.
    pub(crate) opened: Arc<AtomicU64>,
    /// Those that were opened before and are asked for again.
    kept: Arc<BodyCache>,
}

/// What a body can say.
pub(crate) trait Openable: DeserializeOwned + Clone + Send + Sync + 'static {}
impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Openable for T {}

impl DatabaseKeys {
    pub(crate) fn new(ring: Arc<Keyring>, chain: Option<ChainKey>) -> Self {
        let (unreadable, opened, kept) = Default::default();
        Self { ring, chain, unreadable, written: None, opened, kept }
    }

    /// The same keys, with what ties the access log.
    pub(crate) fn unlocked(self, chain: Option<ChainKey>) -> Self {
        Self { chain, ..self }
    }

    /// The same keys for a unit of work that writes.
    pub(crate) fn to_write(&self) -> Self {
        Self { written: Some(Arc::default()), ..self.clone() }
    }

    /// Seals an item for its place, together with what was opened there and is not understood.
    pub(crate) fn seal<T: Serialize>(&self, at: &Place, item: &T) -> Result<Json<String>, Error> {
        let unfit = |why: String| Error::Unreadable(format!("what cannot be sealed: {why}"));
        let written = self.written.as_deref().map(locked);
        let plain = match written.as_ref().and_then(|written| written.get(at)) {
            None => serde_json::to_vec(item),
            Some(before) => serde_json::to_value(item)
                .and_then(|after| serde_json::to_vec(&before.carry(after))),
        };
        let plain = plain.map_err(|why| unfit(why.to_string()))?;
        let sealed = self.ring.seal(at, &plain, random()?);
        sealed.map(Json).ok_or_else(|| unfit("it is too long".into()))
    }

    /// Opens a body to look at. One that cannot be read is noted.
    pub(crate) fn open<T: Openable>(&self, at: &Place, body: Value) -> Result<T, Error> {
        if let Some(item) = self.opened_before(at, &body, false) {
            return Ok(item);
        }
        let read = self.plain(at, &body).and_then(|plain| read(&plain));
        let item = self.note(at, read)?;
        self.keep(at, &body, &item, false);
        Ok(item)
    }

    /// Opens a body that may be sealed again. That this program understands all of it is seen by
    /// writing it, which costs less than reading it twice.
    pub(crate) fn open_to_change<T: Openable + Serialize>(
        &self,
        at: &Place,
        body: Value,
    ) -> Result<T, Error> {
        let Some(written) = &self.written else { return self.open(at, body) };
        if let Some(item) = self.opened_before(at, &body, true) {
            locked(written).remove(at);
            return Ok(item);
        }
        let plain = self.plain(at, &body);
        let read_too = plain.and_then(|plain| Ok((read::<T>(&plain)?, plain)));
        let (item, plain) = self.note(at, read_too)?;
        let unfit = |why: serde_json::Error| Error::Unreadable(why.to_string());
        let is_whole = serde_json::to_vec(&item).map_err(unfit)? == plain;
        self.keep(at, &body, &item, is_whole);
        if is_whole {
            locked(written).remove(at);
        } else {
            let understood = serde_json::to_value(&item).map_err(unfit)?;
            let both = WrittenBody { written: read(&plain)?, understood };
            locked(written).insert(at.clone(), both);
        }
        Ok(item)
    }

    /// What it said when it was opened before: a body that can be read.
    fn opened_before<T: Openable>(&self, at: &Place, body: &Value, to_change: bool) -> Option<T> {
        let item = self.kept.find(at, body.as_str()?, to_change)?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        self.unreadable.forget(at);
        Some(item)
    }

    fn keep<T: Openable>(&self, at: &Place, body: &Value, item: &T, is_whole: bool) {
        if let Value::String(sealed) = body {
            self.kept.keep(at, sealed, item, is_whole);
        }
    }

    /// What was sealed. A body that is no text was written before anything was.
    fn plain(&self, at: &Place, body: &Value) -> Result<Vec<u8>, Error> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        match body {
            Value::String(sealed) => Ok(self.ring.open(at, sealed)?),
            plain => Ok(plain.to_string().into_bytes()),
        }
    }

    fn note<T>(&self, at: &Place, read: Result<T, Error>) -> Result<T, Error> {
        match &read {
            Ok(_) => self.unreadable.forget(at),
            Err(why) => self.unreadable.note(at, why),
        }
        read
    }

    /// Every hash under which a value may be filed, for `in (select …)` over a JSON list.
    pub(crate) fn indexes(&self, column: Column, value: &str) -> Json<Vec<String>> {
        Json(self.ring.indexes(column, value).collect())
    }
}

fn locked(written: &Mutex<WrittenBodies>) -> MutexGuard<'_, WrittenBodies> {
    written.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T: DeserializeOwned>(plain: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(plain).map_err(|why| Error::Unreadable(why.to_string()))
}

/// Two bodies sealed with one nonce under one key give away both, and the key of the seal with them.
/// So nonces come from the system and not from the injected dice, which fall the same way in every
/// run of one seed: nothing is decided by a nonce, and nothing needs to replay it.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|why| Error::Unreadable(why.to_string()))?;
    Ok(bytes)
}

/// A statement in both dialects with `in` over a bound JSON list of texts: `any_of!("… in", "$1")`.
macro_rules! any_of {
    ($before:literal, $nth:literal $(, $after:literal)?) => {
        $crate::store::db::sql::Sql {
            sqlite: concat!($before, " (select value from json_each(", $nth, "))" $(, $after)?),
            postgres: concat!($before, " (select jsonb_array_elements_text(", $nth, "))" $(, $after)?),
        }
    };
}
pub(crate) use any_of;
