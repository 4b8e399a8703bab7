//! The access log, the data key and retention, from the command line and the calendar.

pub mod audit;
pub mod keys;
pub mod retention;
