//! What resources consist of: the schemas as they are served, by which input is read too.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::{Object, RefusalKind, ScimRefused, member};

const SERVED: &str = include_str!("schemas.json");

/// Attributes of the core schema, and of the enterprise extension, that a directory may send by habit
/// and that are not kept. Whatever else is unknown is a slip of the pen.
const NOT_KEPT: [&str; 13] = [
    "nickName",
    "profileUrl",
    "title",
    "userType",
    "locale",
    "timezone",
    "password",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "x509Certificates",
    "middleName",
];

#[derive(Debug, Deserialize)]
pub struct Schema {
    pub id: String,
    attributes: Vec<Attribute>,
}

/// An attribute, or a part of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    pub name: String,
    #[serde(rename = "type")]
    kind: AttributeKind,
    /// Whether it is a list.
    pub multi_valued: bool,
    required: bool,
    mutability: Mutability,
    #[serde(default)]
    sub_attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum AttributeKind {
    String,
    Boolean,
    Reference,
    Complex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Mutability {
    ReadWrite,
    ReadOnly,
    Immutable,
}

/// All schemas, as they are served.
pub fn served() -> &'static [Value] {
    static ALL: LazyLock<Vec<Value>> =
        LazyLock::new(|| serde_json::from_str(SERVED).unwrap_or_default());
    &ALL
}

static ALL: LazyLock<Vec<Schema>> =
    LazyLock::new(|| serde_json::from_str(SERVED).unwrap_or_default());

/// The schema of that name.
pub fn named(id: &str) -> &'static Schema {
    static NONE: Schema = Schema { id: String::new(), attributes: vec![] };
    ALL.iter().find(|schema| schema.id == id).unwrap_or(&NONE)
}

/// What is known of a name.
#[derive(Debug)]
pub enum KnownAttribute<'s> {
    /// It is kept.
    Kept(&'s Attribute),
    /// It is set here and nowhere else.
    Ours,
    /// It exists elsewhere, and is not kept.
    NotKept,
    /// Nobody knows it.
    Unknown,
}

impl Schema {
    /// What is known of the attribute of that name.
    pub fn attribute(&self, name: &str) -> KnownAttribute<'_> {
        let is = |other: &str| other.eq_ignore_ascii_case(name);
        if ["id", "meta", "schemas"].into_iter().any(is) {
            return KnownAttribute::Ours;
        }
        match self.attributes.iter().find(|attribute| is(&attribute.name)) {
            Some(attribute) if attribute.mutability == Mutability::ReadOnly => KnownAttribute::Ours,
            Some(attribute) => KnownAttribute::Kept(attribute),
            None if NOT_KEPT.into_iter().any(is) || name.contains(':') => KnownAttribute::NotKept,
            None => KnownAttribute::Unknown,
        }
    }

    /// Reads a resource: what is kept, under its proper names and in its proper shape.
    ///
    /// # Errors
    /// When something that is kept has another shape, or is missing.
    pub fn read(&self, given: &Object) -> Result<Object, ScimRefused> {
        let mut read = parts(&self.attributes, given, "")?;
        if let Some(id) = member(given, "externalId").filter(|id| !id.is_null()) {
            let id = id.as_str().filter(|id| id.len() <= 500);
            let id = id.ok_or_else(|| wrong("externalId", "is a text"))?;
            read.insert("externalId".into(), id.into());
        }
        Ok(read)
    }
}

impl Attribute {
    /// The part of that name.
    pub fn part(&self, name: &str) -> Option<&Attribute> {
        self.sub_attributes.iter().find(|part| part.name.eq_ignore_ascii_case(name))
    }

