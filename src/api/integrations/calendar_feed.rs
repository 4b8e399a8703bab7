//! Visits as a calendar reads them: one to put into it, and a feed behind an address that nobody
//! guesses. Who is visited, and where, is in neither.

use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{json::Id, problem::Problem, state::AppState},
        people::auth::Caller,
    },
    model::{ids::VisitId, integrations::calendars::written},
    service::integrations::calendars,
};

/// The route of the contract.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(one))
}

/// The feed, which proves itself by its address.
pub fn feed_routes() -> Router<AppState> {
    Router::new().route("/calendars/{name}", get(feed))
}

/// Take a visit along for one's calendar
///
/// A file of RFC 5545 with when it is and whose it is. Who is visited, and where, is not in it.
#[utoipa::path(get, path = "/visits/{id}/calendar", operation_id = "getVisitCalendar",
    tag = "visits", responses((status = 200, description = "The visit, as a calendar reads it.",
        body = String, content_type = "text/calendar"), (status = 404)))]
async fn one(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = app.words(caller.person.language);
    let visit = calendars::visit(&app, caller, id).await?;
    let text = written::one(&visit, &words, app.now());
    let mut response = calendar(text);
    let name = HeaderValue::from_static("attachment; filename=\"visit.ics\"");
    response.headers_mut().insert(CONTENT_DISPOSITION, name);
    Ok(response)
}

fn calendar(text: String) -> Response {
    let headers = [(CONTENT_TYPE, "text/calendar; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, text).into_response()
}

async fn feed(State(app): State<AppState>, Path(name): Path<String>) -> Result<Response, Problem> {
    let secret = name.strip_suffix(".ics").ok_or_else(Problem::not_found)?.to_owned();
    let found = calendars::read_feed(&app, secret).await?;
    let Some((person, visits)) = found else { return Ok(gone()) };
    Ok(calendar(written::feed(&visits, &app.words(person.language), app.now())))
}

/// The same for an address that never was and one that was taken back.
fn gone() -> Response {
    (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")], "").into_response()
}
