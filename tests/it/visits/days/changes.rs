//! Days that go otherwise than was registered.

use rugdekking::store::Db;
use serde_json::json;

use super::{changes, it_is_quiet, out};
use crate::support::{
    on_both,
    town::{
        Town, at,
        form::{home_visit, moment},
    },
};

async fn two_visits_in_a_row(db: Db) {
    let town = Town::new(db).await;
    let first = out(&town).await;
    let form =
        home_visit("13:50").alone().asked_at(&["14:20"]).living_at("Kerkstraat", 5, "7511 AA");
    let second = town.jan().registers(&form).await;
    town.until("13:30").await;
    assert!(town.jan().phone().replies("klaar").await.contains("afgesloten"));
    assert_eq!(town.jan().sees(&first).await["status"], "ended");
    assert_eq!(town.jan().sees(&second).await["status"], "planned", "the second is to come");
    town.until("14:20").await;
    assert!(town.jan().phone().replies("ok").await.starts_with("Bedankt."));
    assert_eq!(town.jan().reads(&second, "confirmed").await, ["14:20"]);
    town.jan().phone().replies("klaar").await;
    it_is_quiet(&town, &second).await;
}

async fn the_colleague_is_ill_and_another_comes(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    let other = json!([{ "name": "Fatima El Amrani", "mobile": "+31622334455" }]);
    changes(&town.jan(), &visit, json!({ "colleagues": other })).await;
    town.until("13:30").await;
    let left = town.sanne().phone().replies("ok").await;
    assert!(left.starts_with("Er is nu geen afspraak"), "{left}");
    assert!(town.jan().reads(&visit, "confirmed").await.is_empty(), "she is not there");
    let answer = town.phone("+31622334455").replies("ok").await;
    assert!(answer.starts_with("Bedankt."), "{answer}");
}

async fn it_takes_longer_and_longer(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone()).await;
    for (now, until) in [("13:40", "14:00"), ("13:55", "14:15"), ("14:10", "14:30")] {
        town.until(now).await;
        let answer = town.jan().phone().replies("15 min erbij").await;
        assert!(answer.contains(until), "{answer}");
    }
    assert!(town.ruud().phone().text().await.contains("Jan Bakker"), "the third is told");
    town.until("14:30").await;
    assert_eq!(town.jan().phone().rang().await.last().unwrap(), "14:30");
    town.jan().phone().answers_with("*").await;
    it_is_quiet(&town, &visit).await;
}

async fn it_is_called_off_on_the_way(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone()).await;
    town.until("12:50").await;
    let off = town.jan().did(&visit, "cancellation", json!({ "reason": "Afgezegd" })).await;
    assert_eq!(off["status"], "cancelled");
    town.until("15:00").await;
    assert!(town.jan().phone().rang().await.is_empty());
}

async fn it_begins_earlier_than_was_planned(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("14:00").alone().asked_at(&["14:30"]);
    let visit = town.jan().registers(&form).await;
    town.until("13:00").await;
    changes(
        &town.jan(),
        &visit,
        json!({ "startsAt": moment(at("13:05")), "checkInTimes": [moment(at("13:20"))] }),
    )
    .await;
    town.until("13:20").await;
    assert_eq!(town.jan().phone().rang().await, ["13:20"]);
    assert!(town.jan().phone().answers_with("*").await.contains("afgesloten"));
    it_is_quiet(&town, &visit).await;
}

on_both!(
    two_visits_in_a_row,
    the_colleague_is_ill_and_another_comes,
    it_takes_longer_and_longer,
    it_is_called_off_on_the_way,
    it_begins_earlier_than_was_planned,
);
