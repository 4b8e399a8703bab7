//! Reads a team's month: what was to start in it, and what was opened in it, as far as it is over;
//! and remembers the figures of what is no longer kept.

use crate::{
    model::{
        alarms::Alarm,
        clock::Instant,
        ids::TeamId,
        privacy::sealing::Place,
        visits::{Visit, reports::Month, tallies::Tally},
    },
    store::{
        db::{
            rows::{self, Versioned},
            tx::Tx,
        },
        error::Error,
    },
};

/// What a report counts.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The visits that are over.
    pub visits: Vec<Visit>,
    /// The alarms and drills that are closed, and whose visit is over.
    pub alarms: Vec<Alarm>,
}

/// What is over of a team, between `from` and `until`.
///
/// # Errors
/// When the database refuses.
pub async fn counted(
    tx: &mut Tx,
    team: TeamId,
    (from, until): (Instant, Instant),
) -> Result<Counted, Error> {
    let visits = tx
        .query(
            "select id, version, body from visits
             where team_id = $1 and starts_at >= $2 and starts_at < $3
               and status in ('ended', 'cancelled') order by starts_at",
        )
        .bind(team.0)
        .bind(from)
        .bind(until)
        .items("visits")
        .await?;
    let alarms = tx
        .query(
            "select a.id, a.version, a.body from alarms a left join visits v on v.id = a.visit_id
             where a.team_id = $1 and a.opened_at >= $2 and a.opened_at < $3
               and a.state = 'closed' and (v.id is null or v.status in ('ended', 'cancelled'))
             order by a.opened_at",
        )
        .bind(team.0)
        .bind(from)
        .bind(until)
        .items("alarms")
        .await?;
    let visits = visits.into_iter().map(|found| found.item).collect();
    let alarms = alarms.into_iter().map(|found| found.item).collect();
    Ok(Counted { visits, alarms })
}

fn key(team: TeamId, month: Month) -> String {
    format!("{team}/{month}")
}

/// The figures of what is no longer kept of a team's month.
///
/// # Errors
/// When the database refuses.
pub async fn kept(tx: &mut Tx, team: TeamId, month: Month) -> Result<Versioned<Tally>, Error> {
    let id = key(team, month);
    let at = Place::new("report_tallies", &id);
    let found = tx
        .query("select version, body from report_tallies where id = $1")
        .bind(id)
        .maybe_at(&at)
        .await?;
    Ok(found.unwrap_or_else(|| Versioned { version: 0, item: Tally::default() }))
}

/// Adds the figures of what is removed in the same unit of work, so that the month stays as it was.
///
/// # Errors
/// [`Error::Stale`] when somebody else added to it at the same moment.
pub async fn keep(tx: &mut Tx, team: TeamId, month: Month, more: Tally) -> Result<(), Error> {
    let Versioned { version, item: mut tally } = kept(tx, team, month).await?;
    tally.add(more);
    let id = key(team, month);
    let at = Place::new("report_tallies", &id);
    tx.query(
        "insert into report_tallies (id, version, body) values ($1, 1, $2)
         on conflict (id) do update
         set version = report_tallies.version + 1, body = excluded.body
         where report_tallies.version = $3",
    )
    .bind(id)
    .seal(&at, &tally)
    .bind(version)
    .execute()
    .await
    .and_then(rows::changed)
}
