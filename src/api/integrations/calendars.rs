//! My calendars: whether visits are mailed to me, the feed that I read elsewhere, and a calendar of my
//! own from which visits are proposed.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{
            json::{Body, double_option},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        integrations::calendars::{Calendars, Source, read::Proposal},
    },
    service::integrations::calendars::{self, CalendarChange},
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show, change))
        .routes(routes!(make_feed, end_feed))
        .routes(routes!(proposed))
}

/// What I have set for my calendars.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyCalendar {
    /// Whether a visit that I register is mailed to me for my calendar.
    mails_visits: bool,
    /// Since when a calendar reads my visits at a secret address.
    feed_since: Option<Instant>,
    /// Where my own calendar is; never its whole address.
    source: Option<String>,
}

fn view(it: &Calendars) -> MyCalendar {
    MyCalendar {
        mails_visits: it.mails_visits,
        feed_since: it.feed.as_ref().map(|feed| feed.made_at),
        source: it.source.as_ref().map(Source::host),
    }
}

/// See what I have set for my calendars
#[utoipa::path(get, path = "/me/calendar", operation_id = "getMyCalendar", tag = "me",
    responses((status = 200, body = MyCalendar)))]
async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<MyCalendar>, Problem> {
    Ok(Json(view(&calendars::see(&app, &caller).await?)))
}

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = MyCalendarInput)]
struct CalendarInput {
    #[schema(nullable = false)]
    mails_visits: Option<bool>,
    /// The secret address of a calendar of my own; null takes it away.
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    source: Option<Option<String>>,
}

/// Change what I have set for my calendars
///
/// `source` is the secret address of a calendar of my own, which is read when I ask for proposals; it
/// is never told again. It begins with `https://` or `webcal://` and is on the internet.
#[utoipa::path(patch, path = "/me/calendar", operation_id = "changeMyCalendar", tag = "me",
    request_body = Option<CalendarInput>,
    responses((status = 200, body = MyCalendar), (status = 403), (status = 409)))]
async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<CalendarInput>,
) -> Result<Json<MyCalendar>, Problem> {
    let reader = app.calendars.as_deref();
    let source = match input.source {
        Some(Some(text)) => Some(Some(calendars::parse_source(reader, &text)?)),
        Some(None) => Some(None),
        None => None,
    };
    let change = CalendarChange { mails_visits: input.mails_visits, source };
    Ok(Json(view(&calendars::change(&app, &caller, change).await?)))
}

/// The address. It is not told again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CalendarFeed {
    #[schema(format = "uri")]
    url: String,
    feed_since: Instant,
}

/// Get a secret address at which a calendar reads my visits, and those of teams that I manage
///
/// The address is told this once. An earlier one stops. A calendar that has it reads when a visit is
/// and whose it is: not who is visited, nor where.
#[utoipa::path(put, path = "/me/calendar/feed", operation_id = "makeMyCalendarFeed", tag = "me",
    responses((status = 200, body = CalendarFeed), (status = 403), (status = 409)))]
async fn make_feed(
    State(app): State<AppState>,
    caller: Caller,
) -> Result<Json<CalendarFeed>, Problem> {
    let feed = calendars::make_feed(&app, &caller).await?;
    Ok(Json(CalendarFeed { url: feed.url, feed_since: feed.made_at }))
}

/// Take that address back
#[utoipa::path(delete, path = "/me/calendar/feed", operation_id = "endMyCalendarFeed", tag = "me",
    responses((status = 204), (status = 403), (status = 409)))]
async fn end_feed(State(app): State<AppState>, caller: Caller) -> Result<StatusCode, Problem> {
    calendars::end_feed(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What my calendar holds today, the next first.
#[derive(Serialize, ToSchema)]
struct CalendarProposals {
    items: Vec<CalendarProposal>,
}

/// Something in my calendar that may be a visit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CalendarProposal {
    starts_at: Instant,
    #[schema(minimum = 1, maximum = 480)]
    expected_minutes: i64,
    #[schema(max_length = 200)]
    title: String,
    #[schema(max_length = 300)]
    place: String,
}

impl From<Proposal> for CalendarProposal {
    fn from(it: Proposal) -> Self {
        let expected_minutes = (it.ends_at - it.starts_at).num_minutes();
        Self { starts_at: it.starts_at, expected_minutes, title: it.title, place: it.place }
    }
}

/// See which visits my own calendar holds today
///
/// What may still come today and has a place, or a word in its title that says that it is a visit. It
/// fills in a form; nothing is registered by it. 409 `calendar-unreadable` when the calendar cannot be
/// read now.
#[utoipa::path(get, path = "/me/calendar/proposals", operation_id = "listMyCalendarProposals",
    tag = "me", responses((status = 200, body = CalendarProposals), (status = 409)))]
async fn proposed(
    State(app): State<AppState>,
    caller: Caller,
) -> Result<Json<CalendarProposals>, Problem> {
    let found = calendars::proposed(&app, &caller, app.calendars.as_deref()).await?;
    Ok(Json(CalendarProposals { items: found.into_iter().map(Into::into).collect() }))
}
