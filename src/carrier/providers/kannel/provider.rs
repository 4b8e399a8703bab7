//! A gateway that is set up: how its settings are read, and a carrier made of them.

use std::sync::Arc;

use super::{Kannel, settings::KannelConfig};
use crate::{
    carrier::setup::{BuiltCarrier, CarrierProvider, CarrierSettings, SettingNames, Site},
    model::{
        input::settings::{ConfigFault, SettingsReader},
        messages::Channel,
        phone::Phone,
    },
};

/// A gateway that is set up.
pub(in crate::carrier) const PROVIDER: CarrierProvider = CarrierProvider {
    names: SettingNames {
        section: SECTION,
        plain: &["username", "from", "url", "status_url", "line", "first"],
        secret: &["password", "callback_secret"],
    },
    channels: &[Channel::Text],
    read,
};

const SECTION: &str = "kannel";

fn read(read: &mut SettingsReader, _: &'static str) -> Option<Arc<dyn CarrierSettings>> {
    let username = read.text("kannel.username");
    let password = read.secret("kannel.password");
    let from = read.phone("kannel.from");
    let callback_secret = read.secret("kannel.callback_secret");
    let url = read.service_url("kannel.url");
    let status_url = read.service_url("kannel.status_url");
    let line = read.text("kannel.line");
    for (name, remedy) in [
        ("kannel.username", "give the user of a sendsms-user group"),
        ("kannel.password", "give that user's password"),
        ("kannel.from", "give the number that texts come from"),
        ("kannel.callback_secret", "give a secret, like `openssl rand -hex 24` makes"),
    ] {
        read.needed(name, remedy);
    }
    let usual = KannelConfig::new(&username?, password?, from?.as_str(), callback_secret?);
    Some(Arc::new(KannelConfig {
        url: url.unwrap_or(usual.url),
        status_url: status_url.unwrap_or(usual.status_url),
        line,
        ..usual
    }))
}

impl CarrierSettings for KannelConfig {
    fn text_number(&self) -> Option<Phone> {
        self.from_number.parse().ok()
    }

    /// Its callbacks come over this machine alone, so we have to listen there.
    fn build(&self, Site { addr, .. }: &Site<'_>) -> Result<BuiltCarrier, ConfigFault> {
        let host = if addr.is_ipv6() { "[::1]" } else { "127.0.0.1" };
        let callback_url = format!("http://{host}:{}", addr.port());
        let made = Kannel::new(Self { callback_url, ..self.clone() });
        let mut faults = made.as_ref().err().cloned().unwrap_or_default();
        if !addr.ip().is_loopback() && !addr.ip().is_unspecified() {
            let here = "addr must be 127.0.0.1 or all addresses (0.0.0.0), where Kannel reports";
            faults.0.push(here.into());
        }
        match made {
            Ok(kannel) if faults.0.is_empty() => {
                let kannel = Arc::new(kannel);
                Ok(BuiltCarrier { callbacks: Some(kannel.clone()), ..BuiltCarrier::of(kannel) })
            }
            _ => Err(faults.of(SECTION)),
        }
    }
}
