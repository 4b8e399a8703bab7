//! A privacy request from its day to its answer.

use chrono_tz::Europe::Amsterdam;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::model::incidents::policy::Policy;

fn desk() -> Named {
    Named { id: PersonId(Uuid::from_u128(1)), name: "Els".into() }
}

fn now() -> Instant {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn months() -> Months {
    Months::of_request(&Policy::default())
}

fn noted(input: Value) -> Result<PrivacyRequest, Vec<Fault>> {
    let input: RequestInput = serde_json::from_value(input).unwrap();
    let id = RequestId(Uuid::from_u128(9));
    let asked = input.read((now(), Amsterdam))?;
    Ok(PrivacyRequest::note(id, asked, months(), desk(), now()))
}

fn request(kind: &str) -> PrivacyRequest {
    let input = json!({"kind": kind, "receivedOn": "2026-11-20", "asked": "What do you know?",
        "person": {"name": "J. de Wit", "birthDate": "2012-03-04"}});
    noted(input).unwrap()
}

fn decided(request: PrivacyRequest, input: Value) -> Result<PrivacyRequest, RequestFault> {
    request.decide(&serde_json::from_value(input).unwrap(), desk(), now())
}

fn fields(why: RequestFault) -> Vec<String> {
    let RequestFault::Input(faults) = why else { panic!("{why:?}") };
    faults.into_iter().map(|f| f.field).collect()
}

#[test]
fn all_that_is_missing_is_told_at_once() {
    let faults = noted(json!({"kind": "forget", "person": {}})).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["kind", "person.name", "receivedOn", "asked"]);
}

#[test]
fn it_goes_from_received_to_closed_and_never_back() {
    let it = request("access");
    assert_eq!((it.state_name(), it.term.due_on.to_string().as_str()), ("received", "2026-12-21"));
    let told = ToldInput { told_on: Some("2026-11-23".into()), note: None };
    let close = |it: PrivacyRequest| it.close(&told, desk(), now(), today());
    assert_eq!(close(it.clone()), Err(RequestFault::NotDecided));
    let more = MoreTimeInput { because: Some("Much.".into()), told_on: Some("2026-11-23".into()) };
    let extend = |it: PrivacyRequest| it.extend(&more, months(), desk().id, now(), today());
    let it = extend(it).unwrap();
    assert_eq!((it.state_name(), it.term.due_on.to_string().as_str()), ("extended", "2027-02-22"));
    let it = decided(it, json!({"granted": true, "because": "Of course."})).unwrap();
    assert_eq!(it.state_name(), "granted");
    assert_eq!(extend(it.clone()), Err(RequestFault::Decided));
    assert!(it.next_wake(Amsterdam).is_some(), "the person was not told yet");
    let mut it = close(it).unwrap();
    assert_eq!((it.state_name(), it.next_wake(Amsterdam)), ("closed", None));
    assert_eq!(it.tick("2027-06-01T09:00:00Z".parse().unwrap(), Amsterdam), None);
    assert_eq!(close(it), Err(RequestFault::Closed));
}

#[test]
fn entries_belong_to_what_is_granted_and_to_nothing_else() {
    let entry = Uuid::from_u128(3).to_string();
    let with = |granted: bool| json!({"granted": granted, "because": "x", "entries": [entry]});
    assert_eq!(fields(decided(request("access"), with(true)).unwrap_err()), ["entries"]);
    assert_eq!(fields(decided(request("removal"), with(false)).unwrap_err()), ["entries"]);
    let none = json!({"granted": true, "shown": "all"});
    let why = decided(request("restriction"), none).unwrap_err();
    assert_eq!(fields(why), ["because", "entries", "shown"]);
    assert!(decided(request("removal"), with(true)).unwrap().restriction().is_none());
    let it = decided(request("restriction"), with(true)).unwrap();
    let how = it.restriction().unwrap();
    assert_eq!((how.shown, how.request), (Shown::CallDesk, it.id), "least, and not nothing");
    let more = MoreTimeInput { because: Some("Right.".into()), told_on: Some("2026-11-22".into()) };
    let end = |it: PrivacyRequest| it.end_restriction(&more, desk().id, now(), today());
    let ended = end(it).unwrap();
    assert_eq!(end(ended), Err(RequestFault::NoRestriction));
    assert_eq!(end(request("restriction")), Err(RequestFault::NoRestriction));
}
