//! The register of measures: an entry's life from proposal to end, and who sees a hit.

pub mod address;
pub(crate) mod address_keys;
pub(crate) mod entry;
pub(crate) mod folding;
pub mod house_number;
pub mod names;
pub(crate) mod register_check;
pub(crate) mod register_input;
pub mod sheets;
pub mod suggestions;
#[cfg(test)]
mod tests;

pub use self::{
    entry::{Entry, EntryState, HitContact, Measure, StepRefused},
    register_check::{Grade, Hit, Sought, grade},
    register_input::{ContactInput, EntryInput, Limits},
};
