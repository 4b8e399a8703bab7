//! Reads a JSON body into a type. What has another type than asked for is told by its field, all of
//! it at once, and in words that do not repeat what was sent.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, error::Category};
use serde_path_to_error::{Path, Segment};

use crate::model::input::faults::Fault;

/// What was read, as far as it could be, and every field that has another type than asked for.
#[derive(Debug)]
pub struct Shaped<T> {
    /// Without the faulty fields; nothing when it cannot be without them.
    pub input: Option<T>,
    pub faults: Vec<Fault>,
    /// Lists and objects of which something was taken out that counts: what is found wrong in them
    /// afterwards would be told at a wrong place.
    pub torn: Vec<String>,
}

/// More than anybody gets wrong; each costs one more reading.
const MOST_FAULTS: usize = 50;

/// The JSON object in `bytes`; nothing at all is `{}`.
///
/// # Errors
/// A fault of the whole body.
pub fn object(bytes: &[u8]) -> Result<Value, Fault> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let whole = |code, text| Fault::new("body", code, text);
    if !bytes.trim_ascii_start().starts_with(b"{") {
        let is_json = serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
        return Err(if is_json {
            whole("invalid", "expected an object")
        } else {
            whole("not-json", "is not valid JSON")
        });
    }
    serde_json::from_slice(bytes).map_err(|_| whole("not-json", "is not valid JSON"))
}

/// Reads `value` as often as there are faults in it, each time without the field that was faulty.
pub fn read<T: DeserializeOwned>(mut value: Value) -> Shaped<T> {
    let (mut faults, mut gone): (Vec<Fault>, Vec<String>) = (vec![], vec![]);
    let mut torn = vec![];
    while faults.len() < MOST_FAULTS {
        let why = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(input) => return Shaped { input: Some(input), faults, torn },
            Err(why) => why,
        };
        let (path, told) = (why.path().clone(), why.inner());
        let found = fault(&path, told, &mut value, &gone);
        let unknown = (found.code == "unknown").then(|| found.field.clone());
        if found.code == "required" {
            // What cannot be without the field goes as a whole.
            torn.push(place(&path, &gone));
        }
        if faults.iter().all(|known| known.field != found.field) {
            faults.push(found);
        }
        if !take_out(&mut value, &path, unknown.as_deref()) {
            break;
        }
        if let Some(Segment::Seq { .. }) = path.iter().next_back() {
            let list = list_of(&path, &gone);
            torn.push(list.clone());
            gone.push(list);
        }
    }
    Shaped { input: None, faults, torn }
}

fn fault(path: &Path, told: &serde_json::Error, value: &mut Value, gone: &[String]) -> Fault {
    let message = told.to_string();
    let named = message.split('`').nth(1).unwrap_or_default();
    match told.classify() {
        Category::Data if message.starts_with("missing field") => {
            Fault::new(below(place(path, gone), named), "required", "is required")
        }
        Category::Data if message.starts_with("unknown field") => {
            Fault::new(below(place(path, gone), named), "unknown", "is not known")
        }
        Category::Data => {
            let got = walk(value, path.iter()).map_or("nothing", |value| kind(value));
            Fault::new(
                place(path, gone),
                "invalid",
                format!("expected {}, got {got}", expected(&message)),
            )
        }
        _ => Fault::new("body", "not-json", "is not valid JSON"),
    }
}

/// Takes out what is at `path`, or the unknown field in it; whether there was something to take.
fn take_out(value: &mut Value, path: &Path, unknown: Option<&str>) -> bool {
    let mut steps: Vec<_> = path.iter().cloned().collect();
    let name = unknown.and_then(|field| field.rsplit('.').next());
    let ends = matches!(steps.last(), Some(Segment::Map { key }) if Some(key.as_str()) == name);
    steps.extend(name.filter(|_| !ends).map(|name| Segment::Map { key: name.to_owned() }));
    let Some(last) = steps.pop() else { return false };
    match (last, walk(value, steps.iter())) {
        (Segment::Map { key }, Some(Value::Object(members))) => members.remove(&key).is_some(),
        (Segment::Seq { index }, Some(Value::Array(items))) if index < items.len() => {
            items.remove(index);
            true
        }
        _ => false,
    }
}

fn walk<'v, 's>(
    value: &'v mut Value,
    mut steps: impl Iterator<Item = &'s Segment>,
) -> Option<&'v mut Value> {
    steps.try_fold(value, |value, step| match step {
        Segment::Map { key } => value.get_mut(key),
        Segment::Seq { index } => value.get_mut(index),
        Segment::Enum { .. } => Some(value),
        Segment::Unknown => None,
    })
}

