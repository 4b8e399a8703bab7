//! The rules over all combinations, the edges of the term, and what holds for every case.

use proptest::prelude::*;

use super::*;
use chrono_tz::Europe::Amsterdam;
use uuid::Uuid;

const TERMS: Terms = Terms { warning_months: 6, zone: Amsterdam };
const CALLS: [CallStep; 4] =
    [CallStep::NotYet, CallStep::Calmed, CallStep::Persists, CallStep::KnowsProtocol];

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn earlier(measure: Measure, on: &str, until: &str) -> Earlier {
    Earlier { entry: EntryId(Uuid::nil()), measure, on: day(on), until: day(until) }
}

fn warned(on: &str) -> Earlier {
    earlier(Measure::WarningLetter, on, "2027-12-31")
}

fn noon(text: &str) -> Instant {
    format!("{text}T12:00:00Z").parse().unwrap()
}

fn advise(behaviour: Behaviour, persistent: bool, earlier: &[Earlier], call: CallStep) -> Advice {
    let at = noon("2026-11-23");
    Advice::on(&Case { behaviour, persistent, at, earlier, call }, TERMS)
}

/// What came before, and whether a warning counts on 23 November 2026.
fn histories() -> Vec<(&'static str, Vec<Earlier>, bool)> {
    let ban = |on, until| earlier(Measure::ContactBan, on, until);
    vec![
        ("nothing", vec![], false),
        ("a warning yesterday", vec![warned("2026-11-22")], true),
        ("a warning six months ago to the day", vec![warned("2026-05-23")], true),
        ("a warning a day longer ago", vec![warned("2026-05-22")], false),
        ("a warning of today", vec![warned("2026-11-23")], false),
        ("a ban that is over", vec![ban("2026-06-01", "2026-09-01")], false),
        ("a ban in force", vec![ban("2026-06-01", "2027-06-01")], false),
        ("two warnings", vec![warned("2025-01-01"), warned("2026-10-01")], true),
        ("a ban and a warning", vec![ban("2026-06-01", "2026-09-01"), warned("2026-08-01")], true),
    ]
}

/// The policy's own table (chapter 5 and the infographic), written down a second time as a table.
fn prescribed(
    behaviour: Behaviour,
    persistent: bool,
    warned: bool,
    call: CallStep,
) -> (Reaction, Vec<First>) {
    use First::{EmergencyService, InformManagerAndDesk, OmbudsmanCall, PoliceReport};
    use Reaction::{ContactBan, None, Talk, WarningLetter};
    let key = match behaviour {
        Behaviour::D => "D",
        Behaviour::E => "E",
        _ if !persistent => "once",
        _ if warned => "again",
        _ => "first",
    };
    match (key, call) {
        ("D", _) => (ContactBan, vec![InformManagerAndDesk, PoliceReport]),
        ("E", _) => (None, vec![EmergencyService, InformManagerAndDesk]),
        ("once", _) => (None, vec![]),
        ("again", _) => (ContactBan, vec![InformManagerAndDesk]),
        (_, CallStep::NotYet) => (WarningLetter, vec![InformManagerAndDesk, OmbudsmanCall]),
        (_, CallStep::Calmed) => (Talk, vec![InformManagerAndDesk]),
        (_, CallStep::Persists | CallStep::KnowsProtocol) => {
            (WarningLetter, vec![InformManagerAndDesk])
        }
    }
}

#[test]
fn every_combination_gets_what_the_policy_prescribes() {
    let mut cases = 0;
    for behaviour in Behaviour::ALL {
        for persistent in [false, true] {
            for (history, earlier, warned) in histories() {
                for call in CALLS {
                    let advice = advise(behaviour, persistent, &earlier, call);
                    let (reaction, mut first) = prescribed(behaviour, persistent, warned, call);
                    if history == "a ban in force" {
                        first.push(First::BreachOfBan);
                    }
                    let what = format!("{behaviour:?} {persistent} {history} {call:?}");
                    assert_eq!(advice.reaction, reaction, "{what}");
                    assert_eq!(advice.first, first, "{what}");
                    assert!(!advice.reasons.is_empty(), "{what}");
                    cases += 1;
                }
            }
        }
    }
    assert_eq!(cases, 5 * 2 * 9 * 4);
}

#[test]
fn a_ban_after_a_warning_names_the_letters_that_it_rests_on() {
    let letters = [warned("2025-01-01"), warned("2026-08-01"), warned("2026-10-01")];
    let advice = advise(Behaviour::C, true, &letters, CallStep::NotYet);
    let reason = &advice.reasons[0];
    assert_eq!((reason.rule, reason.source.as_str()), (Rule::RepeatAfterWarning, "5 contact ban"));
    let days: Vec<_> = reason.earlier.iter().map(|e| e.on).collect();
    assert_eq!(days, [day("2026-10-01"), day("2026-08-01")], "the latest first, the old one not");
}

#[test]
fn a_contact_during_a_ban_points_at_the_ban() {
    let ban = earlier(Measure::ContactBan, "2026-06-01", "2026-11-23");
    let advice = advise(Behaviour::A, false, &[ban], CallStep::NotYet);
    assert_eq!(advice.first, [First::BreachOfBan], "its last day counts");
    assert_eq!(advice.reasons[1].earlier, [ban]);
}

