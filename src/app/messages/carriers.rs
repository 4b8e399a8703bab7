//! Makes carriers of the configuration, and tells readiness and metrics, which do not know carriers
//! themselves, how they are doing.

use crate::{
    carrier::{
        LineState,
        providers::{self, BuiltCarriers},
        router::{CarrierHealth, Router},
        setup::Site,
    },
    config::{Config, ConfigFault},
    model::messages::carrier_state::{CarrierState, Carriers},
};

/// The carriers of a configuration.
///
/// # Errors
/// Everything that is wrong with their settings.
pub fn build_carriers(config: &Config) -> Result<BuiltCarriers, Vec<ConfigFault>> {
    build(config, false)
}

/// The same for another process on the machine of the service, which has its ports.
pub(crate) fn build_beside_the_service(config: &Config) -> Result<BuiltCarriers, Vec<ConfigFault>> {
    build(config, true)
}

fn build(config: &Config, beside_a_service: bool) -> Result<BuiltCarriers, Vec<ConfigFault>> {
    let site = Site { addr: config.addr, public_url: &config.public_url, beside_a_service };
    providers::build(&config.carriers, &site)
}

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::messages::Channel;

    const TWILIO: [(&str, &str); 3] = [
        ("TWILIO__ACCOUNT_SID", "AC1"),
        ("TWILIO__AUTH_TOKEN", "token"),
        ("TWILIO__FROM", "+3197010200000"),
    ];
    const KANNEL: [(&str, &str); 4] = [
        ("KANNEL__USERNAME", "wacht"),
        ("KANNEL__PASSWORD", "geheim"),
        ("KANNEL__FROM", "+3197010200002"),
        ("KANNEL__CALLBACK_SECRET", "cGFkLWRhdC1uaWVtYW5kLXJhYWR0"),
    ];

    fn with(more: &[(&str, &str)]) -> Result<BuiltCarriers, Vec<ConfigFault>> {
        let all = TWILIO.iter().chain(&KANNEL).chain(more);
        let set: BTreeMap<_, _> =
            all.map(|(name, value)| (format!("RUGDEKKING_{name}"), (*value).to_owned())).collect();
        build_carriers(&Config::load(None, set.into_iter()).unwrap())
    }

    fn line(built: &BuiltCarriers) -> Vec<(Channel, &'static str)> {
        built.router.health().iter().map(|health| (health.channel, health.name)).collect()
    }

    /// Whose providers send something.
    fn told(built: &BuiltCarriers) -> Vec<&'static str> {
        built.callbacks.iter().map(|receiver| receiver.path()).collect()
    }

    #[test]
    fn a_gateway_is_the_spare_for_texts_or_the_first_and_never_calls() {
        let (text, call) = (Channel::Text, Channel::Call);
        let spare = with(&[]).unwrap();
        assert_eq!(line(&spare), [(text, "twilio"), (text, "kannel"), (call, "twilio")]);
        assert_eq!(told(&spare), ["twilio", "kannel"]);
        let first = with(&[("KANNEL__FIRST", "true")]).unwrap();
        assert_eq!(line(&first), [(text, "kannel"), (text, "twilio"), (call, "twilio")]);
    }

    #[test]
    fn kpn_stands_in_for_texts_or_goes_first_and_never_calls() {
        let kpn = [
            ("KPN__CLIENT_ID", "rugdekking"),
            ("KPN__CLIENT_SECRET", "geheim"),
            ("KPN__WEBHOOK_KEYS", "not-a-real-key-7c1e"),
            ("KPN__SENDER", "Gemeente"),
        ];
        let (text, call) = (Channel::Text, Channel::Call);
        let spare = with(&kpn).unwrap();
        let texts = [(text, "twilio"), (text, "kannel"), (text, "kpn"), (call, "twilio")];
        assert_eq!(line(&spare), texts);
        assert_eq!(told(&spare), ["twilio", "kannel", "kpn"]);
        let first = with(&[kpn.as_slice(), &[("KPN__FIRST", "true")]].concat()).unwrap();
        assert_eq!(line(&first)[0], (text, "kpn"));
        let bad = [kpn.as_slice(), &[("KPN__SENDER", "+3197010200000")]].concat();
        assert_eq!(with(&bad).unwrap_err()[0].setting, "kpn");
    }

    #[test]
    fn an_exchange_is_the_spare_for_calls_or_the_first_and_its_faults_are_told() {
        let (text, call) = (Channel::Text, Channel::Call);
        let sip = [("SIP__SERVER", "pbx.nl"), ("SIP__USER", "wacht")];
        let spare = with(&sip).unwrap();
        let texts = [(text, "twilio"), (text, "kannel")];
        assert_eq!(line(&spare), [texts[0], texts[1], (call, "twilio"), (call, "sip")]);
        assert_eq!(spare.calls.len(), 1);
        let first = with(&[sip[0], sip[1], ("SIP__FIRST", "true")]).unwrap();
        assert_eq!(line(&first), [texts[0], texts[1], (call, "sip"), (call, "twilio")]);
        let bad = with(&[("SIP__SERVER", "a b"), ("SIP__USER", "c d")]).unwrap_err();
        assert_eq!((bad.len(), bad[0].setting.as_str()), (1, "sip"));
    }

    #[test]
    fn a_gateway_that_could_not_report_is_told_with_everything_else() {
        with(&[("ADDR", "0.0.0.0:8080")]).unwrap();
        with(&[("ADDR", "[::]:8080")]).unwrap();
        let bad = [
            ("ADDR", "10.0.0.5:8080"),
            ("TWILIO__ACCOUNT_SID", "A C"),
            ("KANNEL__CALLBACK_SECRET", "kort"),
        ];
        let told = with(&bad).unwrap_err();
        let settings: Vec<_> = told.iter().map(|fault| fault.setting.as_str()).collect();
        assert_eq!(settings, ["twilio", "kannel"]);
        let told = told[1].to_string();
        assert!(told.contains("callback secret") && told.contains("addr"), "{told}");
    }
}
