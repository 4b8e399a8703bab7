//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod auth;
pub mod idempotency;
pub mod json;
pub mod problem;
pub mod state;
