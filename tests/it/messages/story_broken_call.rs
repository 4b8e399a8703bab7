//! Stories of calls that an instance held itself when it died: nobody waits for their end.

use rugdekking::{
    model::{ids::InstanceId, messages::Channel, people::teams::Team},
    store::{Db, Error, instances, messages::calls},
};
use uuid::Uuid;

use crate::support::{
    on_both,
    town::{Town, carrier::Mood, form::home_visit},
};

const ANOTHER: InstanceId = InstanceId(Uuid::from_u128(2));

fn calls_only(team: &mut Team) {
    team.ladder.rungs[0].channels = vec![Channel::Call];
    team.ladder.rungs[0].wait_minutes = 10;
}

/// Ruud is being called about an alarm, and nothing else is heard of the call.
async fn called(db: Db) -> Town {
    let town = Town::new(db).await;
    town.team(calls_only).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.carrier.takes(Channel::Call, Mood::Silent);
    town.until("13:36").await;
    assert_eq!(town.carrier.tries("alarm/", "+31611223344"), 1);
    town
}

/// How many calls of `carrier` broke off, as `by` sees it.
async fn broken_off(town: &Town, carrier: &'static str, by: InstanceId) -> u64 {
    let now = town.app.now();
    let looked = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { calls::broken_off(tx, carrier, by, now).await })
    });
    let count = looked.await.unwrap();
    town.settles().await;
    count
}

async fn the_ladder_does_not_wait_for_a_call_that_died_with_its_instance(db: Db) {
    let town = called(db).await;
    assert_eq!(broken_off(&town, "another", ANOTHER).await, 0, "that is not its call");
    assert_eq!(broken_off(&town, "sandbox", town.engine.instance).await, 0, "it lives itself");
    assert!(town.ruud().phone().texts().await.is_empty());
    assert!(broken_off(&town, "sandbox", ANOTHER).await > 0);
    assert_eq!(town.ruud().phone().texted().await, ["13:36"]);
    assert_eq!(broken_off(&town, "sandbox", ANOTHER).await, 0, "once");
}

async fn whoever_lives_ends_its_calls_itself(db: Db) {
    let town = called(db).await;
    let alive = town.engine.instance;
    let beats = town
        .db
        .write::<_, Error, _>(move |tx| Box::pin(async move { instances::beat(tx, alive).await }));
    beats.await.unwrap();
    assert_eq!(broken_off(&town, "sandbox", ANOTHER).await, 0);
    assert!(town.ruud().phone().texts().await.is_empty());
}

async fn who_was_away_itself_takes_no_call_for_broken(db: Db) {
    let town = called(db).await;
    let alive = town.engine.instance;
    let away = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            instances::beat(tx, ANOTHER).await?;
            instances::beat(tx, alive).await?;
            // The database was away for both, and is there again just now.
            instances::leave(tx, ANOTHER).await?;
            instances::leave(tx, alive).await
        })
    });
    away.await.unwrap();
    assert_eq!(broken_off(&town, "sandbox", ANOTHER).await, 0);
    let beats = town.db.write::<_, Error, _>(|tx| Box::pin(instances::beat(tx, ANOTHER)));
    beats.await.unwrap();
    assert_eq!(broken_off(&town, "sandbox", ANOTHER).await, 0, "the other beats in a moment");
}

on_both!(
    who_was_away_itself_takes_no_call_for_broken,
    the_ladder_does_not_wait_for_a_call_that_died_with_its_instance,
    whoever_lives_ends_its_calls_itself,
);
