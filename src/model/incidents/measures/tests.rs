//! A measure from its approval to its end.

use chrono_tz::Europe::Amsterdam;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::model::{
    ids::{EntryId, RequestId},
    incidents::policy::Policy,
    privacy::terms::{Months, MoreTimeInput},
    register::{Limits, Sought},
};

fn who(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn months() -> Months {
    Months::of_objection(&Policy::default())
}

fn ban() -> Entry {
    let input = json!({"name": "J. de Wit", "measure": "contact-ban", "from": "2026-03-01",
        "until": "2026-10-24", "reviewOn": "2026-06-01", "reason": "A threat on 20 February.",
        "openChannel": "A letter", "contact": {"name": "Desk", "phone": "0534818181"}});
    let input = serde_json::from_value(input).unwrap();
    let now = at("2026-02-25T09:00:00Z");
    let id = EntryId(Uuid::nil());
    let entry = Entry::propose(id, &input, Limits::default(), who(1), now, day("2026-02-25"));
    entry.unwrap().approve(who(2), now).unwrap()
}

#[test]
fn it_counts_through_its_last_day_and_lapses_at_midnight_where_the_municipality_is() {
    let ban = ban();
    assert_eq!(ban.standing(day("2026-02-28")), Standing::Approved);
    assert_eq!(ban.standing(day("2026-03-01")), Standing::InForce);
    assert_eq!(ban.standing(day("2026-10-24")), Standing::InForce);
    assert_eq!(ban.standing(day("2026-10-25")), Standing::Lapsed);
    let mut asleep = ban.clone();
    asleep.review_on = day("2026-10-24");
    asleep.dossier.reminders = 1;
    let midnight = at("2026-10-24T22:00:00Z");
    assert_eq!(asleep.next_wake(Amsterdam), Some(midnight), "still summer time");
    let (before, _) = asleep.clone().tick(midnight - TimeDelta::seconds(1), Amsterdam);
    assert_eq!(before, asleep);
    let (lapsed, remind) = asleep.tick(midnight, Amsterdam);
    assert!(matches!(lapsed.state, EntryState::Lapsed { lapsed_at, .. } if lapsed_at == midnight));
    assert_eq!(remind, Due::default());
    assert_eq!(lapsed.next_wake(Amsterdam), None);
    assert!(!lapsed.in_force(day("2026-10-24")));
}

#[test]
fn a_review_is_asked_for_each_week_until_somebody_looks() {
    let morning = at("2026-06-01T06:00:00Z");
    assert_eq!(ban().next_wake(Amsterdam), Some(morning), "eight o'clock in summer time");
    let (asked, remind) = ban().tick(morning, Amsterdam);
    assert!(remind.review);
    assert_eq!(asked.next_wake(Amsterdam), Some(at("2026-06-08T06:00:00Z")));
    let today = day("2026-06-02");
    let now = at("2026-06-02T09:00:00Z");
    let late = asked.clone().reviewed(Some("2026-11-01"), Some("x"), who(2), now, today);
    assert!(matches!(late, Err(MeasureFault::Input(_))), "not after the last day");
    let kept = asked.reviewed(Some("2026-09-01"), Some("Still threatens."), who(2), now, today);
    let kept = kept.unwrap();
    assert_eq!(kept.next_wake(Amsterdam), Some(at("2026-09-01T06:00:00Z")));
    assert_eq!(kept.dossier.reviews.len(), 1);
}

#[test]
fn a_letter_is_sent_once_and_after_approval() {
    let (now, today) = (at("2026-03-02T09:00:00Z"), day("2026-03-02"));
    let sent = ban().sent(Some("3SABC"), Some("2026-03-02"), who(1), now, today).unwrap();
    assert_eq!(sent.dossier.mail.as_ref().unwrap().sent_on, today);
    let twice = sent.sent(Some("3SABC"), Some("2026-03-02"), who(1), now, today);
    assert_eq!(twice, Err(MeasureFault::Sent));
    let soon = ban().sent(None, Some("2026-03-03"), who(1), now, today).unwrap_err();
    let MeasureFault::Input(faults) = soon else { panic!("{soon:?}") };
    let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["trackingNumber", "sentOn"]);
    let proposed = Entry { state: EntryState::Proposed, ..ban() };
    let early = proposed.sent(Some("3SABC"), Some("2026-03-02"), who(1), now, today);
    assert_eq!(early, Err(MeasureFault::NotApproved));
}

#[test]
fn an_objection_is_decided_by_somebody_without_a_hand_in_it() {
    let (now, today) = (at("2026-03-10T09:00:00Z"), day("2026-03-10"));
    let open = ban().objected(Some("2026-03-09"), months(), today).unwrap();
    assert_eq!(open.standing(today), Standing::UnderObjection);
    assert!(open.in_force(today), "it goes on meanwhile");
    assert_eq!(
        open.clone().objected(Some("2026-03-10"), months(), today),
        Err(MeasureFault::Objection)
    );
    for hand in [who(1), who(2)] {
        let decided = open.clone().objection_decided(Some(false), Some("x"), hand, now);
        assert_eq!(decided, Err(MeasureFault::FourEyes));
    }
    let kept = open.clone().objection_decided(Some(false), Some("It stands."), who(3), now);
    assert_eq!(kept.unwrap().standing(today), Standing::InForce);
    let gone = open.objection_decided(Some(true), Some("A mistake."), who(3), now).unwrap();
    assert_eq!(gone.standing(today), Standing::Withdrawn);
    assert_eq!(gone.keys().len(), 0, "nothing is found any more");
}

