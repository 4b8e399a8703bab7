//! Stories of a channel that has no working carrier, and of who hears of it.

use rugdekking::{model::messages::Channel, store::Db};

use crate::support::{
    on_both,
    town::{Town, at, carrier::Mood, form::home_visit},
};

const NOOR: &str = "+31655667788";
const NOORS_MAIL: &str = "admin@demo.rugdekking.example";
const ELS: &str = "+31633445566";

/// All carriers of this channel are in this mood, or both are as they were.
fn carriers(town: &Town, channel: Channel, mood: Mood) {
    town.carrier.takes(channel, mood);
    town.carrier.spare_takes(channel, mood);
}

async fn minds(town: &Town) {
    town.engine.mind_the_carriers().await.unwrap();
    town.settles().await;
}

async fn outages_told(town: &Town, number: &str) -> usize {
    let texts = town.phone(number).texts().await;
    texts.iter().filter(|t| t.contains("LET OP: Rugdekking kan sinds")).count()
}

/// Jan is reminded at 13:25, and cannot be by text.
async fn without_texts(db: Db) -> Town {
    let town = Town::new(db).await;
    carriers(&town, Channel::Text, Mood::Temporary);
    town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:25:50").await;
    town
}

async fn a_channel_without_a_carrier_is_told_once_by_the_other_channels(db: Db) {
    let town = without_texts(db).await;
    minds(&town).await;
    assert!(town.phone(NOOR).rang().await.is_empty(), "it may pass within a minute");
    town.until("13:26:10").await;
    for _ in 0..3 {
        minds(&town).await;
    }
    assert_eq!(town.phone(NOOR).rang().await, ["13:26"]);
    assert_eq!(town.phone(ELS).rang().await, ["13:26"]);
    assert_eq!(outages_told(&town, NOORS_MAIL).await, 1, "and by mail");
    assert!(town.phone(NOOR).texts().await.is_empty(), "not by what is out of order");
    let said = town.phone(NOOR).answers().await;
    assert!(said.contains("kan sinds 13:25 niet sms'en"), "{said}");
    assert!(town.ruud().phone().rang().await.is_empty(), "a manager cannot mend it");
    town.until("13:29").await;
    minds(&town).await;
    assert_eq!(town.phone(NOOR).rang().await.len(), 1, "once");
}

async fn its_end_is_told_and_another_outage_is_another(db: Db) {
    let town = without_texts(db).await;
    town.until("13:26:10").await;
    minds(&town).await;
    carriers(&town, Channel::Text, Mood::Well);
    town.until("13:30:30").await;
    minds(&town).await;
    minds(&town).await;
    let texts = town.phone(NOOR).texts().await;
    assert_eq!(texts, ["Rugdekking kan weer sms'en. De storing begon om 13:25."]);
    assert_eq!(town.phone(NOOR).rang().await.len(), 1, "good news is not worth a call");
    carriers(&town, Channel::Text, Mood::Temporary);
    town.until("13:40").await;
    minds(&town).await;
    assert_eq!(town.phone(NOOR).rang().await.len(), 2);
}

async fn when_nothing_works_it_is_told_by_what_works_first(db: Db) {
    let town = without_texts(db).await;
    for channel in [Channel::Call, Channel::Mail] {
        carriers(&town, channel, Mood::Temporary);
    }
    town.until("13:40").await;
    minds(&town).await;
    assert_eq!(outages_told(&town, NOORS_MAIL).await, 0);
    carriers(&town, Channel::Mail, Mood::Well);
    town.until("13:45").await;
    // Texts, and calls, each once.
    assert_eq!(outages_told(&town, NOORS_MAIL).await, 2);
}

async fn what_one_instance_saw_end_another_does_not_begin_again(db: Db) {
    let town = without_texts(db).await;
    town.until("13:26:10").await;
    minds(&town).await;
    let twin = town.engine_with_carriers_of_its_own();
    carriers(&town, Channel::Text, Mood::Well);
    town.clock.set(at("13:30:30"));
    twin.settle().await.unwrap();
    twin.mind_the_carriers().await.unwrap();
    // The first has not sent anything since, and still thinks that none works.
    minds(&town).await;
    minds(&town).await;
    assert_eq!(town.phone(NOOR).rang().await.len(), 1);
    assert_eq!(town.phone(NOOR).texts().await.len(), 1, "it is over");
}

async fn a_whole_carrier_beside_a_broken_one_is_no_outage(db: Db) {
    let town = without_texts(db).await;
    town.carrier.spare_takes(Channel::Text, Mood::Well);
    town.until("13:40").await;
    minds(&town).await;
    assert!(town.phone(NOOR).rang().await.is_empty());
}

on_both!(
    a_channel_without_a_carrier_is_told_once_by_the_other_channels,
    its_end_is_told_and_another_outage_is_another,
    when_nothing_works_it_is_told_by_what_works_first,
    what_one_instance_saw_end_another_does_not_begin_again,
    a_whole_carrier_beside_a_broken_one_is_no_outage,
);
