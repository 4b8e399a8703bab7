//! Makes carriers out of the configuration, and lends the api a provider's tongue.

use std::{net::SocketAddr, sync::Arc};

use serde_json::Value;

use crate::{
    api::{
        callbacks::{Form, Provider},
        gateway::Gateway,
        kpn::Webhooks,
    },
    carrier::{
        Carrier,
        kannel::{self, Kannel, KannelConfig},
        kpn::{Kpn, KpnConfig},
        kpn_webhook, receipts,
        router::Router,
        sip::{Sip, SipConfig, Transport},
        smtp::{Smtp, SmtpConfig},
        twilio::{Twilio, TwilioConfig},
    },
    config::{
        Config, ConfigFault, Kannel as KannelSettings, Kpn as KpnSettings, Sip as SipSettings,
        Smtp as SmtpSettings, Twilio as TwilioSettings,
    },
    model::{
        ids::MessageId,
        language::Language,
        messages::{Channel, Receipt},
    },
};

/// The carriers of a configuration.
#[derive(Debug)]
pub struct Speakers {
    /// Who speaks, by channel and in order.
    pub router: Router,
    /// Who verifies what providers bring, when there is a provider.
    pub provider: Option<Arc<dyn Provider>>,
    /// The line to the municipality's own exchange, still closed.
    pub sip: Option<Arc<Sip>>,
}

/// Makes the carriers.
///
/// # Errors
/// Everything that is wrong with their settings.
pub fn speakers(config: &Config) -> Result<Speakers, Vec<ConfigFault>> {
    let mut faults = vec![];
    let mut accounts: Vec<Arc<Twilio>> = vec![];
    let sections = [("twilio", &config.twilio), ("twilio_fallback", &config.twilio_fallback)];
    for (name, section) in sections {
        let Some(section) = section else { continue };
        match Twilio::new(twilio(name, section, &config.public_url)) {
            Ok(account) => accounts.push(Arc::new(account)),
            Err(why) => {
                faults.push(ConfigFault::new(name, why.to_string(), "see docs/configuration.md"))
            }
        }
    }
    let gateway = config.kannel.as_ref().and_then(|section| match gateway(section, config.addr) {
        Ok(gateway) => Some(Arc::new(gateway)),
        Err(why) => {
            faults.push(ConfigFault::new("kannel", why, "see docs/configuration.md"));
            None
        }
    });
    let sip = config.sip.as_ref().and_then(|section| {
        let made = Sip::new(exchange(section));
        made.map(Arc::new)
            .map_err(|why| {
                let fault = ConfigFault::new("sip", why.to_string(), "see docs/configuration.md");
                faults.push(fault);
            })
            .ok()
    });
    let kpn = config.kpn.as_ref().and_then(|section| {
        let made = Kpn::new(kpn(section, &config.public_url));
        let fault = |why: &dyn ToString| {
            ConfigFault::new("kpn", why.to_string(), "see docs/configuration.md")
        };
        made.map(Arc::new).map_err(|why| faults.push(fault(&why))).ok()
    });
    let mail = config
        .smtp
        .as_ref()
        .and_then(|section| mail(section).map_err(|fault| faults.push(fault)).ok());
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut line: Vec<Arc<dyn Carrier>> = vec![];
    line.extend(accounts.iter().map(|account| account.clone() as Arc<dyn Carrier>));
    if let Some(gateway) = &gateway {
        let first = config.kannel.as_ref().is_some_and(|section| section.first);
        line.insert(if first { 0 } else { line.len() }, gateway.clone());
    }
    if let Some(kpn) = &kpn {
        let first = config.kpn.as_ref().is_some_and(|section| section.first);
        line.insert(if first { 0 } else { line.len() }, kpn.clone());
    }
    if let Some(sip) = &sip {
        let first = config.sip.as_ref().is_some_and(|section| section.first);
        line.insert(if first { 0 } else { line.len() }, sip.clone());
    }
    let by = |channel: Channel| {
        let able = line.iter().filter(|carrier| carrier.channels().contains(&channel));
        (channel, able.cloned().collect::<Vec<_>>())
    };
    let mut channels = vec![by(Channel::Text), by(Channel::Call)];
    channels.extend(mail.map(|m| (Channel::Mail, vec![Arc::new(m) as Arc<dyn Carrier>])));
    channels.retain(|(_, carriers)| !carriers.is_empty());
    let reports = !accounts.is_empty() || gateway.is_some() || kpn.is_some();
    let provider =
        reports.then(|| Arc::new(Accounts { accounts, gateway, kpn }) as Arc<dyn Provider>);
    Ok(Speakers { router: Router::new(channels), provider, sip })
}

fn twilio(name: &'static str, section: &TwilioSettings, public_url: &str) -> TwilioConfig {
    let config = TwilioConfig::new(&section.account_sid, section.auth_token.clone(), public_url);
    TwilioConfig {
        name,
        callback_key: section.callback_key.clone(),
        from_number: section.from.as_ref().map(ToString::to_string),
        messaging_service_sid: section.messaging_service_sid.clone(),
        base_url: section.base_url.clone().unwrap_or(config.base_url),
        ..config
    }
}

fn exchange(section: &SipSettings) -> SipConfig {
    let usual = SipConfig::new(&section.server, &section.user);
    SipConfig {
        transport: if section.tcp { Transport::Tcp } else { Transport::Udp },
        domain: section.domain.clone(),
        password: section.password.clone(),
        registers: section.register,
        number: section.number.clone(),
        plus: section.plus.clone().unwrap_or(usual.plus),
        own_address: section.own_address,
        own_port: section.own_port.unwrap_or(usual.own_port),
        sound_ports: section.sound_ports.unwrap_or(usual.sound_ports),
        lines: section.lines.unwrap_or(usual.lines),
        ring: section.ring.unwrap_or(usual.ring),
        asks: section.asks.unwrap_or(usual.asks),
        speech: section.speech.clone(),
        ..usual
    }
}

