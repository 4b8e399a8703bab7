//! Validates JSON against the schemas of the document, where nothing undeclared is welcome.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// The document, made strict.
pub struct Shapes {
    document: Value,
}

impl Shapes {
    /// An object has the members that are declared and no others, or the document would not tell.
    pub fn of(document: &Value) -> Self {
        let mut document = document.clone();
        let open = document["components"]["schemas"].clone();
        if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
            schemas.values_mut().for_each(|schema| close(schema, &open));
        }
        Self { document }
    }

    /// Fails the test when the value does not fit the named schema.
    pub fn fit(&self, name: &str, value: &Value) {
        assert!(self.document["components"]["schemas"][name].is_object(), "no schema {name}");
        self.hold(&format!("#/components/schemas/{name}"), name, value);
    }

    /// Fails the test when the value does not fit what an operation is said to answer.
    pub fn fit_answer(&self, path: &str, method: &str, status: &str, value: &Value) {
        let mut answer = &self.document["paths"][path][method]["responses"][status];
        if let Some(to) = answer["$ref"].as_str() {
            answer = self.document.pointer(&to[1..]).unwrap();
        }
        let schema = &answer["content"]["application/json"]["schema"];
        let to = schema["$ref"].as_str().expect("answers name their schema");
        self.hold(to, &format!("{method} {path}"), value);
    }

    fn hold(&self, to: &str, what: &str, value: &Value) {
        let schema = json!({"$ref": to, "components": self.document["components"]});
        let validator: Validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .expect("the document's schemas are sound");
        let faults: Vec<_> =
            validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{what}:\n{}\n{value:#}", faults.join("\n"));
    }
}

fn close(schema: &mut Value, open: &Value) {
    if schema["properties"].is_object() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = json!(false);
    }
    // What several schemas declare together is closed as one.
    if let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) {
        for part in parts {
            if let Some(name) = part["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
                *part = open[name].clone();
            }
        }
        schema["unevaluatedProperties"] = json!(false);
    }
}

#[test]
fn what_does_not_fit_is_seen() {
    let shapes = Shapes::of(&json!({"components": {"schemas": {
        "A": {"type": "object", "required": ["at"], "properties": {"at": {"$ref": "#/components/schemas/At"}}},
        "At": {"type": "string", "format": "date-time"}}}}));
    shapes.fit("A", &json!({"at": "2026-11-23T13:00:00Z"}));
    for bad in [json!({}), json!({"at": "soon"}), json!({"at": "2026-11-23T13:00:00Z", "b": 1})] {
        assert!(std::panic::catch_unwind(|| shapes.fit("A", &bad)).is_err(), "{bad}");
    }
}
