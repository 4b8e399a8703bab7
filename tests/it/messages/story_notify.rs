//! Stories of people who are told something: by text, by mail where no text reaches them, and each in
//! their own language.

use rugdekking::{
    model::messages::{Channel, language::Language},
    store::{Db, Error},
};

use crate::support::{
    on_both,
    town::{Town, carrier::Mood, form::home_visit},
};

const NOORS_MAIL: &str = "admin@demo.rugdekking.example";

/// From now on no text arrives, whoever carries it.
fn texts_are_lost(town: &Town) {
    town.carrier.takes(Channel::Text, Mood::Permanent);
    town.carrier.spare_takes(Channel::Text, Mood::Permanent);
}

/// The administrator has no number that was verified.
async fn noor_has_no_number(town: &Town) {
    town.changes("admin", |noor| noor.mobile.as_mut().unwrap().verified_at = None).await;
}

/// The auditor finds a visit that nobody watches any more.
async fn something_is_found(town: &Town) {
    town.jan().registers(&home_visit("13:00")).await;
    let lose = town.db.write::<_, Error, _>(|tx| {
        Box::pin(async move { tx.query("delete from jobs").execute().await })
    });
    assert_eq!(lose.await.unwrap(), 1);
    town.engine.audit().await.unwrap();
    town.settles().await;
}

async fn mails(town: &Town) -> Vec<String> {
    town.phone(NOORS_MAIL).texts().await
}

async fn what_was_found_comes_by_mail_when_the_text_does_not_arrive(db: Db) {
    let town = Town::new(db).await;
    texts_are_lost(&town);
    something_is_found(&town).await;
    let told = mails(&town).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("een bezoek had geen volgende stap"), "{told:?}");
}

async fn what_was_found_is_mailed_to_who_has_no_verified_number(db: Db) {
    let town = Town::new(db).await;
    noor_has_no_number(&town).await;
    town.changes("admin", |noor| noor.language = Language::En).await;
    something_is_found(&town).await;
    let told = mails(&town).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("a visit had no next step"), "{told:?}");
    assert!(town.noor().phone().texts().await.is_empty());
}

async fn a_number_that_went_silent_is_told_by_mail_when_the_text_does_not_arrive(db: Db) {
    let town = Town::new(db).await;
    texts_are_lost(&town);
    town.ruud().phone().sends("STOP").await;
    let told = mails(&town).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Ruud Smit wil geen sms meer krijgen"), "{told:?}");
}

async fn a_number_that_went_silent_is_mailed_to_who_has_no_verified_number(db: Db) {
    let town = Town::new(db).await;
    noor_has_no_number(&town).await;
    town.ruud().phone().sends("STOP").await;
    let told = mails(&town).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("Ruud Smit wil geen sms meer krijgen"), "{told:?}");
    assert!(town.noor().phone().texts().await.is_empty());
}

async fn an_administrator_whose_own_number_went_silent_is_mailed(db: Db) {
    let town = Town::new(db).await;
    town.noor().phone().replies("STOP").await;
    something_is_found(&town).await;
    let told = mails(&town).await;
    assert!(told.iter().any(|mail| mail.contains("een bezoek had geen volgende stap")), "{told:?}");
}

on_both!(
    what_was_found_comes_by_mail_when_the_text_does_not_arrive,
    what_was_found_is_mailed_to_who_has_no_verified_number,
    a_number_that_went_silent_is_told_by_mail_when_the_text_does_not_arrive,
    a_number_that_went_silent_is_mailed_to_who_has_no_verified_number,
    an_administrator_whose_own_number_went_silent_is_mailed,
);
