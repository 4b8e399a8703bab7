//! Alarms: seen, taken, closed, drilled.

pub mod coverage;
pub mod drills;
pub mod first_contact;
pub mod handling;
pub mod viewing;
