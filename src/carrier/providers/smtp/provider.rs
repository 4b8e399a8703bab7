//! A mail server that is set up: how its settings are read, and a carrier made of them.

use std::{fs, path::PathBuf, sync::Arc};

use lettre::message::Mailbox;
use url::Url;

use super::{
    Smtp,
    settings::{SmtpConfig, SmtpSettings},
};
use crate::{
    carrier::setup::{BuiltCarrier, CarrierProvider, CarrierSettings, Secret, SettingNames, Site},
    model::{
        input::settings::{ConfigFault, SettingsReader},
        messages::Channel,
    },
};

/// A mail server that is set up.
pub(in crate::carrier) const PROVIDER: CarrierProvider = CarrierProvider {
    names: SettingNames {
        section: SECTION,
        plain: &["url", "from", "user", "authority"],
        secret: &["password"],
    },
    channels: &[Channel::Mail],
    read,
};

const SECTION: &str = "smtp";

fn read(read: &mut SettingsReader, _: &'static str) -> Option<Arc<dyn CarrierSettings>> {
    let shape = "give an address like smtps://mail.example.nl:465 or smtp://mail.example.nl:587, \
                 with the user and the password in settings of their own";
    let url = read.parsed("smtp.url", shape, mail_server);
    let from = read.parsed("smtp.from", "give a mail address, like watch@example.nl", |text| {
        text.parse::<Mailbox>().ok().map(|_| text.to_owned())
    });
    let user = read.text("smtp.user");
    let password = read.secret("smtp.password");
    read.needed("smtp.url", "give the mail server's address");
    read.needed("smtp.from", "give the address that mail comes from");
    let authority = read.text("smtp.authority").map(PathBuf::from);
    match (&user, &password) {
        (Some(_), None) => read.needed("smtp.password", "give the password of smtp.user"),
        (None, Some(_)) => read.needed("smtp.user", "give the user of smtp.password"),
        _ => {}
    }
    let url = with_login(url?, user.as_deref(), password.as_ref());
    Some(Arc::new(SmtpSettings { server: SmtpConfig::new(url, &from?), authority }))
}

fn mail_server(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let known = matches!(url.scheme(), "smtp" | "smtps");
    (known && url.has_host() && url.username().is_empty() && url.password().is_none())
        .then_some(url)
}

/// The `Url` escapes what an address may not hold. It refuses a login only without a host.
fn with_login(mut url: Url, user: Option<&str>, password: Option<&Secret>) -> Secret {
    if let (Some(user), Some(password)) = (user, password) {
        let _ = url.set_username(user);
        let _ = url.set_password(Some(password.expose()));
    }
    Secret::new(url)
}

impl CarrierSettings for SmtpSettings {
    fn build(&self, _: &Site<'_>) -> Result<BuiltCarrier, ConfigFault> {
        let authority_pem = self.authority.as_ref().map(fs::read_to_string).transpose();
        let authority_pem = authority_pem.map_err(|why| {
            let why = format!("cannot be read ({why})");
            ConfigFault::new("smtp.authority", why, "give a file with a certificate in PEM")
        })?;
        let smtp = Smtp::new(&SmtpConfig { authority_pem, ..self.server.clone() });
        Ok(BuiltCarrier::of(Arc::new(smtp.map_err(|why| why.of(SECTION))?)))
    }
}
