//! Teams of the municipality's directory, and how lists and refusals are answered.

use axum::http::{Method, StatusCode};
use rugdekking::{model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::{
    people::scim::{Directory, is_refused, jan},
    support::on_both,
};

on_both!(
    a_team_has_the_members_that_the_directory_says,
    a_team_is_removed_and_comes_back,
    lists_come_in_pages_and_parts,
    what_is_asked_wrongly_is_refused_in_its_own_form
);

async fn a_team_has_the_members_that_the_directory_says(db: Db) {
    let town = Directory::new(db).await;
    let manager = town.ask.somebody("Manager", &[Role::Manager]).await;
    let one = town.ask.somebody("One", &[Role::Worker]).await;
    let two = town.ask.somebody("Two", &[Role::Worker]).await;
    let team = town.ask.team("Wmo", &[&one], &[&manager]).await;
    let found = town.found("Groups", "displayName eq \"wmo\"").await;
    assert_eq!(found, [team.to_string()]);
    let path = format!("/Groups/{team}");
    let members = async || {
        let shown = town.get(&path).await.ok().body;
        let all = shown["members"].as_array().cloned().unwrap_or_default();
        all.iter().map(|it| it["value"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(members().await, [one.id.to_string()]);
    let add = json!([{ "op": "Add", "path": "members", "value": [{ "value": two.id },
        { "value": one.id }] }]);
    assert_eq!(town.patch(&path, add.clone()).await.status, StatusCode::OK);
    town.patch(&path, add).await.ok();
    assert_eq!(members().await.len(), 2, "each once");
    let groups = town.get(&format!("/Users/{}", two.id)).await.ok().body["groups"].clone();
    assert_eq!(groups[0]["value"], json!(team));
    let by_filter = format!("members[value eq \"{}\"]", one.id);
    town.patch(&path, json!([{ "op": "remove", "path": by_filter }])).await.ok();
    assert_eq!(members().await, [two.id.to_string()]);
    // As Entra takes somebody out.
    let by_value = json!([{ "op": "Remove", "path": "members", "value": [{ "value": two.id }] }]);
    town.patch(&path, by_value).await.ok();
    assert_eq!(members().await, Vec::<String>::new());
    let nobody = "01890000-0000-7000-8000-000000000001";
    for value in [
        json!([{ "value": nobody }]),
        json!([{ "value": "x" }]),
        json!([{ "value": one.id, "type": "Group" }]),
        json!([{ "type": "User" }]),
    ] {
        let replace = json!([{ "op": "replace", "path": "members", "value": value }]);
        is_refused(town.patch(&path, replace).await, 400, "invalidValue");
    }
    let worker = town.ask.get(&manager, &format!("/v1/teams/{team}")).await.ok().body;
    assert_eq!(worker["managers"], json!([manager.id]), "managers are not the directory's");
}

async fn a_team_is_removed_and_comes_back(db: Db) {
    let town = Directory::new(db).await;
    let one = town.ask.somebody("One", &[Role::Worker]).await;
    let team = json!({ "displayName": "Zorg", "externalId": "g-1",
        "members": [{ "value": one.id }] });
    let made = town.post("/Groups", team.clone()).await.expect(201);
    assert_eq!(town.found("Groups", "externalId eq \"g-1\"").await.len(), 1);
    is_refused(town.post("/Groups", team.clone()).await, 409, "uniqueness");
    let path = format!("/Groups/{}", made.body["id"].as_str().unwrap());
    let other = town.post("/Groups", json!({ "displayName": "Jeugd" })).await.ok();
    let other = format!("/Groups/{}", other.body["id"].as_str().unwrap());
    let taken = json!([{ "op": "replace", "path": "displayName", "value": "Zorg" }]);
    is_refused(town.patch(&other, taken).await, 409, "uniqueness");
    assert_eq!(town.send(Method::DELETE, &path, Value::Null).await.status, StatusCode::NO_CONTENT);
    is_refused(town.get(&path).await, 404, "");
    is_refused(town.send(Method::DELETE, &path, Value::Null).await, 404, "");
    assert!(town.found("Groups", "displayName eq \"Zorg\"").await.is_empty());
    assert_eq!(town.get(&format!("/Users/{}", one.id)).await.ok().body["groups"], Value::Null);
    let again = town.post("/Groups", team).await.ok();
    assert_eq!(again.body["id"], made.body["id"]);
}

async fn lists_come_in_pages_and_parts(db: Db) {
    let town = Directory::new(db).await;
    for name in ["Bea", "Cor", "Dik"] {
        town.ask.somebody(name, &[]).await;
    }
    let page = town.get("/Users?startIndex=2&count=2").await.ok().body;
    assert_eq!(page["totalResults"], 4);
    assert_eq!((&page["startIndex"], &page["itemsPerPage"]), (&json!(2), &json!(2)));
    assert_eq!(page["Resources"][0]["displayName"], "Bea");
    for (asked, start, items) in
        [("startIndex=9", 9, 0), ("count=0", 1, 0), ("startIndex=-3&count=-1", 1, 0)]
    {
        let page = town.get(&format!("/Users?{asked}")).await.ok().body;
        assert_eq!(page["totalResults"], 4, "{asked}");
        assert_eq!((&page["startIndex"], &page["itemsPerPage"]), (&json!(start), &json!(items)));
    }
    let names = town.get("/Users?attributes=displayName,name.givenName").await.ok().body;
    let keys: Vec<_> = names["Resources"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["displayName", "id", "schemas"]);
    let team = town.post("/Groups?excludedAttributes=members", json!({ "displayName": "Zorg" }));
    let at = format!(
        "/Groups/{}?excludedAttributes=members,displayName",
        team.await.ok().body["id"].as_str().unwrap()
    );
    assert_eq!(town.get(&at).await.ok().body.get("displayName"), None);
}

async fn what_is_asked_wrongly_is_refused_in_its_own_form(db: Db) {
    let town = Directory::new(db).await;
    let path = town.adds(jan()).await;
    is_refused(town.get("/Users?filter=userName").await, 400, "invalidFilter");
    is_refused(town.get("/Schemas?filter=id%20pr").await, 403, "");
    is_refused(town.get("/Users/nobody").await, 404, "");
    is_refused(town.get("/Nothing").await, 404, "");
    is_refused(town.post("/.search", json!({})).await, 501, "");
    is_refused(town.send(Method::DELETE, "/Users", Value::Null).await, 405, "");
    is_refused(town.post("/Users", json!([])).await, 400, "invalidSyntax");
    is_refused(town.post("/Users", json!({ "userName": 7 })).await, 400, "invalidValue");
    let king = json!([{ "op": "add", "path": "roles", "value": [{ "value": "king" }] }]);
    is_refused(town.patch(&path, king).await, 400, "invalidValue");
    let typo = json!([{ "op": "replace", "path": "activ", "value": false }]);
    is_refused(town.patch(&path, typo).await, 400, "invalidPath");
    let id = json!([{ "op": "replace", "path": "id", "value": "x" }]);
    is_refused(town.patch(&path, id).await, 400, "mutability");
    is_refused(town.patch(&path, json!([{ "op": "remove" }])).await, 400, "noTarget");
    is_refused(town.patch(&path, json!("x")).await, 400, "invalidSyntax");
}
