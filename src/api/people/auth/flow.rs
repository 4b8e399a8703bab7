//! The authorisation-code flow with PKCE, as far as it is spoken with the provider.

use chrono::TimeDelta;
use openidconnect::{
    AccessToken, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier, TokenResponse as _,
    UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
        CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    identity::{Entra, subject},
    jwt::LEEWAY,
    provider::{Failed, KnownProvider},
    sign_in::SignIn,
};
use crate::{
    model::{
        clock::Instant,
        ids::{self, Randomness},
    },
    service::people::sign_in::Identity,
};

/// What a client assertion is (RFC 7523).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Jwe = CoreJweContentEncryptionAlgorithm;
type Fields =
    IdTokenFields<Entra, EmptyExtraTokenFields, CoreGenderClaim, Jwe, CoreJwsSigningAlgorithm>;
type TokenResponse = StandardTokenResponse<Fields, CoreTokenType>;
type OidcClient = openidconnect::Client<
    Entra,
    CoreAuthDisplay,
    CoreGenderClaim,
    Jwe,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenResponse,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What only we know while somebody is at the provider.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    nonce: String,
    verifier: String,
}

impl Secrets {
    /// Fresh ones. The verifier has 44 characters: PKCE asks for at least 43.
    pub fn new(random: &dyn Randomness) -> Self {
        let verifier = format!("{}{}", ids::token(random), ids::token(random));
        Self { nonce: ids::token(random), verifier }
    }
}

/// What somebody brings back from the provider.
pub struct ProviderAnswer {
    pub code: String,
    /// What was kept here.
    pub secrets: Secrets,
    /// Where the code was sent to.
    pub callback: String,
}

fn client(sign_in: &SignIn, known: &KnownProvider, callback: &str) -> Result<OidcClient, Failed> {
    let settings = &sign_in.provider.settings;
    let redirect = RedirectUrl::new(callback.to_owned()).map_err(|_| Failed::Refused)?;
    let secret = settings.client_secret.clone().filter(|_| settings.client_key.is_none());
    let secret = secret.map(ClientSecret::new);
    let id = ClientId::new(settings.client_id.clone());
    let client = OidcClient::from_provider_metadata(known.metadata.clone(), id, secret);
    Ok(client.set_redirect_uri(redirect))
}

