//! Wires. The only room that knows all the others.

mod carriers;
pub mod clock;
pub mod commands;
pub mod devices;
pub mod dice;
pub mod handsets;
pub mod healthcheck;
pub mod housekeeping;
pub mod instance;
pub mod listening;
pub mod seed;
pub mod serve;
pub mod speakers;
pub mod time_machine;
pub mod watchdog;
