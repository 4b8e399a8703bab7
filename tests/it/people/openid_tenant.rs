//! A provider like Microsoft Entra: its own names for people, and what they may do.

use reqwest::StatusCode;
use rugdekking::{api::people::auth::OidcSettings, model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::support::{
    asking::Somebody,
    on_both,
    openid::{Browser, Town},
};

const TENANT: &str = "0b3c5d7e-1111-4222-8333-abcdefabcdef";

on_both!(
    somebody_is_known_by_tenant_and_object,
    roles_come_from_the_provider_and_go_with_it,
    without_the_setting_the_provider_gives_no_roles,
    the_last_administrator_stays_one,
    a_bearer_token_gives_no_more_than_it_says
);

async fn entra(db: Db, ours: impl FnOnce(&mut OidcSettings)) -> Town {
    Town::with(db, json!({ "tenant": TENANT }), ours).await
}

fn giving_roles(settings: &mut OidcSettings) {
    settings.gives_roles = true;
}

async fn somebody_is_known_by_tenant_and_object(db: Db) {
    let town = entra(db, |_| {}).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker]).await;
    town.says_of("worker", json!({ "tid": TENANT, "oid": "object-1" })).await;
    Browser::new().sign_in(&town, "worker").await;
    // With another application `sub` is another one, and a name changes on marrying.
    let again = json!({ "sub": "pairwise", "email": "married@enschede.example" });
    town.twists(again).await;
    let mut browser = Browser::new();
    browser.sign_in(&town, "worker").await;
    assert_eq!(browser.me(&town).await.1["id"], json!(worker.id));
    // Somebody else who got the old mail address is not that person.
    town.twists(json!({ "sub": "new", "oid": "object-2" })).await;
    let other = Browser::new().sign_in(&town, "worker").await;
    assert_eq!(other.status(), StatusCode::FORBIDDEN);
    // Nor is who comes from another tenant with the same object.
    town.twists(json!({ "sub": "new", "tid": "another-tenant" })).await;
    let other = Browser::new().sign_in(&town, "worker").await;
    assert_eq!(other.status(), StatusCode::FORBIDDEN);
}

async fn roles_of(town: &Town, claims: Value) -> Value {
    town.twists(claims).await;
    let mut browser = Browser::new();
    browser.sign_in(town, "worker").await;
    browser.me(town).await.1["roles"].clone()
}

async fn roles_come_from_the_provider_and_go_with_it(db: Db) {
    let town = entra(db, giving_roles).await;
    let worker = town.ask.somebody("Worker", &[Role::Worker, Role::Auditor]).await;
    town.ask.somebody("Admin", &[Role::Administrator]).await;
    let both = json!({ "roles": ["worker", "manager", "Reader.All"] });
    assert_eq!(roles_of(&town, both.clone()).await, json!(["worker", "manager"]));
    // Entra leaves the claim out when nothing is given, and `groups` when there are too many.
    assert_eq!(roles_of(&town, json!({})).await, json!([]));
    assert_eq!(roles_of(&town, both).await, json!(["worker", "manager"]));
    assert_eq!(roles_of(&town, json!({ "groups": ["administrator"] })).await, json!([]));
    let odd = json!({ "roles": { "administrator": true }, "hasgroups": true });
    assert_eq!(roles_of(&town, odd).await, json!([]));
    assert_eq!(town.ask.stored(worker.id).await.roles, []);
    let auditor = town.ask.somebody("Auditor", &[Role::Auditor]).await;
    let log = town.ask.get(&auditor, "/v1/access-log").await.ok().body;
    let lines = log["items"].as_array().unwrap();
    let changes = lines.iter().filter(|line| line["action"] == "person-provisioned").count();
    assert_eq!(changes, 4, "each change is noted, and nothing else: {log}");
}

async fn without_the_setting_the_provider_gives_no_roles(db: Db) {
    let town = entra(db, |_| {}).await;
    town.ask.somebody("Worker", &[Role::Worker]).await;
    let all = json!({ "roles": ["administrator", "auditor"] });
    assert_eq!(roles_of(&town, all).await, json!(["worker"]));
}

async fn the_last_administrator_stays_one(db: Db) {
    let town = entra(db, giving_roles).await;
    town.ask.somebody("Worker", &[Role::Administrator, Role::Auditor]).await;
    assert_eq!(roles_of(&town, json!({})).await, json!(["administrator"]));
}

async fn a_bearer_token_gives_no_more_than_it_says(db: Db) {
    let town = entra(db, giving_roles).await;
    let id = town.ask.somebody("Worker", &[Role::Worker, Role::Auditor]).await.id;
    town.says_of("worker", json!({ "roles": ["worker", "auditor"] })).await;
    Browser::new().sign_in(&town, "worker").await;
    for (roles, seen, status) in [
        (json!(["auditor"]), json!(["auditor"]), 200),
        (json!(["auditor", "administrator"]), json!(["auditor"]), 200),
        (json!(["worker"]), json!(["worker"]), 403),
        (Value::Null, json!([]), 403),
    ] {
        let mut claims = town.claims("worker");
        claims["roles"] = roles.clone();
        let program = Somebody { id, token: town.mint("RS256", claims).await };
        assert_eq!(town.ask.get(&program, "/v1/me").await.ok().body["roles"], seen, "{roles}");
        let log = town.ask.get(&program, "/v1/access-log").await;
        assert_eq!(log.status.as_u16(), status, "{roles}");
    }
}
