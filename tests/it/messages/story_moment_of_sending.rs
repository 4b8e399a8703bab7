//! Stories of the moment of sending: whoever held a message for too long, or holds what is no longer
//! wanted, does not send it. Found by the simulation.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use chrono::TimeDelta;
use rugdekking::{
    carrier::{Carrier, HandedOver, SendError, router::Router},
    engine::{CarrierAnswer, Engine},
    model::{
        clock::{Clock as _, testing::ManualClock},
        messages::{Channel, Message},
    },
    service::messages::inbound_texts,
    store::{
        Db,
        messages::claims::{Claimed, Lane},
    },
};
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit, time_of},
};

/// Jan needs help, and the first round to Ruud was claimed by an instance.
async fn claimed(town: &Town) -> (String, Vec<Claimed>) {
    let visit = town.jan().registers(&home_visit("12:00")).await;
    let path = format!("/v1/visits/{visit}/alarm");
    town.jan().send(axum::http::Method::POST, &path, &[], json!({})).await.ok();
    town.clock.advance(TimeDelta::seconds(6));
    town.engine.decide_batch().await.unwrap();
    let held = town.engine.claim(Lane::Main, || 100).await.unwrap();
    assert!(!held.is_empty());
    (visit, held)
}

async fn what_was_claimed_before_somebody_took_the_alarm_is_not_sent(db: Db) {
    let town = Town::new(db).await;
    let (visit, held) = claimed(&town).await;
    let alarm = town.ruud().sees_alarm(&visit).await["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/alarms/{alarm}/acknowledgement");
    town.fatima().send(axum::http::Method::POST, &path, &[], json!({})).await.expect(200);
    for message in held {
        assert!(town.engine.hand_over(message).await.is_none());
    }
    assert_eq!(town.carrier.tries(&alarm, town.ruud().phone().number.as_str()), 0);
}

async fn who_stood_still_for_longer_than_a_lease_sends_nothing(db: Db) {
    let town = Town::new(db).await;
    let (_, held) = claimed(&town).await;
    town.clock.advance(TimeDelta::seconds(61));
    town.settles().await;
    let rang = town.ruud().phone().rang().await.len();
    assert!(rang > 0, "another instance took over");
    for message in held {
        assert!(town.engine.hand_over(message).await.is_none());
    }
    assert_eq!(town.ruud().phone().rang().await.len(), rang);
}

/// While it has a message in hand, everything stands still for so long; then it refuses.
#[derive(Debug)]
struct StandsStill(Arc<ManualClock>, TimeDelta);

#[async_trait]
impl Carrier for StandsStill {
    fn name(&self) -> &'static str {
        "first"
    }
    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call]
    }
    async fn send(&self, _: &Message) -> Result<HandedOver, SendError> {
        self.0.advance(self.1);
        Err(SendError::Temporary { reason: "not now".into(), retry_after: None })
    }
}

#[derive(Debug, Default)]
struct Spare(AtomicU32);

#[async_trait]
impl Carrier for Spare {
    fn name(&self) -> &'static str {
        "spare"
    }
    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text, Channel::Call]
    }
    async fn send(&self, _: &Message) -> Result<HandedOver, SendError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(HandedOver { provider_id: None, delivered: false })
    }
}

/// How often the spare carrier is asked after the first had these messages for so many seconds.
async fn asked_the_spare(town: &Town, held: Vec<Claimed>, seconds: i64) -> u32 {
    let spare = Arc::new(Spare::default());
    let first = Arc::new(StandsStill(town.clock.clone(), TimeDelta::seconds(seconds)));
    let both: Vec<Arc<dyn Carrier>> = vec![first, spare.clone()];
    let router = Router::new(vec![(Channel::Text, both.clone()), (Channel::Call, both)]);
    let engine = Engine { router: Arc::new(router), ..town.engine.clone() };
    for message in held {
        engine.hand_over(message).await;
    }
    spare.0.load(Ordering::SeqCst)
}

/// Seed 258: it went by the spare carrier, and again by whoever claimed it after the lease.
async fn who_stood_still_with_a_carrier_asks_no_further_one(db: Db) {
    let town = Town::new(db).await;
    for (seconds, asked) in [(5, 1), (61, 0)] {
        let (_, mut held) = claimed(&town).await;
        held.truncate(1);
        assert_eq!(asked_the_spare(&town, held, seconds).await, asked, "an alarm");
        town.settles().await;
        let mut held = reminded(&town).await;
        held.truncate(1);
        assert_eq!(asked_the_spare(&town, held, seconds).await, asked, "no alarm");
        town.settles().await;
    }
}

/// A worker is asked whether all is well, and nobody said it yet.
async fn reminded(town: &Town) -> Vec<Claimed> {
    town.jan().registers(&home_visit("12:00").alone()).await;
    for _ in 0..180 {
        town.clock.advance(TimeDelta::minutes(1));
        town.engine.decide_batch().await.unwrap();
        let mut held = town.engine.claim(Lane::Main, || 100).await.unwrap();
        held.retain(|one| one.message.alarm.is_none() && one.message.check_in.is_some());
        if !held.is_empty() {
            return held;
        }
    }
    panic!("nobody asked anything");
}

async fn who_stood_still_for_longer_than_a_lease_decides_nothing(db: Db) {
    let town = Town::new(db).await;
    let (_, held) = claimed(&town).await;
    town.clock.advance(TimeDelta::seconds(61));
    let again = town.engine.claim(Lane::Main, || 100).await.unwrap();
    assert_eq!(again.len(), held.len(), "another instance has them in hand");
    let refusal = || Err(SendError::Temporary { reason: "late".into(), retry_after: None });
    let late = held.into_iter().map(|c| CarrierAnswer {
        message: c.message,
        claim: c.claim,
        outcome: refusal(),
    });
    town.engine.record(late.collect()).await.unwrap();
    let now = town.clock.now();
    town.clock.set(now + TimeDelta::seconds(30));
    let third = town.engine.claim(Lane::Main, || 100).await.unwrap();
    assert_eq!(third.len(), 0, "nobody else is given what is in hand");
}

/// A provider that got no answer brings a text again.
async fn a_text_that_is_brought_twice_gives_more_time_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").alone()).await;
    town.until("13:44").await;
    let jan = "+31612345678".parse().unwrap();
    for (name, until) in [("SM1", "14:00"), ("SM1", "14:00"), ("SM2", "14:15")] {
        let brought = inbound_texts::receive(&town.app, &jan, "+15", Some(name)).await;
        assert!(brought.is_ok());
        let seen = town.jan().sees(&visit).await;
        assert_eq!(time_of(&seen["expectedEndAt"]), until, "{name}");
    }
}

on_both!(
    a_text_that_is_brought_twice_gives_more_time_once,
    what_was_claimed_before_somebody_took_the_alarm_is_not_sent,
    who_stood_still_for_longer_than_a_lease_sends_nothing,
    who_stood_still_with_a_carrier_asks_no_further_one,
    who_stood_still_for_longer_than_a_lease_decides_nothing,
);
