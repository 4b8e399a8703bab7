//! Integrations: calendars, events to others.

pub mod calendar_mails;
pub mod calendar_reader;
pub mod calendars;
pub mod changes;
pub mod health;
pub mod webhooks;
