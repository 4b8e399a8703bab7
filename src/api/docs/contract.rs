//! The contract, written from the types: what each operation says of itself, and here what holds for
//! all of them, so that no operation has to repeat it.

use std::fs;

use serde_yaml_ng::{Mapping, Value};
use utoipa::OpenApi;

use super::about::About;

const WRITTEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api.openapi.yaml");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Why a request may be refused: status, name, and what it means.
const REFUSALS: [(&str, &str, &str); 11] = [
    ("400", "BadRequest", "The input is not right; `faults` says where."),
    ("401", "Unauthorised", "Nobody is signed in."),
    ("403", "Forbidden", "Not yours to do."),
    ("404", "NotFound", "It does not exist, or not for you."),
    ("409", "Conflict", "Not possible in the present state; `code` says why."),
    ("410", "Gone", "It worked once, and works no longer."),
    ("412", "PreconditionFailed", "Somebody else changed it first."),
    ("413", "TooLarge", "It is longer than we take."),
    ("422", "KeyReused", "The `Idempotency-Key` was used for another request."),
    ("428", "PreconditionRequired", "`If-Match` is missing."),
    ("429", "TooManyRequests", "Too often; wait a little."),
];

/// The document as YAML.
fn written() -> String {
    let files = crate::api::register::imports::of_files();
    let (_, operations) = crate::api::v1().merge(files).split_for_parts();
    let mut document = About::openapi();
    document.merge(operations);
    let text = serde_yaml_ng::to_string(&document).unwrap();
    let mut document: Value = serde_yaml_ng::from_str(&name_pages(&text)).unwrap();
    complete(&mut document);
    serde_yaml_ng::to_string(&document).unwrap()
}

/// `Items_Visit` is called `VisitPage`.
fn name_pages(text: &str) -> String {
    let mut parts = text.split("Items_");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let end = part.find(|c: char| !c.is_alphanumeric()).unwrap_or(part.len());
        format!("{text}{}Page{}", &part[..end], &part[end..])
    })
}

/// A page tells its items by their name, not all over again.
fn name_items(schemas: &mut Value) {
    for (page, schema) in members(&mut schemas.clone()) {
        let Some(name) = page.strip_suffix("Page") else { continue };
        let items = &mut schema["properties"]["items"]["items"];
        if items.get("$ref").is_none() && !items.is_null() {
            let item =
                std::mem::replace(items, yaml(&format!("$ref: '#/components/schemas/{name}'")));
            schemas[name] = item;
            schemas[page.as_str()] = schema.clone();
        }
    }
}

/// What a type takes in with `flatten` stands among its own fields.
fn flatten(document: &mut Value) {
    let schemas = &mut document["components"]["schemas"];
    let mut taken_in = vec![];
    for (name, schema) in members(&mut schemas.clone()) {
        let Some(parts) = schema["allOf"].as_sequence() else { continue };
        let mut whole = yaml("{type: object, properties: {}}");
        let mut required = vec![];
        for part in parts {
            let named = references(part).pop().filter(|_| part.get("$ref").is_some());
            let mut part = named.as_ref().map_or(part, |name| &schemas[name.as_str()]).clone();
            for (field, of) in members(&mut part["properties"]) {
                whole["properties"][field] = of.clone();
            }
            required.extend(part["required"].as_sequence().cloned().unwrap_or_default());
            taken_in.extend(named);
        }
        if let Some(told) = schema.get("description") {
            whole["description"] = told.clone();
        }
        if !required.is_empty() {
            whole["required"] = required.into();
        }
        schemas[name.as_str()] = whole;
    }
    let used = references(document);
    let schemas = document["components"]["schemas"].as_mapping_mut().unwrap();
    schemas.retain(|name, _| taken_in.iter().all(|it| name != it || used.contains(it)));
}

fn complete(document: &mut Value) {
    name_items(&mut document["components"]["schemas"]);
    flatten(document);
    shared(&mut document["components"]);
    let schemas = document["components"]["schemas"].clone();
    for (path, item) in members(&mut document["paths"]) {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                signed_in(operation);
                no_null_body(operation);
                parameters(method, &path, operation);
                answers(operation, &schemas);
            }
        }
    }
    let sent = sent_in(document);
    for (name, schema) in members(&mut document["components"]["schemas"]) {
        if !sent.contains(&name) {
            always_there(schema);
        }
    }
    ids_are_written_out(document);
}

