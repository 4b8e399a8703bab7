//! Reads a team's month: what was to start in it, and what was opened in it, as far as it is over.

use super::{Error, Tx};
use crate::model::{alarms::Alarm, clock::Instant, ids::TeamId, visits::Visit};

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
