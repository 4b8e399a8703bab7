//! Whatever happens to a watch, in whichever order: what must always hold.

use chrono_tz::Europe::Amsterdam;
use proptest::prelude::*;

use super::*;
use crate::model::{
    alarms::Outcome,
    clock::testing::Seeded,
    messages::language::Language,
    people::{Named, pins::Proof, teams::PinRule},
    visits::{
        Kind, Plan,
        answers::{Answer, Reply, Saying},
        help::Undo,
        registration::Registration,
        timeline::Route,
        watch::alarm::{Closing, take},
    },
};

const PROOFS: [Proof; 6] =
    [Proof::None, Proof::Pin, Proof::Duress, Proof::Wrong, Proof::Waits, Proof::DuressUnbelieved];

#[derive(Clone, Debug)]
enum TestEvent {
    Pass(u32),
    Moment(u32),
    Undo(usize),
    Start,
    Say(Saying, usize, u32),
    Take,
    Lapse,
    Close(bool),
    EndByManager,
}

fn events() -> impl Strategy<Value = Vec<TestEvent>> {
    let saying = prop_oneof![
        4 => Just(Saying::Well),
        2 => Just(Saying::MoreTime(15)),
        1 => Just(Saying::Ended),
        1 => Just(Saying::Help(None)),
    ];
    let event = prop_oneof![
        6 => (0..40_u32).prop_map(TestEvent::Pass),
        2 => (0..8_u32).prop_map(TestEvent::Moment),
        2 => (0..PROOFS.len()).prop_map(TestEvent::Undo),
        1 => Just(TestEvent::Start),
        5 => (saying, 0..PROOFS.len(), 0..60_u32).prop_map(|(s, p, ago)| TestEvent::Say(s, p, ago)),
        2 => Just(TestEvent::Take),
        1 => Just(TestEvent::Lapse),
        2 => any::<bool>().prop_map(TestEvent::Close),
        1 => Just(TestEvent::EndByManager),
    ];
    prop::collection::vec(event, 0..25)
}

fn named(n: u128) -> Named {
    Named { id: PersonId(uuid::Uuid::from_u128(n)), name: format!("P{n}") }
}

/// A world in which a watch lives: its policy, its dice and its words.
struct World {
    now: Instant,
    policy: WatchPolicy,
    random: Seeded,
    words: Words,
}

impl World {
    fn new(pin: PinRule, start_by: StartBy) -> Self {
        let words = Words {
            language: Language::Nl,
            zone: Amsterdam,
            public_url: "https://rugdekking.example".into(),
        };
        let policy = WatchPolicy { pin, start_by, ..WatchPolicy::default() };
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        Self { now, policy, random: Seeded::new(3), words }
    }

