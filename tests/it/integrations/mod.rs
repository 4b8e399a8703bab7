//! Stories and checks of calendars, events and other systems.

pub mod api_events;
pub mod story_calendar;
pub mod story_webhooks;
pub mod story_webhooks_trouble;
