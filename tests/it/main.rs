//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod api_me;
mod api_people;
mod api_teams;
mod databases;
mod house;
mod support;
