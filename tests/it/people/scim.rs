//! The municipality's directory keeps people and teams here.

use axum::http::{Method, StatusCode};
use rugdekking::{
    model::{ids::PersonId, people::Role, privacy::secret::Secret},
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    answer::Content,
    asking::{Answer, Asking},
    on_both,
};

on_both!(
    who_does_not_show_the_token_finds_nothing,
    without_a_token_there_is_no_door,
    somebody_is_added_changed_and_found_again,
    as_entra_provisions_somebody,
    whoever_was_here_before_is_found_and_kept,
    a_bad_number_is_refused_and_nothing_is_stored,
    names_are_nobody_elses,
    a_replacement_takes_nothing_away_of_which_it_says_nothing,
    each_change_is_in_the_log
);

pub const TOKEN: &str = "a-token-of-the-tests-that-is-long-enough";

/// The whole api with the directory's door, and somebody who administers it.
pub struct Directory {
    pub ask: Asking,
    _admin: PersonId,
}

impl Directory {
    pub async fn new(db: Db) -> Self {
        let ask = Asking::whole_of(db, |app| app.scim_token = Some(Secret::new(TOKEN)));
        let admin = ask.somebody("Admin", &[Role::Administrator]).await.id;
        Self { ask, _admin: admin }
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {TOKEN}");
        let headers =
            [("authorization", bearer.as_str()), ("content-type", "application/scim+json")];
        let answer = self.ask.send(None, method, &format!("/scim/v2{path}"), &headers, body).await;
        if answer.status != StatusCode::NO_CONTENT {
            assert_eq!(answer.header("content-type"), "application/scim+json", "{path}");
        }
        answer
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations });
        self.send(Method::PATCH, path, body).await
    }

    /// Adds somebody; gives the address.
    pub async fn adds(&self, body: Value) -> String {
        let made = self.post("/Users", body).await.expect(201);
        format!("/Users/{}", made.body["id"].as_str().unwrap())
    }

    /// The ids that a filter finds.
    pub async fn found(&self, kind: &str, filter: &str) -> Vec<String> {
        let filter: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let found = self.get(&format!("/{kind}?filter={filter}")).await.expect(200);
        let all = found.body["Resources"].as_array().unwrap();
        assert_eq!(found.body["totalResults"], all.len());
        all.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn jan() -> Value {
    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "J.Bakker@enschede.example", "externalId": "00ujl29u0le5T6Aj10h7",
        "name": { "givenName": "Jan", "familyName": "Bakker" }, "displayName": "Jan Bakker",
        "emails": [{ "value": "jan.bakker@enschede.example", "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "06-12345678", "type": "mobile" }],
        "roles": [{ "value": "worker" }], "preferredLanguage": "nl", "active": true })
}

/// An error is said in SCIM's own form.
pub fn is_refused(answer: Answer, status: u16, kind: &str) -> Content {
    let content = answer.expect(status);
    let body = &content.body;
    assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]), "{body}");
    assert_eq!(body["status"], status.to_string(), "{body}");
    assert_eq!(body["scimType"].as_str().unwrap_or_default(), kind, "{body}");
    assert!(!body["detail"].as_str().unwrap().is_empty());
    content
}

async fn who_does_not_show_the_token_finds_nothing(db: Db) {
    let town = Directory::new(db).await;
    let admin = town.ask.somebody("Other", &[Role::Administrator]).await;
    let ask = async |bearer: &str, path: &str| {
        let headers = [("authorization", bearer)];
        town.ask.send(None, Method::GET, path, &headers, Value::Null).await
    };
    let session = format!("Bearer {}", admin.token);
    let longer = format!("Bearer {TOKEN}x");
    let basic = format!("Basic {TOKEN}");
    for bearer in ["", "Bearer", "Bearer ", "Bearer x", &session, &longer, &basic] {
        for path in ["/scim/v2/Users", "/scim/v2/ServiceProviderConfig", "/scim/v2/nothing"] {
            let refused = is_refused(ask(bearer, path).await, 401, "");
            assert_eq!(refused.headers["www-authenticate"], "Bearer");
        }
    }
    let directory = format!("bearer {TOKEN}");
    assert_eq!(ask(&directory, "/scim/v2/Users").await.status, StatusCode::OK);
    let elsewhere = ask(&directory, "/v1/people").await;
    assert_eq!(elsewhere.status, StatusCode::UNAUTHORIZED, "it opens nothing else");
}

async fn without_a_token_there_is_no_door(db: Db) {
    let ask = Asking::whole(db);
    let bearer = format!("Bearer {TOKEN}");
    for bearer in [bearer.as_str(), "Bearer ", ""] {
        let headers = [("authorization", bearer)];
        ask.send(None, Method::GET, "/scim/v2/Users", &headers, Value::Null).await.expect(404);
    }
}

