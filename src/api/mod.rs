//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod access;
pub mod auth;
pub mod idempotency;
pub mod json;
pub mod me;
pub mod officers;
pub mod organisation;
pub mod pages;
pub mod people;
pub mod problem;
pub mod register;
pub mod register_checks;
pub mod state;
pub mod teams;
