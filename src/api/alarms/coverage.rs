//! Who would be called when, for those who look after a team.

use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            json::Id,
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        alarms::coverage::{Span, Way},
        ids::TeamId,
        input::faults::Faults,
        messages::Channel,
    },
    service::alarms::coverage,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show))
}

/// Who would be called for an alarm of this team during a week, by the same rules as the alarm itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Coverage)]
struct CoverageView {
    team_id: TeamId,
    /// The Monday on which the week begins.
    #[schema(value_type = String, format = Date)]
    from: NaiveDate,
    /// Together they fill the week.
    spans: Vec<Span>,
    ways: Vec<Way>,
    channels: Vec<ChannelState>,
}

#[derive(Serialize, ToSchema)]
struct ChannelState {
    channel: Channel,
    /// Whether a carrier takes what is given to it.
    works: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CoverageQuery {
    /// A day in the week, which begins on Monday; this week when left out.
    #[param(format = Date, pattern = "^2[01][0-9]{2}-", nullable = false)]
    from: Option<String>,
}

impl CoverageQuery {
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

/// See who would be called when, during a week
#[utoipa::path(get, path = "/teams/{id}/coverage", operation_id = "getTeamCoverage",
    tag = "organisation", params(CoverageQuery),
    responses((status = 200, body = CoverageView), (status = 403), (status = 404)))]
async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<TeamId>,
    Query(asked): Query<CoverageQuery>,
) -> Result<Response, Problem> {
    let zone = app.settings.zone;
    let from = asked.monday(app.now().with_timezone(&zone).date_naive())?;
    let picture = coverage::week(&app, caller, id, from).await?;
    let channels = channels_of(&app);
    let (spans, ways) = (picture.spans, picture.ways);
    let view = CoverageView { team_id: id, from, spans, ways, channels };
    Ok(respond(ChangeReply::ok(view), "/v1/teams"))
}

/// Each way to reach somebody, and whether a carrier takes what is given to it.
fn channels_of(app: &AppState) -> Vec<ChannelState> {
    let states = app.carriers.states();
    let works = |channel| states.iter().any(|s| s.channel == channel && s.works());
    let channels = app.settings.channels.iter();
    channels.map(|&channel| ChannelState { channel, works: works(channel) }).collect()
}
