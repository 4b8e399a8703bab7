//! Wires. The only room that knows all the others.

pub mod addresses;
pub mod audit;
mod calendars;
pub mod calls;
pub mod carrier_test;
mod carriers;
pub mod clock;
pub mod commands;
pub mod devices;
pub mod dice;
pub mod files;
pub mod handsets;
pub mod healthcheck;
pub mod housekeeping;
pub mod instance;
pub mod keys;
pub mod listening;
pub mod retention;
pub mod seed;
pub mod serve;
mod sign_in;
pub mod speakers;
mod test_line;
pub mod time_machine;
pub mod watchdog;
pub mod webhooks;
