//! Other systems that are asked or told something: calendars, the register of addresses, whoever
//! wants to know what happened.

pub mod calendar;
pub mod locatieserver;
pub mod webhooks;
