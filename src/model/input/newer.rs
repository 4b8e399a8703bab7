//! Reading what a newer program may have written: a name that is not known here costs that name, not
//! the whole of what it stands in. What people send is held against what was read of it, at the edge.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(untagged)]
enum Read<T> {
    Known(T),
    Newer(IgnoredAny),
}

impl<T> Read<T> {
    fn known(self) -> Option<T> {
        match self {
            Self::Known(it) => Some(it),
            Self::Newer(_) => None,
        }
    }
}

/// Those of a list that are known.
pub fn known<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    let all = Vec::<Read<T>>::deserialize(from)?;
    Ok(all.into_iter().filter_map(Read::known).collect())
}

/// What is known, or else the usual.
pub fn or_usual<'de, T: Deserialize<'de> + Default, D: Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Read::<T>::deserialize(from)?.known().unwrap_or_default())
}

/// The entries of a map whose name and value are known.
pub fn known_entries<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
where
    K: DeserializeOwned + Ord,
    V: DeserializeOwned,
    D: Deserializer<'de>,
{
    let all = BTreeMap::<String, Value>::deserialize(from)?;
    let known = |(name, value): (String, Value)| {
        Some((K::deserialize(Value::String(name)).ok()?, V::deserialize(value).ok()?))
    };
    Ok(all.into_iter().filter_map(known).collect())
}
