//! What is served to a directory has the shapes of RFC 7643: its attribute definitions stand here, as
//! data, and both the served schemas and the served resources are held against them.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use rugdekking::{model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::{
    people::scim::{Directory, jan},
    support::on_both,
};

on_both!(
    the_schemas_say_what_the_rfc_says,
    resources_have_the_shape_that_the_rfc_says,
    the_service_says_what_it_can_do
);

/// RFC 7643, 8.7.1: the attribute, its type (`*` for several), mutability, uniqueness, canonical values.
const USER: &str = "
userName                string     readWrite server
name                    complex    readWrite none
name.formatted          string     readWrite none
name.familyName         string     readWrite none
name.givenName          string     readWrite none
name.middleName         string     readWrite none
name.honorificPrefix    string     readWrite none
name.honorificSuffix    string     readWrite none
displayName             string     readWrite none
nickName                string     readWrite none
profileUrl              reference  readWrite none
title                   string     readWrite none
userType                string     readWrite none
preferredLanguage       string     readWrite none
locale                  string     readWrite none
timezone                string     readWrite none
active                  boolean    readWrite none
password                string     writeOnly none
emails                  complex*   readWrite none
emails.value            string     readWrite none
emails.display          string     readWrite none
emails.type             string     readWrite none work,home,other
emails.primary          boolean    readWrite none
phoneNumbers            complex*   readWrite none
phoneNumbers.value      string     readWrite none
phoneNumbers.display    string     readWrite none
phoneNumbers.type       string     readWrite none work,home,mobile,fax,pager,other
phoneNumbers.primary    boolean    readWrite none
groups                  complex*   readOnly  none
groups.value            string     readOnly  none
groups.$ref             reference  readOnly  none
groups.display          string     readOnly  none
groups.type             string     readOnly  none direct,indirect
roles                   complex*   readWrite none
roles.value             string     readWrite none
roles.display           string     readWrite none
roles.type              string     readWrite none
roles.primary           boolean    readWrite none
";
const GROUP: &str = "
displayName             string     readWrite none
members                 complex*   readWrite none
members.value           string     immutable none
members.$ref            reference  immutable none
members.type            string     immutable none User,Group
";
/// RFC 7643, 3.1 and 3.
const COMMON: &str = "
schemas                 string*    readWrite none
id                      string     readOnly  server
externalId              string     readWrite none
meta                    complex    readOnly  none
meta.resourceType       string     readOnly  none
meta.created            dateTime   readOnly  none
meta.lastModified       dateTime   readOnly  none
meta.location           reference  readOnly  none
meta.version            string     readOnly  none
";
/// RFC 7643, 2.2 and 4.2: the name of a group is required, and nothing says that two may not share one.
const STRICTER: [&str; 1] = ["Group displayName server"];

#[derive(Debug)]
struct Definition {
    kind: &'static str,
    several: bool,
    mutability: &'static str,
    uniqueness: &'static str,
    canonical: Vec<&'static str>,
}

fn definitions(tables: &[&'static str]) -> BTreeMap<&'static str, Definition> {
    let lines = tables.iter().flat_map(|table| table.lines()).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        let definition = Definition {
            kind: words[1].trim_end_matches('*'),
            several: words[1].ends_with('*'),
            mutability: words[2],
            uniqueness: words[3],
            canonical: words.get(4).map(|all| all.split(',').collect()).unwrap_or_default(),
        };
        (words[0], definition)
    });
    read.collect()
}

/// Every attribute of a served schema, with its path.
fn attributes(schema: &Value) -> Vec<(String, Value)> {
    let mut found = vec![];
    for attribute in schema["attributes"].as_array().unwrap() {
        let name = attribute["name"].as_str().unwrap();
        found.push((name.to_owned(), attribute.clone()));
        for part in attribute["subAttributes"].as_array().into_iter().flatten() {
            found.push((format!("{name}.{}", part["name"].as_str().unwrap()), part.clone()));
        }
    }
    found
}

