//! Changes to a resource (RFC 7644, 3.5.2), also as Entra writes them.

use serde_json::{Value, json};

use super::{
    Object, RefusalKind, ScimRefused,
    filter::{Filter, Path},
    member,
    schemas::{Attribute, KnownAttribute, Schema},
    text,
};

/// More at once is nobody's in earnest.
const MOST_OPERATIONS: usize = 1000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verb {
    Add,
    Remove,
    Replace,
}

/// Does all that `request` asks to a resource of this schema, or nothing.
///
/// # Errors
/// The first operation that cannot be done.
pub fn apply(resource: &Object, request: &Object, schema: &Schema) -> Result<Object, ScimRefused> {
    let shape = |why: &str| ScimRefused::new(RefusalKind::InvalidSyntax, why);
    let operations = member(request, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| shape("Operations is a list."))?;
    if operations.len() > MOST_OPERATIONS {
        return Err(shape("That are too many operations at once."));
    }
    let mut changed = resource.clone();
    for operation in operations {
        let operation = operation.as_object().ok_or_else(|| shape("An operation is an object."))?;
        let verb = match text(operation, "op").map(str::to_ascii_lowercase).as_deref() {
            Some("add") => Verb::Add,
            Some("remove") => Verb::Remove,
            Some("replace") => Verb::Replace,
            _ => return Err(shape("op is add, remove or replace.")),
        };
        let value = member(operation, "value").filter(|value| !value.is_null());
        match (member(operation, "path").filter(|path| !path.is_null()), value) {
            (Some(Value::String(path)), value) => one(&mut changed, verb, path, value, schema)?,
            (Some(_), _) => {
                return Err(ScimRefused::new(RefusalKind::InvalidPath, "A path is a text."));
            }
            (None, Some(Value::Object(values))) if verb != Verb::Remove => {
                for (path, value) in values {
                    one(&mut changed, verb, path, Some(value), schema)?;
                }
            }
            (None, _) => {
                return Err(ScimRefused::new(
                    RefusalKind::NoTarget,
                    "An operation says what it changes.",
                ));
            }
        }
    }
    Ok(changed)
}

fn one(
    resource: &mut Object,
    verb: Verb,
    path: &str,
    value: Option<&Value>,
    schema: &Schema,
) -> Result<(), ScimRefused> {
    let own = path.len() > schema.id.len()
        && path.get(..schema.id.len()).is_some_and(|it| it.eq_ignore_ascii_case(&schema.id));
    if path.starts_with("urn:") && !own {
        // Of an extension, of which nothing is kept.
        return Ok(());
    }
    let path = Path::read(path, &schema.id)?;
    let is_external_id = path.name.eq_ignore_ascii_case("externalId");
    let attribute = match schema.attribute(&path.name) {
        KnownAttribute::Kept(attribute) => Some(attribute),
        KnownAttribute::Unknown if is_external_id => None,
        // Sent along by habit.
        KnownAttribute::Ours if path.name.eq_ignore_ascii_case("schemas") => return Ok(()),
        KnownAttribute::Ours => {
            return Err(ScimRefused::new(RefusalKind::Mutability, "This is not set from outside."));
        }
        KnownAttribute::NotKept => return Ok(()),
        KnownAttribute::Unknown => {
            return Err(ScimRefused::new(RefusalKind::InvalidPath, "There is no such attribute."));
        }
    };
    if verb != Verb::Remove && value.is_none() {
        let why = "An operation that adds or replaces has a value.";
        return Err(ScimRefused::new(RefusalKind::InvalidValue, why));
    }
    let Some(attribute) = attribute else {
        set(resource, "externalId", value.filter(|_| verb != Verb::Remove));
        return Ok(());
    };
    match path.sub.as_deref() {
        Some(sub) if attribute.part(sub).is_none() => Err(ScimRefused::new(
            RefusalKind::InvalidPath,
            "There is no such part of that attribute.",
        )),
        sub if attribute.multi_valued => {
            let sub = sub.and_then(|sub| attribute.part(sub)).map(|part| part.name.as_str());
            several(resource, verb, attribute, path.filter.as_ref(), sub, value)
        }
        _ if path.filter.is_some() => {
            Err(ScimRefused::new(RefusalKind::InvalidPath, "There is only one of that."))
        }
        sub => {
            let sub = sub.and_then(|sub| attribute.part(sub)).map(|part| part.name.as_str());
            single(resource, verb, attribute, sub, value);
            Ok(())
        }
    }
}

/// Sets a member, or takes it away.
fn set(object: &mut Object, name: &str, value: Option<&Value>) {
    match value {
        Some(value) => drop(object.insert(name.to_owned(), value.clone())),
        None => drop(object.remove(name)),
    }
}

