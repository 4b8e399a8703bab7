//! Wires. The only room that knows all the others.

pub mod clock;
pub mod dice;
pub mod handsets;
pub mod healthcheck;
pub mod seed;
pub mod speakers;
pub mod time_machine;
pub mod watchdog;
