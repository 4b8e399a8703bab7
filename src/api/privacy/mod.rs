//! The access log, requests of residents, and what was removed.

pub mod access;
pub mod person_exports;
pub mod requests;
pub mod retention;
