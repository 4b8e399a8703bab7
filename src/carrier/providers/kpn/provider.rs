//! A project with KPN that is set up: how its settings are read, and a carrier made of them.

use std::sync::Arc;

use super::{Kpn, settings::KpnConfig};
use crate::{
    carrier::setup::{BuiltCarrier, CarrierProvider, CarrierSettings, Secret, SettingNames, Site},
    model::{
        input::settings::{ConfigFault, SettingsReader},
        messages::Channel,
        phone::Phone,
    },
};

/// A project that is set up.
pub(in crate::carrier) const PROVIDER: CarrierProvider = CarrierProvider {
    names: SettingNames {
        section: SECTION,
        plain: &["client_id", "sender", "inbound_number", "base_url", "first"],
        secret: &["client_secret", "webhook_keys"],
    },
    channels: &[Channel::Text],
    read,
};

const SECTION: &str = "kpn";

fn read(read: &mut SettingsReader, _: &'static str) -> Option<Arc<dyn CarrierSettings>> {
    let client_id = read.text("kpn.client_id");
    let client_secret = read.secret("kpn.client_secret");
    let webhook_keys = read.secret("kpn.webhook_keys");
    let sender = read.text("kpn.sender");
    let inbound_number = read.phone("kpn.inbound_number");
    let base_url = read.service_url("kpn.base_url");
    for (name, remedy) in [
        ("kpn.client_id", "give the client id of a project that has SMS"),
        ("kpn.client_secret", "give that project's client secret"),
        ("kpn.webhook_keys", "give the key with which KPN signs its webhooks"),
        ("kpn.sender", "give the name or short code that texts come from"),
    ] {
        read.needed(name, remedy);
    }
    let keys = webhook_keys?;
    let apart = |between: char| between == ',' || between.is_whitespace();
    let keys = keys.expose().split(apart).filter(|key| !key.is_empty());
    let keys = keys.map(Secret::new).collect();
    let usual = KpnConfig::new(&client_id?, client_secret?, keys, &sender?, "");
    let base_url = base_url.unwrap_or(usual.base_url);
    Some(Arc::new(KpnConfig { inbound_number, base_url, ..usual }))
}

impl CarrierSettings for KpnConfig {
    fn text_number(&self) -> Option<Phone> {
        self.inbound_number.clone()
    }

    fn build(&self, site: &Site<'_>) -> Result<BuiltCarrier, ConfigFault> {
        let config = Self { public_url: site.public_url.into(), ..self.clone() };
        let kpn = Arc::new(Kpn::new(config).map_err(|why| why.of(SECTION))?);
        Ok(BuiltCarrier { callbacks: Some(kpn.clone()), ..BuiltCarrier::of(kpn) })
    }
}