/// The path as everywhere: `residents[0].address.postcode`. `gone` names the list of each item that
/// was taken out, always one before.
fn place(path: &Path, gone: &[String]) -> String {
    let text = path.iter().fold(String::new(), |text, step| match step {
        Segment::Map { key } if text.is_empty() => key.clone(),
        Segment::Map { key } => format!("{text}.{key}"),
        Segment::Seq { index } => {
            let before = gone.iter().filter(|list| **list == text).count();
            format!("{text}[{}]", index + before)
        }
        Segment::Enum { .. } | Segment::Unknown => text,
    });
    if text.is_empty() { "body".to_owned() } else { text }
}

/// The list that holds the item at `path`.
fn list_of(path: &Path, gone: &[String]) -> String {
    let item = place(path, gone);
    item.rfind('[').map_or_else(String::new, |at| item[..at].to_owned())
}

fn below(place: String, name: &str) -> String {
    match place {
        whole if whole == "body" => name.to_owned(),
        whole if whole == name || whole.ends_with(&format!(".{name}")) => whole,
        whole => format!("{whole}.{name}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What Serde says that it expected, in the words of JSON.
fn expected(message: &str) -> String {
    // Serde adds where it stopped, which says nothing of a value that was read before.
    let Some((_, wanted)) = message.split_once("expected ") else { return "another value".into() };
    let wanted = wanted.split(" at line ").next().unwrap_or(wanted);
    if wanted.contains('`') {
        let names: Vec<_> = wanted.split('`').skip(1).step_by(2).collect();
        return if names.len() == 1 {
            names.concat()
        } else {
            format!("one of {}", names.join(", "))
        };
    }
    let plain = match wanted {
        "a string" | "string" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        w if w.starts_with("struct ") || w.starts_with("a map") => "an object",
        w if w.starts_with(['i', 'u']) && w[1..].parse::<u8>().is_ok() => "a whole number",
        w if w.starts_with('f') && w[1..].parse::<u8>().is_ok() => "a number",
        other => other,
    };
    plain.to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
    struct Outer {
        mobile: Option<String>,
        minutes: Option<u32>,
        known: bool,
        kind: Option<Sort>,
        residents: Vec<Inner>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum Sort {
        HomeVisit,
        Office,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        name: String,
    }

    fn told(given: Value) -> Vec<String> {
        let faults = read::<Outer>(given).faults;
        faults.into_iter().map(|f| format!("{}: {}", f.field, f.message)).collect()
    }

    #[test]
    fn every_wrong_type_is_told_by_its_field() {
        let given = json!({ "mobile": { "number": "+31612345678" }, "minutes": "45", "known": 1,
            "kind": "secret-word", "residents": [{ "name": 5 }, { "name": "J. de Wit", "age": 3 }] });
        assert_eq!(
            told(given),
            [
                "kind: expected one of home-visit, office, got text",
                "known: expected true or false, got a number",
                "minutes: expected a whole number, got text",
                "mobile: expected text, got an object",
                "residents[0].name: expected text, got a number",
                "residents[1].age: is not known",
            ]
        );
    }

    #[test]
    fn what_is_right_is_read_beside_what_is_not() {
        let read = read::<Outer>(json!({ "mobile": [], "minutes": 45, "colour": "red" }));
        assert_eq!(read.input, Some(Outer { minutes: Some(45), ..Outer::default() }));
        let fields: Vec<_> = read.faults.iter().map(|f| (&*f.field, &*f.code)).collect();
        assert_eq!(fields, [("colour", "unknown"), ("mobile", "invalid")]);
    }

    #[test]
    fn a_number_out_of_range_and_null_are_told_without_what_was_sent() {
        assert_eq!(
            told(json!({ "minutes": -7 })),
            ["minutes: expected a whole number, got a number"]
        );
        assert_eq!(told(json!({ "known": null })), ["known: expected true or false, got null"]);
        assert_eq!(told(json!({ "residents": {} })), ["residents: expected a list, got an object"]);
        assert_eq!(told(json!({ "residents": [{}] })), ["residents[0].name: is required"]);
    }

    #[test]
    fn an_item_that_is_none_is_told_at_its_place_and_so_are_those_behind_it() {
        let given = json!({ "residents": [{ "name": "A" }, 5, { "name": 6 }, "x"], "minutes": 45 });
        assert_eq!(
            told(given.clone()),
            [
                "residents[1]: expected an object, got a number",
                "residents[2].name: expected text, got a number",
                "residents[3]: expected an object, got text",
            ]
        );
        assert_eq!(
            read::<Outer>(given).torn,
            ["residents", "residents[2]", "residents", "residents"]
        );
    }

    #[test]
    fn what_is_no_object_is_a_fault_of_the_body() {
        for (given, code) in
            [("[]", "invalid"), ("1", "invalid"), ("{", "not-json"), ("x", "not-json")]
        {
            let fault = object(given.as_bytes()).unwrap_err();
            assert_eq!((&*fault.field, &*fault.code), ("body", code), "{given}");
        }
        assert_eq!(object(b"").unwrap(), json!({}));
    }
}
