//! The demo municipality, its phones and its clock.

pub mod handsets;
pub mod seed;
pub mod time_machine;
