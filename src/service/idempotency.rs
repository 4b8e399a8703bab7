//! The same request sent twice is done once and answered twice.
//!
//! What is kept under a key is the reply as its listener showed it, in the transaction that did the
//! work: a use case gives its typed outcome, and whoever listens hands in how that is shown.

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::{context::Context, error::Error, people::caller::Caller};
use crate::{
    model::{
        clock::Instant,
        ids::{VisitId, digest},
    },
    store::{self, Tx, people::sessions},
};

/// A reply as it is kept.
#[derive(Clone, Debug)]
pub struct StoredReply {
    /// A number that tells its listener how to send it.
    pub status: u16,
    /// What it says.
    pub body: Value,
}

/// A request that changes something: who sends it, to where, with what, under which key.
#[derive(Clone, Debug)]
pub struct Once {
    scope: String,
    key: Option<String>,
    fingerprint: String,
    path: String,
}

impl Once {
    /// A request under a key, when it has one. `said` is what tells this request from another one.
    pub fn keyed(
        caller: &Caller,
        key: Option<String>,
        path: String,
        said: &impl serde::Serialize,
    ) -> Self {
        let said = serde_json::to_string(said).unwrap_or_default();
        let fingerprint = digest(&format!("{path} {said}"));
        Self { scope: caller.person.id.to_string(), key, fingerprint, path }
    }

    /// Where it was sent to.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whose key it is, and the key, when there is one.
    pub fn owned(&self) -> Option<(String, String)> {
        self.scope_and_key().map(|(scope, key)| (scope.to_owned(), key.to_owned()))
    }

    fn scope_and_key(&self) -> Option<(&str, &str)> {
        Some((&self.scope, self.key.as_deref()?))
    }

    fn again(&self, before: sessions::Answered) -> Result<StoredReply, Error> {
        if before.fingerprint != self.fingerprint {
            return Err(Error::KeyReused);
        }
        let status = u16::try_from(before.status).unwrap_or_default();
        Ok(StoredReply { status, body: before.body })
    }

    /// What the request was about: what its address names, or what came of it.
    fn subject(&self, reply: &StoredReply) -> Option<Uuid> {
        let named = self.path.split('/').find_map(|part| part.parse().ok());
        named.or_else(|| reply.body.get("id").and_then(Value::as_str)?.parse().ok())
    }
}

type Show<O> = Arc<dyn Fn(&O) -> StoredReply + Send + Sync>;

/// A request under a key, with how its outcome is shown.
pub struct Shown<O> {
    pub once: Once,
    show: Show<O>,
}

impl<O> Shown<O> {
    /// This request, whose outcome is shown so.
    pub fn new(once: Once, show: impl Fn(&O) -> StoredReply + Send + Sync + 'static) -> Self {
        Self { once, show: Arc::new(show) }
    }

    /// The outcome as its listener shows it.
    pub fn show(&self, outcome: &O) -> StoredReply {
        (self.show)(outcome)
    }
}

impl<O> Clone for Shown<O> {
    fn clone(&self) -> Self {
        Self { once: self.once.clone(), show: self.show.clone() }
    }
}

impl<O> fmt::Debug for Shown<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.once.fmt(f)
    }
}

/// Does `work` in one transaction, unless the same key was answered before: then that reply again.
/// Wakes the engine afterwards.
///
/// # Errors
/// What `work` says, [`Error::KeyReused`], or that the store fails.
pub async fn once<R, E, F>(ctx: &Context, once: Once, work: F) -> Result<StoredReply, E>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<R, E>> + Send + 'static,
    R: Into<StoredReply> + Send + 'static,
    E: From<Error> + From<store::Error> + Send + 'static,
{
    let now = ctx.now();
    ctx.write(move |tx| {
        Box::pin(async move {
            if let Some(before) = given_before(tx, &[&once]).await?.pop().flatten() {
                return Ok(before?);
            }
            let reply = work(tx).await?.into();
            keep(tx, &[(&once, &reply)], now).await?;
            Ok(reply)
        })
    })
    .await
}

/// What was replied before to each of these requests; nothing where that is yet to be done.
///
/// # Errors
/// When the store fails.
pub async fn given_before(
    tx: &mut Tx,
    all: &[&Once],
) -> Result<Vec<Option<Result<StoredReply, Error>>>, store::Error> {
    let keys: Vec<_> = all.iter().filter_map(|once| once.scope_and_key()).collect();
    let mut answered = sessions::answered_all(tx, &keys).await?.into_iter();
    let before = |once: &&Once| {
        once.key.as_ref()?;
        answered.next().flatten().map(|before| once.again(before))
    };
    Ok(all.iter().map(before).collect())
}

/// Keeps what is replied to requests, for whoever sends one again.
///
/// # Errors
/// When the store fails.
pub async fn keep(
    tx: &mut Tx,
    all: &[(&Once, &StoredReply)],
    now: Instant,
) -> Result<(), store::Error> {
    let kept = |(once, reply): &(&'_ Once, &'_ StoredReply)| sessions::Answered {
        fingerprint: once.fingerprint.clone(),
        status: i32::from(reply.status),
        body: reply.body.clone(),
    };
    let all = all.iter().filter_map(|pair| {
        let (scope, key) = pair.0.scope_and_key()?;
        let subject = pair.0.subject(pair.1);
        Some(sessions::Kept { scope, key, answer: kept(pair), subject })
    });
    sessions::keep_answers(tx, &all.collect::<Vec<_>>(), now).await
}

/// Notes that a text, by this id of its provider, was answered for a visit. False when it was before.
///
/// # Errors
/// When the store fails.
pub async fn note_inbound(
    tx: &mut Tx,
    id: &str,
    visit: VisitId,
    now: Instant,
) -> Result<bool, store::Error> {
    let (scope, key) = (format!("text/{id}"), visit.to_string());
    if sessions::answered(tx, &scope, &key).await?.is_some() {
        return Ok(false);
    }
    let answer = sessions::Answered { fingerprint: String::new(), status: 204, body: Value::Null };
    let kept = sessions::Kept { scope: &scope, key: &key, answer, subject: Some(visit.0) };
    sessions::keep_answers(tx, &[kept], now).await?;
    Ok(true)
}
