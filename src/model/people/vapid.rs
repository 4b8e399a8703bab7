//! The key by which push services know that it is us who speak (VAPID, RFC 8292).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint as _, pkcs8::EncodePrivateKey as _};

use crate::model::{ids::Randomness, privacy::secret::Secret};

/// The private key. Devices subscribe to its public half: with another key they must do so again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VapidKey(SecretKey);

impl VapidKey {
    /// A fresh key.
    pub fn generate(random: &dyn Randomness) -> Self {
        loop {
            let mut bytes = [0; 32];
            random.fill(&mut bytes);
            // Nearly every 32 bytes are a key.
            if let Ok(key) = SecretKey::from_slice(&bytes) {
                return Self(key);
            }
        }
    }

    /// Reads a key as the usual tools write it: 32 bytes in base64url.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?;
        (bytes.len() == 32).then(|| SecretKey::from_slice(&bytes).ok().map(Self))?
    }

    /// As [`VapidKey::read`] reads it.
    pub fn write(&self) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode(self.0.to_bytes()))
    }

    /// The public half, as browsers want it.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().to_encoded_point(false))
    }

    /// The private key in PKCS#8, for whoever signs.
    pub fn pkcs8(&self) -> Option<Vec<u8>> {
        self.0.to_pkcs8_der().ok().map(|der| der.as_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::testing::Seeded;

    #[test]
    fn a_key_reads_as_it_writes_and_never_shows() {
        let key = VapidKey::generate(&Seeded::new(1));
        assert_eq!(VapidKey::read(key.write().expose()), Some(key.clone()));
        let shown = format!("{key:?}");
        assert!(!shown.contains(key.write().expose()), "{shown}");
    }

    #[test]
    fn the_usual_tools_keys_are_read() {
        // As the libraries for RFC 8291 write it.
        let key = VapidKey::read("RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw").unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(key.public()).unwrap().len(), 65);
        for bad in ["", "kaas", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "RS0WdYWWo1Ha"] {
            assert_eq!(VapidKey::read(bad), None, "{bad}");
        }
    }
}