/// Where to send somebody; for an extra check when `steps_up`.
///
/// # Errors
/// When our own address is none.
pub fn address(
    sign_in: &SignIn,
    known: &KnownProvider,
    callback: &str,
    state: &str,
    secrets: &Secrets,
    steps_up: bool,
) -> Result<String, Failed> {
    let client = client(sign_in, known, callback)?;
    let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
    let (state, nonce) = (state.to_owned(), secrets.nonce.clone());
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        )
        .add_scopes(sign_in.provider.settings.scopes.iter().cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    let wanted = &sign_in.provider.settings.step_up_acr;
    if let Some(first) = wanted.first().filter(|_| steps_up) {
        // Entra reads what it calls a context from `claims`, others read `acr_values`.
        let claims = json!({ "id_token": { "acrs": { "essential": true, "value": first } } });
        request =
            request.add_prompt(CoreAuthPrompt::Login).add_extra_param("claims", claims.to_string());
        for acr in wanted {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
    }
    Ok(request.url().0.into())
}

/// Redeems the code, and tells whose it was.
///
/// # Errors
/// When it proves nothing, or the provider does not answer.
pub async fn redeem(
    sign_in: &SignIn,
    answer: ProviderAnswer,
    random: &dyn Randomness,
    now: Instant,
) -> Result<Identity, Failed> {
    let known = sign_in.provider.known(now).await?;
    let tokens =
        exchange(sign_in, &known, &answer, assertion(sign_in, &known, random, now)).await?;
    let who = match identity(sign_in, &known, &answer, &tokens, now).await {
        Err(Failed::Refused) => {
            // Perhaps it signs with a new key.
            let renewed = sign_in.provider.renewed(known.clone(), now).await;
            if std::sync::Arc::ptr_eq(&renewed, &known) {
                return Err(Failed::Refused);
            }
            identity(sign_in, &renewed, &answer, &tokens, now).await?
        }
        other => other?,
    };
    Ok(who)
}

/// The proof of who we are, when that is a key.
fn assertion(
    sign_in: &SignIn,
    known: &KnownProvider,
    random: &dyn Randomness,
    now: Instant,
) -> Option<String> {
    let settings = &sign_in.provider.settings;
    let to = known.metadata.token_endpoint()?;
    settings.client_key.as_ref()?.assertion(&settings.client_id, to.as_str(), random, now)
}

async fn exchange(
    sign_in: &SignIn,
    known: &KnownProvider,
    answer: &ProviderAnswer,
    assertion: Option<String>,
) -> Result<TokenResponse, Failed> {
    let client = client(sign_in, known, &answer.callback)?;
    let http = sign_in.provider.http();
    let mut request = client
        .exchange_code(AuthorizationCode::new(answer.code.clone()))
        .map_err(|_| Failed::Refused)?
        .set_pkce_verifier(PkceCodeVerifier::new(answer.secrets.verifier.clone()));
    if let Some(assertion) = assertion {
        request = request
            .add_extra_param("client_assertion_type", ASSERTION)
            .add_extra_param("client_assertion", assertion);
    }
    request.request_async(&http).await.map_err(|why| match why {
        RequestTokenError::Request(why) => {
            tracing::warn!(%why, "OpenID provider does not answer");
            Failed::Unavailable
        }
        RequestTokenError::ServerResponse(why) => {
            tracing::info!(error = %why.error(), "OpenID provider refused the authorisation code");
            Failed::Refused
        }
        _ => Failed::Refused,
    })
}

async fn identity(
    sign_in: &SignIn,
    known: &KnownProvider,
    answer: &ProviderAnswer,
    tokens: &TokenResponse,
    now: Instant,
) -> Result<Identity, Failed> {
    let client = client(sign_in, known, &answer.callback)?;
    let leeway = TimeDelta::seconds(LEEWAY);
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        ])
        .set_time_fn(move || now - leeway)
        .set_issue_time_verifier_fn(move |at| match at <= now + leeway {
            true => Ok(()),
            false => Err("it was issued in the future".into()),
        });
    let token = tokens.id_token().ok_or(Failed::Refused)?;
    let claims = token.claims(&verifier, &Nonce::new(answer.secrets.nonce.clone()));
    let claims = claims.map_err(|why| {
        tracing::info!(%why, "ID token refused");
        Failed::Refused
    })?;
    let entra = claims.additional_claims();
    let verified = claims.email_verified().unwrap_or_else(|| entra.vouches());
    let mut email = claims.email().filter(|_| verified).map(|email| email.as_str().to_owned());
    if claims.email().is_none() {
        email = told(sign_in, &client, tokens.access_token(), claims.subject()).await;
    }
    let subject = subject(claims.issuer().as_str(), claims.subject().as_str(), entra);
    let acr = claims.auth_context_ref().map(|acr| acr.as_str());
    let acr = sign_in.strength(acr, entra);
    let roles = sign_in.provider.settings.gives_roles.then(|| entra.roles());
    Ok(Identity { subject, email, sid: entra.sid.clone(), acr, roles })
}

/// The verified mail address that the provider tells only when asked for it.
async fn told(
    sign_in: &SignIn,
    client: &OidcClient,
    token: &AccessToken,
    subject: &SubjectIdentifier,
) -> Option<String> {
    let http = sign_in.provider.http();
    let request = client.user_info(token.clone(), Some(subject.clone())).ok()?;
    let told: UserInfoClaims<Entra, CoreGenderClaim> = request.request_async(&http).await.ok()?;
    let verified = told.email_verified().unwrap_or_else(|| told.additional_claims().vouches());
    told.email().filter(|_| verified).map(|email| email.as_str().to_owned())
}
