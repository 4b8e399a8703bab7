//! The register as a file: everything that has not ended, and who took it along is logged.

use axum::{
    Router,
    extract::State,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::NaiveDate;
use serde_json::json;

use super::{
    auth::Caller,
    problem::Problem,
    register::{look, today},
    state::House,
};
use crate::{
    model::{
        access::{Action, Look},
        people::Role,
        register::Entry,
        sheets::register as sheet,
    },
    store::{Db, Error, access, register},
};

/// As many entries are read at once.
const PAGE: i64 = 500;

/// The routes.
pub fn routes() -> Router<House> {
    Router::new().route("/register-export", get(export))
}

async fn export(State(house): State<House>, caller: Caller) -> Result<Response, Problem> {
    caller.must_be(Role::AggressionDesk)?;
    let day = today(&house);
    let entries = all(&house.db, day).await?;
    let look = look(&house, &caller, Action::RegisterExported);
    let look = Look { details: json!({ "entries": entries.len() }), ..look };
    house.db.write(move |tx| Box::pin(async move { access::log_look(tx, &look).await })).await?;
    let name = format!("attachment; filename=\"register-{day}.csv\"");
    let mut response = sheet::write(&entries).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.extend(HeaderValue::from_str(&name).map(|name| (CONTENT_DISPOSITION, name)));
    Ok(response)
}

/// Every entry that was neither withdrawn nor has ended on this day, in the order in which they
/// came.
///
/// # Errors
/// When the database refuses.
pub async fn all(db: &Db, today: NaiveDate) -> Result<Vec<Entry>, Error> {
    let found = db.read(move |tx| {
        Box::pin(async move {
            let mut entries: Vec<Entry> = vec![];
            loop {
                let after = entries.last().map(|entry| entry.id);
                let page = register::running(tx, today, after, PAGE).await?;
                if page.is_empty() {
                    return Ok(entries);
                }
                entries.extend(page.into_iter().map(|found| found.item));
            }
        })
    });
    found.await
}
