//! Who people are: the identity provider with which they sign in, and the directory that keeps them.

use crate::model::{
    input::settings::{SettingsReader, service_url},
    privacy::secret::Secret,
};

/// The identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// Its address; discovery starts there.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// The secret by which we prove that, when there is no key.
    pub client_secret: Option<Secret>,
    /// The key by which we prove that.
    pub client_key: Option<ClientKeyConfig>,
    /// What we ask of it.
    pub scopes: Vec<String>,
    /// What a bearer token must be meant for.
    pub audience: String,
    /// How strongly it must be made sure who somebody of the desk is.
    pub step_up_acr: Vec<String>,
    /// Whether it says what somebody may do here.
    pub gives_roles: bool,
}

/// A key instead of a secret, as it was given; whoever uses it reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeyConfig {
    /// The private key, in PEM.
    pub pem: Secret,
    /// By which name the provider knows it.
    pub id: Option<String>,
    /// How it signs.
    pub algorithm: Option<String>,
    /// Its certificate, in PEM.
    pub certificate: Option<Secret>,
}

/// The municipality's directory, which keeps people and teams here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scim {
    /// What it shows to be let in.
    pub token: Secret,
}

const PEM: &str = "give it in PEM, which begins with -----BEGIN; best in a file";

fn is_pem(text: &str) -> bool {
    text.starts_with("-----BEGIN ")
}

pub(super) fn oidc(read: &mut SettingsReader) -> Option<Oidc> {
    if !read.has_section("oidc") {
        return None;
    }
    let own = "give the identity provider's address; of Entra that of your own tenant, like \
               https://login.microsoftonline.com/TENANT-ID/v2.0";
    let issuer = read.parsed("oidc.issuer", own, issuer);
    let client_id = read.text("oidc.client_id");
    let client_secret = read.secret("oidc.client_secret");
    let client_key = client_key(read);
    let word = |text: &str| (!text.contains(char::is_whitespace)).then(|| text.to_owned());
    let scopes = read.list("oidc.scopes", "give names, like openid, profile, email", word);
    let audience = read.text("oidc.audience");
    let step_up_acr = read.list("oidc.step_up_acr", "give names, like mfa or c1", word);
    let yes = |text: &str| text.parse().ok();
    let gives_roles = read.parsed("oidc.gives_roles", "give true or false", yes);
    read.needed("oidc.issuer", "give the identity provider's address");
    read.needed("oidc.client_id", "give the client id that the identity provider knows");
    if !read.was_given("oidc.client_key") {
        read.needed("oidc.client_secret", "give the client's secret, or oidc.client_key");
    }
    let client_id = client_id?;
    let usual = || ["openid", "profile", "email"].map(str::to_owned).to_vec();
    Some(Oidc {
        issuer: issuer?,
        audience: audience.unwrap_or_else(|| client_id.clone()),
        client_id,
        client_secret,
        client_key,
        scopes: scopes.unwrap_or_else(usual),
        step_up_acr: step_up_acr.unwrap_or_default(),
        gives_roles: gives_roles.unwrap_or(false),
    })
}

/// An address that stands for every tenant at once would let everybody in.
fn issuer(text: &str) -> Option<String> {
    let url = service_url(text)?;
    let everybody = ["common", "organizations", "consumers"];
    (!url.split('/').any(|part| everybody.contains(&part))).then_some(url)
}

fn client_key(read: &mut SettingsReader) -> Option<ClientKeyConfig> {
    let pem = read.parsed_secret("oidc.client_key", PEM, is_pem);
    let certificate = read.parsed_secret("oidc.client_certificate", PEM, is_pem);
    let id = read.text("oidc.client_key_id");
    let known = |text: &str| ["ES256", "RS256", "PS256"].contains(&text).then(|| text.to_owned());
    let algorithm = read.parsed("oidc.client_algorithm", "give ES256, RS256 or PS256", known);
    for name in ["oidc.client_key_id", "oidc.client_algorithm", "oidc.client_certificate"] {
        if read.was_given(name) {
            read.needed("oidc.client_key", "give the client's private key, or leave the rest out");
        }
    }
    Some(ClientKeyConfig { pem: pem?, id, algorithm, certificate })
}

pub(super) fn scim(read: &mut SettingsReader) -> Option<Scim> {
    Some(Scim { token: token(read, "scim.token")? })
}

/// A secret that another program shows to be let in.
pub(super) fn token(read: &mut SettingsReader, name: &'static str) -> Option<Secret> {
    let long = "give 32 letters or more, like `openssl rand -hex 32` makes";
    read.parsed_secret(name, long, |text| {
        text.len() >= 32 && text.bytes().all(|b| b.is_ascii_graphic())
    })
}
