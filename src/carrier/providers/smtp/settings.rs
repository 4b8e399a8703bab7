//! A mail server and who we are to it: the settings.

use std::{path::PathBuf, time::Duration};

use crate::carrier::setup::Secret;

/// A mail server and who we are to it.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// `smtps://user:password@host:465` for TLS from the first byte, `smtp://…:587` for
    /// STARTTLS, `smtp://localhost:25?tls=none` for none, which only this machine may have.
    pub url: Secret,
    /// Who the mail is from: `Name <address>` or an address.
    pub from: String,
    /// A certificate authority of one's own, in PEM, beside the public ones.
    pub authority_pem: Option<String>,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

impl SmtpConfig {
    /// That server, with the public certificate authorities and the usual limit.
    pub fn new(url: Secret, from: &str) -> Self {
        let try_limit = Duration::from_secs(10);
        Self { url, from: from.into(), authority_pem: None, try_limit }
    }
}

/// The settings as they were given.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// The server, with the user and the password in its address.
    pub server: SmtpConfig,
    /// The file with a certificate authority of one's own.
    pub authority: Option<PathBuf>,
}
