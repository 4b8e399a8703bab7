//! The register as a file.

use axum::{
    extract::State,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        http::{problem::Problem, state::AppState},
        people::auth::Caller,
    },
    service::register::exports,
};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(export))
}

/// Read all measures that have not ended as a file (aggression desk; logged)
///
/// In the form in which it can be imported. A cell that a spreadsheet would take for a formula
/// begins with an apostrophe, which an import takes off again.
#[utoipa::path(get, path = "/register-export", operation_id = "exportRegister", tag = "register",
    responses(
        (status = 200, description = "The register as a table, with semicolons, in UTF-8 with a mark.",
            body = String, content_type = "text/csv"),
        (status = 403)))]
async fn export(State(app): State<AppState>, caller: Caller) -> Result<Response, Problem> {
    let export = exports::take(&app, &caller).await?;
    let name = format!("attachment; filename=\"register-{}.csv\"", export.day);
    let mut response = export.csv.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.extend(HeaderValue::from_str(&name).map(|name| (CONTENT_DISPOSITION, name)));
    Ok(response)
}
