//! How the carriers are doing, for readiness and metrics, which do not know carriers themselves.

use crate::{
    api::health::{CarrierState, Carriers},
    carrier::{
        LineState,
        router::{CarrierHealth, Router},
    },
};

impl Carriers for Router {
    fn states(&self) -> Vec<CarrierState> {
        self.health().into_iter().map(state).collect()
    }
}

fn state(health: CarrierHealth) -> CarrierState {
    let tally = health.tally;
    CarrierState {
        channel: health.channel,
        name: health.name,
        successes: tally.successes,
        failures: tally.failures,
        failures_in_a_row: tally.consecutive_failures,
        refusals_in_a_row: tally.consecutive_refusals,
        circuit: health.circuit.name(),
        line_is_down: health.line == LineState::Down,
    }
}
