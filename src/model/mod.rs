//! Decides. Pure: no async, no SQL, no HTTP, no clock and no chance of its own.

pub mod alarms;
pub mod clock;
pub mod ids;
pub mod incidents;
pub mod input;
pub mod integrations;
pub mod messages;
pub mod people;
pub mod phone;
pub mod privacy;
pub mod register;
pub mod visits;
