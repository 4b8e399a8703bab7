//! Stories of carriers that refuse, and of what is said another way.

use rugdekking::{
    model::{messages::Channel, people::teams::Team},
    store::Db,
};
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, carrier::Mood, form::home_visit},
};

const JAN: &str = "+31612345678";
const RUUD: &str = "+31611223344";

fn texts_only(team: &mut Team) {
    team.ladder.rungs[0].channels = vec![Channel::Text];
    team.ladder.rungs[0].wait_minutes = 10;
}

fn calls_only(team: &mut Team) {
    team.ladder.rungs[0].channels = vec![Channel::Call];
    team.ladder.rungs[0].wait_minutes = 10;
}

async fn a_refusal_for_now_is_tried_again_at_growing_distances(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:29").await;
    town.carrier.takes(Channel::Text, Mood::Temporary);
    town.until("13:31").await;
    let tries = town.carrier.tries("/text", JAN);
    assert!((4..=10).contains(&tries), "{tries} tries in a minute");
    assert_eq!(town.jan().phone().texts().await.len(), 1, "only the reminder");
    assert_eq!(town.jan().phone().rang().await, ["13:30"], "the call is not held up");
    town.carrier.takes(Channel::Text, Mood::Well);
    town.until("13:34").await;
    let texts = town.jan().phone().texts().await;
    assert_eq!(texts.iter().filter(|t| t.starts_with("Afspraak 13:30")).count(), 1);
}

async fn an_outage_of_hours_loses_no_alarm(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    for channel in [Channel::Text, Channel::Call, Channel::Mail] {
        town.carrier.takes(channel, Mood::Temporary);
    }
    town.until("14:30").await;
    assert!(town.ruud().phone().rang().await.is_empty());
    for channel in [Channel::Text, Channel::Call, Channel::Mail] {
        town.carrier.takes(channel, Mood::Well);
    }
    town.until("14:32").await;
    assert!(town.ruud().phone().rang().await.last().unwrap().as_str() >= "14:30");
    assert!(!town.ruud().phone().texts().await.is_empty());
}

async fn another_carrier_of_the_channel_steps_in_at_once(db: Db) {
    let town = Town::new(db).await;
    town.carrier.spare_takes(Channel::Text, Mood::Well);
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    for mood in [Mood::Temporary, Mood::Permanent] {
        town.carrier.takes(Channel::Text, mood);
        town.until(if mood == Mood::Temporary { "13:25" } else { "13:30" }).await;
    }
    assert_eq!(town.jan().phone().texted().await, ["13:25", "13:30"]);
}

async fn what_is_refused_for_good_is_said_by_another_channel_at_once(db: Db) {
    let town = Town::new(db).await;
    town.team(texts_only).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.carrier.takes(Channel::Text, Mood::Permanent);
    town.until("13:35").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    assert!(town.ruud().phone().answers_with("1").await.starts_with("Jij hebt dit alarm"));
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "owned");
}

async fn a_text_that_does_not_arrive_in_time_becomes_a_call(db: Db) {
    let town = Town::new(db).await;
    town.team(texts_only).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.carrier.takes(Channel::Text, Mood::Silent);
    town.until("13:35").await;
    assert!(town.ruud().phone().rang().await.is_empty());
    town.until("13:36").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:36"]);
    town.until("13:40").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:36"], "once");
}

async fn a_text_that_no_carrier_takes_in_time_becomes_a_call(db: Db) {
    let town = Town::new(db).await;
    town.team(texts_only).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.carrier.takes(Channel::Text, Mood::Temporary);
    town.until("13:37").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:36"]);
}

async fn voicemail_of_who_is_only_called_becomes_a_text(db: Db) {
    let town = Town::new(db).await;
    town.team(calls_only).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:35").await;
    assert!(town.ruud().phone().texts().await.is_empty());
    town.ruud().phone().goes_to_voicemail().await;
    assert!(town.ruud().phone().text().await.starts_with("ALARM 13:35"));
}

async fn when_nobody_of_a_rung_can_be_reached_the_next_does_not_wait(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:34").await;
    town.carrier.takes(Channel::Text, Mood::Permanent);
    town.carrier.takes(Channel::Call, Mood::Permanent);
    town.until("13:35").await;
    // All rungs were tried within the minute, and it goes on every five minutes.
    let alarm = town.els().sees_alarm(&visit).await;
    assert_eq!((&alarm["state"], &alarm["rung"]), (&json!("open"), &alarm["rungs"]));
    town.carrier.takes(Channel::Call, Mood::Well);
    town.until("13:41").await;
    assert!(!town.ruud().phone().rang().await.is_empty());
}

async fn never_two_texts_for_one_step_however_many_send(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    for time in ["13:25", "13:30", "13:32", "13:35", "13:38", "13:41"] {
        town.clock.set(crate::support::town::at(time));
        let (one, two, three) =
            tokio::join!(town.engine.settle(), town.engine.settle(), town.engine.settle());
        [one, two, three].into_iter().for_each(Result::unwrap);
        town.settles().await;
    }
    assert_eq!(town.jan().phone().texted().await, ["13:25", "13:30"]);
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    assert_eq!(town.ruud().phone().rang().await, ["13:35", "13:38", "13:41"]);
    assert_eq!(town.carrier.tries("alarm/", RUUD), 5, "two calls with a text, and one without");
}

on_both!(
    a_refusal_for_now_is_tried_again_at_growing_distances,
    an_outage_of_hours_loses_no_alarm,
    another_carrier_of_the_channel_steps_in_at_once,
    what_is_refused_for_good_is_said_by_another_channel_at_once,
    a_text_that_does_not_arrive_in_time_becomes_a_call,
    a_text_that_no_carrier_takes_in_time_becomes_a_call,
    voicemail_of_who_is_only_called_becomes_a_text,
    when_nobody_of_a_rung_can_be_reached_the_next_does_not_wait,
    never_two_texts_for_one_step_however_many_send,
);
