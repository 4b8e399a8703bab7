//! Stories of the municipality's directory: who leaves is off every ladder at once, and whoever is out
//! on a visit is watched over all the same.

use axum::http::Method;
use rugdekking::{
    model::people::{Role, teams::Who},
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit, person::Person},
};

async fn path(town: &Town, persona: &'static str) -> String {
    format!("/Users/{}", town.account(persona).await.id)
}

/// The directory says whether somebody works there, as Entra says it.
async fn says_active(town: &Town, persona: &'static str, active: &str) {
    let path = path(town, persona).await;
    let body = json!({ "Operations": [{ "op": "Replace", "path": "active", "value": active }] });
    town.directory(Method::PATCH, &path, body).await.expect(200);
}

/// What tells administrators that Jan's team has nobody.
fn of_the_gap(text: &&String) -> bool {
    text.contains("Team Wmo en inkomen heeft niemand die alarmen kan krijgen.")
}

async fn gaps_told(person: Person<'_>) -> usize {
    person.phone().texts().await.iter().filter(of_the_gap).count()
}

async fn a_manager_who_leaves_is_off_every_ladder(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    says_active(&town, "manager", "False").await;
    assert_eq!(town.ruud().get("/v1/me").await.status, 401, "signed out at once");
    says_active(&town, "manager", "True").await;
    assert_eq!(town.ruud().get("/v1/me").await.status, 401, "and has to sign in again");
    says_active(&town, "manager", "False").await;
    town.until("13:36").await;
    assert!(town.ruud().phone().rang().await.is_empty());
    assert!(!town.fatima().phone().rang().await.is_empty(), "the deputy is called instead");
    assert_eq!(gaps_told(town.noor()).await, 0, "there still is somebody");
    let alarm = town.fatima().sees_alarm(&visit).await;
    town.fatima().takes(&alarm).await.ok();
}

async fn the_next_manager_comes_first(db: Db) {
    let town = Town::new(db).await;
    let (els, fatima) = (town.account("desk").await.id, town.account("deputy").await.id);
    town.team(move |team| {
        team.managers.push(els);
        team.deputies.retain(|id| *id != fatima);
    })
    .await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    says_active(&town, "manager", "False").await;
    town.until("13:35").await;
    assert_eq!(town.els().phone().rang().await, ["13:35"]);
}

async fn a_gap_that_is_left_is_told_to_administrators_at_once(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| {
        for rung in &mut team.ladder.rungs {
            rung.who.retain(|who| *who != Who::Desk);
        }
    })
    .await;
    says_active(&town, "manager", "False").await;
    town.settles().await;
    assert_eq!(gaps_told(town.noor()).await, 0);
    says_active(&town, "deputy", "False").await;
    town.settles().await;
    assert_eq!(gaps_told(town.noor()).await, 1);
    says_active(&town, "deputy", "False").await;
    town.settles().await;
    assert_eq!(gaps_told(town.noor()).await, 1, "once is enough");
    // The organisation stands in meanwhile.
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:35").await;
    assert!(!town.els().phone().rang().await.is_empty());
}

/// The manager leaves, and with her the ladder of the team; who stands behind it leaves too.
async fn the_last_resort_that_leaves_is_told_though_there_was_a_gap_before(db: Db) {
    let town = Town::new(db).await;
    let els = town.account("desk").await.id;
    town.team(|team| {
        team.deputies.clear();
        for rung in &mut team.ladder.rungs {
            rung.who.retain(|who| *who == Who::Manager);
        }
        team.ladder.rungs.retain(|rung| !rung.who.is_empty());
    })
    .await;
    town.organisation(move |organisation| {
        for rung in &mut organisation.ladder.rungs {
            rung.who = vec![Who::Person { person: els }];
        }
    })
    .await;
    says_active(&town, "manager", "False").await;
    town.settles().await;
    assert_eq!(gaps_told(town.noor()).await, 1, "the organisation stands in");
    town.until("13:01").await;
    // Named in person, without the role by which the desk stands on ladders.
    let path = path(&town, "desk").await;
    let none = json!({ "Operations": [{ "op": "remove", "path": "roles" }] });
    assert_eq!(town.directory(Method::PATCH, &path, none).await.status, 200);
    says_active(&town, "desk", "False").await;
    town.settles().await;
    let texts = town.noor().phone().texts().await;
    let nobody = "Team Wmo en inkomen heeft niemand die alarmen kan krijgen, en op de ladder van \
                  de organisatie staat ook niemand. Herstel dit NU.";
    assert_eq!(texts.iter().filter(|text| *text == nobody).count(), 1, "{texts:?}");
}

