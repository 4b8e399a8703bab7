//! Remembers looks, requests of residents, and what was removed.

pub mod access;
mod access_lines;
pub(crate) mod chain;
pub mod held;
pub mod requests;
pub mod retention;
