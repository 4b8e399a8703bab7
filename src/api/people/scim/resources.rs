//! What is done with people and with teams alike: listed, shown, added, replaced, changed, removed.

use std::str::FromStr;

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get},
};

use super::{
    answers,
    refusal::{Refusal, object},
};
use crate::{
    api::http::state::AppState,
    model::people::scim::{Object, filter::Filter, member, patch, schemas},
    service::Error,
};

/// A kind of resource.
pub trait Resource: 'static {
    type Id: FromStr + Send;
    const SCHEMA: &'static str;
    /// What a replacement that says nothing of these leaves as it was.
    const STAY: &'static [&'static str];

    /// Those that the filter may mean.
    fn list(
        app: &AppState,
        filter: Option<&Filter>,
    ) -> impl Future<Output = Result<Vec<Object>, Error>> + Send;

    fn see(app: &AppState, id: Self::Id) -> impl Future<Output = Result<Object, Error>> + Send;

    fn create(app: &AppState, given: Object) -> impl Future<Output = Result<Object, Error>> + Send;

    fn change(
        app: &AppState,
        id: Self::Id,
        change: impl FnOnce(&Object) -> Result<Object, Error> + Send + 'static,
    ) -> impl Future<Output = Result<Object, Error>> + Send;

    fn remove(app: &AppState, id: Self::Id) -> impl Future<Output = Result<(), Error>> + Send;
}

/// The routes of all of them.
pub fn many<R: Resource>() -> MethodRouter<AppState> {
    get(list::<R>).post(create::<R>)
}

/// The routes of one.
pub fn one<R: Resource>() -> MethodRouter<AppState> {
    get(show::<R>).put(replace::<R>).patch(change::<R>).delete(remove::<R>)
}

fn read_id<R: Resource>(id: &str) -> Result<R::Id, Refusal> {
    id.parse().map_err(|_| Refusal::not_found())
}

async fn list<R: Resource>(
    State(app): State<AppState>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let filter = query.filter(R::SCHEMA)?;
    let mut found = R::list(&app, filter.as_ref()).await?;
    found.retain(|it| filter.as_ref().is_none_or(|filter| filter.holds(it)));
    Ok(query.page(found))
}

async fn show<R: Resource>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    let found = R::see(&app, read_id::<R>(&id)?).await?;
    Ok(query.one(StatusCode::OK, found))
}

async fn create<R: Resource>(
    State(app): State<AppState>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let made = R::create(&app, object(&body)?).await?;
    Ok(query.one(StatusCode::CREATED, made))
}

async fn replace<R: Resource>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let given = object(&body)?;
    let whole = move |shown: &Object| {
        let mut whole = given;
        for name in R::STAY {
            let said = member(&whole, name).is_some();
            if let Some(value) = shown.get(*name).filter(|_| !said) {
                whole.insert((*name).into(), value.clone());
            }
        }
        Ok(whole)
    };
    let changed = R::change(&app, read_id::<R>(&id)?, whole).await?;
    Ok(query.one(StatusCode::OK, changed))
}

async fn change<R: Resource>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    Query(query): Query<answers::Query>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let request = object(&body)?;
    let changed =
        move |shown: &Object| Ok(patch::apply(shown, &request, schemas::named(R::SCHEMA))?);
    let changed = R::change(&app, read_id::<R>(&id)?, changed).await?;
    Ok(query.one(StatusCode::OK, changed))
}

async fn remove<R: Resource>(
    State(app): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    R::remove(&app, read_id::<R>(&id)?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
