//! Lists in pages: `{items, next}`, where `next` is the cursor of the following page.

use std::str::FromStr;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use crate::model::input::faults::Faults;

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

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Where to go on; `next` of the page before.
    #[param(max_length = 200, nullable = false)]
    cursor: Option<String>,
    /// How many at most.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50, nullable = false)]
    limit: Option<String>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
    /// The `cursor` of the following page.
    pub next: Option<String>,
}

impl<K: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Page<K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) =
            Query::<PageQuery>::from_request_parts(parts, state).await.map_err(|_| {
                Problem::invalid(vec![crate::model::input::faults::Fault::new(
                    "query",
                    "invalid",
                    "could not be read",
                )])
            })?;
        read(asked)
    }
}

fn read<K: FromStr>(asked: PageQuery) -> Result<Page<K>, Problem> {
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
    pub fn answer<'i, T, V>(
        &self,
        items: &'i [T],
        key: impl Fn(&T) -> K,
        show: impl Fn(&'i T) -> V,
    ) -> Items<V> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let shown = &items[..items.len().min(limit)];
        let last = shown.last().filter(|_| items.len() > limit);
        let next = last.map(|item| URL_SAFE_NO_PAD.encode(key(item).to_string()));
        Items { items: shown.iter().map(show).collect(), next }
    }

    /// The page out of a short list that is at hand as a whole.
    pub fn of_all<'i, T, V>(
        &self,
        all: &'i [T],
        key: impl Fn(&T) -> K,
        show: impl Fn(&'i T) -> V,
    ) -> Items<V>
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
        read(PageQuery { cursor: cursor.map(Into::into), limit: limit.map(Into::into) })
    }

    #[test]
    fn every_item_comes_once() {
        let all: Vec<u32> = (0..7).collect();
        let (mut seen, mut cursor) = (vec![], None);
        loop {
            let page = asked(cursor.as_deref(), Some("3")).unwrap();
            let answer = page.of_all(&all, |n| *n, |n| *n);
            seen.extend(answer.items);
            match answer.next {
                Some(next) => cursor = Some(next),
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