    fn scene(&self) -> Scene<'_> {
        let channels = &[Channel::Text, Channel::Call];
        let (policy, words) = (&self.policy, &self.words);
        Scene { now: self.now, policy, random: &self.random, words, channels }
    }

    fn registers(&self, risky: bool) -> Watch {
        let plan = Plan {
            kind: Kind::FieldInspection,
            starts_at: self.now + minutes(10),
            expected_minutes: 45,
            mobile: "+31612345678".parse().unwrap(),
            colleagues: vec![],
            residents: vec![],
            background: String::new(),
            expects_trouble: risky,
            known_resident: false,
        };
        let registration = Registration {
            team: crate::model::ids::TeamId(uuid::Uuid::from_u128(9)),
            worker: named(1),
            language: Language::Nl,
            has_pin: true,
            pins_begin_apart: false,
            plan,
            check_in_times: vec![],
            hits: vec![],
            officer: None,
        };
        Watch::register(registration, &self.scene()).0
    }

    fn answers(&self, watch: &Watch, saying: Saying, proof: Proof, ago: u32) -> Told3 {
        let answer = Answer {
            words: None,
            saying,
            route: Route::App,
            by: "P1".into(),
            colleague: None,
            proof,
            tapped_at: self.now - minutes(ago),
            asked: None,
            may_undo: true,
        };
        watch.clone().answer(&answer, &self.scene())
    }

    fn undoes(&self, watch: &Watch, proof: Proof) -> Told3 {
        watch.clone().undo_help(&Undo { proof, by: "P1".into() }, &self.scene())
    }

    /// What became of the watch after one event, with the engine having done what is due.
    fn happens(&mut self, watch: Watch, event: &TestEvent) -> Watch {
        let after = match event {
            TestEvent::Pass(by) => {
                self.now += minutes(*by);
                watch
            }
            TestEvent::Moment(by) => {
                self.now += chrono::TimeDelta::seconds(i64::from(*by));
                watch
            }
            TestEvent::Undo(proof) => self.undoes(&watch, PROOFS[*proof]).0,
            TestEvent::Start => watch.clone().start(&self.scene()).map_or(watch, |(w, _)| w),
            TestEvent::Say(saying, proof, ago) => {
                self.answers(&watch, *saying, PROOFS[*proof], *ago).0
            }
            TestEvent::Take => self.with_alarm(watch, |alarm, visit, s| {
                take(alarm, Some(visit), &named(2), Route::Call, s).ok().map(|(a, _)| a)
            }),
            TestEvent::Lapse => self.with_alarm(watch, |alarm, _, s| Some(alarm.lapse(s.now))),
            TestEvent::Close(visit_ended) => {
                let by = named(2);
                let how =
                    Closing { by, outcome: Outcome::Safe, note: None, visit_ended: *visit_ended };
                watch.clone().close_alarm(how, &self.scene()).map_or(watch, |(w, _)| w)
            }
            TestEvent::EndByManager => {
                watch.clone().end_by_manager("P2", &self.scene()).map_or(watch, |(w, _)| w)
            }
        };
        // A closed alarm is saved and let go of.
        let alarm = after.alarm.filter(|a| !a.is_closed());
        Watch { alarm, ..after }.tick(&self.scene()).0
    }

    fn with_alarm(
        &self,
        mut watch: Watch,
        verb: impl FnOnce(Alarm, &Visit, &Scene<'_>) -> Option<Alarm>,
    ) -> Watch {
        if let Some(alarm) = watch.alarm.clone() {
            watch.alarm = verb(alarm, &watch.visit, &self.scene()).or(watch.alarm);
        }
        watch
    }
}

type Told3 = (Watch, Effects, Reply);

/// What those who are out there can see of a watch, and read of what just happened.
fn seen(watch: &Watch, effects: &Effects) -> String {
    let asked: Vec<_> = watch.visit.check_ins.iter().map(|c| (c.due_at, &c.state)).collect();
    let alarm = watch.open_alarm().filter(|a| a.shown_to_worker);
    let alarm = alarm.map(|a| (a.shown_at, a.help_pressed, a.undo_until));
    let lines: Vec<_> = effects.lines.iter().filter(|l| !l.hidden).map(|l| &l.fact).collect();
    let said: Vec<_> =
        effects.say.iter().filter(|m| m.alarm.is_none()).map(|m| &m.content).collect();
    let visit = (&watch.visit.state, watch.visit.expected_end_at);
    format!("{visit:?} {asked:?} {alarm:?} {lines:?} {said:?}")
}

fn pin_rule() -> impl Strategy<Value = PinRule> {
    prop_oneof![Just(PinRule::Never), Just(PinRule::Risky), Just(PinRule::Always)]
}

