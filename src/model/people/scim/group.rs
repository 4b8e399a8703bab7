//! Teams, as the directory says who goes on visits for them.

use serde_json::{Value, json};

use super::{Object, RefusalKind, ScimRefused, objects, schemas, text};
use crate::model::{
    ids::PersonId,
    people::{Person, teams::Team},
};

/// The name of their schema.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What the directory says of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSaid {
    pub name: String,
    /// Who goes on visits for it, each once.
    pub members: Vec<PersonId>,
    /// Its id in the directory.
    pub external_id: Option<String>,
}

impl GroupSaid {
    /// Reads a resource.
    ///
    /// # Errors
    /// When it has another shape, or a member is no person.
    pub fn read(given: &Object) -> Result<Self, ScimRefused> {
        let kept = schemas::named(SCHEMA).read(given)?;
        let name = text(&kept, "displayName").unwrap_or_default().to_owned();
        if name.chars().count() > 200 {
            return Err(ScimRefused::new(RefusalKind::InvalidValue, "displayName is too long."));
        }
        let mut members = vec![];
        for member in objects(&kept, "members") {
            let is_person = text(member, "type").is_none_or(|it| it.eq_ignore_ascii_case("User"));
            let id = text(member, "value").filter(|_| is_person).and_then(|id| id.parse().ok());
            let id: PersonId = id.ok_or_else(unknown)?;
            if !members.contains(&id) {
                members.push(id);
            }
        }
        let external_id = text(&kept, "externalId").map(str::to_owned);
        Ok(Self { name, members, external_id })
    }
}

/// Refuses a member that is nobody here.
pub fn unknown() -> ScimRefused {
    ScimRefused::new(
        RefusalKind::InvalidValue,
        "members.value names somebody who is not known here.",
    )
}

/// A team as the directory is shown it, with those of its members whom the directory may see.
pub fn show<'p>(
    team: &Team,
    external_id: Option<&str>,
    members: impl Iterator<Item = (&'p Person, String)>,
) -> Object {
    // Without names: an address is enough to find them.
    let shown = members
        .map(|(person, address)| json!({ "value": person.id, "$ref": address, "type": "User" }));
    let shown: Vec<Value> = shown.collect();
    let mut object = Object::new();
    object.insert("displayName".into(), json!(team.name));
    if let Some(id) = external_id {
        object.insert("externalId".into(), json!(id));
    }
    if !shown.is_empty() {
        object.insert("members".into(), json!(shown));
    }
    object
}
