//! Listens. REST for people and programs, provider callbacks, events, and the web app.

pub mod access;
pub mod alarms;
pub mod answering;
pub mod auth;
pub mod drills;
pub mod idempotency;
pub mod inbound;
pub mod json;
pub mod me;
pub mod officers;
pub mod organisation;
pub mod pages;
pub mod people;
pub mod problem;
pub mod register;
pub mod register_checks;
pub mod registering;
pub mod said;
pub mod state;
pub mod teams;
pub mod visit_input;
pub mod visit_list;
pub mod visit_view;
pub mod visits;
pub mod watching;
