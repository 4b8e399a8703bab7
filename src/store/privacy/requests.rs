//! Remembers privacy requests, and when each next asks for attention.

use chrono_tz::Tz;
use uuid::Uuid;

use crate::{
    model::{
        ids::RequestId,
        privacy::{
            requests::{PrivacyRequest, RequestState},
            sealing::Place,
        },
    },
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
        jobs::{self, JobKind},
    },
};

const TABLE: &str = "privacy_requests";

/// Writes a new request.
///
/// # Errors
/// [`Error::Stale`] when the id is there already.
pub async fn insert(tx: &mut Tx, it: &PrivacyRequest, zone: Tz) -> Result<(), Error> {
    tx.query(
        "insert into privacy_requests (id, state, version, body) values ($1, $2, 1, $3)
         on conflict (id) do nothing",
    )
    .bind(it.id.0)
    .bind(it.state_name())
    .seal(&Place::new(TABLE, it.id), it)
    .execute()
    .await
    .and_then(rows::changed)?;
    jobs::set(tx, JobKind::Request, it.id.0, it.next_wake(zone)).await
}

/// Changes a request that is still at `version`.
///
/// # Errors
/// [`Error::Stale`] when it is not.
pub async fn save(tx: &mut Tx, it: &PrivacyRequest, version: i64, zone: Tz) -> Result<(), Error> {
    tx.query(
        "update privacy_requests set state = $1, version = version + 1, body = $2
         where id = $3 and version = $4",
    )
    .bind(it.state_name())
    .seal(&Place::new(TABLE, it.id), it)
    .bind(it.id.0)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)?;
    jobs::set(tx, JobKind::Request, it.id.0, it.next_wake(zone)).await
}

/// The request.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn load(tx: &mut Tx, id: RequestId) -> Result<Versioned<PrivacyRequest>, Error> {
    tx.query("select id, version, body from privacy_requests where id = $1")
        .bind(id.0)
        .item(TABLE)
        .await
}

/// A page of requests in this state, or in any, the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    state: Option<RequestState>,
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<Versioned<PrivacyRequest>>, Error> {
    let limit = rows::fetch(tx, TABLE, limit);
    tx.query(
        "select id, version, body from privacy_requests
         where ($1 = '' or state = $1) and id < $2 order by id desc limit $3",
    )
    .bind(state.map_or("", RequestState::name))
    .bind(before.map_or(Uuid::max(), |id| id.0))
    .bind(limit)
    .items(TABLE)
    .await
}

/// The requests that were not answered to the end.
///
/// # Errors
/// When the database refuses, or one of them cannot be read: it may be about anybody.
pub(crate) async fn open(tx: &mut Tx) -> Result<Vec<PrivacyRequest>, Error> {
    let found = tx
        .query("select id, version, body from privacy_requests where state <> 'closed'")
        .all_items(TABLE)
        .await?;
    Ok(found.into_iter().map(|found| found.item).collect())
}
