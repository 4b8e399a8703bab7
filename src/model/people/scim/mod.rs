//! SCIM 2.0 (RFC 7643 and 7644): how the municipality's directory says who there is.

pub mod filter;
pub mod group;
pub mod patch;
mod reading;
pub mod schemas;
pub mod user;

use serde_json::{Map, Value};

/// A resource, or a part of one.
pub type Object = Map<String, Value>;

/// Why something is refused, by the names of RFC 7644 (3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// The filter cannot be read.
    InvalidFilter,
    /// The request has another shape.
    InvalidSyntax,
    /// The path of a change cannot be read, or leads to nothing that there is.
    InvalidPath,
    /// Nothing matches the path of a change.
    NoTarget,
    /// A value cannot be used.
    InvalidValue,
    /// This cannot be changed from outside.
    Mutability,
    /// Somebody or something else has this name already.
    Uniqueness,
}

impl RefusalKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::Mutability => "mutability",
            Self::Uniqueness => "uniqueness",
        }
    }
}

/// Why something is refused, for programs and for people. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct ScimRefused {
    pub kind: RefusalKind,
    pub detail: String,
}

impl ScimRefused {
    /// That, in these words.
    pub fn new(kind: RefusalKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

/// The member of that name, whatever its capitals.
pub fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.get(name).or_else(|| {
        object.iter().find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    })
}

/// The text of a member.
pub fn text<'o>(object: &'o Object, name: &str) -> Option<&'o str> {
    member(object, name)?.as_str()
}

/// The objects of a list.
pub fn objects<'o>(object: &'o Object, name: &str) -> impl Iterator<Item = &'o Object> {
    let list = member(object, name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}
