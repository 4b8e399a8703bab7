//! Wires. The only room that knows all the others.

pub mod commands;
pub mod demo;
pub mod healthcheck;
pub mod integrations;
pub mod messages;
pub mod people;
pub mod privacy;
pub mod register;
pub mod serve;
mod trouble;
pub mod watchdog;