    fn read(&self, given: &Value, path: &str) -> Result<Option<Value>, ScimRefused> {
        if !self.multi_valued {
            return self.one(given, path);
        }
        let items = given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice);
        let mut read = vec![];
        for item in items {
            // Some send a bare text for a list of objects.
            let whole = match item {
                Value::String(_) => serde_json::json!({ "value": item }),
                other => other.clone(),
            };
            read.extend(self.one(&whole, path)?);
        }
        Ok(Some(read).filter(|read| !read.is_empty()).map(Value::Array))
    }

    fn one(&self, given: &Value, path: &str) -> Result<Option<Value>, ScimRefused> {
        Ok(match (self.kind, given) {
            (_, Value::Null) => None,
            (AttributeKind::Boolean, given) => {
                let read = boolean(given).ok_or_else(|| wrong(path, "is true or false"))?;
                Some(Value::Bool(read))
            }
            (AttributeKind::Complex, Value::Object(object)) => {
                let read = parts(&self.sub_attributes, object, &format!("{path}."))?;
                Some(read).filter(|read| !read.is_empty()).map(Value::Object)
            }
            (AttributeKind::Complex, _) => return Err(wrong(path, "is an object")),
            (_, Value::String(text)) if text.chars().count() > 500 => {
                return Err(wrong(path, "is too long"));
            }
            (_, Value::String(text)) if text.chars().any(char::is_control) => {
                return Err(wrong(path, "holds characters that cannot be shown"));
            }
            (_, Value::String(text)) => {
                let text = text.trim();
                (!text.is_empty()).then(|| text.into())
            }
            _ => return Err(wrong(path, "is a text")),
        })
    }
}

fn parts(attributes: &[Attribute], given: &Object, path: &str) -> Result<Object, ScimRefused> {
    let mut read = Object::new();
    for attribute in attributes.iter().filter(|a| a.mutability != Mutability::ReadOnly) {
        let path = format!("{path}{}", attribute.name);
        let value = match member(given, &attribute.name) {
            Some(value) => attribute.read(value, &path)?,
            None => None,
        };
        match value {
            Some(value) => drop(read.insert(attribute.name.clone(), value)),
            None if attribute.required => return Err(wrong(&path, "is required")),
            None => {}
        }
    }
    Ok(read)
}

/// Yes or no, also as some directories write it: `"False"`.
pub fn boolean(given: &Value) -> Option<bool> {
    match given {
        Value::Bool(said) => Some(*said),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn wrong(path: &str, why: &str) -> ScimRefused {
    ScimRefused::new(RefusalKind::InvalidValue, format!("{path} {why}."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_served_can_be_read() {
        let ids: Vec<_> = ALL.iter().map(|schema| schema.id.as_str()).collect();
        assert_eq!(ids, [super::super::user::SCHEMA, super::super::group::SCHEMA]);
        assert_eq!(served().len(), ids.len());
    }

    #[test]
    fn a_resource_is_read_under_its_proper_names() {
        let given = json!({ "USERNAME": " jan ", "active": "False", "title": "Dr", "id": "x",
            "emails": "jan@enschede.nl", "roles": [], "name": { "givenname": "Jan", "x": 1 } });
        let read = named(super::super::user::SCHEMA).read(given.as_object().unwrap()).unwrap();
        let want = json!({ "userName": "jan", "active": false, "name": { "givenName": "Jan" },
            "emails": [{ "value": "jan@enschede.nl" }] });
        assert_eq!(Value::Object(read), want);
    }

    #[test]
    fn another_shape_is_refused() {
        for bad in [
            json!({}),
            json!({ "userName": "" }),
            json!({ "userName": 7 }),
            json!({ "userName": "a\u{0}b" }),
            json!({ "userName": "a", "active": "perhaps" }),
            json!({ "userName": "a", "name": "Jan" }),
            json!({ "userName": "a", "emails": [7] }),
            json!({ "userName": "a", "externalId": {} }),
            json!({ "userName": "x".repeat(600) }),
        ] {
            let refused = named(super::super::user::SCHEMA).read(bad.as_object().unwrap());
            assert_eq!(refused.unwrap_err().kind, RefusalKind::InvalidValue, "{bad}");
        }
    }
}
