//! An incident from its report to its end.

use chrono::NaiveDate;
use chrono_tz::Europe::Amsterdam;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::model::{
    clock::Instant,
    ids::{EntryId, IncidentId, PersonId, TeamId},
    incidents::{
        advice::{Behaviour, CallStep, Earlier, Reaction, Terms},
        policy::Policy,
    },
    input::faults::Fault,
    people::Named,
    register::Measure,
};

fn named(n: u128) -> Named {
    Named { id: PersonId(Uuid::from_u128(n)), name: format!("P{n}") }
}

fn now() -> Instant {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn terms() -> Terms {
    Terms { warning_months: 6, zone: Amsterdam }
}

fn body() -> Value {
    json!({"how": "phone", "happenedAt": "2026-11-23T11:00:00Z", "said": "Called me names.",
        "behaviour": "C", "persistent": true, "resident": {"name": "J. de Wit",
            "address": {"houseNumber": "51A", "postcode": "7514 AD"}, "birthDate": "1980-02-29"}})
}

fn read(change: &[(&str, Value)]) -> Result<Report, Vec<Fault>> {
    let mut body = body();
    for (field, value) in change {
        body[*field] = value.clone();
    }
    let bounds = Bounds { now: now(), zone: Amsterdam, youngest_years: 18 };
    Report::read(&serde_json::from_value(body).unwrap(), vec![named(2)], bounds)
}

fn faults(change: &[(&str, Value)]) -> Vec<String> {
    read(change).unwrap_err().into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()
}

fn reported() -> Incident {
    Incident {
        id: IncidentId(Uuid::nil()),
        team: TeamId(Uuid::nil()),
        reporter: named(1),
        reported_at: now(),
        visit: None,
        alarm: None,
        report: read(&[]).unwrap(),
        call: CallByColleague::default(),
        deadlines: Deadlines::new(now(), &Policy::default()),
        stage: Stage::Reported,
    }
}

fn assessed(earlier: Vec<Earlier>) -> Incident {
    reported().assess(Behaviour::C, true, earlier, terms(), named(9), now()).unwrap()
}

fn decide(
    incident: Incident,
    by: Named,
    input: Value,
) -> Result<(Incident, Option<crate::model::register::Entry>), IncidentFault> {
    let policy = Policy::default();
    let entry = EntryId(Uuid::from_u128(7));
    let bench = Bench { policy: &policy, entry, now: now(), today: today() };
    incident.decide(&serde_json::from_value(input).unwrap(), by, &bench)
}

#[test]
fn criticism_is_refused_and_so_is_what_nobody_saw() {
    assert_eq!(faults(&[("complaintOnly", json!(true))]), ["complaintOnly complaint"]);
    assert_eq!(faults(&[("said", json!(" "))]), ["said no-facts"]);
    assert!(read(&[("said", json!(null)), ("done", json!("Hit the table."))]).is_ok());
}

#[test]
fn children_are_refused() {
    let born = |day: &str| {
        let mut resident = body()["resident"].clone();
        resident["birthDate"] = json!(day);
        ("resident", resident)
    };
    assert_eq!(faults(&[born("2008-11-24")]), ["resident.birthDate child"]);
    assert!(read(&[born("2008-11-23")]).is_ok(), "of age today");
}

#[test]
fn a_threat_to_harm_oneself_needs_the_emergency_steps() {
    let e = ("behaviour", json!("E"));
    let both = ["emergency.steps required", "emergency.called required"];
    assert_eq!(faults(std::slice::from_ref(&e)), both);
    assert!(read(&[e, ("emergency", json!({"steps": "Kept talking.", "called": "112"}))]).is_ok());
}

#[test]
fn every_fault_comes_at_once() {
    let bad = [
        ("how", json!("fax")),
        ("happenedAt", json!("2026-11-23T12:00:01Z")),
        ("behaviour", json!("F")),
        ("resident", json!({"name": "", "address": {"houseNumber": "x"}})),
    ];
    let found = faults(&bad);
    for part in ["how", "happenedAt future", "behaviour", "resident.name", "resident.address"] {
        assert!(found.iter().any(|f| f.starts_with(part)), "{part} in {found:?}");
    }
}

#[test]
fn who_was_there_neither_assesses_nor_calls_nor_decides() {
    for involved in [named(1), named(2)] {
        let by = involved.clone();
        let assess = reported().assess(Behaviour::C, true, vec![], terms(), by, now());
        assert_eq!(assess, Err(IncidentFault::Involved));
        let (step, note) = (CallStep::Calmed, Some("x"));
        let call = assessed(vec![]).note_call(step, involved.clone(), note, terms(), now());
        assert_eq!(call, Err(IncidentFault::Involved));
        let decided = decide(assessed(vec![]), involved, json!({"reaction": "talk"}));
        assert_eq!(decided, Err(IncidentFault::Involved));
    }
}

#[test]
fn the_call_changes_the_advice() {
    let before = assessed(vec![]);
    assert_eq!(before.assessment().unwrap().advice.reaction, Reaction::WarningLetter);
    let (step, note) = (CallStep::Calmed, Some("Said sorry."));
    let after = before.note_call(step, named(9), note, terms(), now()).unwrap();
    assert_eq!(after.assessment().unwrap().advice.reaction, Reaction::Talk);
    assert_eq!(after.call.by, Some(named(9)));
    let silent = reported().note_call(CallStep::Persists, named(9), None, terms(), now());
    assert!(matches!(silent, Err(IncidentFault::Input(_))));
}

#[test]
fn departing_from_the_advice_needs_a_reason() {
    let letter = json!({"reason": "Insulted a colleague on 23 November.",
        "contact": {"name": "Desk", "phone": "0534818181"}});
    // Advised is a letter, once another employee called.
    let early =
        decide(assessed(vec![]), named(9), json!({"reaction": "warning-letter", "letter": letter}));
    let Err(IncidentFault::Input(faults)) = early else { panic!("{early:?}") };
    assert_eq!(faults[0].field, "because");
    let input = json!({"reaction": "warning-letter", "because": "No phone number is known.",
        "letter": letter});
    let (decided, entry) = decide(assessed(vec![]), named(9), input).unwrap();
    let entry = entry.unwrap();
    assert_eq!((entry.measure, entry.proposed_by), (Measure::WarningLetter, named(9).id));
    assert_eq!(entry.until, "2027-05-23".parse().unwrap(), "the policy's own term");
    assert_eq!(entry.review_on, "2027-02-23".parse().unwrap());
    assert_eq!(entry.dossier.reporter, Some(named(1).id));
    let decision = decided.decision().unwrap();
    assert_eq!(decision.departs_because.as_deref(), Some("No phone number is known."));
    assert_eq!(decided.next_wake(), None, "nobody is reminded any more");
}

#[test]
fn a_ban_names_the_way_that_stays_open() {
    let on = "2026-10-01".parse().unwrap();
    let until = "2027-04-01".parse().unwrap();
    let entry = EntryId(Uuid::nil());
    let warned = Earlier { entry, measure: Measure::WarningLetter, on, until };
    let letter = json!({"reason": "Again, on 23 November.",
        "contact": {"name": "Desk", "phone": "0534818181"}});
    let bare = json!({"reaction": "contact-ban", "letter": letter});
    let refused = decide(assessed(vec![warned]), named(9), bare).unwrap_err();
    let IncidentFault::Input(faults) = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].field, "letter.openChannel");
    let mut letter = letter;
    letter["openChannel"] = json!("By letter, through the representative.");
    let good = json!({"reaction": "contact-ban", "letter": letter});
    assert!(decide(assessed(vec![warned]), named(9), good).is_ok());
}

