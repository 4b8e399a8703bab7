//! The reference at `/docs`: plain pages out of the contract, made here, without any script.

#[cfg(test)]
mod about;
#[cfg(test)]
mod contract;
pub(crate) mod markup;
pub mod openapi;

use std::sync::LazyLock;

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse as _},
    routing::get,
};
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use serde_json::Value;

use super::{docs::markup::marked, http::state::AppState};

static PAGE: LazyLock<String> = LazyLock::new(|| page(openapi::document()).into_string());
const STYLE: &str = include_str!("docs.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/docs", get(async || Html(PAGE.as_str()))).route(
        "/docs/style.css",
        get(async || ([(CONTENT_TYPE, "text/css")], STYLE).into_response()),
    )
}

/// The whole page of a document.
fn page(document: &Value) -> Markup {
    let info = &document["info"];
    let title = format!("{} API {}", plain(&info["title"]), plain(&info["version"]));
    let tags: Vec<_> = list(&document["tags"])
        .map(|tag| (tag, operations(document, text(&tag["name"]))))
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/docs/style.css";
            }
            body {
                nav aria-label="Contents" {
                    ul {
                        @for (tag, operations) in &tags { (index(text(&tag["name"]), operations)) }
                        li { a href="#schemas" { "schemas" } }
                    }
                }
                main {
                    h1 { (title) }
                    p { "The same as " a href="/v1/openapi.json" { "OpenAPI document" } "." }
                    (marked(text(&info["description"])))
                    @for (tag, operations) in &tags {
                        section {
                            h2 id={ "tag-" (text(&tag["name"])) } { (text(&tag["name"])) }
                            (marked(text(&tag["description"])))
                            @for it in operations { (one_operation(document, it)) }
                        }
                    }
                    section {
                        h2 id="schemas" { "schemas" }
                        @for (name, schema) in members(&document["components"]["schemas"]) {
                            (one_schema(name, schema))
                        }
                    }
                }
            }
        }
    }
}

fn index(tag: &str, operations: &[Operation<'_>]) -> Markup {
    html! {
        li {
            a href={ "#tag-" (tag) } { (tag) }
            ul {
                @for (.., operation) in operations {
                    li {
                        a href={ "#" (plain(&operation["operationId"])) } {
                            (plain(&operation["summary"]))
                        }
                    }
                }
            }
        }
    }
}

/// A path, a method, and what is done there.
type Operation<'d> = (&'d str, &'static str, &'d Value);

/// The operations of a tag, in the order of the document's paths.
fn operations<'d>(document: &'d Value, tag: &str) -> Vec<Operation<'d>> {
    let paths = members(&document["paths"]);
    let all = paths.flat_map(|(path, item)| METHODS.map(|method| (path, method, &item[method])));
    all.filter(|(.., operation)| list(&operation["tags"]).any(|t| t == tag)).collect()
}

fn one_operation(document: &Value, (path, method, operation): &Operation<'_>) -> Markup {
    let shared = list(&document["paths"][path]["parameters"]);
    let parameters: Vec<_> = shared
        .chain(list(&operation["parameters"]))
        .map(|parameter| parameter_row(resolved(document, parameter)))
        .collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let answers: Vec<_> = members(&operation["responses"])
        .map(|(status, answer)| answer_row(status, resolved(document, answer)))
        .collect();
    html! {
        article id=(plain(&operation["operationId"])) {
            h3 { (plain(&operation["summary"])) }
            p.call { b { (method.to_uppercase()) } " " code { "/v1" (path) } }
            (marked(text(&operation["description"])))
            (table(["Parameter", "Shape", "Meaning"], &parameters))
            @if !body.is_null() { p { "Body: " (shape(body)) } }
            (table(["Answer", "Shape", "Meaning"], &answers))
        }
    }
}

fn parameter_row(parameter: &Value) -> [Markup; 3] {
    let needed = if parameter["required"] == true { " (required)" } else { "" };
    [
        html! { code { (plain(&parameter["name"])) } " " (plain(&parameter["in"])) (needed) },
        shape(&parameter["schema"]),
        marked(text(&parameter["description"])),
    ]
}

fn answer_row(status: &str, answer: &Value) -> [Markup; 3] {
    let shapes = members(&answer["content"])
        .map(|(kind, content)| html! { (shape(&content["schema"])) " " small { (kind) } });
    [status.render(), joined(shapes, &html! { br; }), marked(text(&answer["description"]))]
}

fn one_schema(name: &str, schema: &Value) -> Markup {
    let rows: Vec<_> = members(&schema["properties"])
        .map(|(field, of)| field_row(field, of, list(&schema["required"]).any(|r| r == field)))
        .collect();
    html! {
        article id={ "schema-" (name) } {
            h3 { (name) }
            (marked(text(&schema["description"])))
            @if rows.is_empty() { p { (shape(schema)) } }
            (table(["Field", "Shape", "Meaning"], &rows))
        }
    }
}

fn field_row(field: &str, of: &Value, required: bool) -> [Markup; 3] {
    let needed = if required { " (required)" } else { "" };
    [html! { code { (field) } (needed) }, shape(of), marked(text(&of["description"]))]
}

/// What a value looks like, in a few words with links to named schemas.
fn shape(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    for (key, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        let parts: Vec<_> = list(&schema[key]).map(shape).collect();
        if !parts.is_empty() {
            return joined(parts.into_iter(), &word.render());
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return joined(values.iter().map(|v| html! { code { (plain(v)) } }), &", ".render());
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(plain).collect::<Vec<_>>().join(" or "),
        kind => plain(kind),
    };
    match kinds.as_str() {
        "array" => html! { "list of " (shape(&schema["items"])) },
        _ => html! { (kinds) (bounds(schema)) },
    }
}

/// What is asked of a plain value.
fn bounds(schema: &Value) -> Markup {
    const KEYS: [(&str, &str); 7] = [
        ("format", ""),
        ("pattern", "like "),
        ("minimum", "at least "),
        ("maximum", "at most "),
        ("minLength", "from length "),
        ("maxLength", "up to length "),
        ("default", "usually "),
    ];
    html! {
        @for (key, word) in KEYS.iter().filter(|(key, _)| !schema[key].is_null()) {
            ", " (word) code { (plain(&schema[key])) }
        }
    }
}

fn table(heads: [&str; 3], rows: &[[Markup; 3]]) -> Markup {
    html! {
        @if !rows.is_empty() {
            table {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

fn joined(parts: impl Iterator<Item = Markup>, between: &Markup) -> Markup {
    let parts: Vec<_> = parts.map(Markup::into_string).collect();
    PreEscaped(parts.join(&between.0))
}

fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let to = value["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    to.and_then(|to| document.pointer(to)).unwrap_or(value)
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, of)| (name.as_str(), of))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
