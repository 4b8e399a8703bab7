//! Filters and paths, and what is none.

use serde_json::json;

use super::*;
use crate::model::people::scim::RefusalKind;

const USER: &str = crate::model::people::scim::user::SCHEMA;

fn jan() -> Object {
    let jan = json!({ "userName": "jan@enschede.nl", "externalId": "Ab", "active": true,
        "name": { "givenName": "Jan" },
        "emails": [{ "type": "work", "value": "jan@enschede.nl" }, { "type": "home" }] });
    jan.as_object().unwrap().clone()
}

#[test]
fn what_holds_is_found() {
    for (filter, holds) in [
        ("userName eq \"JAN@enschede.nl\"", true),
        ("USERNAME Eq \"jan@enschede.nl\"", true),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"jan\"", true),
        ("externalId eq \"ab\"", false),
        ("externalId eq \"Ab\"", true),
        ("name.givenName co \"a\" and not (active eq false)", true),
        ("active eq True", true),
        ("active eq \"False\"", false),
        ("emails[type eq \"work\" and value ew \"nl\"]", true),
        ("emails[type eq \"home\" and value pr]", false),
        ("emails co \"ENSCHEDE\"", true),
        ("title pr or (userName ne \"x\" and name pr)", true),
        ("emails.type eq \"other\"", false),
        ("externalId gt \"Aa\" and externalId le \"Ab\"", true),
    ] {
        assert_eq!(Filter::read(filter, USER).unwrap().holds(&jan()), holds, "{filter}");
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    let deep = format!("{}a pr{}", "(".repeat(50), ")".repeat(50));
    let long = format!("a eq \"{}\"", "x".repeat(3000));
    for filter in [
        "",
        "a",
        "a eq",
        "a eq b",
        "a is \"b\"",
        "(a pr",
        "a pr)",
        "a eq \"b",
        "not a pr",
        "a[b pr",
        "1a pr",
        "a..b pr",
        "a pr b pr",
        "\"a\" eq \"b\"",
        "a eq (",
        &deep,
        &long,
    ] {
        let refused = Filter::read(filter, USER).unwrap_err();
        assert_eq!(refused.kind, RefusalKind::InvalidFilter, "{filter}");
    }
}

#[test]
fn a_path_names_an_attribute_some_of_it_or_a_part() {
    let path = |text| Path::read(text, USER).unwrap();
    assert_eq!(path("active"), Path { name: "active".into(), filter: None, sub: None });
    assert_eq!(path("name.givenName").sub.as_deref(), Some("givenName"));
    let work = path("emails[type eq \"work\"].value");
    assert_eq!((work.name.as_str(), work.sub.as_deref()), ("emails", Some("value")));
    assert_eq!(work.filter.unwrap().implied(), [("type", &json!("work"))]);
    assert_eq!(path(&format!("{USER}:name.familyName")).name, "name");
    for bad in ["", "a.b.c", "a[b]", "a[b pr]c", "a[b pr].c.d", "a b"] {
        assert_eq!(Path::read(bad, USER).unwrap_err().kind, RefusalKind::InvalidPath, "{bad}");
    }
}
