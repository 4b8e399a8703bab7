//! Other systems and calendars, as they and their keepers ask.

pub mod calendar_feed;
pub mod calendars;
pub mod events;
pub mod webhooks;
