//! Proves that a callback comes from the telephone provider: Twilio's request signature, which
//! SignalWire uses as well.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

use crate::carrier::setup::Secret;

/// The headers that may hold the signature.
pub const SIGNATURE_HEADERS: [&str; 2] = ["x-twilio-signature", "x-signalwire-signature"];

/// Whether `signature` was made with one of the `keys` over this address and form.
///
/// The address is ours as the world sees it, never what a `Host` header says. Providers differ
/// in whether they sign the port, so it is tried as given, without a port and with one.
pub fn is_genuine(keys: &[&Secret], url: &str, form: &[(String, String)], signature: &str) -> bool {
    let Ok(given) = STANDARD.decode(signature) else {
        return false;
    };
    let fields = [signed_fields(form), as_given(form)];
    let urls = spellings(url);
    let texts = || urls.iter().flat_map(|url| fields.iter().map(move |fields| (url, fields)));
    keys.iter().filter(|key| !key.expose().is_empty()).any(|key| {
        texts().any(|(url, fields)| {
            let mac = mac(key, url, fields);
            mac.is_some_and(|mac| mac.verify_slice(&given).is_ok()) // in constant time
        })
    })
}

/// The signature that a provider with this key gives along with the form.
pub fn sign(key: &Secret, url: &str, form: &[(String, String)]) -> Option<String> {
    Some(STANDARD.encode(mac(key, url, &signed_fields(form))?.finalize().into_bytes()))
}

fn mac(key: &Secret, url: &str, fields: &str) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()).ok()?;
    mac.update(url.as_bytes());
    mac.update(fields.as_bytes());
    Some(mac)
}

/// The form as it is signed: by name, each value once and in order, nothing in between.
fn signed_fields(form: &[(String, String)]) -> String {
    let mut by_name = BTreeMap::<&str, Vec<&str>>::new();
    for (name, value) in form {
        by_name.entry(name).or_default().push(value);
    }
    let mut fields = String::new();
    for (name, mut values) in by_name {
        values.sort_unstable();
        values.dedup();
        for value in values {
            fields.push_str(name);
            fields.push_str(value);
        }
    }
    fields
}

/// The form as SignalWire signs it: by name, what is repeated as often and in the order as it came.
fn as_given(form: &[(String, String)]) -> String {
    let mut fields: Vec<_> = form.iter().collect();
    fields.sort_by_key(|(name, _)| name);
    fields.iter().flat_map(|(name, value)| [name.as_str(), value]).collect()
}

/// The same address as given, without a port, and with the scheme's own port.
fn spellings(url: &str) -> Vec<String> {
    let mut spellings = vec![url.to_owned()];
    let Some((scheme, rest)) = url.split_once("://") else {
        return spellings;
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let port_at =
        authority.rfind(':').filter(|at| authority.rfind(']').is_none_or(|end| end < *at));
    let default_port = if scheme == "https" { 443 } else { 80 };
    match port_at {
        Some(at) => spellings.push(format!("{scheme}://{}{path}", &authority[..at])),
        None => spellings.push(format!("{scheme}://{authority}:{default_port}{path}")),
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str =
        "https://veilig.example.nl/callbacks/twilio/receipts/018f0000-0000-7000-8000-000000000007";
    // Computed with the provider's own library (npm twilio 6.2, getExpectedTwilioSignature).
    const RECEIPT: &str = "t9R6QwlsfyM/0RLITbmWb4besM8=";
    const KEYS_WITH_PORT: &str = "47pETAqAim6sXwAorOmqU2wgDX4=";
    const KEYS_WITHOUT_PORT: &str = "D9V0E6MYZnampr9MVkXmdByfIjU=";
    const NO_FORM: &str = "mJKmjrlw8yf3TPPEsYdv0sJcYPk=";

    fn token() -> Secret {
        Secret::new("not-a-real-token-5f1d")
    }

    fn form(fields: &[(&str, &str)]) -> Vec<(String, String)> {
        fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    fn receipt() -> Vec<(String, String)> {
        form(&[
            ("MessageSid", "SM0123"),
            ("MessageStatus", "delivered"),
            ("To", "+31612345678"),
            ("From", "+3197010200000"),
            ("Body", "Alles goed? é € 👍"),
        ])
    }

    fn keys() -> Vec<(String, String)> {
        form(&[
            ("Digits", "9"),
            ("CallSid", "CA1"),
            ("Digits", "1"),
            ("Empty", ""),
            ("Digits", "9"),
        ])
    }

    #[test]
    fn what_the_providers_own_library_signs_is_genuine() {
        assert!(is_genuine(&[&token()], URL, &receipt(), RECEIPT));
        assert!(is_genuine(&[&token()], "https://veilig.example.nl/x?a=1&b=%20", &[], NO_FORM));
    }

    #[test]
    fn repeated_fields_count_once_and_the_port_may_be_signed_or_not() {
        for signature in [KEYS_WITH_PORT, KEYS_WITHOUT_PORT] {
            for url in ["https://veilig.example.nl/x", "https://veilig.example.nl:443/x"] {
                assert!(is_genuine(&[&token()], url, &keys(), signature), "{url} {signature}");
            }
        }
        // Behind another port the provider may sign the address without it.
        assert!(is_genuine(
            &[&token()],
            "https://veilig.example.nl:8443/x",
            &keys(),
            KEYS_WITHOUT_PORT
        ));
    }

    #[test]
    fn the_next_key_is_accepted_while_keys_are_changed() {
        let next = Secret::new("the-next-token");
        assert!(is_genuine(&[&next, &token()], URL, &receipt(), RECEIPT));
        assert!(!is_genuine(&[&next], URL, &receipt(), RECEIPT));
    }

    #[test]
    fn anything_that_was_changed_is_refused() {
        let mut changed = receipt();
        changed[1].1 = "undelivered".into();
        assert!(!is_genuine(&[&token()], URL, &changed, RECEIPT), "another value");
        let mut more = receipt();
        more.push(("Extra".into(), "1".into()));
        assert!(!is_genuine(&[&token()], URL, &more, RECEIPT), "another field");
        assert!(!is_genuine(&[&token()], URL, &receipt()[1..], RECEIPT), "a field less");
        let elsewhere = URL.replace("0007", "0008");
        assert!(!is_genuine(&[&token()], &elsewhere, &receipt(), RECEIPT), "another message");
        let plain = URL.replace("https", "http");
        assert!(!is_genuine(&[&token()], &plain, &receipt(), RECEIPT), "another scheme");
    }

    #[test]
    fn a_missing_or_broken_signature_is_refused() {
        for signature in ["", "=", "nonsense", "AAAA", &RECEIPT[..27], &format!("{RECEIPT} ")] {
            assert!(!is_genuine(&[&token()], URL, &receipt(), signature), "{signature:?}");
        }
    }

    #[test]
    fn without_a_key_nothing_is_genuine() {
        let empty = Secret::new("");
        let forged = sign(&empty, URL, &receipt()).unwrap();
        assert!(!is_genuine(&[&empty], URL, &receipt(), &forged));
        assert!(!is_genuine(&[], URL, &receipt(), RECEIPT));
    }
}
