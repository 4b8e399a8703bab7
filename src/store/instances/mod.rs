//! Remembers which instances live, so that one takes over what another had in hand when it died.
//!
//! All moments here are the database's own: however far the clocks of two instances are apart,
//! neither takes the other for dead.

pub mod instance_lock;
pub mod notify;

use crate::{
    model::ids::InstanceId,
    store::{
        db::{sql::Sql, tx::Tx},
        error::Error,
    },
};

/// Says that an instance lives. One that was not heard for a while is not steady: it may be the
/// database that was away, for everybody, so it judges nobody yet.
///
/// # Errors
/// When the database refuses.
pub async fn beat(tx: &mut Tx, id: InstanceId) -> Result<(), Error> {
    tx.query(BEAT).bind(id.0).execute().await.map(drop)
}

const BEAT: Sql = Sql {
    sqlite: "insert into instances (id, beat_at, steady_since)
        values ($1, strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'), '1970-01-01T00:00:00+00:00')
        on conflict (id) do update set
          steady_since = case
            when instances.beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-6 seconds')
            then excluded.beat_at else instances.steady_since end,
          beat_at = excluded.beat_at",
    postgres: "insert into instances (id, beat_at, steady_since)
        values ($1, clock_timestamp(), 'epoch')
        on conflict (id) do update set
          steady_since = case
            when instances.beat_at <= clock_timestamp() - interval '6 seconds'
            then excluded.beat_at else instances.steady_since end,
          beat_at = excluded.beat_at",
};

/// An instance has nothing in hand any more, or can no longer have: what still bears its name is
/// free at once.
///
/// # Errors
/// When the database refuses.
pub async fn leave(tx: &mut Tx, id: InstanceId) -> Result<(), Error> {
    tx.query(Sql {
        sqlite: "update instances set beat_at = '1970-01-01T00:00:00+00:00' where id = $1",
        postgres: "update instances set beat_at = 'epoch' where id = $1",
    })
    .bind(id.0)
    .execute()
    .await
    .map(drop)
}

/// Nobody else can be alive: whoever is named so far is dead.
///
/// # Errors
/// When the database refuses.
pub async fn is_alone(tx: &mut Tx, id: InstanceId) -> Result<(), Error> {
    tx.query(Sql {
        sqlite: "update instances set beat_at = '1970-01-01T00:00:00+00:00' where id <> $1",
        postgres: "update instances set beat_at = 'epoch' where id <> $1",
    })
    .bind(id.0)
    .execute()
    .await
    .map(drop)
}

/// How many instances live.
///
/// # Errors
/// When the database refuses.
pub async fn living(tx: &mut Tx) -> Result<i64, Error> {
    let row: (i64,) = tx
        .query(Sql {
            sqlite: "select count(*) from instances
                where beat_at > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds')",
            postgres: "select count(*) from instances
                where beat_at > clock_timestamp() - interval '8 seconds'",
        })
        .one()
        .await?;
    Ok(row.0)
}

/// Whether nobody could say that they live lately, who did before: the database takes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn are_silent(tx: &mut Tx) -> Result<bool, Error> {
    let (named,): (i64,) = tx
        .query(Sql {
            sqlite: "select count(*) from instances
                where beat_at > '1970-01-01T00:00:00+00:00'",
            postgres: "select count(*) from instances where beat_at > 'epoch'",
        })
        .one()
        .await?;
    Ok(named > 0 && living(tx).await? == 0)
}

/// Forgets those that are long dead; nothing bears their names any more.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(tx: &mut Tx) -> Result<(), Error> {
    tx.query(Sql {
        sqlite: "delete from instances
            where beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-1 hour')
              and not exists (select 1 from messages
                where claimed_by = instances.id and state = 'sending')",
        postgres: "delete from instances
            where beat_at <= clock_timestamp() - interval '1 hour'
              and not exists (select 1 from messages
                where claimed_by = instances.id and state = 'sending')",
    })
    .execute()
    .await
    .map(drop)
}