async fn somebody_is_added_changed_and_found_again(db: Db) {
    let town = Directory::new(db).await;
    let made = town.post("/Users", jan()).await.expect(201);
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/Users/{id}");
    assert_eq!(made.headers["location"], format!("https://rugdekking.example/scim/v2{path}"));
    assert_eq!(made.body["meta"]["location"], made.headers["location"].to_str().unwrap());
    let person = town.ask.stored(id.parse().unwrap()).await;
    assert_eq!((person.name.as_str(), person.active), ("Jan Bakker", true));
    assert_eq!(person.email, "jan.bakker@enschede.example");
    assert_eq!(person.roles, [Role::Worker]);
    let mobile = person.mobile.unwrap();
    assert_eq!((mobile.number.as_str(), mobile.verified_at), ("+31612345678", None));
    assert_eq!(town.get(&path).await.ok().body, made.body);
    for filter in [
        "userName eq \"j.bakker@ENSCHEDE.example\"",
        "externalId eq \"00ujl29u0le5T6Aj10h7\"",
        "emails[type eq \"work\" and value co \"bakker\"]",
        "displayName eq \"Jan Bakker\" and active eq true",
    ] {
        assert_eq!(town.found("Users", filter).await, [id.as_str()], "{filter}");
    }
    for filter in ["userName eq \"nobody\"", "externalId eq \"00UJL29U0LE5T6AJ10H7\""] {
        assert_eq!(town.found("Users", filter).await, Vec::<String>::new(), "{filter}");
    }
    let mut other = jan();
    other["displayName"] = json!("Jan Smit");
    other["phoneNumbers"] = json!([]);
    other["roles"] = json!([{ "value": "manager" }]);
    town.send(Method::PUT, &path, other).await.expect(200);
    let person = town.ask.stored(id.parse().unwrap()).await;
    assert_eq!((person.name.as_str(), person.mobile), ("Jan Smit", None));
    assert_eq!(person.roles, [Role::Manager]);
}

/// As it asks, adds and changes by its usual mappings.
async fn as_entra_provisions_somebody(db: Db) {
    let town = Directory::new(db).await;
    assert!(town.found("Users", "userName eq \"test@enschede.example\"").await.is_empty());
    let path = town
        .adds(json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
            "externalId": "0a21f0f2", "userName": "test@enschede.example", "active": true,
            "displayName": "Test", "title": "Consulent", "meta": { "resourceType": "User" },
            "emails": [{ "primary": true, "type": "work", "value": "test@enschede.example" }],
            "name": { "formatted": "given family", "familyName": "family", "givenName": "given" },
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Wmo" },
        }))
        .await;
    let id: PersonId = path.trim_start_matches("/Users/").parse().unwrap();
    assert_eq!(town.ask.stored(id).await.roles, [], "who is given no role may do nothing");
    let changed = town
        .patch(
            &path,
            json!([
                { "op": "Replace", "path": "name.givenName", "value": "Anna" },
                { "op": "Replace", "path": "displayName", "value": "Anna Bos" },
                { "op": "Replace", "path": "emails[type eq \"work\"].value",
                    "value": "anna@enschede.example" },
                { "op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value",
                    "value": "+31 6 1234 5678" },
                { "op": "Add", "path": "roles[primary eq \"True\"].value", "value": "worker" },
                { "op": "Add", "path":
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                    "value": "Inkomen" },
            ]),
        )
        .await
        .expect(200);
    assert_eq!(changed.body["name"]["givenName"], "Anna");
    assert_eq!(changed.body["roles"][0], json!({ "value": "worker", "primary": true }));
    let person = town.ask.stored(id).await;
    assert_eq!(
        (person.name.as_str(), person.email.as_str()),
        ("Anna Bos", "anna@enschede.example")
    );
    assert_eq!(person.mobile.unwrap().number.as_str(), "+31612345678");
    let off = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    assert_eq!(town.patch(&path, off).await.ok().body["active"], false);
    assert!(!town.ask.stored(id).await.active);
    let on = json!([{ "op": "Replace", "value": { "active": true } }]);
    assert_eq!(town.patch(&path, on).await.ok().body["active"], true);
    assert!(town.ask.stored(id).await.active);
    let gone = json!([{ "op": "Remove", "path": "phoneNumbers[type eq \"mobile\"]" }]);
    assert_eq!(town.patch(&path, gone).await.status, StatusCode::OK);
    assert_eq!(town.ask.stored(id).await.mobile, None);
}

async fn whoever_was_here_before_is_found_and_kept(db: Db) {
    let town = Directory::new(db).await;
    let known = town.ask.somebody("Known", &[Role::Worker, Role::Auditor]).await.id;
    let found = town.found("Users", "userName eq \"KNOWN@enschede.example\"").await;
    assert_eq!(found, [known.to_string()], "the mail address is the name of whom nothing was said");
    let path = format!("/Users/{known}");
    let before = town.ask.stored(known).await;
    let linked = json!([{ "op": "add", "path": "externalId", "value": "e-1" }]);
    assert_eq!(town.patch(&path, linked).await.status, StatusCode::OK);
    assert_eq!(town.ask.stored(known).await, before, "nothing else changed");
    assert_eq!(town.found("Users", "externalId eq \"e-1\"").await, [known.to_string()]);
    let renamed = json!([{ "op": "replace", "path": "userName", "value": "kn@enschede.example" }]);
    assert_eq!(town.patch(&path, renamed).await.status, StatusCode::OK);
    assert_eq!(town.ask.stored(known).await, before);
    let mobile = before.mobile.unwrap();
    let same = json!([{ "op": "replace", "path": "phoneNumbers",
        "value": [{ "value": format!("tel:{}", mobile.number), "type": "mobile" }] }]);
    town.patch(&path, same).await.ok();
    assert_eq!(town.ask.stored(known).await.mobile, Some(mobile), "it is still verified");
}

