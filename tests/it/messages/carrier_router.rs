//! Who brings a message when carriers fail.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use rugdekking::{
    carrier::{
        Carrier, HandedOver, LineState, SendError,
        router::{CARRIER_LIMIT, CarrierTally, FailureKind, Router},
    },
    model::{
        clock::{Clock as _, testing::ManualClock},
        messages::{Channel, Message},
    },
};
use tokio::time::Instant;

use super::carrier_support::{alarm, call, text};

/// What a carrier in these tests does with a message.
#[derive(Clone, Copy, Debug)]
enum Does {
    Takes,
    IsDown,
    AsksToWait(u64),
    Refuses,
    LosesTrack,
    Hangs,
}

/// A carrier that does as it is told, the last thing for ever.
#[derive(Debug)]
struct Fake {
    name: &'static str,
    does: Mutex<VecDeque<Does>>,
    heard: Mutex<u32>,
}

impl Fake {
    fn new(name: &'static str, does: &[Does]) -> Arc<Self> {
        let does = Mutex::new(does.iter().copied().collect());
        Arc::new(Self { name, does, heard: Mutex::new(0) })
    }

    fn will(&self, does: &[Does]) {
        *self.does.lock().expect("no panic") = does.iter().copied().collect();
    }

    fn heard(&self) -> u32 {
        *self.heard.lock().expect("no panic")
    }

    fn next(&self) -> Does {
        *self.heard.lock().expect("no panic") += 1;
        let mut does = self.does.lock().expect("no panic");
        if does.len() > 1 { does.pop_front() } else { does.front().copied() }.expect("a plan")
    }
}

#[async_trait]
impl Carrier for Fake {
    fn name(&self) -> &'static str {
        self.name
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text]
    }

    async fn send(&self, _: &Message) -> Result<HandedOver, SendError> {
        let reason = self.name.into();
        Err(match self.next() {
            Does::Takes => {
                return Ok(HandedOver { provider_id: None, delivered: false });
            }
            Does::IsDown => SendError::Temporary { reason, retry_after: None },
            Does::AsksToWait(seconds) => {
                SendError::Temporary { reason, retry_after: Some(Duration::from_secs(seconds)) }
            }
            Does::Refuses => SendError::Permanent { reason },
            Does::LosesTrack => SendError::Unknown { reason },
            Does::Hangs => std::future::pending().await,
        })
    }
}

fn texts_by(carriers: &[&Arc<Fake>]) -> Router {
    let carriers = carriers.iter().map(|c| Arc::clone(c) as Arc<dyn Carrier>).collect();
    Router::new(vec![(Channel::Text, carriers)])
}

fn after(attempts: u32) -> Message {
    Message { attempts, ..text("Alles goed?") }
}

fn kind(
    outcome: Result<(&'static str, HandedOver), SendError>,
) -> Result<&'static str, FailureKind> {
    match outcome {
        Ok((name, _)) => Ok(name),
        Err(SendError::Temporary { .. }) => Err(FailureKind::Temporary),
        Err(SendError::Permanent { .. }) => Err(FailureKind::Permanent),
        Err(SendError::Unknown { .. }) => Err(FailureKind::Unknown),
    }
}

#[tokio::test]
async fn an_outage_of_the_first_carrier_does_not_delay_a_message() {
    for trouble in [Does::IsDown, Does::AsksToWait(60), Does::Refuses] {
        let (first, second) = (Fake::new("first", &[trouble]), Fake::new("second", &[Does::Takes]));
        let outcome = texts_by(&[&first, &second]).send(&text("x")).await;
        assert_eq!(kind(outcome), Ok("second"), "{trouble:?}");
        assert_eq!((first.heard(), second.heard()), (1, 1));
    }
}

#[tokio::test]
async fn a_message_that_was_taken_goes_to_nobody_else() {
    let (first, second) = (Fake::new("first", &[Does::Takes]), Fake::new("second", &[Does::Takes]));
    assert_eq!(kind(texts_by(&[&first, &second]).send(&alarm()).await), Ok("first"));
    assert_eq!(second.heard(), 0);
}

