//! How the carriers are doing, for whoever does not know carriers.

use std::fmt::Debug;

use super::Channel;

/// So many failures in a row, and a carrier counts as out of order.
const FAILURES: u32 = 3;
/// So many refusals in a row are no longer about the messages.
const REFUSALS: u32 = 10;

/// Tells how the carriers are doing.
pub trait Carriers: Debug + Send + Sync {
    /// Each carrier on each of its channels.
    fn states(&self) -> Vec<CarrierState>;
}

/// How a carrier did on a channel since the start.
#[derive(Clone, Copy, Debug)]
pub struct CarrierState {
    pub channel: Channel,
    pub name: &'static str,
    /// Messages that it took.
    pub successes: u64,
    /// Messages that it did not take.
    pub failures: u64,
    /// Failures since it last answered.
    pub failures_in_a_row: u32,
    /// Refusals since it last took a message.
    pub refusals_in_a_row: u32,
    /// Whether it is left alone for a while: `closed` when not, `open` when so, or `probing`.
    pub circuit: &'static str,
    /// Whether it keeps a line, and lost it.
    pub line_is_down: bool,
}

impl CarrierState {
    /// Whether a message can be trusted to it.
    pub fn works(&self) -> bool {
        !self.line_is_down && self.failures_in_a_row < FAILURES && self.refusals_in_a_row < REFUSALS
    }
}
