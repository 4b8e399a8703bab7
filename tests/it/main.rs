//! All integration tests, in one binary.
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod databases;
mod house;
mod support;
