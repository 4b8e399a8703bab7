//! Makes carriers out of the configuration, and lends the api a provider's tongue.

use std::sync::Arc;

use crate::{
    api::callbacks::{Form, Provider},
    carrier::{
        Carrier, receipts,
        router::Router,
        smtp::{Smtp, SmtpConfig},
        twilio::{Twilio, TwilioConfig},
    },
    config::{Config, ConfigFault, Twilio as TwilioSettings},
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
    let mail = config.smtp.as_ref().and_then(|smtp| {
        let made = Smtp::new(&SmtpConfig::new(smtp.url.clone(), &smtp.from));
        let fault = |why: &dyn ToString| {
            ConfigFault::new("smtp", why.to_string(), "see docs/configuration.md")
        };
        made.map_err(|why| faults.push(fault(&why))).ok()
    });
    if !faults.is_empty() {
        return Err(faults);
    }
    let by = |channel: Channel| {
        let able = accounts.iter().filter(|a| a.channels().contains(&channel));
        (channel, able.map(|a| a.clone() as Arc<dyn Carrier>).collect::<Vec<_>>())
    };
    let mut channels = vec![by(Channel::Text), by(Channel::Call)];
    channels.extend(mail.map(|m| (Channel::Mail, vec![Arc::new(m) as Arc<dyn Carrier>])));
    channels.retain(|(_, carriers)| !carriers.is_empty());
    let provider =
        (!accounts.is_empty()).then(|| Arc::new(Accounts(accounts)) as Arc<dyn Provider>);
    Ok(Speakers { router: Router::new(channels), provider })
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

/// Accounts of which any may have signed; all speak the same tongue.
#[derive(Debug)]
struct Accounts(Vec<Arc<Twilio>>);

impl Provider for Accounts {
    fn verify(&self, path_and_query: &str, form: &Form, signature: &str) -> bool {
        self.0.iter().any(|account| account.verify(path_and_query, form, signature))
    }

    fn speak(&self, words: &str, language: Language, listens: bool, id: MessageId) -> String {
        self.0.first().map(|a| a.speak(words, language, listens, id)).unwrap_or_default()
    }

    fn text_receipt(&self, form: &Form) -> Option<Receipt> {
        receipts::text_receipt(form)
    }

    fn call_receipt(&self, form: &Form) -> Option<Receipt> {
        receipts::call_receipt(form)
    }
}