/// What several operations refer to.
fn shared(components: &mut Value) {
    for (_, name, means) in REFUSALS {
        components["responses"][name] = yaml(&format!(
            "description: '{means}'\nheaders: {{X-Request-Id: {{$ref: '#/components/headers/RequestId'}}}}\n\
             content: {{application/problem+json: {{schema: {{$ref: '#/components/schemas/Problem'}}}}}}"
        ));
    }
    components["headers"] = yaml(
        "ApiVersion: {description: Full version of this API., schema: {type: string, examples: [1.0.0]}}
RequestId: {description: 'Names this request in the log of the service; one that was sent along is kept.', schema: {type: string, maxLength: 64}}
ETag: {description: Version of what was read., schema: {type: string, examples: ['\"3\"']}}
Location: {description: Where the new one lives., schema: {type: string}}
Disposition: {description: Under which name it is kept; holds an id and nothing else., schema: {type: string}}",
    );
    components["parameters"]["Id"] = yaml(
        "{name: id, in: path, required: true, description: The id of the one that is meant., schema: {type: string, format: uuid}}",
    );
}

/// Who is not signed in is refused, save where an operation says that it needs nobody.
fn signed_in(operation: &mut Value) {
    match operation.get("security") {
        Some(_) => operation["security"] = Value::Sequence(vec![]),
        None => refused(operation, "401"),
    }
}

/// A body that may be left out is never null.
fn no_null_body(operation: &mut Value) {
    let Some(body) = operation.get_mut("requestBody") else { return };
    for (_, media) in members(&mut body["content"]) {
        let mut choices = media["schema"]["oneOf"].as_sequence().cloned().unwrap_or_default();
        choices.retain(|choice| choice["type"] != "null");
        if let [schema] = &choices[..] {
            media["schema"] = schema.clone();
        }
    }
}

fn parameters(method: &str, path: &str, operation: &mut Value) {
    let mut given = operation["parameters"].as_sequence().cloned().unwrap_or_default();
    let is_there = |name: &str| given.iter().any(|it| it["name"] == name);
    let (keyed, matched) = (is_there("Idempotency-Key"), is_there("If-Match"));
    if path.contains("{id}") && !is_there("id") {
        given.insert(0, yaml("$ref: '#/components/parameters/Id'"));
    }
    // The API design rules ask it of every change, with or without a body.
    let asks = !matches!(method, "get" | "delete")
        || !given.is_empty()
        || operation.get("requestBody").is_some();
    operation["parameters"] = Value::Sequence(given);
    for (status, holds) in [("400", asks), ("422", keyed), ("412", matched), ("428", matched)] {
        if holds {
            refused(operation, status);
        }
    }
}

fn refused(operation: &mut Value, status: &str) {
    operation["responses"][status] = Value::Null;
}

fn answers(operation: &mut Value, schemas: &Value) {
    let mut all: Vec<_> =
        operation["responses"].as_mapping().cloned().unwrap_or_default().into_iter().collect();
    all.sort_by(|one, other| one.0.as_str().cmp(&other.0.as_str()));
    let answers = all.into_iter().map(|(status, answer)| {
        let code = status.as_str().unwrap_or_default();
        let refusal = REFUSALS.iter().find(|(refused, ..)| *refused == code);
        let answer = match refusal {
            Some((_, name, _)) => yaml(&format!("$ref: '#/components/responses/{name}'")),
            None => answer_of(code, answer, schemas),
        };
        (status, answer)
    });
    operation["responses"] = Value::Mapping(answers.collect());
}