#[test]
fn the_reporter_never_approves() {
    let mut proposed = Entry { state: EntryState::Proposed, ..ban() };
    proposed.dossier.reporter = Some(who(3));
    let now = at("2026-03-02T09:00:00Z");
    let refused = proposed.clone().approve(who(3), now).unwrap_err();
    assert_eq!(refused, crate::model::register::StepRefused::Reporter);
    assert!(proposed.approve(who(4), now).is_ok());
}

#[test]
fn an_objection_has_a_term_which_outlives_the_measure() {
    let today = day("2026-10-20");
    let open = ban().objected(Some("2026-10-19"), months(), today).unwrap();
    let more = MoreTimeInput { because: Some("x".into()), told_on: Some("2026-10-20".into()) };
    let extend = |it: Entry| {
        it.objection_extended(&more, months(), who(3), at("2026-10-20T09:00:00Z"), today)
    };
    let (lapsed, _) = open.clone().tick(at("2026-11-01T09:00:00Z"), Amsterdam);
    assert!(matches!(lapsed.state, EntryState::Lapsed { .. }));
    assert_eq!(lapsed.next_wake(Amsterdam), Some(at("2026-11-12T07:00:00Z")), "a week before");
    let (reminded, due) = lapsed.tick(at("2026-11-12T07:00:00Z"), Amsterdam);
    assert_eq!(due, Due { review: false, objection: Some(Reminder::Soon) });
    let (_, due) = reminded.tick(at("2026-11-20T07:00:00Z"), Amsterdam);
    assert_eq!(due.objection, Some(Reminder::Overdue));
    let longer = extend(open).unwrap();
    let term = longer.dossier.objections[0].term.clone().unwrap();
    assert_eq!(term.due_on, day("2027-01-19"));
    assert_eq!(extend(longer.clone()), Err(MeasureFault::Term(TermFault::Extended)));
    let decided = longer
        .objection_decided(Some(false), Some("No."), who(4), at("2026-10-21T09:00:00Z"))
        .unwrap();
    assert_eq!(extend(decided.clone()), Err(MeasureFault::Objection));
    let (lapsed, due) = decided.tick(at("2027-03-01T09:00:00Z"), Amsterdam);
    assert_eq!((due, lapsed.next_wake(Amsterdam)), (Due::default(), None));
}

#[test]
fn a_restricted_measure_says_least_or_nothing() {
    let how = |shown| Restriction {
        request: RequestId(Uuid::from_u128(7)),
        shown,
        because: "It was somebody else.".into(),
        by: who(3),
        at: at("2026-03-10T09:00:00Z"),
    };
    let address = serde_json::from_value(json!({"houseNumber": 1, "postcode": "7514 AD"})).unwrap();
    let sought = Sought::new("J. de Wit", &Address::parse(&address).unwrap());
    let today = day("2026-03-10");
    let hit = |entry: &Entry| sought.hit(entry, today);
    assert_eq!(hit(&ban()).unwrap().until, Some(day("2026-10-24")));
    let least = ban().restricted(how(Shown::CallDesk)).unwrap();
    let told = hit(&least).unwrap();
    assert_eq!((told.measure, told.until, told.contact.name.as_str()), (None, None, "Desk"));
    let again = least.clone().restricted(how(Shown::Nothing));
    assert_eq!(again, Err(MeasureFault::Restriction));
    let nothing = ban().restricted(how(Shown::Nothing)).unwrap();
    assert_eq!((hit(&nothing), nothing.keys().len()), (None, 0));
    let other = RequestId(Uuid::from_u128(8));
    assert_eq!(least.clone().unrestricted(other), least);
    assert_eq!(least.unrestricted(RequestId(Uuid::from_u128(7))), ban());
}

#[test]
fn a_letter_is_delivered_after_it_was_sent() {
    let today = day("2026-03-12");
    let on = |it: Entry, day: &str| it.delivered(Some(day), today);
    assert_eq!(on(ban(), "2026-03-12"), Err(MeasureFault::NotSent));
    let now = at("2026-03-10T09:00:00Z");
    let sent = ban().sent(Some("3S1"), Some("2026-03-10"), who(3), now, today).unwrap();
    assert!(matches!(on(sent.clone(), "2026-03-09"), Err(MeasureFault::Input(_))));
    assert!(matches!(on(sent.clone(), "2026-03-13"), Err(MeasureFault::Input(_))));
    let there = on(sent, "2026-03-12").unwrap();
    assert_eq!(there.dossier.mail.unwrap().delivered_on, Some(day("2026-03-12")));
}