async fn another_number_is_on_no_ladder_until_it_is_proved(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| {
        for rung in &mut team.ladder.rungs {
            rung.who.retain(|who| *who != Who::Desk && *who != Who::Deputy);
        }
        team.deputies.clear();
    })
    .await;
    let path = path(&town, "manager").await;
    let body = json!({ "Operations": [{ "op": "replace", "path": "phoneNumbers",
        "value": [{ "value": "06 22222222", "type": "mobile" }] }] });
    assert_eq!(town.directory(Method::PATCH, &path, body).await.status, 200);
    town.settles().await;
    assert_eq!(gaps_told(town.noor()).await, 1);
    assert_eq!(town.ruud().get("/v1/me").await.status, 200, "who still works here stays in");
}

async fn who_is_out_there_is_watched_over_all_the_same(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30", "13:50"])).await;
    town.until("13:10").await;
    let path = path(&town, "worker").await;
    town.directory(Method::DELETE, &path, Value::Null).await.expect(204);
    assert_eq!(town.jan().get("/v1/me").await.status, 401);
    town.until("13:30").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30"], "he is asked");
    town.jan().phone().answers_with("1").await;
    town.until("13:50").await;
    assert_eq!(town.jan().phone().rang().await.len(), 2, "and asked again");
    town.until("13:55").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!(town.ruud().phone().rang().await, ["13:55"], "nobody answered");
    town.ruud().takes(&alarm).await.ok();
}

async fn who_comes_back_is_the_same_and_proves_everything_anew(db: Db) {
    let town = Town::new(db).await;
    let jan = town.account("worker").await;
    let gone = format!("/Users/{}", jan.id);
    town.directory(Method::DELETE, &gone, Value::Null).await.ok();
    assert_eq!(town.directory(Method::GET, &gone, Value::Null).await.status, 404);
    let again = json!({ "userName": jan.email, "displayName": "Jan Bakker" });
    let made = town.directory(Method::POST, "/Users", again).await.expect(201);
    assert_eq!(made.body["id"], json!(jan.id), "{}", made.text);
    let back = town.account("worker").await;
    assert!(back.active && back.roles.is_empty() && back.mobile.is_none() && back.pins.is_none());
    let teams = town.noor().get("/v1/teams").await.ok().body;
    assert!(!teams.to_string().contains(&jan.id.to_string()), "in no team: {teams}");
    assert_eq!(town.jan().get("/v1/me").await.status, 401);
}

async fn the_last_administrator_stays(db: Db) {
    let town = Town::new(db).await;
    let path = path(&town, "admin").await;
    let off = json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] });
    let none = json!({ "Operations": [{ "op": "remove", "path": "roles" }] });
    for body in [off, none] {
        town.directory(Method::PATCH, &path, body).await.expect(409);
    }
    town.directory(Method::DELETE, &path, Value::Null).await.expect(409);
    let noor = town.account("admin").await;
    assert!(noor.is(Role::Administrator));
    assert_eq!(town.noor().get("/v1/me").await.status, 200);
}

async fn a_team_that_is_removed_goes_on_with_what_is_under_way(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    let teams = town.directory(Method::GET, "/Groups", Value::Null).await.ok().body;
    for team in teams["Resources"].as_array().unwrap() {
        let path = format!("/Groups/{}", team["id"].as_str().unwrap());
        assert_eq!(town.directory(Method::DELETE, &path, Value::Null).await.status, 204);
    }
    assert_ne!(town.jan().tries_to_register(&home_visit("15:00")).await.status, 201);
    town.until("13:35").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    town.ruud().takes(&alarm).await.ok();
}

on_both!(
    a_manager_who_leaves_is_off_every_ladder,
    the_next_manager_comes_first,
    a_gap_that_is_left_is_told_to_administrators_at_once,
    the_last_resort_that_leaves_is_told_though_there_was_a_gap_before,
    another_number_is_on_no_ladder_until_it_is_proved,
    who_is_out_there_is_watched_over_all_the_same,
    who_comes_back_is_the_same_and_proves_everything_anew,
    the_last_administrator_stays,
    a_team_that_is_removed_goes_on_with_what_is_under_way,
);
