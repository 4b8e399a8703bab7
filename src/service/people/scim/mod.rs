//! Accounts and teams as the municipality's directory keeps them.

pub(crate) mod gaps;
pub mod groups;
pub mod users;

use crate::{
    model::people::scim::{RefusalKind, ScimRefused},
    service::error::Error,
    store::people::provisioned::ProvisionedRecord,
};

/// Whether the directory sees somebody or something.
fn is_shown(record: Option<&ProvisionedRecord>) -> bool {
    record.is_none_or(|record| !record.hidden)
}

/// Another one has this name.
fn taken(detail: &str) -> Error {
    ScimRefused::new(RefusalKind::Uniqueness, detail).into()
}