/// An answer with the headers that each has; without words of its own, its body's.
fn answer_of(status: &str, mut answer: Value, schemas: &Value) -> Value {
    let named: Vec<_> = members(&mut answer["headers"]).map(|(name, _)| name).collect();
    let mut headers = Mapping::new();
    let always = ["API-Version", "X-Request-Id"].map(str::to_owned);
    for name in always.into_iter().chain(named) {
        let to = match name.as_str() {
            "API-Version" => "ApiVersion",
            "X-Request-Id" => "RequestId",
            "Content-Disposition" => "Disposition",
            other => other,
        };
        headers.insert(name.clone().into(), yaml(&format!("$ref: '#/components/headers/{to}'")));
    }
    answer["headers"] = Value::Mapping(headers);
    if answer["description"].as_str().unwrap_or_default().is_empty() {
        let body = &answer["content"]["application/json"]["schema"]["$ref"];
        let name = body.as_str().and_then(|to| to.rsplit('/').next()).unwrap_or_default();
        let told = schemas.get(name).and_then(|schema| schema["description"].as_str());
        let plain = if status == "201" { "Created." } else { "Done." };
        answer["description"] = told.unwrap_or(plain).into();
    }
    answer
}

/// The schemas that are part of what is sent to the service.
fn sent_in(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_mapping().into_iter().flatten();
    let bodies = paths.flat_map(|(_, item)| METHODS.map(|method| item.get(method)));
    let mut todo: Vec<String> =
        bodies.flatten().flat_map(|operation| references(&operation["requestBody"])).collect();
    let mut found = vec![];
    while let Some(name) = todo.pop() {
        if !found.contains(&name) {
            todo.extend(references(&document["components"]["schemas"][name.as_str()]));
            found.push(name);
        }
    }
    found
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Mapping(members) => members
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                (Some("$ref"), Some(to)) => {
                    to.rsplit('/').next().map(str::to_owned).into_iter().collect()
                }
                _ => references(value),
            })
            .collect(),
        Value::Sequence(items) => items.iter().flat_map(references).collect(),
        _ => vec![],
    }
}

/// In an answer a field that may be null is there all the same.
fn always_there(schema: &mut Value) {
    let mut nullable = vec![];
    for (name, property) in schema.get_mut("properties").into_iter().flat_map(members) {
        let types = property["type"].as_sequence().into_iter().flatten();
        let choices = property["oneOf"].as_sequence().into_iter().flatten().map(|one| &one["type"]);
        if types.chain(choices).any(|kind| kind == "null") {
            nullable.push(name);
        }
    }
    if nullable.is_empty() {
        return;
    }
    let mut required = schema["required"].as_sequence().cloned().unwrap_or_default();
    required.extend(
        nullable
            .into_iter()
            .map(Value::from)
            .filter(|name| !required.contains(name))
            .collect::<Vec<_>>(),
    );
    schema["required"] = Value::Sequence(required);
}

/// An id is a string with a format wherever it stands, not a name to look up.
fn ids_are_written_out(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_mapping_mut().unwrap();
    let is_id = |schema: &Value| schema["format"] == "uuid";
    let ids: Vec<_> =
        schemas.iter().filter(|(_, schema)| is_id(schema)).map(|(name, _)| name.clone()).collect();
    for name in &ids {
        schemas.remove(name);
    }
    let ids: Vec<_> =
        ids.iter().map(|name| format!("#/components/schemas/{}", name.as_str().unwrap())).collect();
    write_out(document, &ids);
}

fn write_out(value: &mut Value, ids: &[String]) {
    match value {
        Value::Mapping(members) => {
            let is_id = members
                .get("$ref")
                .and_then(Value::as_str)
                .is_some_and(|to| ids.iter().any(|id| id == to));
            if is_id {
                members.remove("$ref");
                members.insert("type".into(), "string".into());
                members.insert("format".into(), "uuid".into());
            }
            members.iter_mut().for_each(|(_, value)| write_out(value, ids));
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| write_out(item, ids)),
        _ => {}
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml_ng::from_str(text).unwrap()
}

fn members(value: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    let members = value.as_mapping_mut().into_iter().flatten();
    members.map(|(name, of)| (name.as_str().unwrap_or_default().to_owned(), of))
}

/// `make contract` writes it anew.
#[test]
fn the_contract_is_as_the_types_say() {
    let new = written();
    if std::env::var_os("RUGDEKKING_WRITE_CONTRACT").is_some() {
        fs::write(WRITTEN, new).unwrap();
    } else {
        let old = fs::read_to_string(WRITTEN).unwrap();
        assert!(old == new, "api.openapi.yaml is not what the types say: run `make contract`");
    }
}
