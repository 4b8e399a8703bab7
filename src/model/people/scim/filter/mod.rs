//! Filters and paths (RFC 7644, 3.4.2.2 and 3.5.2): read once, and asked of resources in memory.

use serde_json::Value;

use super::{Object, member};

/// What is asked of a resource.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    And(Box<Self>, Box<Self>),
    /// One or both.
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    /// Something is there.
    Present(AttributePath),
    /// Something compares so to a value.
    Compares(AttributePath, Operator, Value),
    /// One of several is so.
    Some(AttributePath, Box<Self>),
}

/// Where a value stands: `name.givenName`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePath {
    pub name: String,
    /// A part of it.
    pub sub: Option<String>,
}

/// How values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Are the same.
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    /// Comes after or is the same.
    Ge,
    Lt,
    /// Comes before or is the same.
    Le,
}

/// What a change is made to: `emails[type eq "work"].value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    pub name: String,
    /// Which of several.
    pub filter: Option<Filter>,
    /// A part of it.
    pub sub: Option<String>,
}

impl Filter {
    /// Whether it holds for a resource, or for one of several.
    pub fn holds(&self, object: &Object) -> bool {
        match self {
            Self::And(one, other) => one.holds(object) && other.holds(object),
            Self::Or(one, other) => one.holds(object) || other.holds(object),
            Self::Not(filter) => !filter.holds(object),
            Self::Present(path) => path.values(object).iter().any(|value| is_there(value)),
            Self::Compares(path, Operator::Ne, value) => {
                !path.values(object).iter().any(|found| Operator::Eq.holds(found, value, path))
            }
            Self::Compares(path, operator, value) => {
                path.values(object).iter().any(|found| operator.holds(found, value, path))
            }
            Self::Some(path, filter) => {
                let all = super::objects(object, &path.name);
                all.into_iter().any(|one| filter.holds(one))
            }
        }
    }

    /// The text that this attribute must be, when that is all that is asked.
    pub fn only(&self, name: &str) -> Option<&str> {
        match self {
            Self::Compares(path, Operator::Eq, Value::String(value))
                if path.sub.is_none() && path.name.eq_ignore_ascii_case(name) =>
            {
                Some(value)
            }
            _ => None,
        }
    }

    /// What something must be for this to hold, as far as that is said plainly.
    pub fn implied(&self) -> Vec<(&str, &Value)> {
        match self {
            Self::And(one, other) => [one.implied(), other.implied()].concat(),
            Self::Compares(path, Operator::Eq, value) if path.sub.is_none() => {
                vec![(&path.name, value)]
            }
            _ => vec![],
        }
    }
}

fn is_there(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

impl AttributePath {
    /// All that stands there; of a list each item, and of an item without a part its value.
    fn values<'o>(&self, object: &'o Object) -> Vec<&'o Value> {
        let Some(found) = member(object, &self.name) else { return vec![] };
        let items = found.as_array().map_or_else(|| vec![found], |items| items.iter().collect());
        let part = |value: &'o Value| match (value.as_object(), &self.sub) {
            (Some(object), Some(sub)) => member(object, sub),
            (Some(object), None) => member(object, "value").or(Some(value)),
            (None, None) => Some(value),
            (None, Some(_)) => None,
        };
        items.into_iter().filter_map(part).collect()
    }

    /// Whether capitals matter there.
    fn is_exact(&self) -> bool {
        ["id", "externalId"].iter().any(|exact| self.name.eq_ignore_ascii_case(exact))
    }
}

impl Operator {
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "co" => Self::Co,
            "sw" => Self::Sw,
            "ew" => Self::Ew,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            _ => return None,
        })
    }

    fn holds(self, found: &Value, wanted: &Value, path: &AttributePath) -> bool {
        match (found, wanted) {
            (Value::String(found), Value::String(wanted)) if path.is_exact() => {
                self.compares(found, wanted)
            }
            (Value::String(found), Value::String(wanted)) => {
                self.compares(&found.to_lowercase(), &wanted.to_lowercase())
            }
            (Value::Bool(found), _) => {
                self == Self::Eq && super::schemas::boolean(wanted) == Some(*found)
            }
            (found, wanted) => self == Self::Eq && found == wanted,
        }
    }

    fn compares(self, found: &str, wanted: &str) -> bool {
        match self {
            Self::Eq => found == wanted,
            Self::Ne => found != wanted,
            Self::Co => found.contains(wanted),
            Self::Sw => found.starts_with(wanted),
            Self::Ew => found.ends_with(wanted),
            Self::Gt => found > wanted,
            Self::Ge => found >= wanted,
            Self::Lt => found < wanted,
            Self::Le => found <= wanted,
        }
    }
}

#[cfg(test)]
mod tests;
