//! Remembers other systems, what they are to be told, and people's calendars.

pub mod calendars;
pub mod deliveries;
pub mod outgoing;
pub mod webhooks;
