//! How resources are answered with: what frames them, which of them, and which parts.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::refusal::{Refusal, answer};
use crate::{
    model::{
        clock::Instant,
        people::scim::{Object, filter::Filter, member},
    },
    store::people::provisioned::ProvisionedRecord,
};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
/// The most that one page holds.
pub const MOST: usize = 200;

/// The parts of an answer stand in the order of their names, as those of a resource do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListView {
    #[serde(rename = "Resources")]
    resources: Vec<Object>,
    items_per_page: usize,
    schemas: [&'static str; 1],
    start_index: usize,
    total_results: usize,
}

/// What frames a resource.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<Instant>,
    pub location: &'a str,
    pub resource_type: &'a str,
}

impl<'a> Meta<'a> {
    pub fn new(resource_type: &'a str, location: &'a str) -> Self {
        Self { created: None, last_modified: None, location, resource_type }
    }
}

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
        let body = ListView {
            items_per_page: some.len(),
            resources: some,
            schemas: [LIST],
            start_index: start,
            total_results: total,
        };
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
    fn parts(&self, mut object: Object) -> Object {
        if let Some(wanted) = &self.attributes {
            object.retain(|name, _| is_always(name) || names(wanted, name));
        } else if let Some(unwanted) = &self.excluded_attributes {
            object.retain(|name, _| is_always(name) || !names(unwanted, name));
        }
        object
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
    record: Option<&ProvisionedRecord>,
) -> Object {
    let meta = Meta {
        created: record.map(|record| record.created_at),
        last_modified: record.map(|record| record.changed_at),
        ..Meta::new(kind, location)
    };
    put(&mut object, "schemas", &[schema]);
    put(&mut object, "id", &id.to_string());
    put(&mut object, "meta", &meta);
    object
}

pub fn put(object: &mut Object, name: &str, value: &impl Serialize) {
    object.insert(name.into(), serde_json::to_value(value).unwrap_or_default());
}
