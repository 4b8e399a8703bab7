//! Reads input of a type that is stored as well. Stored bodies are read forgivingly, for a newer
//! program may have written them; what somebody sends must be understood to the last field.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::model::input::faults::Fault;

/// What was read, or every field and name below `path` that is not known.
///
/// # Errors
/// The faults, each at its path.
pub fn read<T: DeserializeOwned + Serialize>(path: &str, given: &Value) -> Result<T, Vec<Fault>> {
    let invalid = |why: serde_json::Error| vec![Fault::new(path, "invalid", why.to_string())];
    let item = T::deserialize(given).map_err(invalid)?;
    let understood = serde_json::to_value(&item).map_err(invalid)?;
    let mut lost = vec![];
    compare(path, given, &understood, &mut lost);
    let unknown = |path: String| Fault::new(path, "unknown", "is not known");
    if lost.is_empty() { Ok(item) } else { Err(lost.into_iter().map(unknown).collect()) }
}

/// Notes the path of everything that was given and did not come through.
fn compare(path: &str, given: &Value, understood: &Value, lost: &mut Vec<String>) {
    match (given, understood) {
        (Value::Object(given), Value::Object(understood)) => {
            for (name, value) in given {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                match understood.get(name) {
                    Some(known) => compare(&path, value, known, lost),
                    None => lost.push(path),
                }
            }
        }
        (Value::Array(given), Value::Array(understood)) => {
            let mut rest = understood.iter().peekable();
            for (at, value) in given.iter().enumerate() {
                let path = format!("{path}[{at}]");
                let all_came = given.len() == understood.len();
                match rest.next_if(|known| all_came || is_whole(value, known)) {
                    Some(known) => compare(&path, value, known, lost),
                    None => lost.push(path),
                }
            }
        }
        (Value::String(given), Value::String(understood)) if !is_alike(given, understood) => {
            lost.push(path.to_owned());
        }
        _ => {}
    }
}

fn is_whole(given: &Value, understood: &Value) -> bool {
    let mut lost = vec![];
    compare("", given, understood, &mut lost);
    lost.is_empty() && given.is_object() == understood.is_object()
}

/// Times, days and ids may be written in more than one way: `8:30`, `Mon`.
fn is_alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        text.trim_start_matches('0')
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    plain(one) == plain(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::people::teams::{Ladder, WatchPolicy};

    fn unknown<T: DeserializeOwned + Serialize>(path: &str, given: &Value) -> Vec<String> {
        let faults = read::<T>(path, given).map(drop).unwrap_err();
        assert!(faults.iter().all(|fault| fault.code == "unknown"), "{faults:?}");
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn every_unknown_field_and_name_is_told_by_its_path() {
        let given = json!({ "missMinutes": 5, "colour": 1, "pin": "sometimes", "newer": {} });
        assert_eq!(
            unknown::<WatchPolicy>("policy", &given),
            ["policy.colour", "policy.newer", "policy.pin"]
        );
        let given = json!({ "repeatMinutes": 5, "rungs": [
            { "who": ["manager"], "channels": ["text", "fax", "call"], "waitMinutes": 3 },
            { "who": ["boss", "desk"], "channels": ["call"], "waitMinutes": 3, "loud": true },
        ] });
        assert_eq!(
            unknown::<Ladder>("ladder", &given),
            ["ladder.rungs[0].channels[1]", "ladder.rungs[1].loud", "ladder.rungs[1].who[0]"]
        );
    }

    #[test]
    fn what_is_known_is_read_however_it_is_written() {
        let given = json!({ "repeatMinutes": 5,
            "rungs": [{ "who": ["manager", { "personId": "0188D0E0-0000-7000-8000-000000000000" }],
                "channels": ["text"], "waitMinutes": 3 }],
            "outOfHours": { "rungs": [], "officeHours": [
                { "days": ["Mon"], "from": "8:30", "until": "17:00" }] } });
        assert!(read::<Ladder>("ladder", &given).is_ok());
    }
}
