//! Changes as RFC 7644 and Entra write them.

use serde_json::json;

use super::*;
use crate::model::people::scim::{schemas, user};

fn jan() -> Value {
    json!({ "userName": "jan@enschede.nl", "active": true,
        "name": { "givenName": "Jan", "familyName": "Bakker" },
        "emails": [{ "type": "work", "value": "jan@enschede.nl", "primary": true }],
        "roles": [{ "value": "worker" }] })
}

fn after(operations: Value) -> Result<Value, ScimRefused> {
    let request = json!({ "Operations": operations });
    let schema = schemas::named(user::SCHEMA);
    apply(jan().as_object().unwrap(), request.as_object().unwrap(), schema).map(Value::Object)
}

fn differs_in(changed: &Value) -> Vec<String> {
    let before = jan();
    let all = before.as_object().unwrap().keys().chain(changed.as_object().unwrap().keys());
    let mut names: Vec<_> = all.filter(|name| before.get(name) != changed.get(name)).collect();
    names.sort();
    names.dedup();
    names.into_iter().cloned().collect()
}

#[test]
fn as_entra_changes_people() {
    let changed = after(json!([
        { "op": "Replace", "path": "active", "value": "False" },
        { "op": "Replace", "path": "name.givenName", "value": "Johannes" },
        { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "j@enschede.nl" },
        { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "0612345678" },
        { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "manager" },
        { "op": "Add", "path": "externalId", "value": "x1" },
        { "op": "Add", "path":
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "value": "Wmo" },
    ]))
    .unwrap();
    assert_eq!(changed["active"], "False", "the schema reads it later");
    assert_eq!(changed["name"], json!({ "givenName": "Johannes", "familyName": "Bakker" }));
    let email = json!({ "type": "work", "value": "j@enschede.nl", "primary": true });
    assert_eq!(changed["emails"], json!([email]));
    let mobile = json!({ "type": "mobile", "value": "0612345678" });
    assert_eq!(changed["phoneNumbers"], json!([mobile]));
    assert_eq!(changed["roles"][1], json!({ "primary": "True", "value": "manager" }));
    assert_eq!(changed["externalId"], "x1");
    assert_eq!(changed.as_object().unwrap().len(), 7, "nothing of an extension is kept");
}

#[test]
fn several_at_once_without_a_path() {
    let value = json!({ "active": false, "name.familyName": "Smit", "title": "Dr", "schemas": [],
        "emails[type eq \"home\"].value": "jan@thuis.nl" });
    let changed = after(json!([{ "op": "add", "value": value }])).unwrap();
    assert_eq!(differs_in(&changed), ["active", "emails", "name"]);
    assert_eq!(changed["name"]["familyName"], "Smit");
    assert_eq!(changed["emails"][1], json!({ "type": "home", "value": "jan@thuis.nl" }));
}

#[test]
fn adding_keeps_what_there_is_and_replacing_does_not() {
    let more = json!([{ "value": "manager", "primary": true }, { "value": "worker" }]);
    let added = after(json!([{ "op": "add", "path": "roles", "value": more }])).unwrap();
    assert_eq!(
        added["roles"],
        json!([{ "value": "manager", "primary": true }, { "value": "worker" }])
    );
    let replaced = json!([{ "op": "replace", "path": "roles", "value": [{ "value": "auditor" }] }]);
    assert_eq!(after(replaced).unwrap()["roles"], json!([{ "value": "auditor" }]));
    let second = json!([{ "op": "add", "path": "emails",
        "value": { "value": "b@enschede.nl", "primary": true } }]);
    let second = after(second).unwrap();
    let primary: Vec<_> =
        second["emails"].as_array().unwrap().iter().map(|e| &e["primary"]).collect();
    assert_eq!(primary, [&json!(false), &json!(true)]);
    let part = json!([{ "op": "replace", "path": "name", "value": { "givenName": "J." } }]);
    let whole = json!({ "givenName": "J.", "familyName": "Bakker" });
    assert_eq!(after(part).unwrap()["name"], whole);
}

#[test]
fn removing_takes_one_some_or_all() {
    let without = |operation: Value| after(json!([operation])).unwrap();
    let gone = without(json!({ "op": "remove", "path": "roles[value eq \"worker\"]" }));
    assert_eq!(gone["roles"], json!([]));
    let by_value = json!({ "op": "Remove", "path": "roles", "value": [{ "value": "worker" }] });
    assert_eq!(without(by_value)["roles"], json!([]));
    let other = json!({ "op": "remove", "path": "roles", "value": [{ "value": "auditor" }] });
    assert_eq!(differs_in(&without(other)), Vec::<String>::new());
    assert_eq!(without(json!({ "op": "remove", "path": "roles" }))["roles"], json!([]));
    let part = without(json!({ "op": "remove", "path": "name.givenName" }));
    assert_eq!(part["name"], json!({ "familyName": "Bakker" }));
}

#[test]
fn what_cannot_be_done_is_refused_by_name() {
    for (operation, kind) in [
        (json!({ "op": "replace", "path": "activ", "value": false }), RefusalKind::InvalidPath),
        (json!({ "op": "replace", "path": "name.nick", "value": "x" }), RefusalKind::InvalidPath),
        (json!({ "op": "replace", "path": "active[a", "value": false }), RefusalKind::InvalidPath),
        (
            json!({ "op": "replace", "path": "active[a pr]", "value": false }),
            RefusalKind::InvalidPath,
        ),
        (json!({ "op": "replace", "path": 7, "value": false }), RefusalKind::InvalidPath),
        (json!({ "op": "replace", "path": "active" }), RefusalKind::InvalidValue),
        (json!({ "op": "replace", "path": "id", "value": "x" }), RefusalKind::Mutability),
        (json!({ "op": "add", "path": "groups", "value": [] }), RefusalKind::Mutability),
        (json!({ "op": "add", "path": "meta.created", "value": "" }), RefusalKind::Mutability),
        (json!({ "op": "remove" }), RefusalKind::NoTarget),
        (json!({ "op": "add", "value": "x" }), RefusalKind::NoTarget),
        (
            json!({ "op": "replace", "path": "emails[type eq \"x\"].value", "value": "a@b.nl" }),
            RefusalKind::NoTarget,
        ),
        (json!({ "op": "move", "path": "active" }), RefusalKind::InvalidSyntax),
        (json!("active"), RefusalKind::InvalidSyntax),
    ] {
        assert_eq!(after(json!([operation.clone()])).unwrap_err().kind, kind, "{operation}");
    }
    assert_eq!(after(json!({})).unwrap_err().kind, RefusalKind::InvalidSyntax);
}