async fn the_schemas_say_what_the_rfc_says(db: Db) {
    let town = Directory::new(db).await;
    let all = town.get("/Schemas").await.ok().body;
    assert_eq!(all["totalResults"], 2);
    for (schema, table) in all["Resources"].as_array().unwrap().iter().zip([USER, GROUP]) {
        let (id, name) = (schema["id"].as_str().unwrap(), schema["name"].as_str().unwrap());
        assert_eq!(town.get(&format!("/Schemas/{id}")).await.ok().body, *schema);
        let rfc = definitions(&[table]);
        for (path, served) in attributes(schema) {
            let of = rfc.get(path.as_str()).unwrap_or_else(|| panic!("{path} is not in the RFC"));
            assert_eq!(served["type"], of.kind, "{path}");
            assert_eq!(served["multiValued"], of.several, "{path}");
            assert_eq!(served["mutability"], of.mutability, "{path}");
            assert_eq!(served["returned"], "default", "{path}");
            let uniqueness = served["uniqueness"].as_str().unwrap();
            let stricter = format!("{name} {path} {uniqueness}");
            let as_said = uniqueness == of.uniqueness || STRICTER.contains(&stricter.as_str());
            assert!(as_said, "{path} {uniqueness}");
            let canonical = served["canonicalValues"].as_array().cloned().unwrap_or_default();
            let known = canonical.iter().all(|it| of.canonical.contains(&it.as_str().unwrap()));
            assert!(of.canonical.is_empty() || known, "{path}: {canonical:?}");
            let required = served["required"] == true;
            assert_eq!(required, path == "userName" || stricter == STRICTER[0], "{path}");
        }
    }
}

/// Everything that is wrong with a value of an attribute.
fn faults(path: &str, value: &Value, rfc: &BTreeMap<&str, Definition>) -> Vec<String> {
    let Some(of) = rfc.get(path) else { return vec![format!("{path} is not in the RFC")] };
    let items = match (of.several, value) {
        (true, Value::Array(items)) if !items.is_empty() => items.clone(),
        (false, value) if !value.is_array() => vec![value.clone()],
        _ => return vec![format!("{path} is one or several, and not so: {value}")],
    };
    let mut found = vec![];
    for item in &items {
        let fits = match (of.kind, item) {
            ("complex", Value::Object(parts)) => {
                for (name, part) in parts {
                    found.extend(faults(&format!("{path}.{name}"), part, rfc));
                }
                !parts.is_empty()
            }
            ("string", Value::String(text)) => !text.is_empty(),
            ("boolean", Value::Bool(_)) => true,
            ("reference", Value::String(text)) => url::Url::parse(text).is_ok(),
            ("dateTime", Value::String(text)) => {
                text.parse::<rugdekking::model::clock::Instant>().is_ok()
            }
            _ => false,
        };
        if !fits {
            found.push(format!("{path} is no {}: {item}", of.kind));
        }
    }
    let primary = items.iter().filter(|item| item["primary"] == true).count();
    if primary > 1 {
        found.push(format!("{path} has {primary} primary values"));
    }
    found
}

fn fits(resource: &Value, kind: &str, table: &'static str) {
    let rfc = definitions(&[table, COMMON]);
    let members = resource.as_object().unwrap();
    let faults: Vec<_> = members.iter().flat_map(|(name, it)| faults(name, it, &rfc)).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let schema = format!("urn:ietf:params:scim:schemas:core:2.0:{kind}");
    assert_eq!(resource["schemas"], json!([schema]));
    assert_eq!(resource["meta"]["resourceType"], kind);
    let location = resource["meta"]["location"].as_str().unwrap();
    assert!(location.ends_with(&format!("/scim/v2/{kind}s/{}", resource["id"].as_str().unwrap())));
}

