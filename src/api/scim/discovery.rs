//! What this service can do with people and teams, for a directory that asks.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json};

use super::{
    Refusal, address, answer,
    answers::{self, MOST},
};
use crate::{
    api::state::House,
    model::scim::{Object, group, schemas, user},
};

/// What is supported.
pub async fn config(State(house): State<House>) -> Response {
    let no = json!({ "supported": false });
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": "https://www.rfc-editor.org/rfc/rfc7644",
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST },
        "changePassword": no, "sort": no, "etag": no,
        "authenticationSchemes": [{ "type": "oauthbearertoken", "name": "Bearer token",
            "description": "A secret that the administrator sets on both sides.",
            "primary": true }],
        "meta": { "resourceType": "ServiceProviderConfig",
            "location": format!("{}/scim/v2/ServiceProviderConfig", house.settings.public_url) },
    });
    answer(StatusCode::OK, &body)
}

/// The kinds of resources.
pub async fn resource_types(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    refuse_filter(&query)?;
    Ok(query.page(types(&house)))
}

/// One of them.
pub async fn resource_type(
    State(house): State<House>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    one(types(&house), &id)
}

/// What the resources consist of.
pub async fn schemas(
    State(house): State<House>,
    Query(query): Query<answers::Query>,
) -> Result<Response, Refusal> {
    refuse_filter(&query)?;
    Ok(query.page(all(&house)))
}

/// What one of them consists of.
pub async fn schema(
    State(house): State<House>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    one(all(&house), &id)
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

fn types(house: &House) -> Vec<Object> {
    let kind = |name: &str, at: &str, schema: &str, what: &str| {
        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name, "name": name, "endpoint": at, "description": what, "schema": schema,
            "schemaExtensions": [],
            "meta": { "resourceType": "ResourceType",
                "location": address(house, "ResourceTypes", name) } })
    };
    let all = [
        kind("User", "/Users", user::SCHEMA, "An account"),
        kind("Group", "/Groups", group::SCHEMA, "A team"),
    ];
    all.into_iter().filter_map(|it| it.as_object().cloned()).collect()
}

fn all(house: &House) -> Vec<Object> {
    let placed = |schema: &Value| {
        let mut schema = schema.as_object()?.clone();
        let id = schema.get("id")?.as_str()?.to_owned();
        let location = address(house, "Schemas", id);
        schema.get_mut("meta")?.as_object_mut()?.insert("location".into(), json!(location));
        Some(schema)
    };
    schemas::served().iter().filter_map(placed).collect()
}
