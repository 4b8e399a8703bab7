//! Who would be called when, over REST: what it says, and to whom; and who may change it.

use axum::{
    Router,
    http::{Method, StatusCode},
};
use rugdekking::{
    api::{
        alarms::coverage,
        docs::openapi,
        http::state::AppState,
        people::{self, organisation, teams},
    },
    model::people::Role,
    store::Db,
};
use serde_json::{Value, json};

use crate::{
    support::{
        asking::{Asking, Somebody},
        on_both,
    },
    surface::contract::shapes::Shapes,
};

on_both!(
    a_week_says_who_is_called_when,
    a_gap_is_told_with_its_reason,
    only_who_looks_after_the_team_sees_it,
    a_manager_sets_the_watch_but_not_the_people
);

fn routes() -> Router<AppState> {
    Router::new()
        .merge(teams::routes())
        .merge(coverage::routes())
        .merge(organisation::routes())
        .merge(people::routes())
}

fn rung(who: Value) -> Value {
    json!({"who": who, "channels": ["text", "call"], "waitMinutes": 3})
}

/// By day the manager, at other times the desk.
fn ladder() -> Value {
    json!({"rungs": [rung(json!(["manager"])), rung(json!(["deputy", "desk"]))], "repeatMinutes": 5,
        "outOfHours": {"rungs": [rung(json!(["desk"]))], "officeHours": [
            {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "08:00", "until": "18:00"}]}})
}

struct Place {
    ask: Asking,
    admin: Somebody,
    manager: Somebody,
    desk: Somebody,
    path: String,
    team: Value,
}

async fn place(db: Db) -> Place {
    let ask = Asking::new(db, routes());
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let manager = ask.somebody("Manager", &[Role::Manager]).await;
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let last = json!({"name": "Enschede", "callNumber": "+31534818181",
        "ladder": {"rungs": [rung(json!(["desk"]))], "repeatMinutes": 5, "outOfHours": null}});
    ask.send(Some(&admin), Method::PUT, "/organisation", &[], last).await.expect(200);
    let policy =
        serde_json::to_value(rugdekking::model::people::teams::WatchPolicy::default()).unwrap();
    let team = json!({"name": "Zorg", "members": [], "managers": [manager.id], "deputies": [],
        "policy": policy, "ladder": ladder()});
    let made = ask.post(&admin, "/teams", team.clone()).await.ok();
    let path = format!("/teams/{}", made.body["id"].as_str().unwrap());
    Place { ask, admin, manager, desk, path, team }
}

async fn a_week_says_who_is_called_when(db: Db) {
    let Place { ask, manager, path, .. } = place(db).await;
    let week = ask.get(&manager, &format!("{path}/coverage")).await.expect(200);
    Shapes::of(openapi::document()).fit("Coverage", &week.body);
    assert_eq!(week.body["from"], "2026-11-23");
    let spans = week.body["spans"].as_array().unwrap();
    assert_eq!(spans.len(), 11);
    assert_eq!(spans[1]["from"], "2026-11-23T07:00:00Z");
    let day = &week.body["ways"][1];
    assert_eq!((&day["coverage"], &day["outOfHours"]), (&json!("team"), &json!(false)));
    assert_eq!(day["rungs"][0]["people"][0]["person"]["name"], "Manager");
    assert_eq!(day["rungs"][1]["afterMinutes"], 3);
    assert_eq!(week.body["channels"][0], json!({"channel": "text", "works": true}));
    let other = ask.get(&manager, &format!("{path}/coverage?from=2027-03-28")).await.ok();
    assert_eq!(other.body["from"], "2027-03-22");
    for bad in ["soon", "2026-13-01", "99999-01-01"] {
        let refused = ask.get(&manager, &format!("{path}/coverage?from={bad}")).await.expect(400);
        assert_eq!(refused.faults(), vec!["from"]);
    }
}

async fn a_gap_is_told_with_its_reason(db: Db) {
    let Place { ask, admin, manager, desk, path, .. } = place(db).await;
    let person = format!("/people/{}", desk.id);
    let etag = ask.get(&admin, &person).await.ok().etag();
    ask.patch(&admin, &person, &etag, json!({"mobile": "0612345678"})).await.ok();
    let week = ask.get(&manager, &format!("{path}/coverage")).await.ok().body;
    let evening = &week["ways"][0];
    assert_eq!(evening["coverage"], "nobody");
    let rung = &evening["rungs"][0];
    assert_eq!(rung["afterMinutes"], Value::Null);
    assert_eq!(rung["people"][0]["lacks"], json!(["not-verified"]));
    assert_eq!(week["ways"][1]["coverage"], "team");
}

async fn only_who_looks_after_the_team_sees_it(db: Db) {
    let Place { ask, admin, manager, desk, path, .. } = place(db).await;
    let other = ask.somebody("Other", &[Role::Manager]).await;
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let at = format!("{path}/coverage");
    for (who, status) in
        [(&admin, 200), (&manager, 200), (&other, 403), (&worker, 403), (&desk, 403)]
    {
        assert_eq!(ask.get(who, &at).await.status, status);
    }
    let nowhere = "/teams/01890000-0000-7000-8000-000000000001/coverage";
    assert_eq!(ask.get(&admin, nowhere).await.status, StatusCode::NOT_FOUND);
}

async fn a_manager_sets_the_watch_but_not_the_people(db: Db) {
    let Place { ask, manager, path, mut team, .. } = place(db).await;
    team["ladder"]["rungs"].as_array_mut().unwrap().swap(0, 1);
    team["policy"]["missMinutes"] = json!(7);
    let set = ask.put(&manager, &path, "\"1\"", team.clone()).await.expect(200);
    assert_eq!(set.etag().as_str(), "\"2\"", "{}", set.body);
    assert_eq!(set.body["ladder"]["rungs"][0]["who"], json!(["deputy", "desk"]));
    let stranger = ask.somebody("Stranger", &[Role::Manager]).await;
    for (field, value) in [
        ("name", json!("Ander")),
        ("members", json!([stranger.id])),
        ("managers", json!([manager.id, stranger.id])),
        ("deputies", json!([stranger.id])),
    ] {
        let mut other = team.clone();
        other[field] = value;
        let refused = ask.put(&manager, &path, "\"2\"", other).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{field}");
    }
    team["ladder"]["rungs"][1]["waitMinutes"] = json!(0);
    team["ladder"]["outOfHours"]["rungs"][0]["channels"] = json!([]);
    let faulty = ask.put(&manager, &path, "\"2\"", team).await.expect(400);
    let faults = ["ladder.outOfHours.rungs[0].channels", "ladder.rungs[1].waitMinutes"];
    assert_eq!(faulty.faults(), faults);
}