async fn a_bad_number_is_refused_and_nothing_is_stored(db: Db) {
    let town = Directory::new(db).await;
    for number in ["112", "053 481 8181", "0612", "+99 1234", ""] {
        let mut bad = jan();
        bad["phoneNumbers"][0]["value"] = json!(number);
        let refused = is_refused(town.post("/Users", bad).await, 400, "invalidValue");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains("phoneNumbers[0].value"), "{detail}");
        assert!(number.is_empty() || !detail.contains(number), "{detail}");
    }
    assert!(town.found("Users", "userName sw \"j.bakker\"").await.is_empty());
    let path = town.adds(jan()).await;
    let id: PersonId = path.trim_start_matches("/Users/").parse().unwrap();
    let before = town.ask.stored(id).await;
    let shown = town.get(&path).await.ok().body;
    let half = json!([{ "op": "replace", "path": "displayName", "value": "Other" },
        { "op": "replace", "path": "active", "value": false },
        { "op": "replace", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "06" }]);
    is_refused(town.patch(&path, half).await, 400, "invalidValue");
    assert_eq!(town.ask.stored(id).await, before, "not half of it");
    assert_eq!(town.get(&path).await.ok().body, shown);
}

async fn names_are_nobody_elses(db: Db) {
    let town = Directory::new(db).await;
    town.ask.somebody("Known", &[]).await;
    town.adds(jan()).await;
    is_refused(town.post("/Users", jan()).await, 409, "uniqueness");
    let mut other = jan();
    other["userName"] = json!("other@enschede.example");
    is_refused(town.post("/Users", other.clone()).await, 409, "uniqueness");
    other["userName"] = json!("known@enschede.example");
    other["emails"][0]["value"] = json!("new@enschede.example");
    is_refused(town.post("/Users", other.clone()).await, 409, "uniqueness");
    other["userName"] = json!("other@enschede.example");
    let path = town.adds(other).await;
    let taken =
        json!([{ "op": "replace", "path": "userName", "value": "J.BAKKER@enschede.example" }]);
    is_refused(town.patch(&path, taken).await, 409, "uniqueness");
    let email = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value",
        "value": "known@enschede.example" }]);
    is_refused(town.patch(&path, email).await, 409, "uniqueness");
}

async fn a_replacement_takes_nothing_away_of_which_it_says_nothing(db: Db) {
    let town = Directory::new(db).await;
    let path = town.adds(jan()).await;
    let id: PersonId = path.trim_start_matches("/Users/").parse().unwrap();
    let before = town.ask.stored(id).await;
    let little = json!({ "userName": "j.bakker@enschede.example", "displayName": "Jan Bakker" });
    assert_eq!(town.send(Method::PUT, &path, little).await.status, StatusCode::OK);
    assert_eq!(town.ask.stored(id).await, before, "neither number, roles nor mail address");
    let team = town
        .post(
            "/Groups",
            json!({ "displayName": "Zorg",
        "members": [{ "value": id }] }),
        )
        .await
        .ok();
    let at = format!("/Groups/{}", team.body["id"].as_str().unwrap());
    let renamed = town.send(Method::PUT, &at, json!({ "displayName": "Zorg en jeugd" })).await.ok();
    assert_eq!(renamed.body["members"][0]["value"], json!(id), "{}", renamed.body);
}

async fn each_change_is_in_the_log(db: Db) {
    let town = Directory::new(db).await;
    let auditor = town.ask.somebody("Auditor", &[Role::Auditor]).await;
    let path = town.adds(jan()).await;
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    town.patch(&path, off.clone()).await.ok();
    town.patch(&path, off).await.ok();
    town.post("/Groups", json!({ "displayName": "Zorg" })).await.ok();
    town.send(Method::DELETE, &path, Value::Null).await.ok();
    let log = town.ask.get(&auditor, "/v1/access-log").await.ok().body;
    let mut lines: Vec<_> = log["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["details"]["by"] == "directory")
        .map(|line| {
            format!(
                "{} {}",
                line["action"].as_str().unwrap(),
                line["details"]["what"].as_str().unwrap()
            )
        })
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "person-provisioned added",
            "person-provisioned changed",
            "person-provisioned removed",
            "team-provisioned added"
        ]
    );
    assert!(!log.to_string().contains("Bakker"), "ids only");
}
