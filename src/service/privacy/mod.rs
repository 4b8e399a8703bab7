//! Privacy: the access log, retention, requests of residents.

pub mod access;
pub mod person_exports;
pub mod requests;
pub mod retention;
