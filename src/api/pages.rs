//! Lists in pages: `{items, next}`, where `next` is the cursor of the following page.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::model::faults::Faults;

const MOST: i64 = 200;
const USUAL: i64 = 50;

/// Which page is asked for; `K` is what the list is ordered by.
#[derive(Clone, Copy, Debug)]
pub struct Page<K> {
    /// What the page before ended with.
    pub after: Option<K>,
    /// How many items at most.
    pub limit: i64,
}

#[derive(Deserialize)]
struct Asked {
    cursor: Option<String>,
    limit: Option<String>,
}

impl<K: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Page<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) =
            Query::<Asked>::from_request_parts(parts, state).await.map_err(|_| {
                Problem::invalid(vec![crate::model::faults::Fault::new(
                    "query",
                    "invalid",
                    "could not be read",
                )])
            })?;
        read(asked)
    }
}

fn read<K: FromStr>(asked: Asked) -> Result<Page<K>, Problem> {
    let mut faults = Faults::default();
    let after = asked.cursor.map(|given| open(&given).ok_or("is not a cursor of this list"));
    let after = after.and_then(|read| faults.take("cursor", read));
    let limit = asked.limit.map_or(Some(USUAL), |given| given.parse().ok());
    let limit = limit.filter(|n| (1..=MOST).contains(n)).ok_or("a number between 1 and 200");
    let limit = faults.take("limit", limit).unwrap_or(USUAL);
    faults.done().map_err(Problem::invalid)?;
    Ok(Page { after, limit })
}

fn open<K: FromStr>(cursor: &str) -> Option<K> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?.parse().ok()
}

/// The cursor for a page that begins after `key`.
pub fn cursor(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

impl<K: ToString> Page<K> {
    /// How many to fetch: one more than asked for, which tells whether there is a next page.
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// The page as it is sent, of at most [`Page::fetch`] items.
    pub fn answer<T>(
        &self,
        items: &[T],
        key: impl Fn(&T) -> K,
        show: impl Fn(&T) -> Value,
    ) -> Value {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let shown = &items[..items.len().min(limit)];
        let last = shown.last().filter(|_| items.len() > limit);
        let next = last.map(|item| URL_SAFE_NO_PAD.encode(key(item).to_string()));
        json!({ "items": shown.iter().map(show).collect::<Vec<_>>(), "next": next })
    }

    /// The page out of a short list that is at hand as a whole.
    pub fn of_all<T>(&self, all: &[T], key: impl Fn(&T) -> K, show: impl Fn(&T) -> Value) -> Value
    where
        K: PartialEq,
    {
        let from = self.after.as_ref().map_or(0, |after| {
            all.iter().position(|item| key(item) == *after).map_or(all.len(), |at| at + 1)
        });
        self.answer(&all[from..], key, show)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(cursor: Option<&str>, limit: Option<&str>) -> Result<Page<u32>, Problem> {
        read(Asked { cursor: cursor.map(Into::into), limit: limit.map(Into::into) })
    }

    #[test]
    fn every_item_comes_once() {
        let all: Vec<u32> = (0..7).collect();
        let (mut seen, mut cursor) = (vec![], None);
        loop {
            let page = asked(cursor.as_deref(), Some("3")).unwrap();
            let answer = page.of_all(&all, |n| *n, |n| json!(n));
            seen.extend(answer["items"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()));
            match answer["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn what_is_no_page_is_refused_with_every_fault() {
        let problem = asked(Some("%"), Some("0")).unwrap_err();
        let fields: Vec<_> = problem.faults.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["cursor", "limit"]);
        assert!(asked(None, Some("201")).is_err() && asked(None, Some("200")).is_ok());
    }
}
