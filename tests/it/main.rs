//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod alarms;
mod incidents;
mod integrations;
mod messages;
mod people;
mod privacy;
mod register;
mod running;
mod support;
mod surface;
mod visits;
