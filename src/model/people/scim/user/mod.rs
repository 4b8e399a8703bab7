//! People, as the directory says who they are: read into an account, and shown from one.

use serde_json::{Value, json};

use super::{Object, RefusalKind, ScimRefused, objects, schemas, text};
use crate::model::{
    input::faults::Faults,
    messages::language::Language,
    people::{Person, Role},
    phone::Phone,
};

/// The name of their schema.
pub const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// What the directory says of somebody, as far as it means something here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserSaid {
    /// The name as colleagues know it.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// The mobile number.
    pub mobile: Option<Phone>,
    /// What they may do.
    pub roles: Vec<Role>,
    /// In which language they are spoken to, when that is one of ours.
    pub language: Option<Language>,
    /// Whether they work here; when nothing is said of it, that stays as it was.
    pub active: Option<bool>,
    /// All that is kept of it, in its own shape.
    pub kept: Object,
}

impl UserSaid {
    /// Reads a resource.
    ///
    /// # Errors
    /// With everything that is wrong with it.
    pub fn read(given: &Object) -> Result<Self, ScimRefused> {
        let mut kept = schemas::named(SCHEMA).read(given)?;
        let mut faults = Faults::default();
        let name = faults.text("displayName", Some(name_of(&kept)), 200);
        let email = faults.email("emails.value", email_of(&kept));
        let mobile = numbers(&mut faults, &mut kept);
        let roles = roles(&mut faults, &kept);
        faults.done().map_err(|faults| {
            let all = faults.iter().map(|fault| format!("{} {}", fault.field, fault.message));
            ScimRefused::new(
                RefusalKind::InvalidValue,
                format!("{}.", all.collect::<Vec<_>>().join("; ")),
            )
        })?;
        Ok(Self {
            name: name.unwrap_or_default(),
            email: email.unwrap_or_default().to_lowercase(),
            mobile,
            roles,
            language: text(&kept, "preferredLanguage").and_then(language),
            active: kept.get("active").and_then(Value::as_bool),
            kept,
        })
    }
}

/// The name that comes nearest to what colleagues say.
fn name_of(kept: &Object) -> &str {
    let name = kept.get("name").and_then(Value::as_object);
    let part = |part| name.and_then(|name| text(name, part));
    let whole = text(kept, "displayName").or_else(|| part("formatted"));
    whole.or_else(|| part("familyName")).or_else(|| text(kept, "userName")).unwrap_or_default()
}

/// The primary mail address, else that of work, else any; else the name in the directory.
fn email_of(kept: &Object) -> Option<&str> {
    let all: Vec<_> = objects(kept, "emails").collect();
    let primary = |it: &&&Object| it.get("primary") == Some(&json!(true));
    let work = |it: &&&Object| text(it, "type") == Some("work");
    let chosen = all.iter().find(primary).or_else(|| all.iter().find(work));
    let chosen = chosen.or(all.first()).and_then(|it| text(it, "value"));
    chosen.or_else(|| text(kept, "userName"))
}

/// Reads every number, writes it as E.164, and picks the mobile one.
fn numbers(faults: &mut Faults, kept: &mut Object) -> Option<Phone> {
    let list = kept.get_mut("phoneNumbers").and_then(Value::as_array_mut)?;
    let mut picked = None;
    for (at, item) in list.iter_mut().enumerate() {
        let field = format!("phoneNumbers[{at}].value");
        let Some(given) = item["value"].as_str() else {
            faults.add(field, "required", "is required");
            continue;
        };
        let number = given.strip_prefix("tel:").unwrap_or(given).parse::<Phone>();
        let Some(number) = faults.take(&field, number) else { continue };
        item["value"] = json!(number);
        let kind = item["type"].as_str().map(str::to_ascii_lowercase);
        if kind.as_deref() == Some("mobile") {
            faults.require(number.is_mobile(), &field, "not-mobile", "is not a mobile number");
        }
        if picked.is_none() && (kind.is_none() || kind.as_deref() == Some("mobile")) {
            picked = Some(number).filter(Phone::is_mobile);
        }
    }
    picked
}

fn roles(faults: &mut Faults, kept: &Object) -> Vec<Role> {
    let mut roles = vec![];
    for (at, item) in objects(kept, "roles").enumerate() {
        let role = text(item, "value").and_then(Role::from_name).ok_or("is not a role");
        roles.extend(faults.take(format!("roles[{at}].value"), role));
    }
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// `nl-NL` is Dutch.
fn language(tag: &str) -> Option<Language> {
    Language::from_name(&tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase())
}

/// Somebody as the directory is shown them: what it said itself, where that still is so here.
pub fn show(person: &Person, kept: Option<&Object>) -> Object {
    let mut shown = kept.cloned().unwrap_or_default();
    let said = UserSaid::read(&shown).ok();
    let said = said.as_ref();
    if !shown.contains_key("userName") {
        shown.insert("userName".into(), json!(person.email));
    }
    if said.is_none_or(|said| said.name != person.name) {
        shown.insert("displayName".into(), json!(person.name));
    }
    if said.is_none_or(|said| said.email != person.email) {
        let work = json!([{ "value": person.email, "type": "work", "primary": true }]);
        shown.insert("emails".into(), work);
    }
    let number = person.mobile.as_ref().map(|mobile| &mobile.number);
    if said.is_none_or(|said| said.mobile.as_ref() != number) {
        let others = objects(&shown, "phoneNumbers")
            .filter(|item| text(item, "type").is_some_and(|kind| kind != "mobile"));
        let mobile = number.map(|number| json!({ "value": number, "type": "mobile" }));
        let all: Vec<_> = mobile.into_iter().chain(others.map(|item| json!(item))).collect();
        replace(&mut shown, "phoneNumbers", all);
    }
    let mut roles = person.roles.clone();
    roles.sort_unstable();
    if said.is_none_or(|said| said.roles != roles) {
        let all = roles.iter().map(|role| json!({ "value": role.name() })).collect();
        replace(&mut shown, "roles", all);
    }
    if said.is_none_or(|said| said.language.is_some_and(|said| said != person.language)) {
        shown.insert("preferredLanguage".into(), json!(person.language));
    }
    if said.is_none_or(|said| said.active.is_some()) {
        shown.insert("active".into(), json!(person.active));
    }
    shown
}

fn replace(shown: &mut Object, name: &str, all: Vec<Value>) {
    if all.is_empty() {
        shown.remove(name);
    } else {
        shown.insert(name.into(), json!(all));
    }
}

#[cfg(test)]
mod tests;