#[tokio::test]
async fn a_prompt_is_never_risked_twice_but_an_alarm_is() {
    let router = |first: &Arc<Fake>, second: &Arc<Fake>| texts_by(&[first, second]);
    let (first, second) =
        (Fake::new("first", &[Does::LosesTrack]), Fake::new("second", &[Does::Takes]));
    let outcome = router(&first, &second).send(&text("x")).await;
    assert_eq!((kind(outcome), second.heard()), (Err(FailureKind::Unknown), 0));
    let outcome = router(&first, &second).send(&alarm()).await;
    assert_eq!((kind(outcome), second.heard()), (Ok("second"), 1));
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_hangs_is_cut_off_and_an_alarm_goes_on() {
    let (first, second) = (Fake::new("first", &[Does::Hangs]), Fake::new("second", &[Does::Takes]));
    let router = texts_by(&[&first, &second]);
    let begun = Instant::now();
    assert_eq!(kind(router.send(&alarm()).await), Ok("second"));
    assert!(begun.elapsed() <= CARRIER_LIMIT + Duration::from_millis(10));
    assert_eq!(kind(router.send(&text("x")).await), Err(FailureKind::Unknown));
    assert_eq!(router.longest_try(), CARRIER_LIMIT * 2);
}

#[tokio::test]
async fn a_dead_first_carrier_does_not_eat_every_try() {
    let names = ["a", "b", "c"];
    let carriers = names.map(|name| Fake::new(name, &[Does::Takes]));
    let router = texts_by(&[&carriers[0], &carriers[1], &carriers[2]]);
    for (attempts, name) in [(0, "a"), (1, "b"), (2, "c"), (3, "a"), (u32::MAX, "a")] {
        assert_eq!(kind(router.send(&after(attempts)).await), Ok(name), "{attempts}");
    }
    let (dead, well) = (Fake::new("dead", &[Does::LosesTrack]), Fake::new("well", &[Does::Takes]));
    let router = texts_by(&[&dead, &well]);
    assert_eq!(kind(router.send(&after(0)).await), Err(FailureKind::Unknown));
    assert_eq!(kind(router.send(&after(1)).await), Ok("well"), "the next try begins elsewhere");
}

#[tokio::test]
async fn temporary_is_never_overwritten_by_permanent() {
    for (one, other, whole) in [
        (Does::IsDown, Does::Refuses, FailureKind::Temporary),
        (Does::Refuses, Does::IsDown, FailureKind::Temporary),
        (Does::Refuses, Does::Refuses, FailureKind::Permanent),
        (Does::LosesTrack, Does::Refuses, FailureKind::Unknown),
        (Does::Refuses, Does::LosesTrack, FailureKind::Unknown),
        (Does::LosesTrack, Does::IsDown, FailureKind::Temporary),
    ] {
        let (first, second) = (Fake::new("first", &[one]), Fake::new("second", &[other]));
        let outcome = texts_by(&[&first, &second]).send(&alarm()).await;
        assert_eq!(kind(outcome), Err(whole), "{one:?} then {other:?}");
    }
}

#[tokio::test]
async fn the_sooner_of_two_waits_counts() {
    for (one, other, wait) in [
        (Does::AsksToWait(60), Does::AsksToWait(5), Some(5)),
        (Does::AsksToWait(60), Does::IsDown, None),
        (Does::Refuses, Does::AsksToWait(9), Some(9)),
    ] {
        let (first, second) = (Fake::new("first", &[one]), Fake::new("second", &[other]));
        let refusal = texts_by(&[&first, &second]).send(&text("x")).await.unwrap_err();
        let SendError::Temporary { retry_after, .. } = refusal else {
            panic!("{refusal:?}");
        };
        assert_eq!(retry_after, wait.map(Duration::from_secs), "{one:?} and {other:?}");
    }
}

#[tokio::test]
async fn a_channel_that_nobody_speaks_is_not_promised() {
    let only_texts = Fake::new("only-texts", &[Does::Takes]) as Arc<dyn Carrier>;
    let router = Router::new(vec![
        (Channel::Text, vec![only_texts.clone()]),
        (Channel::Call, vec![only_texts]),
        (Channel::Mail, vec![]),
    ]);
    assert_eq!(router.channels(), [Channel::Text]);
    assert_eq!(kind(router.send(&call("Toets 1.")).await), Err(FailureKind::Permanent));
}

#[tokio::test]
async fn health_tells_an_ill_carrier_from_a_number_that_opted_out() {
    let plan = [Does::IsDown, Does::LosesTrack, Does::Refuses, Does::Refuses, Does::Takes];
    let router = texts_by(&[&Fake::new("only", &plan)]);
    let mut seen = vec![];
    for _ in plan {
        let _ = router.send(&text("x")).await;
        let CarrierTally {
            successes,
            failures,
            consecutive_failures,
            consecutive_refusals,
            last_failure,
        } = router.health()[0].tally;
        assert_eq!(successes + failures, seen.len() as u64 + 1, "each try is counted once");
        seen.push((successes, consecutive_failures, consecutive_refusals, last_failure));
    }
    assert_eq!(
        seen,
        [
            (0, 1, 0, Some(FailureKind::Temporary)),
            (0, 2, 0, Some(FailureKind::Unknown)),
            (0, 0, 1, Some(FailureKind::Permanent)),
            (0, 0, 2, Some(FailureKind::Permanent)),
            (1, 0, 0, Some(FailureKind::Permanent)),
        ]
    );
    assert_eq!((router.health()[0].name, router.health()[0].channel), ("only", Channel::Text));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_longer_wanted_goes_to_no_further_carrier() {
    let (first, second) = (Fake::new("first", &[Does::Hangs]), Fake::new("second", &[Does::Takes]));
    let both: Vec<Arc<dyn Carrier>> = vec![first.clone(), second.clone()];
    let router = Router::new(vec![(Channel::Text, both)]);
    let outcome = router.send_while(&alarm(), || Box::pin(std::future::ready(false))).await;
    assert!(matches!(outcome, Err(SendError::Unknown { .. })), "{outcome:?}");
    assert_eq!((first.heard(), second.heard()), (1, 0));
    let outcome = router.send_while(&alarm(), || Box::pin(std::future::ready(true))).await;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_carrier_that_fails_goes_last_until_one_message_finds_it_well() {
    let (ill, well) = (Fake::new("ill", &[Does::LosesTrack]), Fake::new("well", &[Does::Takes]));
    let clock = Arc::new(ManualClock::at(text("x").created_at));
    let router = texts_by(&[&ill, &well]).by(clock.clone());
    for _ in 0..3 {
        assert_eq!(kind(router.send(&text("x")).await), Err(FailureKind::Unknown));
    }
    assert_eq!(router.health()[0].circuit.name(), "open");
    for _ in 0..5 {
        assert_eq!(kind(router.send(&text("x")).await), Ok("well"), "nobody waits for it");
    }
    clock.set(clock.now() + chrono::TimeDelta::seconds(15));
    assert_eq!(kind(router.send(&alarm()).await), Ok("well"), "an alarm is no trial");
    assert_eq!(ill.heard(), 3);
    ill.will(&[Does::Takes]);
    assert_eq!(kind(router.send(&text("x")).await), Ok("ill"));
    assert_eq!(router.health()[0].circuit.name(), "closed");
    assert_eq!(kind(router.send(&alarm()).await), Ok("ill"), "in its own place again");
}

#[tokio::test]
async fn a_message_is_tried_though_every_circuit_is_open() {
    let (one, other) = (Fake::new("one", &[Does::IsDown]), Fake::new("other", &[Does::IsDown]));
    let clock = Arc::new(ManualClock::at(text("x").created_at));
    let router = texts_by(&[&one, &other]).by(clock.clone());
    for _ in 0..4 {
        assert_eq!(kind(router.send(&text("x")).await), Err(FailureKind::Temporary));
    }
    assert!(router.health().iter().all(|h| h.circuit.name() == "open"));
    other.will(&[Does::Takes]);
    assert_eq!(kind(router.send(&text("x")).await), Ok("other"), "not a second later");
    assert_eq!((one.heard(), other.heard()), (5, 5));
}

/// A carrier that keeps a line.
#[derive(Debug)]
struct Lined(Mutex<LineState>);

#[async_trait]
impl Carrier for Lined {
    fn name(&self) -> &'static str {
        "lined"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Call]
    }

    fn line(&self) -> LineState {
        *self.0.lock().expect("no panic")
    }

    async fn send(&self, _: &Message) -> Result<HandedOver, SendError> {
        panic!("nothing is said here")
    }
}

#[tokio::test]
async fn a_line_that_is_lost_is_felt_though_nobody_speaks() {
    let clock = Arc::new(ManualClock::at("2026-11-23T12:00:00Z".parse().expect("a moment")));
    let lined = Arc::new(Lined(Mutex::new(LineState::Up)));
    let carrier: Arc<dyn Carrier> = lined.clone();
    let router = Router::new(vec![(Channel::Call, vec![carrier])]).by(clock.clone());
    let look = || router.health()[0];
    assert_eq!((look().line, look().circuit.out_of_order_since()), (LineState::Up, None));
    let lost = clock.now();
    *lined.0.lock().expect("no panic") = LineState::Down;
    for _ in 0..3 {
        look();
    }
    assert_eq!((look().line, look().circuit.out_of_order_since()), (LineState::Down, Some(lost)));
    assert_eq!(look().tally, CarrierTally::default(), "no message failed");
    *lined.0.lock().expect("no panic") = LineState::Up;
    let back = look();
    assert_eq!((back.circuit.out_of_order_since(), back.circuit.name()), (None, "closed"));
    assert_eq!(back.circuit.answered_at(), Some(lost));
}
