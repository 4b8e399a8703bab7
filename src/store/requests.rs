//! Remembers privacy requests, and when each next asks for attention.

use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    Error, Tx,
    jobs::{self, JobKind},
    rows::{self, Row, Versioned},
};
use crate::model::{ids::RequestId, requests::PrivacyRequest};

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
    .bind(rows::body(it))
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
    .bind(rows::body(it))
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
    tx.query("select version, body from privacy_requests where id = $1")
        .bind(id.0)
        .one::<Row>()
        .await?
        .read()
}

/// A page of requests in this state (empty for all), the newest first, older than `before`.
///
/// # Errors
/// When the database refuses.
pub async fn page(
    tx: &mut Tx,
    state: &str,
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<Versioned<PrivacyRequest>>, Error> {
    rows::read_all(
        tx.query(
            "select version, body from privacy_requests
             where ($1 = '' or state = $1) and id < $2 order by id desc limit $3",
        )
        .bind(state.to_owned())
        .bind(before.map_or(Uuid::max(), |id| id.0))
        .bind(limit)
        .all()
        .await?,
    )
}
