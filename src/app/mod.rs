//! Wires. The only room that knows all the others.

pub mod healthcheck;
pub mod watchdog;
