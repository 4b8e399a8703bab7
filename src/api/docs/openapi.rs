//! The contract, built in: served as JSON, and the version that every answer names.

use std::sync::LazyLock;

use axum::Json;
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::api::http::state::AppState;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    // A test sees to it that it can be read; a service without it still watches.
    serde_yaml_ng::from_str(include_str!("../../../api.openapi.yaml")).unwrap_or_default()
});

/// The OpenAPI document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The full version of the API.
pub fn version() -> &'static str {
    DOCUMENT["info"]["version"].as_str().unwrap_or_default()
}

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(show))
}

/// This document
#[utoipa::path(get, path = "/openapi.json", operation_id = "getOpenapi", tag = "about",
    security(()), responses((status = 200, description = "This document as JSON.", body = Object)))]
async fn show() -> Json<&'static Value> {
    Json(document())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_can_be_read() {
        assert_eq!(document()["openapi"], "3.1.0");
        assert_eq!(version().split('.').count(), 3);
        assert!(document()["paths"].as_object().is_some_and(|paths| paths.len() > 20));
    }
}
