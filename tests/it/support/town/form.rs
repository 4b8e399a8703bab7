//! What somebody fills in to register a visit.

use rugdekking::model::clock::Instant;
use serde_json::{Value, json};

use super::at;

/// The form of a visit, filled in so far.
#[derive(Clone, Debug)]
pub struct Form(pub Value);

pub fn moment(at: Instant) -> Value {
    json!(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// A home visit of 45 minutes at an address that nobody knows, together with Sanne.
pub fn home_visit(start: &str) -> Form {
    let address = json!({ "street": "Hengelosestraat", "houseNumber": 51, "houseLetter": "A",
        "addition": null, "postcode": "7514 AD", "city": "Enschede" });
    Form(json!({
        "kind": "home-visit", "startsAt": moment(at(start)), "expectedMinutes": 45,
        "mobile": "+31612345678",
        "colleagues": [{ "name": "Sanne Vos", "mobile": "+31687654321" }],
        "residents": [{ "name": "J. de Wit", "address": address }],
        "background": "Aanvraag voor een traplift.",
        "expectsTrouble": false, "knownResident": false,
    }))
}

/// The same, where trouble is expected.
pub fn risky_visit(start: &str) -> Form {
    home_visit(start).with("expectsTrouble", json!(true))
}

impl Form {
    /// With another answer in a field.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    pub fn lasting(self, minutes: u32) -> Self {
        self.with("expectedMinutes", json!(minutes))
    }

    pub fn alone(self) -> Self {
        self.with("colleagues", json!([]))
    }

    /// With agreed times.
    pub fn asked_at(self, times: &[&str]) -> Self {
        let times: Vec<_> = times.iter().map(|t| moment(at(t))).collect();
        self.with("checkInTimes", json!(times))
    }

    /// At another address.
    pub fn living_at(mut self, street: &str, number: u32, postcode: &str) -> Self {
        self.0["residents"][0]["address"] = json!({ "street": street, "houseNumber": number,
            "postcode": postcode, "city": "Enschede" });
        self
    }

    /// With somebody else's name on the door.
    pub fn visiting(mut self, name: &str) -> Self {
        self.0["residents"][0]["name"] = json!(name);
        self
    }
}
