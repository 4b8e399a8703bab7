//! Wires other systems, calendars and the register of addresses.

pub mod addresses;
pub(crate) mod calendars;
pub mod webhooks;
