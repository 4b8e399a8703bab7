//! Who would be called when, for those who look after a team.

use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use chrono::{Datelike as _, Days, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Reply, respond},
    json::Id,
    problem::Problem,
    state::House,
    teams::must_look_after,
};
use crate::{
    model::{faults::Faults, ids::TeamId},
    store::{directory, teams},
};

/// The picture is of a week.
const DAYS: u64 = 7;

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/teams/{id}/coverage", get(show))
}

#[derive(Deserialize)]
struct Asked {
    from: Option<String>,
}

impl Asked {
    /// The first day of the week that is asked for; this one, when none is.
    fn monday(self, today: NaiveDate) -> Result<NaiveDate, Problem> {
        let Some(text) = self.from else { return Ok(monday_of(today)) };
        let mut faults = Faults::default();
        let day = text.parse::<NaiveDate>().ok().filter(|day| (2000..2200).contains(&day.year()));
        let day = faults.take("from", day.ok_or("a day, such as 2026-11-23"));
        faults.done().map_err(Problem::invalid)?;
        Ok(monday_of(day.unwrap_or(today)))
    }
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day - Days::new(u64::from(day.weekday().num_days_from_monday()))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<TeamId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let zone = house.settings.zone;
    let from = asked.monday(house.now().with_timezone(&zone).date_naive())?;
    let channels = house.settings.channels.clone();
    let (team, directory) = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let team = teams::load(tx, id).await?.item;
                must_look_after(&caller, id)?;
                Ok::<_, Problem>((team, directory::load(tx, zone, channels).await?))
            })
        })
        .await?;
    let picture = directory.picture(&team, from, DAYS);
    let body = json!({
        "teamId": id,
        "from": from,
        "spans": picture.spans,
        "ways": picture.ways,
        "channels": channels_of(&house),
    });
    Ok(respond(Reply::ok(body), "/v1/teams"))
}

/// Each way to reach somebody, and whether a carrier takes what is given to it.
fn channels_of(house: &House) -> Vec<Value> {
    let states = house.carriers.states();
    let works = |channel| states.iter().any(|s| s.channel == channel && s.works());
    let channels = house.settings.channels.iter();
    channels.map(|channel| json!({ "channel": channel, "works": works(*channel) })).collect()
}