async fn resources_have_the_shape_that_the_rfc_says(db: Db) {
    let town = Directory::new(db).await;
    let known = town.ask.somebody("Known", &[Role::Manager, Role::Auditor]).await;
    let plain = town.ask.somebody("Plain", &[]).await;
    town.ask.team("Wmo", &[&known], &[&known]).await;
    let path = town.adds(jan()).await;
    let id = path.trim_start_matches("/Users/");
    let members = json!([{ "value": id }, { "value": plain.id }]);
    let made = json!({ "displayName": "Zorg", "externalId": "g-1", "members": members });
    fits(&town.post("/Groups", made).await.ok().body, "Group", GROUP);
    fits(&town.get(&path).await.ok().body, "User", USER);
    let odd = json!([{ "op": "add", "path": "emails", "value": "second@enschede.example" },
        { "op": "add", "path": "roles", "value": { "value": "manager", "primary": "True" } },
        { "op": "remove", "path": "name" }, { "op": "remove", "path": "preferredLanguage" }]);
    let changed = town.patch(&path, odd).await.expect(200);
    fits(&changed.body, "User", USER);
    let mut other = jan();
    other["name"] = json!({});
    other["phoneNumbers"] = json!([]);
    fits(&town.send(Method::PUT, &path, other).await.ok().body, "User", USER);
    let off = json!([{ "op": "replace", "path": "active", "value": "False" }]);
    fits(&town.patch(&path, off).await.ok().body, "User", USER);
    for (kind, table, count) in [("User", USER, 4), ("Group", GROUP, 2)] {
        let list = town.get(&format!("/{kind}s")).await.ok().body;
        let name = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
        assert_eq!((&list["schemas"], &list["totalResults"]), (&json!([name]), &json!(count)));
        for resource in list["Resources"].as_array().unwrap() {
            fits(resource, kind, table);
        }
    }
}

/// The validator itself sees what is wrong.
#[test]
fn what_is_wrong_is_seen() {
    let rfc = definitions(&[USER, COMMON]);
    for (name, value) in [
        ("nick", json!("x")),
        ("active", json!("True")),
        ("emails", json!({ "value": "a@b.nl" })),
        ("emails", json!([])),
        ("emails", json!([{ "value": 7 }])),
        ("emails", json!([{ "primary": true }, { "primary": true }])),
        ("name", json!({})),
        ("name", json!({ "nick": "x" })),
        ("userName", json!("")),
        ("meta", json!({ "created": "yesterday" })),
        ("groups", json!([{ "$ref": "no address" }])),
    ] {
        assert!(!faults(name, &value, &rfc).is_empty(), "{name} {value}");
    }
}

async fn the_service_says_what_it_can_do(db: Db) {
    let town = Directory::new(db).await;
    let config = town.get("/ServiceProviderConfig").await.ok().body;
    for (what, supported) in [
        ("patch", true),
        ("bulk", false),
        ("filter", true),
        ("changePassword", false),
        ("sort", false),
        ("etag", false),
    ] {
        assert_eq!(config[what]["supported"], supported, "{what}");
    }
    assert!(config["bulk"]["maxOperations"].is_u64() && config["bulk"]["maxPayloadSize"].is_u64());
    assert_eq!(config["filter"]["maxResults"], 200);
    let scheme = &config["authenticationSchemes"][0];
    assert_eq!(scheme["type"], "oauthbearertoken");
    assert!(scheme["name"].is_string() && scheme["description"].is_string());
    let types = town.get("/ResourceTypes").await.ok().body;
    assert_eq!(types["totalResults"], 2);
    for kind in types["Resources"].as_array().unwrap() {
        let name = kind["name"].as_str().unwrap();
        assert_eq!(town.get(&format!("/ResourceTypes/{name}")).await.ok().body, *kind);
        let list = town.get(kind["endpoint"].as_str().unwrap()).await;
        assert_eq!(list.status, StatusCode::OK, "{name}");
        let schema = town.get(&format!("/Schemas/{}", kind["schema"].as_str().unwrap())).await.ok();
        assert_eq!(schema.body["name"], name);
    }
    town.get("/Schemas/urn:nothing").await.expect(404);
}
