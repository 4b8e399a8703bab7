//! Decides. Pure: no async, no SQL, no HTTP, no clock and no chance of its own.

pub mod address;
pub mod alarms;
pub mod answers;
pub mod check_ins;
pub mod clock;
pub mod faults;
pub mod ids;
pub mod ladder;
pub mod language;
pub mod messages;
pub mod officers;
pub mod people;
pub mod phone;
pub mod pins;
pub mod register;
pub mod registration;
pub mod teams;
pub mod testing;
pub mod texts;
pub mod timeline;
pub mod visits;
pub mod watch;
pub mod watch_alarm;
pub mod watch_clock;
