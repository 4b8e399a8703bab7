//! Remembers calls that an instance holds itself, which end when it dies.

use crate::{
    model::{clock::Instant, ids::InstanceId},
    store::{
        db::{sql::Sql, tx::Tx},
        error::Error,
    },
};

/// Calls by this carrier that an instance held and that it can no longer end, for it was not heard
/// for eight seconds: they failed, and the ladder need not wait. Says how many. `by` lives, and judges
/// nobody when it was not heard itself shortly before, as with [`super::claims`].
///
/// # Errors
/// When the database refuses.
pub async fn broken_off(
    tx: &mut Tx,
    carrier: &str,
    by: InstanceId,
    now: Instant,
) -> Result<u64, Error> {
    tx.query(BROKEN_OFF).bind(carrier).bind(now).bind(by.0).execute().await
}

const BROKEN_OFF: Sql = Sql {
    sqlite: "update messages set state = 'failed', deliver_by = $2
        where state = 'handed-over' and channel = 'call' and carrier = $1
          and claimed_by is not null and claimed_by <> $3
          and not exists (select 1 from instances where id = messages.claimed_by
            and beat_at > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds'))
          and not exists (select 1 from instances where id = $3
            and (steady_since > strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-8 seconds')
              or beat_at <= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-6 seconds')))",
    postgres: "update messages set state = 'failed', deliver_by = $2
        where state = 'handed-over' and channel = 'call' and carrier = $1
          and claimed_by is not null and claimed_by <> $3
          and not exists (select 1 from instances where id = messages.claimed_by
            and beat_at > clock_timestamp() - interval '8 seconds')
          and not exists (select 1 from instances where id = $3
            and (steady_since > clock_timestamp() - interval '8 seconds'
              or beat_at <= clock_timestamp() - interval '6 seconds'))",
};
