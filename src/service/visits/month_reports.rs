//! The month of a team in figures, for whoever looks after it.

use crate::{
    model::{
        ids::TeamId,
        people::teams::Team,
        visits::{
            reports::{Month, MonthReport},
            tallies::Tally,
        },
    },
    service::{context::Context, error::Error, people::caller::Caller},
    store::{people::teams, visits::reports},
};

/// Counts it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn see(
    ctx: &Context,
    caller: Caller,
    id: TeamId,
    month: Month,
) -> Result<(Team, MonthReport), Error> {
    let bounds = month.bounds(ctx.settings.zone);
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let team = teams::load(tx, id).await?.item;
                caller.must_look_after(id)?;
                let counted = reports::counted(tx, id, bounds).await?;
                let mut tally = Tally::of(&counted.visits, &counted.alarms, &team.policy);
                tally.add(reports::kept(tx, id, month).await?.item);
                Ok((team, MonthReport::of(&tally)))
            })
        })
        .await
}
