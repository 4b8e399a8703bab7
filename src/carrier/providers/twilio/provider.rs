//! An account that is set up: how its settings are read, and a carrier made of them.

use std::sync::Arc;

use super::{
    Twilio,
    settings::{FIRST, TwilioConfig},
};
use crate::{
    carrier::setup::{BuiltCarrier, CarrierProvider, CarrierSettings, SettingNames, Site},
    model::{
        input::settings::{ConfigFault, SettingsReader},
        messages::Channel,
        phone::Phone,
    },
};

/// An account that is set up by this section.
pub(in crate::carrier) const fn provider(section: &'static str) -> CarrierProvider {
    CarrierProvider {
        names: SettingNames {
            section,
            plain: &["account_sid", "from", "messaging_service_sid", "base_url"],
            secret: &["auth_token", "callback_key"],
        },
        channels: &[Channel::Text, Channel::Call],
        read,
    }
}

fn read(read: &mut SettingsReader, section: &'static str) -> Option<Arc<dyn CarrierSettings>> {
    let name = |key: &str| format!("{section}.{key}");
    let account_sid = read.text(&name("account_sid"));
    let auth_token = read.secret(&name("auth_token"));
    let callback_key = read.secret(&name("callback_key"));
    let from = read.phone(&name("from"));
    let messaging_service_sid = read.text(&name("messaging_service_sid"));
    let base_url = read.service_url(&name("base_url"));
    read.needed(&name("account_sid"), "give the account's id, which begins with AC");
    read.needed(&name("auth_token"), "give the account's token");
    if !read.was_given(&name("from")) && messaging_service_sid.is_none() {
        read.missing(&name("from"), "give the number that calls and texts come from");
    }
    let usual = TwilioConfig::new(&account_sid?, auth_token?, "");
    Some(Arc::new(TwilioConfig {
        name: section,
        callback_key,
        from_number: from.as_ref().map(ToString::to_string),
        messaging_service_sid,
        base_url: base_url.unwrap_or(usual.base_url),
        ..usual
    }))
}

impl CarrierSettings for TwilioConfig {
    fn text_number(&self) -> Option<Phone> {
        self.from_number.as_ref().filter(|_| self.name == FIRST)?.parse().ok()
    }

    fn build(&self, site: &Site<'_>) -> Result<BuiltCarrier, ConfigFault> {
        let config = Self { public_url: site.public_url.into(), ..self.clone() };
        let twilio = Arc::new(Twilio::new(config).map_err(|why| why.of(self.name))?);
        Ok(BuiltCarrier { callbacks: Some(twilio.clone()), ..BuiltCarrier::of(twilio) })
    }
}
