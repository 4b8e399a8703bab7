//! What a newer program wrote into a body and this one does not understand: it stays in the row when
//! this program writes the body again.

use serde_json::Value;

/// What tells two things apart that stand in the same field: another thing keeps nothing of the one
/// before it. A thing that has an id is known by that alone.
const KINDS: [&str; 5] = ["is", "kind", "as", "decision", "status"];

/// A body as it was written, and what this program makes of it.
#[derive(Debug)]
pub(crate) struct WrittenBody {
    /// All that was written.
    pub written: Value,
    /// What this program understood of it, in its own words.
    pub understood: Value,
}

impl WrittenBody {
    /// The body after a change, with what was not understood before it.
    pub fn carry(&self, after: Value) -> Value {
        carry(&self.written, &self.understood, after)
    }
}

/// What this program did not change stays exactly as it was written.
fn carry(written: &Value, understood: &Value, after: Value) -> Value {
    if after == *understood {
        return written.clone();
    }
    match (written, understood, after) {
        (Value::Object(written), Value::Object(understood), Value::Object(mut after))
            if is_same(understood, &after) =>
        {
            for (name, value) in written {
                match (understood.get(name), after.get_mut(name)) {
                    (None, None) => drop(after.insert(name.clone(), value.clone())),
                    (Some(known), Some(new)) => *new = carry(value, known, new.take()),
                    _ => {}
                }
            }
            Value::Object(after)
        }
        (Value::Array(written), Value::Array(understood), Value::Array(after)) => {
            Value::Array(carry_list(written, understood, after))
        }
        (_, _, after) => after,
    }
}

/// An element is found again by its id, or by what it says. Names that were not understood, such as
/// a role that only the newer program has, stay at the end.
fn carry_list(written: &[Value], understood: &[Value], after: Vec<Value>) -> Vec<Value> {
    if written.len() != understood.len() {
        let names = written.iter().filter(|it| it.is_string() && !understood.contains(it));
        return after.into_iter().chain(names.cloned()).collect();
    }
    let again = |new: Value| {
        let is_it = |old: &Value| *old == new || has_id(old) && old.get("id") == new.get("id");
        match understood.iter().position(is_it) {
            Some(at) => carry(&written[at], &understood[at], new),
            None => new,
        }
    };
    after.into_iter().map(again).collect()
}

fn has_id(value: &Value) -> bool {
    value.get("id").is_some()
}

fn is_same(one: &serde_json::Map<String, Value>, other: &serde_json::Map<String, Value>) -> bool {
    match one.get("id") {
        Some(id) => other.get("id") == Some(id),
        None => KINDS.iter().all(|kind| one.get(*kind) == other.get(*kind)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn carried(written: Value, understood: Value, after: Value) -> Value {
        WrittenBody { written, understood }.carry(after)
    }

    #[test]
    fn what_is_not_understood_stays_beside_what_changes() {
        let written = json!({ "name": "Wmo", "newer": 1, "policy": { "miss": 5, "newer": [2] } });
        let understood = json!({ "name": "Wmo", "policy": { "miss": 5 } });
        let after = json!({ "name": "Wmo en inkomen", "policy": { "miss": 4 } });
        let kept = json!({ "name": "Wmo en inkomen", "newer": 1,
            "policy": { "miss": 4, "newer": [2] } });
        assert_eq!(carried(written, understood, after), kept);
    }

    #[test]
    fn what_is_taken_away_stays_away() {
        let written = json!({ "mobile": "+31612345678", "newer": 1 });
        let after = carried(written, json!({ "mobile": "+31612345678" }), json!({}));
        assert_eq!(after, json!({ "newer": 1 }));
    }

    #[test]
    fn an_element_of_a_list_keeps_its_own() {
        let written = json!([{ "id": 1, "n": 1, "newer": "a" }, { "id": 2, "n": 2, "newer": "b" }]);
        let understood = json!([{ "id": 1, "n": 1 }, { "id": 2, "n": 2 }]);
        let after = json!([{ "id": 2, "n": 3 }, { "id": 5, "n": 5 }]);
        let kept = json!([{ "id": 2, "n": 3, "newer": "b" }, { "id": 5, "n": 5 }]);
        assert_eq!(carried(written, understood, after), kept);
    }

    #[test]
    fn a_name_that_only_a_newer_program_knows_stays_in_its_list() {
        let written = json!(["worker", "inspector"]);
        let after = carried(written, json!(["worker"]), json!(["worker", "manager"]));
        assert_eq!(after, json!(["worker", "manager", "inspector"]));
    }

    #[test]
    fn another_state_keeps_nothing_of_the_state_before() {
        let written = json!({ "state": { "is": "open", "next": 1, "newer": 2 } });
        let understood = json!({ "state": { "is": "open", "next": 1 } });
        let after = json!({ "state": { "is": "closed" } });
        assert_eq!(carried(written, understood, after.clone()), after);
    }

    #[test]
    fn a_choice_that_is_not_known_stays_until_somebody_chooses() {
        let written = json!({ "pin": "sometimes", "miss": 5 });
        let understood = json!({ "pin": "risky", "miss": 5 });
        let same =
            carried(written.clone(), understood.clone(), json!({ "pin": "risky", "miss": 4 }));
        assert_eq!(same["pin"], "sometimes");
        assert_eq!(
            carried(written, understood, json!({ "pin": "never", "miss": 4 }))["pin"],
            "never"
        );
    }
}
