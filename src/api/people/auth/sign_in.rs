//! Signing in, as far as it is set up: with which provider, and how strongly.

use super::{
    identity::Entra,
    provider::{OidcSettings, Provider},
};
use crate::service::people::sign_in;

/// Where people sign in: the organisation's OpenID provider.
#[derive(Debug)]
pub struct SignIn {
    pub(super) provider: Provider,
}

impl SignIn {
    /// Signing in at this provider, which need not be up yet.
    ///
    /// # Errors
    /// When the issuer is no address, in words for whoever configures it.
    pub fn new(settings: OidcSettings) -> Result<Self, String> {
        Provider::new(settings).map(|provider| Self { provider })
    }

    /// Whether the provider made as sure who it is as the desk's work asks for.
    pub(super) fn is_strong(&self, acr: Option<&str>) -> bool {
        sign_in::is_strong(&self.provider.settings.step_up_acr, acr)
    }

    /// What is kept of all that the provider says it did to make sure: what we ask for, when it did.
    pub(super) fn strength(&self, acr: Option<&str>, entra: &Entra) -> Option<String> {
        let plain = |said: &&str| said.len() <= 200 && !said.chars().any(char::is_control);
        let said = acr.into_iter().chain(entra.contexts());
        let said: Vec<_> = said.filter(plain).collect();
        let wanted = said.iter().find(|said| self.is_strong(Some(said)));
        wanted.or(said.first()).map(|said| (*said).to_owned())
    }
}
