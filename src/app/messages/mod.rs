//! Wires the carriers, their calls, and the devices that take notifications.

pub mod calls;
pub mod carrier_test;
pub mod carriers;
pub mod devices;
pub(crate) mod test_line;
