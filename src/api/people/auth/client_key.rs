//! How this service proves at the provider who it is without a shared secret (`private_key_jwt`).

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::model::{
    clock::Instant,
    ids::{self, Randomness},
};

/// How long an assertion may be used. It is used at once.
const LASTS: i64 = 60;

/// Our private key, and how the provider finds the public half.
#[derive(Clone)]
pub struct ClientKey {
    key: EncodingKey,
    header: Header,
}

impl ClientKey {
    /// Reads a key in PEM: of P-256 for ES256, or RSA for RS256 and PS256. The certificate, when
    /// there is one, is named by its thumbprint, as Entra wants it.
    ///
    /// # Errors
    /// In words for whoever configures it; never with the key.
    pub fn read(
        pem: &str,
        algorithm: Option<&str>,
        key_id: Option<String>,
        certificate: Option<&str>,
    ) -> Result<Self, String> {
        let elliptic = EncodingKey::from_ec_pem(pem.as_bytes());
        let (key, algorithm) = match (elliptic, algorithm) {
            (Ok(key), None | Some("ES256")) => (key, Algorithm::ES256),
            (Ok(_), Some(other)) => return Err(format!("a key of P-256 does not sign {other}")),
            (Err(_), algorithm) => {
                let key = EncodingKey::from_rsa_pem(pem.as_bytes());
                let key = key.map_err(|_| "the client's key is no RSA or P-256 key in PEM")?;
                match algorithm {
                    None | Some("RS256") => (key, Algorithm::RS256),
                    Some("PS256") => (key, Algorithm::PS256),
                    Some(other) => return Err(format!("an RSA key does not sign {other}")),
                }
            }
        };
        let mut header = Header::new(algorithm);
        header.kid = key_id;
        header.x5t_s256 = certificate.map(thumbprint).transpose()?;
        let key = Self { key, header };
        encode(&key.header, &json!({}), &key.key).map_err(|_| "the client's key cannot sign")?;
        Ok(key)
    }

    /// A statement to this address of who we are; for one use, within a minute.
    pub fn assertion(
        &self,
        client: &str,
        audience: &str,
        random: &dyn Randomness,
        now: Instant,
    ) -> Option<String> {
        let now = now.timestamp();
        let claims = json!({ "iss": client, "sub": client, "aud": audience,
            "jti": ids::token(random), "iat": now, "nbf": now, "exp": now + LASTS });
        encode(&self.header, &claims, &self.key).ok()
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("algorithm", &self.header.alg).finish_non_exhaustive()
    }
}

/// The SHA-256 of a certificate in PEM, as a token's header names it.
fn thumbprint(pem: &str) -> Result<String, String> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let certificate = STANDARD.decode(body.trim()).ok().filter(|bytes| !bytes.is_empty());
    let certificate = certificate.ok_or("the client's certificate is not in PEM")?;
    let url = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    Ok(url.encode(Sha256::digest(certificate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let refused = ClientKey::read("hush", None, None, None).unwrap_err();
        assert!(!refused.contains("hush"), "{refused}");
    }
}
