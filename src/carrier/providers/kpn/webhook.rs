//! What KPN brings: proves that it comes from KPN, and reads what it says of a text.
//!
//! KPN signs the body alone: not the address to which it goes, nor the time. So the address of each
//! report holds a proof of its own, or the report about one text could be told of another.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::{carrier::setup::Secret, model::messages::Receipt};

/// After these another try would fail as well: unknown, barred, opted out, gone, broken, content that
/// is not allowed, no consent.
const PERMANENT_ERRORS: [u64; 8] = [2, 3, 4, 8, 10, 19, 22, 29];

/// Whether `signature`, in hexadecimal digits, was made over exactly this body with one of the keys.
pub(super) fn is_genuine(keys: &[Secret], body: &[u8], signature: &str) -> bool {
    let Some(given) = from_hex(signature.trim()) else { return false };
    let made = |key: &Secret| Some(mac(key)?.chain_update(body));
    keys.iter().filter_map(made).any(|mac| mac.verify_slice(&given).is_ok()) // in constant time
}

/// What the address of the reports about a message ends with.
pub(super) fn proof(key: &Secret, message: &str) -> String {
    let made = mac(key).map(|mac| mac.chain_update(about(message)).finalize().into_bytes());
    made.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
}

/// Whether that is what an address ends with.
pub(super) fn is_ours(keys: &[Secret], message: &str, proof: &str) -> bool {
    let Ok(given) = URL_SAFE_NO_PAD.decode(proof) else { return false };
    let made = |key: &Secret| Some(mac(key)?.chain_update(about(message)));
    keys.iter().filter_map(made).any(|mac| mac.verify_slice(&given).is_ok())
}

/// No body that KPN signs begins like this.
fn about(message: &str) -> String {
    format!("report/{message}")
}

fn mac(key: &Secret) -> Option<Hmac<Sha256>> {
    let key = key.expose();
    (!key.is_empty()).then(|| Hmac::new_from_slice(key.as_bytes()).ok())?
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("sha256=").unwrap_or(text).as_bytes();
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// What a report says of a text; `None` while it is on its way, or when nobody can tell.
///
/// KPN publishes what the numbers mean but not in which field they stand, so every field that is
/// called a status counts: as a number or as the word for it, at whatever depth. What is not
/// understood changes nothing; a text without a report counts as not delivered when its time is up.
pub(super) fn text_receipt(report: &Value) -> Option<Receipt> {
    let named = |names: &'static [&str]| move |name: &str| names.contains(&plain(name).as_str());
    let status = find(
        report,
        &named(&["status", "statuscode", "deliverystatus", "deliverystatuscode", "dlrstatus"]),
    )?;
    let error = find(report, &named(&["errorcode", "failurecode", "error", "statuserrorcode"]));
    match status {
        1 => Some(Receipt::Delivered),
        4 | 5 => {
            let permanent = error.is_some_and(|error| PERMANENT_ERRORS.contains(&error));
            Some(Receipt::Failed { permanent })
        }
        6 => Some(Receipt::Failed { permanent: false }),
        _ => None, // 2 is queued, 3 is accepted
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn find(value: &Value, is_meant: &impl Fn(&str) -> bool) -> Option<u64> {
    match value {
        Value::Object(fields) => {
            let here = fields.iter().filter(|(name, _)| is_meant(name));
            let mut numbers = here.filter_map(|(_, value)| number(value));
            numbers.next().or_else(|| fields.values().find_map(|value| find(value, is_meant)))
        }
        // A report about several texts would not be about one of ours.
        Value::Array(items) if items.len() == 1 => find(&items[0], is_meant),
        _ => None,
    }
}

fn number(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => return number.as_u64(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let words = ["delivered", "queued", "accepted", "failed", "rejected", "expired"];
    let word = words.iter().position(|word| text.eq_ignore_ascii_case(word));
    word.map(|at| at as u64 + 1).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BODY: &[u8] = br#"{"message_id":"1","content":"OK"}"#;

    fn keys() -> Vec<Secret> {
        ["the-next-key-0000", "not-a-real-key-7c1e"].map(Secret::new).to_vec()
    }

    #[test]
    fn what_another_library_signs_is_genuine_and_nothing_that_was_changed() {
        // printf '%s' '{"message_id":"1","content":"OK"}' | openssl dgst -sha256 -hmac not-a-real-key-7c1e
        let signed = "8cf663f89df62ee7d1c7f7ca248485d8d3f010be44fad7b6bba5e3525e5fb1f7";
        assert!(is_genuine(&keys(), BODY, signed), "also while keys are being changed");
        assert!(is_genuine(&keys(), BODY, &signed.to_uppercase()));
        assert!(!is_genuine(&keys()[..1], BODY, signed), "another key");
        assert!(!is_genuine(&[], BODY, signed));
        assert!(!is_genuine(&[Secret::new("")], BODY, signed));
        assert!(!is_genuine(&keys(), &BODY[1..], signed), "another body");
        for broken in ["", "0", &signed[2..], &signed[1..], "zz", &format!("{signed}00")] {
            assert!(!is_genuine(&keys(), BODY, broken), "{broken}");
        }
    }

    #[test]
    fn an_address_is_about_one_message() {
        let proof = proof(&keys()[1], "018f");
        assert!(is_ours(&keys(), "018f", &proof));
        assert!(!is_ours(&keys(), "018e", &proof) && !is_ours(&keys()[..1], "018f", &proof));
        assert!(!is_ours(&keys(), "018f", "") && !is_ours(&keys(), "018f", "x/y"));
    }

    #[test]
    fn a_text_is_delivered_only_when_the_phone_has_it() {
        let says = |report: Value| text_receipt(&report);
        assert_eq!(says(json!({ "StatusCode": 1 })), Some(Receipt::Delivered));
        assert_eq!(says(json!({ "status": "1" })), Some(Receipt::Delivered));
        assert_eq!(says(json!([{ "delivery_status": "Delivered" }])), Some(Receipt::Delivered));
        assert_eq!(says(json!({ "dlr": { "Status": "Delivered" } })), Some(Receipt::Delivered));
        for on_its_way in [json!(2), json!("3"), json!("Queued"), json!(null), json!(0), json!("?")]
        {
            assert_eq!(says(json!({ "status": on_its_way })), None, "{on_its_way}");
        }
        for unclear in [json!({}), json!("1"), json!([{ "status": 1 }, { "status": 1 }])] {
            assert_eq!(says(unclear.clone()), None, "{unclear}");
        }
    }

    #[test]
    fn a_phone_that_is_off_is_worth_another_try_and_an_opted_out_one_is_not() {
        let failed = |status: u64, error: &str| {
            text_receipt(&json!({ "Status": status, "ErrorCode": error }))
        };
        for (status, error) in [(4, "006"), (4, ""), (5, "011"), (6, "024"), (4, "999")] {
            assert_eq!(
                failed(status, error),
                Some(Receipt::Failed { permanent: false }),
                "{error}"
            );
        }
        for (status, error) in [(4, "003"), (5, "022"), (4, "008"), (5, "019")] {
            assert_eq!(failed(status, error), Some(Receipt::Failed { permanent: true }), "{error}");
        }
    }
}
