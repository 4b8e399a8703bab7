//! Who would be called when, for those who look after a team.

use chrono::NaiveDate;

use crate::{
    model::{alarms::coverage::Picture, ids::TeamId},
    service::{context::Context, error::Error, people::caller::Caller},
    store::{
        alarms::directory::{self, LadderScope},
        people::teams,
    },
};

/// The picture is of a week.
const DAYS: u64 = 7;

/// The week that begins on this day.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn week(
    ctx: &Context,
    caller: Caller,
    id: TeamId,
    from: NaiveDate,
) -> Result<Picture, Error> {
    let (zone, channels) = (ctx.settings.zone, ctx.settings.channels.clone());
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let team = teams::load(tx, id).await?.item;
                caller.must_look_after(id)?;
                let known = directory::load(tx, zone, channels, &LadderScope::of([&team])).await?;
                Ok(known.picture(&team, from, DAYS))
            })
        })
        .await
}
