//! How resources are answered with: what frames them, which of them, and which parts.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, answer};
use crate::{
    model::scim::{Object, filter::Filter, member},
    store::provisioned::Record,
};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The most that one page holds.
pub const MOST: usize = 200;

/// What is asked for beside the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    filter: Option<String>,
    start_index: Option<i64>,
    count: Option<i64>,
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

impl Query {
    /// The filter on resources of this schema.
    pub fn filter(&self, schema: &str) -> Result<Option<Filter>, Refusal> {
        let read = self.filter.as_deref().map(|text| Filter::read(text, schema));
        Ok(read.transpose()?)
    }

    /// The part of these that is asked for.
    pub fn page(&self, found: Vec<Object>) -> Response {
        let total = found.len();
        let whole = |number: i64| usize::try_from(number).unwrap_or_default();
        let start = whole(self.start_index.unwrap_or(1)).max(1);
        let count = self.count.map_or(MOST, |count| whole(count).min(MOST));
        let some: Vec<_> =
            found.into_iter().skip(start - 1).take(count).map(|it| self.parts(it)).collect();
        let body = json!({ "schemas": [LIST], "totalResults": total, "startIndex": start,
            "itemsPerPage": some.len(), "Resources": some });
        answer(StatusCode::OK, &body)
    }

    /// One resource, with the parts of it that are asked for.
    pub fn one(&self, status: StatusCode, found: Object) -> Response {
        let location = member(&found, "meta").and_then(|meta| meta["location"].as_str());
        let location = location.and_then(|at| HeaderValue::try_from(at).ok());
        let mut response = answer(status, &self.parts(found));
        if let Some(location) = location {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }

    /// What is always there, and of the rest what is asked for.
    fn parts(&self, mut object: Object) -> Value {
        if let Some(wanted) = &self.attributes {
            object.retain(|name, _| is_always(name) || names(wanted, name));
        } else if let Some(unwanted) = &self.excluded_attributes {
            object.retain(|name, _| is_always(name) || !names(unwanted, name));
        }
        Value::Object(object)
    }
}

fn is_always(name: &str) -> bool {
    matches!(name, "id" | "schemas")
}

/// Whether a list of paths names this attribute; its parts are kept together.
fn names(list: &str, name: &str) -> bool {
    list.split(',').any(|path| {
        let path = path.trim().rsplit(':').next().unwrap_or_default();
        path.split('.').next().unwrap_or_default().eq_ignore_ascii_case(name)
    })
}

/// A resource with what frames it.
pub fn framed(
    mut object: Object,
    schema: &str,
    kind: &str,
    id: impl ToString,
    location: &str,
    record: Option<&Record>,
) -> Object {
    let mut meta = json!({ "resourceType": kind, "location": location });
    if let Some(record) = record {
        meta["created"] = json!(record.created_at);
        meta["lastModified"] = json!(record.changed_at);
    }
    object.insert("schemas".into(), json!([schema]));
    object.insert("id".into(), json!(id.to_string()));
    object.insert("meta".into(), meta);
    object
}
