//! Seals what a row holds and opens it again: the one place through which every body goes.

use std::sync::Arc;

use rand::{TryRngCore as _, rngs::OsRng};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::types::Json;

use super::Error;
use crate::model::{
    chain::ChainKey,
    sealing::{Column, Keyring, Place},
};

/// The keys of an open database.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// What seals and finds.
    pub(super) ring: Arc<Keyring>,
    /// What ties the access log; not known before the database was unlocked.
    pub(super) chain: Option<ChainKey>,
}

impl Keys {
    /// Seals an item for its place.
    pub(super) fn seal<T: Serialize>(&self, at: &Place, item: &T) -> Result<Json<String>, Error> {
        let unfit = |why: String| Error::Unreadable(format!("what cannot be sealed: {why}"));
        let plain = serde_json::to_vec(item).map_err(|why| unfit(why.to_string()))?;
        let sealed = self.ring.seal(at, &plain, random()?);
        sealed.map(Json).ok_or_else(|| unfit("it is too long".into()))
    }

    /// Opens a body. One that is no text was written before anything was sealed.
    pub(super) fn open<T: DeserializeOwned>(&self, at: &Place, body: Value) -> Result<T, Error> {
        let opened = match body {
            Value::String(sealed) => serde_json::from_slice(&self.ring.open(at, &sealed)?),
            plain => serde_json::from_value(plain),
        };
        opened.map_err(|why| Error::Unreadable(why.to_string()))
    }

    /// Every hash under which a value may be filed, for `in (select …)` over a JSON list.
    pub(super) fn indexes(&self, column: Column, value: &str) -> Json<Vec<String>> {
        Json(self.ring.indexes(column, value).collect())
    }
}

/// Two bodies sealed with one nonce under one key give away both, and the key of the seal with them.
/// So nonces come from the system and not from the injected dice, which fall the same way in every
/// run of one seed: nothing is decided by a nonce, and nothing needs to replay it.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).map_err(|why| Error::Unreadable(why.to_string()))?;
    Ok(bytes)
}

/// A statement in both dialects with `in` over a bound JSON list of texts: `any_of!("… in", "$1")`.
macro_rules! any_of {
    ($before:literal, $nth:literal $(, $after:literal)?) => {
        $crate::store::db::Sql {
            sqlite: concat!($before, " (select value from json_each(", $nth, "))" $(, $after)?),
            postgres: concat!($before, " (select jsonb_array_elements_text(", $nth, "))" $(, $after)?),
        }
    };
}
pub(super) use any_of;
