//! Who is told, by which channel, and in which language.

use uuid::Uuid;

use super::*;
use crate::model::{
    clock::testing::Seeded,
    ids::EntryId,
    messages::language::Language,
    people::{Mobile, Role},
};

fn at() -> Instant {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn person(id: u128, mobile: Option<Mobile>) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(id)),
        name: format!("P{id}"),
        email: format!("p{id}@example.nl"),
        roles: vec![Role::Administrator],
        mobile,
        language: Language::En,
        button: None,
        pins: None,
        active: true,
    }
}

fn mobile(verified: bool, opted_out: bool) -> Option<Mobile> {
    let number = "+31612345678".parse().unwrap();
    let (verified_at, opted_out_at) = (verified.then(at), opted_out.then(at));
    Some(Mobile { number, verified_at, opted_out_at })
}

fn told(announcement: &Announcement<'_>, people: &[Person]) -> Vec<Message> {
    let words = Words {
        language: Language::Nl,
        zone: chrono_tz::Europe::Amsterdam,
        public_url: "https://rugdekking.example".into(),
    };
    announcement.messages(people, &Composer { now: at(), random: &Seeded::new(1), words })
}

fn announcement() -> Announcement<'static> {
    let topic = Topic::LetterSent { entry: EntryId(Uuid::from_u128(9)) };
    Announcement::new(topic, |words| match words.language {
        Language::Nl => "Hallo".into(),
        Language::En => "Hello".into(),
    })
}

#[test]
fn a_verified_number_that_takes_texts_gets_one_and_mail_stands_in() {
    let said = told(&announcement(), &[person(1, mobile(true, false))]);
    assert_eq!((said[0].channel, said[0].to.as_str()), (Channel::Text, "+31612345678"));
    assert_eq!(said[0].content, Content::Text { body: "Hello".into() });
    let mail = Content::mail("Rugdekking", "Hello");
    assert_eq!(said[0].instead, Some((Channel::Mail, mail)));
    assert_eq!(
        said[0].person,
        Some(PersonId(Uuid::from_u128(1))),
        "whose mail address is looked up"
    );
}

#[test]
fn without_a_number_for_texts_it_is_a_mail() {
    for mobile in [None, mobile(false, false), mobile(true, true)] {
        let said = told(&announcement(), &[person(1, mobile)]);
        assert_eq!((said[0].channel, said[0].to.as_str()), (Channel::Mail, "p1@example.nl"));
        assert_eq!(
            (&said[0].content, &said[0].instead),
            (&Content::mail("Rugdekking", "Hello"), &None)
        );
    }
}

#[test]
fn who_left_and_who_must_not_hear_it_are_not_told() {
    let gone = Person { active: false, ..person(1, None) };
    let people = [gone, person(2, None), person(3, None)];
    let said = told(&announcement().except(vec![PersonId(Uuid::from_u128(2))]), &people);
    assert_eq!(said.iter().map(|m| m.to.as_str()).collect::<Vec<_>>(), ["p3@example.nl"]);
}
