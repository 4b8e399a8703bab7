//! Decides. Pure: no async, no SQL, no HTTP, no clock and no chance of its own.

pub mod address;
pub mod clock;
pub mod faults;
pub mod ids;
pub mod language;
pub mod messages;
pub mod officers;
pub mod people;
pub mod phone;
pub mod pins;
pub mod teams;
pub mod testing;
pub mod texts;
