//! Remembers which channels have no working carrier, so that people are told once, by one instance.

use crate::{
    model::{
        clock::Instant,
        messages::{Channel, outages::Outage},
    },
    store::{
        db::{rows, tx::Tx},
        error::Error,
    },
};

#[derive(sqlx::FromRow)]
struct OutageRow {
    channel: String,
    since: Instant,
}

impl OutageRow {
    fn read(self) -> Result<Outage, Error> {
        let channel = Channel::from_name(&self.channel)
            .ok_or_else(|| Error::Unreadable("outage of an unknown channel".into()))?;
        Ok(Outage { channel, since: self.since })
    }
}

/// Notes an outage that was last felt at `felt_at`; says whether that is news. One that others saw
/// end after that is not.
///
/// # Errors
/// When the database refuses.
pub async fn begins(
    tx: &mut Tx,
    outage: &Outage,
    felt_at: Instant,
    now: Instant,
) -> Result<bool, Error> {
    let rows = tx
        .query(
            "insert into outages (channel, since, told_at, over_at) values ($1, $2, $3, null)
             on conflict (channel) do update
             set since = excluded.since, told_at = excluded.told_at, over_at = null
             where outages.over_at < $4",
        )
        .bind(outage.channel.name())
        .bind(outage.since)
        .bind(now)
        .bind(felt_at)
        .execute()
        .await?;
    Ok(rows == 1)
}

/// Notes that a carrier of this channel answered; tells the outage that ended by that, if any.
///
/// # Errors
/// When the database refuses.
pub async fn ends(
    tx: &mut Tx,
    channel: Channel,
    answered_at: Instant,
    now: Instant,
) -> Result<Option<Outage>, Error> {
    let row: Option<OutageRow> = tx
        .query(
            "update outages set over_at = $1
             where channel = $2 and over_at is null and told_at < $3 returning channel, since",
        )
        .bind(now)
        .bind(channel.name())
        .bind(answered_at)
        .optional()
        .await?;
    row.map(OutageRow::read).transpose()
}

/// The outages that go on.
///
/// # Errors
/// When the database refuses.
pub async fn going_on(tx: &mut Tx) -> Result<Vec<Outage>, Error> {
    let rows: Vec<OutageRow> = tx
        .query("select channel, since from outages where over_at is null order by channel")
        .all()
        .await?;
    rows::all_readable(rows.into_iter().map(OutageRow::read))
}
