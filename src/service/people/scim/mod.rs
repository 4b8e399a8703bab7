//! Accounts and teams as the municipality's directory keeps them.

pub(crate) mod gaps;
pub mod groups;
pub mod users;

use crate::{
    model::people::scim::{Kind, Refused},
    service::error::Error,
    store::people::provisioned::Record,
};

/// Whether the directory sees somebody or something.
fn is_shown(record: Option<&Record>) -> bool {
    record.is_none_or(|record| !record.hidden)
}

/// Another one has this name.
fn taken(detail: &str) -> Error {
    Refused::new(Kind::Uniqueness, detail).into()
}