#[test]
fn reminders_climb_until_it_is_decided() {
    let mut incident = reported();
    let mut said = vec![];
    for hour in 0..=50 {
        let (next, nudge) = incident.tick(now() + chrono::TimeDelta::hours(hour));
        said.extend(nudge.map(|n| (hour, n)));
        incident = next;
    }
    use Nudge::{Everybody, Managers};
    assert_eq!(said, [(12, Managers), (20, Managers), (24, Everybody), (48, Everybody)]);
    let late = now() + chrono::TimeDelta::hours(30);
    assert_eq!(reported().tick(late).1, Some(Everybody), "after an outage only the last one");
    let (decided, _) =
        decide(assessed(vec![]), named(9), json!({"reaction": "none", "because": "x"})).unwrap();
    assert_eq!(decided.tick(late).1, None);
}

#[test]
fn each_step_has_its_turn() {
    let early = decide(reported(), named(9), json!({"reaction": "none"}));
    assert_eq!(early, Err(IncidentFault::NotAssessed));
    assert_eq!(reported().close(named(9), Some("x"), now()), Err(IncidentFault::NotDecided));
    let input = json!({"reaction": "none", "because": "A first time."});
    let (decided, _) = decide(assessed(vec![]), named(9), input.clone()).unwrap();
    assert_eq!(decide(decided.clone(), named(9), input), Err(IncidentFault::Decided));
    let closed = decided.close(named(9), Some("We talked about it."), now()).unwrap();
    assert_eq!(closed.stage_name(), "closed");
    assert_eq!(closed.close(named(9), Some("x"), now()), Err(IncidentFault::Closed));
}

#[test]
fn an_affair_is_done_once() {
    let step = |state: &str, on: &str| AffairStep {
        state: Some(state.into()),
        on: (!on.is_empty()).then(|| on.into()),
        ..AffairStep::default()
    };
    let taken = Affair::open().step(&step("open", ""), named(3), now(), today()).unwrap();
    assert_eq!(taken.who, Some(named(3)));
    let done = taken.step(&step("done", "2026-11-23"), named(4), now(), today()).unwrap();
    assert_eq!((done.who.clone(), done.progress()), (Some(named(3)), AffairProgress::Done));
    let again = done.step(&step("done", "2026-11-23"), named(4), now(), today());
    assert_eq!(again, Err(AffairFault::Over));
    let soon = Affair::open().step(&step("done", "2026-11-24"), named(4), now(), today());
    assert!(matches!(soon, Err(AffairFault::Input(_))));
    let nonsense = AffairStep { because: Some("x".repeat(1001)), ..step("open", "nonsense") };
    let Err(AffairFault::Input(faults)) = Affair::open().step(&nonsense, named(3), now(), today())
    else {
        panic!("what is given is read, needed or not");
    };
    let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["because", "on"]);
}