fn start_by() -> impl Strategy<Value = StartBy> {
    prop_oneof![Just(StartBy::Time), Just(StartBy::Tap)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_is_ever_forgotten(
        events in events(), risky: bool, pin in pin_rule(), start in start_by(),
    ) {
        let mut world = World::new(pin, start);
        let mut watch = world.registers(risky);
        for event in &events {
            watch = world.happens(watch, event);
            let wake = watch.next_wake(&world.policy);
            let alarm = watch.open_alarm();
            if watch.visit.is_under_way() {
                prop_assert!(wake.is_some() || alarm.is_some(), "forgotten after {event:?}");
            }
            if let Some(alarm) = alarm {
                prop_assert!(alarm.next_wake().is_some(), "silent after {event:?}");
                prop_assert_eq!(watch.visit.alarm, Some(alarm.id));
            }
            // What is due was done; nothing is asked for again and again at one moment.
            prop_assert!(wake.is_none_or(|at| world.now < at), "stuck after {event:?}");
        }
    }

    #[test]
    fn a_missed_question_always_opened_an_alarm(events in events(), risky: bool) {
        let mut world = World::new(PinRule::Risky, StartBy::Time);
        let mut watch = world.registers(risky);
        for event in &events {
            let before = watch.clone();
            watch = world.happens(watch, event);
            let missed = |w: &Watch| {
                w.visit.check_ins.iter().filter(|c| c.state_name() == "missed").count()
            };
            // By the clock alone; closing an alarm settles what came due while it was open.
            if matches!(event, TestEvent::Pass(_)) && missed(&watch) > missed(&before) {
                prop_assert!(watch.open_alarm().is_some_and(|a| a.shown_to_worker));
            }
        }
    }

    #[test]
    fn the_duress_pin_cannot_be_told_from_the_pin(
        events in events(), risky: bool, pin in pin_rule(), saying in 0..4_usize, ago in 0..60_u32,
    ) {
        let mut world = World::new(pin, StartBy::Time);
        let mut watch = world.registers(risky);
        for event in &events {
            watch = world.happens(watch, event);
        }
        let says = [Saying::Well, Saying::MoreTime(30), Saying::Ended, Saying::Help(None)];
        for (plain, forced) in
            [(Proof::Pin, Proof::Duress), (Proof::Waits, Proof::DuressUnbelieved)]
        {
            let (with_pin, effects, reply) = world.answers(&watch, says[saying], plain, ago);
            let (forced, hidden_fx, same) = world.answers(&watch, says[saying], forced, ago);
            prop_assert_eq!(reply, same);
            prop_assert_eq!(seen(&with_pin, &effects), seen(&forced, &hidden_fx));
            let alarm = forced.open_alarm();
            prop_assert!(alarm.is_some_and(|a| a.cause == Cause::Duress && a.silent));
            // And it never speaks to those who are out there.
            let told = hidden_fx.say.iter().filter(|m| m.alarm.is_some());
            prop_assert!(told.clone().all(|m| m.to != "+31612345678"));
        }
    }

    #[test]
    fn taking_help_back_under_duress_cannot_be_told_from_the_pin(
        events in events(), risky: bool, pin in pin_rule(), later in 0..8_u32,
    ) {
        let mut world = World::new(pin, StartBy::Time);
        let mut watch = world.registers(risky);
        for event in &events {
            watch = world.happens(watch, event);
        }
        watch = world.happens(watch, &TestEvent::Say(Saying::Help(None), 0, 0));
        watch = world.happens(watch, &TestEvent::Moment(later));
        for (plain, forced) in
            [(Proof::Pin, Proof::Duress), (Proof::Waits, Proof::DuressUnbelieved)]
        {
            let (with_pin, effects, reply) = world.undoes(&watch, plain);
            let (forced, hidden_fx, same) = world.undoes(&watch, forced);
            prop_assert_eq!(reply, same);
            prop_assert_eq!(seen(&with_pin, &effects), seen(&forced, &hidden_fx));
            let alarm = forced.open_alarm();
            prop_assert!(alarm.is_some_and(|a| a.cause == Cause::Duress && a.silent));
            // Unless somebody has it, the ladder goes on at once.
            let waits = alarm.and_then(|a| match a.state {
                AlarmState::Open { next_round_at } => Some(next_round_at),
                _ => None,
            });
            prop_assert!(waits.is_none_or(|at| at <= world.now));
            // And only a call for help that nobody heard of yet is over.
            let over = with_pin.open_alarm().is_none() && plain == Proof::Pin;
            prop_assert!(with_pin.open_alarm().is_some() || over && reply == Reply::Undone);
        }
    }

    #[test]
    fn only_a_human_answer_confirms(passes in prop::collection::vec(0..30_u32, 0..20)) {
        let mut world = World::new(PinRule::Never, StartBy::Time);
        let mut watch = world.registers(false);
        for by in passes {
            watch = world.happens(watch, &TestEvent::Pass(by));
        }
        let confirmed = |c: &crate::model::visits::check_ins::CheckIn| c.state_name() == "confirmed";
        prop_assert!(!watch.visit.check_ins.iter().any(confirmed));
    }
}
