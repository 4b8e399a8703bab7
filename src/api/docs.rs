//! The reference at `/docs`: plain pages out of the contract, made here, without any script.

use std::{fmt::Write as _, sync::LazyLock};

use axum::{
    Router,
    http::header::CONTENT_TYPE,
    response::{Html, IntoResponse as _},
    routing::get,
};
use serde_json::Value;

use super::{link_page::escape, markup::marked, openapi, state::House};

static PAGE: LazyLock<String> = LazyLock::new(|| page(openapi::document()));
const STYLE: &str = include_str!("docs.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The routes; they lie outside `/v1`.
pub fn routes() -> Router<House> {
    Router::new().route("/docs", get(async || Html(PAGE.as_str()))).route(
        "/docs/style.css",
        get(async || ([(CONTENT_TYPE, "text/css")], STYLE).into_response()),
    )
}

/// The whole page of a document.
fn page(document: &Value) -> String {
    let info = &document["info"];
    let title = format!("{} API {}", plain(&info["title"]), plain(&info["version"]));
    let (mut index, mut body) = (String::new(), String::new());
    for tag in list(&document["tags"]) {
        let name = plain(&tag["name"]);
        let _ = write!(index, "<li><a href=\"#tag-{name}\">{name}</a><ul>");
        let _ = write!(body, "<section><h2 id=\"tag-{name}\">{name}</h2>");
        body += &marked(text(&tag["description"]));
        for (path, method, operation) in operations(document, text(&tag["name"])) {
            let (id, summary) = (plain(&operation["operationId"]), plain(&operation["summary"]));
            let _ = write!(index, "<li><a href=\"#{id}\">{summary}</a></li>");
            body += &one_operation(document, path, method, operation);
        }
        index += "</ul></li>";
        body += "</section>";
    }
    let schemas = schemas(&document["components"]["schemas"]);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/docs/style.css\"></head>\
         <body><nav aria-label=\"Contents\"><ul>{index}<li><a href=\"#schemas\">schemas</a></li></ul></nav>\
         <main><h1>{title}</h1><p>The same as <a href=\"/v1/openapi.json\">OpenAPI document</a>.</p>\
         {}{body}<section><h2 id=\"schemas\">schemas</h2>{schemas}</section></main></body></html>",
        marked(text(&info["description"]))
    )
}

/// The operations of a tag, in the order of the document's paths.
fn operations<'d>(document: &'d Value, tag: &str) -> Vec<(&'d str, &'static str, &'d Value)> {
    let paths = members(&document["paths"]);
    let all = paths.flat_map(|(path, item)| METHODS.map(|method| (path, method, &item[method])));
    all.filter(|(.., operation)| list(&operation["tags"]).any(|t| t == tag)).collect()
}

fn one_operation(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let shared = list(&document["paths"][path]["parameters"]);
    let parameters: Vec<_> = shared
        .chain(list(&operation["parameters"]))
        .map(|parameter| parameter_row(resolved(document, parameter)))
        .collect();
    let mut out = format!(
        "<article id=\"{id}\"><h3>{summary}</h3>\
         <p class=\"call\"><b>{method}</b> <code>/v1{path}</code></p>{description}",
        id = plain(&operation["operationId"]),
        summary = plain(&operation["summary"]),
        method = method.to_uppercase(),
        path = escape(path),
        description = marked(text(&operation["description"])),
    );
    out += &table(["Parameter", "Shape", "Meaning"], &parameters);
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !body.is_null() {
        let _ = write!(out, "<p>Body: {}</p>", shape(body));
    }
    let answers = members(&operation["responses"])
        .map(|(status, answer)| answer_row(status, resolved(document, answer)));
    out += &table(["Answer", "Shape", "Meaning"], &answers.collect::<Vec<_>>());
    out + "</article>"
}

fn parameter_row(parameter: &Value) -> [String; 3] {
    let needed = if parameter["required"] == true { " (required)" } else { "" };
    let place = plain(&parameter["in"]);
    [
        format!("<code>{}</code> {place}{needed}", plain(&parameter["name"])),
        shape(&parameter["schema"]),
        marked(text(&parameter["description"])),
    ]
}

fn answer_row(status: &str, answer: &Value) -> [String; 3] {
    let shapes: Vec<_> = members(&answer["content"])
        .map(|(kind, content)| {
            format!("{} <small>{}</small>", shape(&content["schema"]), escape(kind))
        })
        .collect();
    [escape(status), shapes.join("<br>"), marked(text(&answer["description"]))]
}

fn schemas(all: &Value) -> String {
    members(all).fold(String::new(), |mut out, (name, schema)| {
        let _ = write!(out, "<article id=\"schema-{name}\"><h3>{name}</h3>");
        out += &marked(text(&schema["description"]));
        let rows: Vec<_> = members(&schema["properties"])
            .map(|(field, of)| field_row(field, of, list(&schema["required"]).any(|r| r == field)))
            .collect();
        if rows.is_empty() {
            let _ = write!(out, "<p>{}</p>", shape(schema));
        }
        out += &table(["Field", "Shape", "Meaning"], &rows);
        out + "</article>"
    })
}

fn field_row(field: &str, of: &Value, required: bool) -> [String; 3] {
    let needed = if required { " (required)" } else { "" };
    [format!("<code>{}</code>{needed}", escape(field)), shape(of), marked(text(&of["description"]))]
}

/// What a value looks like, in a few words with links to named schemas.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for (key, word) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " with ")] {
        let parts: Vec<_> = list(&schema[key]).map(shape).collect();
        if !parts.is_empty() {
            return parts.join(word);
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|v| format!("<code>{}</code>", plain(v))).collect();
        return values.join(", ");
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(plain).collect::<Vec<_>>().join(" or "),
        kind => plain(kind),
    };
    match kinds.as_str() {
        "array" => format!("list of {}", shape(&schema["items"])),
        _ => format!("{kinds}{}", bounds(schema)),
    }
}

/// What is asked of a plain value.
fn bounds(schema: &Value) -> String {
    const KEYS: [(&str, &str); 7] = [
        ("format", ""),
        ("pattern", "like "),
        ("minimum", "at least "),
        ("maximum", "at most "),
        ("minLength", "from length "),
        ("maxLength", "up to length "),
        ("default", "usually "),
    ];
    let told = KEYS.iter().filter(|(key, _)| !schema[key].is_null());
    told.fold(String::new(), |out, (key, word)| {
        format!("{out}, {word}<code>{}</code>", plain(&schema[key]))
    })
}

fn table(heads: [&str; 3], rows: &[[String; 3]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heads = heads.map(|h| format!("<th scope=\"col\">{h}</th>")).concat();
    let rows: String = rows
        .iter()
        .map(|row| format!("<tr>{}</tr>", row.each_ref().map(|c| format!("<td>{c}</td>")).concat()))
        .collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
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
    value.as_str().map_or_else(
        || if value.is_null() { String::new() } else { escape(&value.to_string()) },
        escape,
    )
}