/// A gateway's callbacks come over this machine alone, so we have to listen there.
fn gateway(section: &KannelSettings, addr: SocketAddr) -> Result<Kannel, String> {
    let here = addr.ip().is_loopback() || addr.ip().is_unspecified();
    let made = Kannel::new(kannel(section, addr));
    let elsewhere = "addr must be 127.0.0.1 or all addresses (0.0.0.0), where Kannel reports";
    match made {
        Ok(made) if here => Ok(made),
        Ok(_) => Err(elsewhere.into()),
        Err(why) if here => Err(why.to_string()),
        Err(why) => Err(format!("{why}; {elsewhere}")),
    }
}

fn kannel(section: &KannelSettings, addr: SocketAddr) -> KannelConfig {
    let host = if addr.is_ipv6() { "[::1]" } else { "127.0.0.1" };
    let (password, secret) = (section.password.clone(), section.callback_secret.clone());
    let usual = KannelConfig::new(&section.username, password, section.from.as_str(), secret);
    KannelConfig {
        url: section.url.clone().unwrap_or(usual.url),
        status_url: section.status_url.clone().unwrap_or(usual.status_url),
        line: section.line.clone(),
        callback_url: format!("http://{host}:{}", addr.port()),
        ..usual
    }
}

fn kpn(section: &KpnSettings, public_url: &str) -> KpnConfig {
    let (id, secret, keys) =
        (&section.client_id, section.client_secret.clone(), section.webhook_keys.clone());
    let usual = KpnConfig::new(id, secret, keys, &section.sender, public_url);
    KpnConfig { base_url: section.base_url.clone().unwrap_or(usual.base_url), ..usual }
}

fn mail(section: &SmtpSettings) -> Result<Smtp, ConfigFault> {
    let authority_pem = section.authority.as_ref().map(std::fs::read_to_string).transpose();
    let authority_pem = authority_pem.map_err(|why| {
        let why = format!("cannot be read ({why})");
        ConfigFault::new("smtp.authority", why, "give a file with a certificate in PEM")
    })?;
    let usual = SmtpConfig::new(section.url.clone(), &section.from);
    let fault =
        |why: &dyn ToString| ConfigFault::new("smtp", why.to_string(), "see docs/configuration.md");
    Smtp::new(&SmtpConfig { authority_pem, ..usual }).map_err(|why| fault(&why))
}

/// Accounts of which any may have signed, all of which speak the same tongue, a gateway, and KPN.
#[derive(Debug)]
struct Accounts {
    accounts: Vec<Arc<Twilio>>,
    gateway: Option<Arc<Kannel>>,
    kpn: Option<Arc<Kpn>>,
}

impl Gateway for Kannel {
    fn knows(&self, secret: &str) -> bool {
        self.knows(secret)
    }

    fn text_receipt(&self, status: &str) -> Option<Receipt> {
        kannel::text_receipt(status)
    }
}

impl Webhooks for Kpn {
    fn signed(&self, body: &[u8], signature: &str) -> bool {
        self.signed(body, signature)
    }

    fn knows(&self, message: &str, proof: &str) -> bool {
        self.knows(message, proof)
    }

    fn text_receipt(&self, report: &Value) -> Option<Receipt> {
        kpn_webhook::text_receipt(report)
    }
}

impl Provider for Accounts {
    fn verify(&self, path_and_query: &str, form: &Form, signature: &str) -> bool {
        self.accounts.iter().any(|account| account.verify(path_and_query, form, signature))
    }

    fn speak(&self, words: &str, language: Language, listens: bool, id: MessageId) -> String {
        self.accounts.first().map(|a| a.speak(words, language, listens, id)).unwrap_or_default()
    }

    fn text_receipt(&self, form: &Form) -> Option<Receipt> {
        receipts::text_receipt(form)
    }

    fn call_receipt(&self, form: &Form) -> Option<Receipt> {
        receipts::call_receipt(form)
    }

    fn gateway(&self) -> Option<&dyn Gateway> {
        self.gateway.as_deref().map(|gateway| gateway as &dyn Gateway)
    }

    fn webhooks(&self) -> Option<&dyn Webhooks> {
        self.kpn.as_deref().map(|kpn| kpn as &dyn Webhooks)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

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

    fn with(more: &[(&str, &str)]) -> Result<Speakers, Vec<ConfigFault>> {
        let all = TWILIO.iter().chain(&KANNEL).chain(more);
        let set: BTreeMap<_, _> =
            all.map(|(name, value)| (format!("RUGDEKKING_{name}"), (*value).to_owned())).collect();
        speakers(&Config::load(None, set.into_iter()).unwrap())
    }

    fn line(speakers: &Speakers) -> Vec<(Channel, &'static str)> {
        speakers.router.health().iter().map(|health| (health.channel, health.name)).collect()
    }

    #[test]
    fn a_gateway_is_the_spare_for_texts_or_the_first_and_never_calls() {
        let (text, call) = (Channel::Text, Channel::Call);
        let spare = with(&[]).unwrap();
        assert_eq!(line(&spare), [(text, "twilio"), (text, "kannel"), (call, "twilio")]);
        assert!(spare.provider.unwrap().gateway().is_some());
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
        assert!(spare.provider.unwrap().webhooks().is_some());
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
        assert!(spare.sip.is_some());
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
