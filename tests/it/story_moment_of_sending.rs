//! Stories of the moment of sending: whoever held a message for too long, or holds what is no longer
//! wanted, does not send it. Found by the simulation.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use rugdekking::{
    api::inbound_text,
    carrier::{Carrier, HandedOver, Refusal, router::Router},
    engine::{Engine, Said},
    model::{
        clock::Clock as _,
        messages::{Channel, Message},
        testing::ManualClock,
    },
    store::{
        Db,
        claims::{Claimed, Lane},
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
    town.jan().send(axum::http::Method::POST, &path, &[], json!({})).await;
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
    let taken = town.fatima().send(axum::http::Method::POST, &path, &[], json!({})).await;
    assert_eq!(taken.status, 200, "{}", taken.text);
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

async fn who_stood_still_for_longer_than_a_lease_decides_nothing(db: Db) {
    let town = Town::new(db).await;
    let (_, held) = claimed(&town).await;
    town.clock.advance(TimeDelta::seconds(61));
    let again = town.engine.claim(Lane::Main, || 100).await.unwrap();
    assert_eq!(again.len(), held.len(), "another instance has them in hand");
    let refusal = || Err(Refusal::Temporary { reason: "late".into(), retry_after: None });
    let late =
        held.into_iter().map(|c| Said { message: c.message, claim: c.claim, outcome: refusal() });
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
        let brought = inbound_text::text(&town.house, &jan, "+15", Some(name)).await;
        assert!(brought.is_ok());
        let seen = town.jan().sees(&visit).await;
        assert_eq!(time_of(&seen["expectedEndAt"]), until, "{name}");
    }
}

/// A carrier during whose try the whole process stands still.
#[derive(Debug)]
struct Standstill(Arc<ManualClock>);

#[async_trait]
impl Carrier for Standstill {
    fn name(&self) -> &'static str {
        "standstill"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text]
    }

    async fn send(&self, _: &Message) -> Result<HandedOver, Refusal> {
        self.0.advance(TimeDelta::seconds(155));
        Err(Refusal::Temporary { reason: "busy".into(), retry_after: None })
    }
}

async fn who_stood_still_between_two_carriers_does_not_ask_the_second(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("12:00").alone()).await;
    town.until("12:40").await;
    town.clock.advance(TimeDelta::minutes(6));
    town.engine.decide_batch().await.unwrap();
    let held = town.engine.claim(Lane::Main, || 100).await.unwrap();
    let text = held.into_iter().find(|c| c.message.channel == Channel::Text).unwrap();
    let (to, before) = (town.jan().phone(), town.jan().phone().texts().await.len());
    let carriers: Vec<Arc<dyn Carrier>> =
        vec![Arc::new(Standstill(town.clock.clone())), town.carrier.clone()];
    let router = Arc::new(Router::new(vec![(Channel::Text, carriers)]));
    let stopped = Engine { router, ..town.engine.clone() };
    let said = stopped.hand_over(text).await.unwrap();
    assert!(matches!(said.outcome, Err(Refusal::Temporary { .. })));
    assert_eq!(to.texts().await.len(), before, "another instance may have sent it by now");
}

on_both!(
    who_stood_still_between_two_carriers_does_not_ask_the_second,
    a_text_that_is_brought_twice_gives_more_time_once,
    what_was_claimed_before_somebody_took_the_alarm_is_not_sent,
    who_stood_still_for_longer_than_a_lease_sends_nothing,
    who_stood_still_for_longer_than_a_lease_decides_nothing,
);
