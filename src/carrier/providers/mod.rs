//! The list of all who can be set up, and how carriers are made of those who were.

pub mod kannel;
pub mod kpn;
pub mod sip;
pub mod smtp;
pub mod twilio;

use std::sync::Arc;

use crate::carrier::{
    CallHolder, Carrier,
    integrations::{calendar, locatieserver, webhooks},
    push,
    router::Router,
    setup::{BuiltCarrier, CarrierProvider, CarrierSettings, SettingNames, Site},
};
use crate::model::{
    input::settings::{ConfigFault, SettingKind, SettingsReader},
    messages::{Channel, callbacks::CallbackReceiver},
};

/// Who can be set up, in the order in which they get their turn.
pub const PROVIDERS: &[CarrierProvider] = &[
    twilio::provider::provider("twilio"),
    twilio::provider::provider("twilio_fallback"),
    kannel::provider::PROVIDER,
    kpn::provider::PROVIDER,
    sip::provider::PROVIDER,
    smtp::provider::PROVIDER,
];

/// Settings of what is there without being set up.
const OTHERS: &[SettingNames] =
    &[calendar::SETTINGS, push::SETTINGS, locatieserver::SETTINGS, webhooks::SETTINGS];

/// Every setting of this room.
pub fn settings() -> impl Iterator<Item = (String, SettingKind)> {
    let sections = PROVIDERS.iter().map(|provider| &provider.names).chain(OTHERS);
    sections.flat_map(|&SettingNames { section, plain, secret }| {
        let of = move |kind| move |key: &&str| (format!("{section}.{key}"), kind);
        plain.iter().map(of(SettingKind::Plain)).chain(secret.iter().map(of(SettingKind::Secret)))
    })
}

/// Reads the settings of all who were set up, in the order in which they get their turn.
pub fn read(read: &mut SettingsReader) -> Vec<Arc<dyn CarrierSettings>> {
    let mut line = vec![];
    for CarrierProvider { names, read: settings, .. } in PROVIDERS {
        if !read.has_section(names.section) {
            continue;
        }
        let is_first = read.flag(&format!("{}.first", names.section)).unwrap_or(false);
        if let Some(settings) = settings(read, names.section) {
            line.insert(if is_first { 0 } else { line.len() }, settings);
        }
    }
    line
}

/// All carriers that were set up.
#[derive(Debug)]
pub struct BuiltCarriers {
    /// Who brings what, by channel and in order.
    pub router: Router,
    /// Those whose providers send something.
    pub callbacks: Vec<Arc<dyn CallbackReceiver>>,
    /// Those that hold their calls themselves, whose lines are not open yet.
    pub calls: Vec<Arc<dyn CallHolder>>,
    /// As of [`BuiltCarrier::moved`].
    pub moved: Option<(u16, u16)>,
}

/// Makes carriers of these settings.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn build(
    settings: &[Arc<dyn CarrierSettings>],
    site: &Site<'_>,
) -> Result<BuiltCarriers, Vec<ConfigFault>> {
    let mut faults = vec![];
    let mut carriers: Vec<Arc<dyn Carrier>> = vec![];
    let (mut callbacks, mut calls, mut moved) = (vec![], vec![], None);
    for settings in settings {
        match settings.build(site) {
            Ok(BuiltCarrier { carrier, callbacks: receiver, calls: holder, moved: port }) => {
                carriers.push(carrier);
                callbacks.extend(receiver);
                calls.extend(holder);
                moved = moved.or(port);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let by = |channel| (channel, carriers.clone());
    let router = Router::new([Channel::Text, Channel::Call, Channel::Mail].map(by).to_vec());
    Ok(BuiltCarriers { router, callbacks, calls, moved })
}
