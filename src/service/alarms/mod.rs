//! Alarms: seen, taken, closed, drilled.

pub mod coverage;
pub mod drills;
pub mod first_contact;
pub mod handling;
pub mod told_alarms;
pub mod viewing;