fn single(
    resource: &mut Object,
    verb: Verb,
    attribute: &Attribute,
    sub: Option<&str>,
    value: Option<&Value>,
) {
    let value = value.filter(|_| verb != Verb::Remove);
    let name = &attribute.name;
    match (sub, value) {
        (Some(sub), value) => {
            let whole = resource.entry(name.clone()).or_insert_with(|| json!({}));
            if let Some(whole) = whole.as_object_mut() {
                set(whole, sub, value);
            }
        }
        // What is not said of an object stays as it was.
        (None, Some(Value::Object(parts))) => {
            let whole = resource.entry(name.clone()).or_insert_with(|| json!({}));
            if let Some(whole) = whole.as_object_mut() {
                merge(whole, parts, attribute);
            }
        }
        (None, value) => set(resource, name, value),
    }
}

fn merge(whole: &mut Object, parts: &Object, attribute: &Attribute) {
    for (name, value) in parts {
        if let Some(part) = attribute.part(name) {
            set(whole, &part.name, Some(value).filter(|value| !value.is_null()));
        }
    }
}

fn several(
    resource: &mut Object,
    verb: Verb,
    attribute: &Attribute,
    filter: Option<&Filter>,
    sub: Option<&str>,
    value: Option<&Value>,
) -> Result<(), ScimRefused> {
    let list = resource.entry(attribute.name.clone()).or_insert_with(|| json!([]));
    let Value::Array(items) = list else { return Ok(()) };
    let matches = |item: &Value| {
        filter.is_none_or(|filter| item.as_object().is_some_and(|item| filter.holds(item)))
    };
    match (verb, value) {
        (Verb::Remove, None) if sub.is_none() => items.retain(|item| !matches(item)),
        // As Entra takes somebody out of a group.
        (Verb::Remove, Some(gone)) if sub.is_none() && filter.is_none() => {
            let gone = as_list(gone);
            items.retain(|item| !gone.iter().any(|gone| is_same(item, gone)));
        }
        (Verb::Remove, _) => {
            for item in items.iter_mut().filter(|item| matches(item)) {
                if let (Some(item), Some(sub)) = (item.as_object_mut(), sub) {
                    item.remove(sub);
                }
            }
        }
        (_, Some(value)) if filter.is_some() || sub.is_some() => {
            let mut found = false;
            for item in items.iter_mut().filter(|item| matches(item)) {
                found = true;
                into_item(item, sub, value, attribute);
            }
            if !found && verb == Verb::Replace {
                return Err(ScimRefused::new(RefusalKind::NoTarget, "Nothing matches the path."));
            }
            if !found {
                let mut item = json!({});
                for (name, value) in filter.map(Filter::implied).unwrap_or_default() {
                    into_item(&mut item, Some(name), value, attribute);
                }
                into_item(&mut item, sub, value, attribute);
                items.push(item);
            }
        }
        (Verb::Replace, Some(value)) => *items = as_list(value),
        (_, Some(value)) => {
            for item in as_list(value) {
                add(items, item);
            }
        }
        (_, None) => {}
    }
    Ok(())
}

fn into_item(item: &mut Value, sub: Option<&str>, value: &Value, attribute: &Attribute) {
    match (item.as_object_mut(), sub, value) {
        (Some(item), Some(sub), value) => {
            let name = attribute.part(sub).map_or(sub, |part| part.name.as_str());
            set(item, name, Some(value));
        }
        (Some(item), None, Value::Object(parts)) => merge(item, parts, attribute),
        (Some(item), None, value) => set(item, "value", Some(value)),
        (None, ..) => {}
    }
}

/// Adds an item that is not there yet. There is one primary at most.
fn add(items: &mut Vec<Value>, item: Value) {
    if let Some(known) = items.iter().position(|known| is_same(known, &item)) {
        items.remove(known);
    }
    let is_primary =
        |item: &Value| item.get("primary").and_then(super::schemas::boolean) == Some(true);
    if is_primary(&item) {
        for other in items.iter_mut().filter(|other| is_primary(other)) {
            other["primary"] = json!(false);
        }
    }
    items.push(item);
}

fn as_list(value: &Value) -> Vec<Value> {
    let items = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let whole = |item: Value| if item.is_string() { json!({ "value": item }) } else { item };
    items.into_iter().map(whole).collect()
}

/// Whether both are about the same thing, of the same kind where both say which.
fn is_same(one: &Value, other: &Value) -> bool {
    let part = |item: &Value, name: &str| {
        item.as_object().and_then(|item| text(item, name)).map(str::to_lowercase)
    };
    let value = part(one, "value");
    let kinds = part(one, "type").zip(part(other, "type"));
    value.is_some()
        && value == part(other, "value")
        && kinds.is_none_or(|(one, other)| one == other)
}

#[cfg(test)]
mod tests;