#[test]
fn months_are_calendar_months() {
    for (letter, last) in [
        ("2026-01-15", "2026-07-15"),
        ("2025-08-31", "2026-02-28"),
        ("2025-08-29", "2026-02-28"),
        ("2023-08-31", "2024-02-29"),
        ("2023-08-29", "2024-02-29"),
        ("2023-08-28", "2024-02-28"),
        ("2024-02-29", "2024-08-29"),
        ("2026-10-31", "2027-04-30"),
        ("2026-12-31", "2027-06-30"),
    ] {
        let (letter, last) = (day(letter), day(last));
        assert!(is_within(letter, last, 6), "{letter}: {last} is the last day");
        assert!(!is_within(letter, last.succ_opt().unwrap(), 6), "{letter}: {last} was it");
        assert!(is_within(letter, letter.succ_opt().unwrap(), 6) && !is_within(letter, letter, 6));
    }
    assert!(is_within(day("2024-02-29"), day("2025-02-28"), 12));
    assert!(!is_within(day("2024-02-29"), day("2025-03-01"), 12));
}

#[test]
fn a_day_begins_at_midnight_where_the_municipality_is() {
    // Summer time: 21:59Z is 23:59; winter time: 22:59Z is 23:59.
    for (letter, still, over) in [
        ("2026-01-15", "2026-07-15T21:59:59Z", "2026-07-15T22:00:00Z"),
        ("2025-07-15", "2026-01-15T22:59:59Z", "2026-01-15T23:00:00Z"),
        // The last days are those on which the clock is moved.
        ("2025-09-29", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"),
        ("2026-04-25", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"),
    ] {
        let reaction = |at: &str| {
            let at = at.parse().unwrap();
            let (behaviour, earlier) = (Behaviour::B, &[warned(letter)]);
            let call = CallStep::Persists;
            Advice::on(&Case { behaviour, persistent: true, at, earlier, call }, TERMS).reaction
        };
        assert_eq!(reaction(still), Reaction::ContactBan, "{letter} {still}");
        assert_eq!(reaction(over), Reaction::WarningLetter, "{letter} {over}");
    }
}

#[test]
fn another_municipality_counts_other_months() {
    let terms = Terms { warning_months: 12, ..TERMS };
    let case = Case {
        behaviour: Behaviour::A,
        persistent: true,
        at: noon("2026-11-23"),
        earlier: &[warned("2025-11-23")],
        call: CallStep::NotYet,
    };
    assert_eq!(Advice::on(&case, terms).reaction, Reaction::ContactBan);
    assert_eq!(Advice::on(&case, TERMS).reaction, Reaction::WarningLetter);
}

fn any_behaviour() -> impl Strategy<Value = Behaviour> {
    prop::sample::select(Behaviour::ALL.to_vec())
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_i32..1500).prop_map(|n| day("2024-01-01") + chrono::TimeDelta::days(n.into()))
}

fn any_earlier() -> impl Strategy<Value = Earlier> {
    (any_day(), 1_i64..700, any::<bool>(), any::<u128>()).prop_map(|(on, days, ban, id)| Earlier {
        entry: EntryId(Uuid::from_u128(id)),
        measure: if ban { Measure::ContactBan } else { Measure::WarningLetter },
        on,
        until: on + chrono::TimeDelta::days(days),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nobody_gets_a_ban_without_aggression_or_a_warning_within_the_term(
        behaviour in any_behaviour(), persistent: bool,
        seconds in 0_i64..150_000_000, months in 1_u32..24,
        earlier in prop::collection::vec(any_earlier(), 0..6),
        call in prop::sample::select(CALLS.to_vec()),
    ) {
        let at = noon("2024-01-01") + chrono::TimeDelta::seconds(seconds);
        let terms = Terms { warning_months: months, ..TERMS };
        let case = Case { behaviour, persistent, at, earlier: &earlier, call };
        let advice = Advice::on(&case, terms);
        let today = at.with_timezone(&Amsterdam).date_naive();
        // Counted another way: so many months back from today, never later than yesterday.
        let warned = earlier.iter().any(|e| e.measure == Measure::WarningLetter
            && e.on < today && e.on + Months::new(months) >= today);
        if advice.reaction == Reaction::ContactBan {
            prop_assert!(behaviour == Behaviour::D || persistent && warned);
        }
        prop_assert_eq!(advice.first.contains(&First::PoliceReport), behaviour == Behaviour::D);
        if behaviour == Behaviour::E {
            prop_assert_eq!(advice.reaction, Reaction::None);
            prop_assert_eq!(advice.first.first(), Some(&First::EmergencyService));
        }
    }

    #[test]
    fn what_is_graver_never_gets_a_milder_answer(
        behaviour in any_behaviour(), seconds in 0_i64..150_000_000,
        earlier in prop::collection::vec(any_earlier(), 0..5), more in any_earlier(),
        call in prop::sample::select(CALLS.to_vec()), persistent: bool,
    ) {
        let at = noon("2024-01-01") + chrono::TimeDelta::seconds(seconds);
        let on = |behaviour, persistent, earlier: &[Earlier], call| {
            Advice::on(&Case { behaviour, persistent, at, earlier, call }, TERMS).reaction
        };
        let now = on(behaviour, persistent, &earlier, call);
        let longer: Vec<_> = earlier.iter().copied().chain([more]).collect();
        prop_assert!(on(behaviour, true, &earlier, call) >= now, "going on");
        prop_assert!(on(behaviour, persistent, &longer, call) >= now, "one measure more");
        prop_assert!(on(Behaviour::D, persistent, &earlier, call) >= now, "aggression");
        if call == CallStep::Calmed {
            prop_assert!(on(behaviour, persistent, &earlier, CallStep::Persists) >= now);
        }
    }
}
