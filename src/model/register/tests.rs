//! Entries: proposal, four eyes, term and grades.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{address::Address, *};
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
    input::faults::Fault,
};

fn who(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn now() -> Instant {
    "2026-11-01T09:00:00Z".parse().unwrap()
}

fn body() -> Value {
    json!({
        "name": "J. de Wit", "birthDate": "1980-02-29", "measure": "contact-ban",
        "addresses": [{"street": "Hengelosestraat", "houseNumber": "51A", "postcode": "7514 AD",
            "city": "Enschede"}],
        "from": "2026-11-01", "until": "2027-05-01", "reviewOn": "2027-02-01",
        "reason": "Threatened a colleague at the desk on 28 October.",
        "contact": {"name": "Desk", "phone": "053 481 8181"},
    })
}

fn propose(body: Value) -> Result<Entry, Vec<Fault>> {
    let id = EntryId(Uuid::from_u128(9));
    let input: EntryInput = serde_json::from_value(body).unwrap();
    Entry::propose(id, &input, Limits::default(), who(1), now(), day("2026-11-01"))
}

fn proposed() -> Entry {
    propose(body()).unwrap()
}

fn faults_with(change: &[(&str, Value)]) -> Vec<String> {
    let mut body = body();
    for (field, value) in change {
        body[*field] = value.clone();
    }
    propose(body).unwrap_err().into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()
}

fn address(number: &str, postcode: &str) -> Address {
    let body = json!({"houseNumber": number, "postcode": postcode});
    Address::parse(&serde_json::from_value(body).unwrap()).unwrap()
}

#[test]
fn a_good_proposal_is_read() {
    let entry = proposed();
    assert_eq!(
        (entry.state, entry.proposed_by, entry.proposed_at),
        (EntryState::Proposed, who(1), now())
    );
    assert_eq!(entry.contact.phone.as_str(), "+31534818181");
    assert_eq!(entry.addresses[0].house_letter.as_deref(), Some("A"));
}

#[test]
fn a_proposal_is_told_every_fault_at_once() {
    let faults: Vec<_> = propose(json!({})).unwrap_err().into_iter().map(|f| f.field).collect();
    let all =
        ["name", "measure", "from", "until", "reviewOn", "reason", "contact.name", "contact.phone"];
    assert_eq!(faults, all);
    let faults = faults_with(&[
        ("name", json!("--")),
        ("birthDate", json!("30-02-1980")),
        ("addresses", json!([{"postcode": "7514 AD", "houseNumber": 1}, {"postcode": "x"}])),
        ("measure", json!("prison")),
        ("until", json!("2026-10-01")),
        ("contact", json!({"name": "Desk", "phone": "112"})),
    ]);
    assert_eq!(
        faults,
        [
            "name invalid",
            "birthDate invalid",
            "addresses[1].postcode invalid",
            "addresses[1].houseNumber required",
            "measure invalid",
            "until too-early",
            "until past",
            "reviewOn outside-term",
            "contact.phone invalid",
        ]
    );
}

#[test]
fn a_term_has_its_limits() {
    assert_eq!(faults_with(&[("until", json!("2028-11-02"))]), ["until too-late"]);
    assert_eq!(faults_with(&[("until", json!("2026-11-01"))])[0], "until too-early");
    assert_eq!(faults_with(&[("reviewOn", json!("2027-05-02"))]), ["reviewOn outside-term"]);
    let mut longest = body();
    longest["until"] = json!("2028-11-01");
    assert!(propose(longest).is_ok());
}

#[test]
fn children_are_never_listed() {
    assert_eq!(faults_with(&[("birthDate", json!("2008-11-02"))]), ["birthDate child"]);
    let mut of_age = body();
    of_age["birthDate"] = json!("2008-11-01");
    assert!(propose(of_age).is_ok());
}

#[test]
fn approving_takes_four_eyes_and_counts_once() {
    assert_eq!(proposed().approve(who(1), now()).unwrap_err(), StepRefused::FourEyes);
    let approved = proposed().approve(who(2), now()).unwrap();
    assert_eq!(approved.state, EntryState::Approved { by: who(2), at: now() });
    assert_eq!(approved.approve(who(3), now()).unwrap_err(), StepRefused::NotProposed);
}

#[test]
fn withdrawing_needs_a_reason_and_is_final() {
    assert_eq!(proposed().withdraw(who(1), now(), "  ").unwrap_err(), StepRefused::NoReason);
    let approved = proposed().approve(who(2), now()).unwrap();
    let withdrawn = approved.withdraw(who(1), now(), "Wrong person").unwrap();
    assert!(!withdrawn.in_force(day("2026-12-01")) && withdrawn.keys().is_empty());
    assert_eq!(withdrawn.clone().approve(who(2), now()).unwrap_err(), StepRefused::NotProposed);
    assert_eq!(withdrawn.withdraw(who(1), now(), "x").unwrap_err(), StepRefused::Withdrawn);
}

#[test]
fn an_entry_counts_only_when_approved_and_within_its_term() {
    let entry = proposed();
    assert!(!entry.in_force(day("2026-12-01")) && entry.keys().is_empty());
    let entry = entry.approve(who(2), now()).unwrap();
    for (today, counts) in
        [("2026-10-31", false), ("2026-11-01", true), ("2027-05-01", true), ("2027-05-02", false)]
    {
        assert_eq!(entry.in_force(day(today)), counts, "{today}");
        let sought = Sought::new("J. de Wit", &address("51A", "7514AD"));
        assert_eq!(sought.hit(&entry, day(today)).is_some(), counts, "{today}");
    }
}

#[test]
fn a_hit_has_the_best_grade_that_it_deserves() {
    let entry = proposed();
    for (name, number, postcode, expected) in [
        ("P. Vos", "51-a", "7514ad", Some(Grade::SameAddress)),
        ("J. de Wit", "51 A", "7514 AD", Some(Grade::SameAddress)),
        ("J. de Wit", "51", "7514 AD", Some(Grade::SameHouseOtherAddition)),
        ("P. Vos", "51B", "7514 AD", Some(Grade::SameHouseOtherAddition)),
        ("Wit, Jan de", "1", "1012 AB", Some(Grade::SameNameElsewhere)),
        ("K. de Wit", "1", "1012 AB", None),
        ("P. Vos", "52", "7514 AD", None),
    ] {
        assert_eq!(grade(&entry, name, &address(number, postcode)), expected, "{name} {number}");
    }
}

#[test]
fn a_hit_says_only_what_the_worker_typed_and_may_know() {
    let entry = proposed().approve(who(2), now()).unwrap();
    let hit = Sought::new("P. Vos", &address("51A", "7514 AD")).hit(&entry, day("2026-11-23"));
    let told = serde_json::to_value(hit.unwrap()).unwrap();
    assert_eq!(
        told,
        json!({"entry": entry.id, "grade": "same-address", "measure": "contact-ban",
        "until": "2027-05-01", "contact": {"name": "Desk", "phone": "+31534818181"},
        "resident": "P. Vos"})
    );
}

#[test]
fn whatever_is_graded_can_be_found_by_its_keys() {
    let entry = proposed().approve(who(2), now()).unwrap();
    let filed = entry.keys();
    for (name, number, postcode) in [
        ("P. Vos", "51a", "7514AD"),
        ("P. Vos", "51", "7514AD"),
        ("de Wit", "1", "1012AB"),
        ("Q", "2", "1012AB"),
    ] {
        let sought = Sought::new(name, &address(number, postcode));
        let found =
            sought.keys().iter().position(|keys| keys.iter().any(|key| filed.contains(key)));
        let order = [Grade::SameAddress, Grade::SameHouseOtherAddition, Grade::SameNameElsewhere];
        assert_eq!(found.map(|at| order[at]), sought.grade(&entry), "{name} {number}");
    }
}
