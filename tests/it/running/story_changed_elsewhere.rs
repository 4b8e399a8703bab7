//! Stories of what another instance changes: what this one remembers of people and teams is never
//! what was, and a body that somebody puts elsewhere is nobody's.

use rugdekking::{
    model::{clock::testing::keyring, people::Role},
    store::{Db, Error},
};
use serde_json::json;

use crate::support::{
    on_both,
    town::{KARIN, Town, form::home_visit},
};

/// A town of which this instance has seen everybody at work. Whatever is changed in it from now on is
/// changed by another one.
async fn seen_by_two(url: &str) -> Town {
    let mut town = Town::new(Db::open(url, keyring()).await.unwrap()).await;
    for _ in 0..2 {
        let visit = town.jan().registers(&home_visit("12:00").alone()).await;
        town.jan().did(&visit, "alarm", json!({})).await;
        let alarm = town.ruud().sees_alarm(&visit).await;
        town.ruud().takes(&alarm).await.ok();
        town.ruud().closes(&alarm, json!({ "outcome": "safe", "note": "Ging mee." })).await.ok();
        town.jan().did(&visit, "end", json!({})).await;
    }
    town.db = Db::open(url, keyring()).await.unwrap();
    town
}

async fn a_manager_of_this_minute_is_called(url: String) {
    let town = seen_by_two(&url).await;
    let sanne = town.account("colleague").await.id;
    town.changes("colleague", |sanne| sanne.roles.push(Role::Manager)).await;
    town.team(move |team| (team.managers, team.deputies) = (vec![sanne], vec![])).await;
    let before = (town.ruud().phone().rang().await, town.sanne().phone().rang().await);
    let visit = town.jan().registers(&home_visit("12:00").alone()).await;
    town.jan().says(&visit, "alarm", json!({})).await.expect(201);
    town.until("12:01").await;
    assert_eq!(town.ruud().phone().rang().await, before.0, "he manages it no more");
    assert_eq!(town.sanne().phone().rang().await.len(), before.1.len() + 1, "she does");
    town.sanne().sees_alarm(&visit).await;
}

async fn a_number_of_this_minute_is_called(url: String) {
    let town = seen_by_two(&url).await;
    town.changes("manager", |ruud| {
        ruud.mobile.as_mut().unwrap().number = KARIN.parse().unwrap();
    })
    .await;
    let before = town.phone(KARIN).rang().await.len();
    let visit = town.jan().registers(&home_visit("12:00").alone()).await;
    town.jan().says(&visit, "alarm", json!({})).await.expect(201);
    town.until("12:01").await;
    assert_eq!(town.phone(KARIN).rang().await.len(), before + 1);
}

async fn who_is_let_go_is_out_at_once(url: String) {
    let town = seen_by_two(&url).await;
    town.jan().get("/v1/me").await.expect(200);
    town.changes("worker", |jan| jan.active = false).await;
    town.jan().get("/v1/me").await.expect(401);
    town.changes("worker", |jan| jan.active = true).await;
    town.jan().get("/v1/me").await.expect(200);
}

/// Somebody who may write in the database, and has no key, gives Jan the body of an administrator.
async fn a_body_of_somebody_else_opens_for_nobody(url: String) {
    let town = seen_by_two(&url).await;
    let (jan, noor) = (town.account("worker").await.id, town.account("admin").await.id);
    town.noor().get("/v1/me").await.expect(200);
    town.jan().get("/v1/me").await.expect(200);
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let sql = "update people set body = (select body from people where id = $1)
                where id = $2";
            tx.query(sql).bind(noor.0).bind(jan.0).execute().await
        })
    });
    assert_eq!(work.await.unwrap(), 1);
    town.jan().get("/v1/me").await.expect(503);
    town.noor().get("/v1/me").await.expect(200);
    let unreadable = town.app.db.unreadable();
    assert_eq!(unreadable.get("people"), Some(&1), "{unreadable:?}");
}

on_both!(
    url: a_manager_of_this_minute_is_called,
    a_number_of_this_minute_is_called,
    who_is_let_go_is_out_at_once,
    a_body_of_somebody_else_opens_for_nobody,
);
