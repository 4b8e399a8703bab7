//! Decides. Pure: no async, no SQL, no HTTP, no clock and no chance of its own.

pub mod address;
mod address_keys;
pub mod clock;
pub mod faults;
mod folding;
pub mod house_number;
pub mod ids;
pub mod language;
pub mod messages;
pub mod names;
pub mod officers;
pub mod people;
pub mod phone;
pub mod pins;
pub mod register;
mod register_check;
mod register_input;
pub mod teams;
pub mod testing;
