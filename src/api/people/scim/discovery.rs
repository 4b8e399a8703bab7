//! What this service can do with people and teams, for a directory that asks.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    answers::{self, MOST, Meta},
    refusal::{Refusal, address, answer},
};
use crate::{
    api::http::state::AppState,
    model::people::scim::{Object, group, schemas, user},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ConfigView<'a> {
    authentication_schemes: [SchemeView; 1],
    bulk: BulkView,
    change_password: SupportView,
    documentation_uri: &'static str,
    etag: SupportView,
    filter: FilterView,
    meta: Meta<'a>,
    patch: SupportView,
    schemas: [&'static str; 1],
    sort: SupportView,
}

#[derive(Serialize)]
struct SchemeView {
    description: &'static str,
    name: &'static str,
    primary: bool,
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BulkView {
    max_operations: usize,
    max_payload_size: usize,
    supported: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilterView {
    max_results: usize,
    supported: bool,
}

#[derive(Serialize)]
struct SupportView {
    supported: bool,
}

/// What is supported.
pub async fn config(State(app): State<AppState>) -> Response {
    let supported = |supported| SupportView { supported };
    let token = SchemeView {
        description: "A secret that the administrator sets on both sides.",
        name: "Bearer token",
        primary: true,
        r#type: "oauthbearertoken",
    };
    let at = format!("{}/scim/v2/ServiceProviderConfig", app.settings.public_url);
    let body = ConfigView {
        authentication_schemes: [token],
        bulk: BulkView { max_operations: 0, max_payload_size: 0, supported: false },
        change_password: supported(false),
        documentation_uri: "https://www.rfc-editor.org/rfc/rfc7644",
        etag: supported(false),
        filter: FilterView { max_results: MOST, supported: true },
        meta: Meta::new("ServiceProviderConfig", &at),
        patch: supported(true),
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        sort: supported(false),
    };
    answer(StatusCode::OK, &body)
}

/// The kinds of resources.
pub async fn resource_types(
    State(app): State<AppState>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    refuse_filter(&query)?;
    Ok(query.page(types(&app)))
}

/// One of them.
pub async fn resource_type(
    State(app): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    one(types(&app), &id)
}

/// What the resources consist of.
pub async fn schemas(
    State(app): State<AppState>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    refuse_filter(&query)?;
    Ok(query.page(all(&app)))
}

/// What one of them consists of.
pub async fn schema(
    State(app): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    one(all(&app), &id)
}

/// RFC 7644, 4: a filter on these is refused.
fn refuse_filter(query: &answers::Query) -> Result<(), Refusal> {
    match query.filter("")? {
        Some(_) => Err(Refusal::new(StatusCode::FORBIDDEN, "These cannot be filtered.")),
        None => Ok(()),
    }
}

fn one(found: Vec<Object>, id: &str) -> Result<Response, Refusal> {
    let found = found.into_iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id));
    let found = found.ok_or_else(Refusal::not_found)?;
    Ok(answers::Query::default().one(StatusCode::OK, found))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceTypeView<'a> {
    description: &'a str,
    endpoint: &'a str,
    id: &'a str,
    meta: Meta<'a>,
    name: &'a str,
    schema: &'a str,
    schema_extensions: [&'a str; 0],
    schemas: [&'a str; 1],
}

fn types(app: &AppState) -> Vec<Object> {
    let kind = |name: &str, endpoint: &str, schema: &str, description: &str| {
        let at = address(app, "ResourceTypes", name);
        let view = ResourceTypeView {
            description,
            endpoint,
            id: name,
            meta: Meta::new("ResourceType", &at),
            name,
            schema,
            schema_extensions: [],
            schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
        };
        serde_json::to_value(view).ok()?.as_object().cloned()
    };
    let all = [
        kind("User", "/Users", user::SCHEMA, "An account"),
        kind("Group", "/Groups", group::SCHEMA, "A team"),
    ];
    all.into_iter().flatten().collect()
}

fn all(app: &AppState) -> Vec<Object> {
    let placed = |schema: &Value| {
        let mut schema = schema.as_object()?.clone();
        let id = schema.get("id")?.as_str()?.to_owned();
        let location = address(app, "Schemas", id);
        schema.get_mut("meta")?.as_object_mut()?.insert("location".into(), location.into());
        Some(schema)
    };
    schemas::served().iter().filter_map(placed).collect()
}
