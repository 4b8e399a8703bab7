//! Other systems: what they are told, and what is read from their calendars.

pub mod calendars;
pub mod outgoing;
pub mod webhooks;
