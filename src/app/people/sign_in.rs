//! Makes the way to sign in out of the configuration.

use crate::{
    api::people::auth::{ClientKey, OidcSettings, SignIn},
    config::{Config, ConfigFault, Oidc},
    model::privacy::secret::Secret,
};

/// Where people sign in, when that is set.
///
/// # Errors
/// What is wrong with its settings.
pub(crate) fn of(config: &Config) -> Result<Option<SignIn>, ConfigFault> {
    let Some(oidc) = &config.oidc else { return Ok(None) };
    let fault =
        |setting| move |why: String| ConfigFault::new(setting, why, "see docs/configuration.md");
    let settings = settings(oidc).map_err(fault("oidc.client_key"))?;
    SignIn::new(settings).map(Some).map_err(fault("oidc.issuer"))
}

fn settings(oidc: &Oidc) -> Result<OidcSettings, String> {
    let client_key = oidc.client_key.as_ref().map(|key| {
        let certificate = key.certificate.as_ref().map(Secret::expose);
        ClientKey::read(key.pem.expose(), key.algorithm.as_deref(), key.id.clone(), certificate)
    });
    Ok(OidcSettings {
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.as_ref().map(|secret| secret.expose().to_owned()),
        client_key: client_key.transpose()?,
        audience: oidc.audience.clone(),
        scopes: oidc.scopes.clone(),
        step_up_acr: oidc.step_up_acr.clone(),
        gives_roles: oidc.gives_roles,
    })
}
