//! The story of a letter: from what happened to what the postman brings, in the resident's hands as
//! a document that any word processor opens.

use axum::http::Method;
use rugdekking::{model::clock::Clock as _, store::Db};
use serde_json::{Value, json};

use crate::support::{
    office::text_of,
    on_both,
    town::{Town, at, person::Person},
};

async fn said(who: Person<'_>, path: &str, body: Value) -> Value {
    let answer = who.post(path, body).await.ok();
    answer.body
}

/// The document as it is downloaded.
async fn document(town: &Town, who: Person<'_>, entry: &str) -> Vec<u8> {
    let path = format!("/v1/register-entries/{entry}/letter/document");
    let bearer = format!("Bearer {}", who.token);
    town.ask(Method::GET, &path, &[("authorization", &bearer)], Value::Null).await.ok().bytes
}

/// A resident threatens Jan; Ruud decides on a ban, and Els agrees.
async fn a_ban(town: &Town) -> (String, String) {
    let report = json!({ "how": "office", "happenedAt": at("11:00"),
        "said": "Ik weet je te vinden.", "behaviour": "D",
        "resident": { "name": "Zoë Ağaoğlu-d'Ær", "address": { "street": "Parkweg",
            "houseNumber": 12, "postcode": "7512 EX", "city": "Enschede" } } });
    let incident = said(town.jan(), "/v1/incidents", report).await["id"].clone();
    let incident = incident.as_str().unwrap().to_owned();
    let on = |what: &str| format!("/v1/incidents/{incident}/{what}");
    said(town.ruud(), &on("assessment"), json!({})).await;
    let letter = json!({ "reason": "U riep: \"Ik weet je te vinden.\"\nU sloeg <twee> keer op de \
        balie & schopte tegen de deur.", "openChannel": "Schrijf naar Postbus 20.",
        "representative": "mr. Ö. Jansen", "contact": { "name": "Els de Groot",
        "phone": "+31633445566" } });
    let decision = json!({ "reaction": "contact-ban", "letter": letter });
    let decided = said(town.ruud(), &on("decision"), decision).await;
    let entry = decided["decision"]["entryId"].as_str().unwrap().to_owned();
    said(town.els(), &format!("/v1/register-entries/{entry}/approval"), json!({})).await;
    (incident, entry)
}

async fn what_the_resident_reads(db: Db) {
    let town = Town::new(db).await;
    let (incident, entry) = a_ban(&town).await;
    let police = json!({ "state": "done", "on": "2026-11-23" });
    said(town.ruud(), &format!("/v1/incidents/{incident}/police-report"), police).await;
    let mail = json!({ "trackingNumber": "3SRUGD0001", "sentOn": "2026-11-23" });
    let path = format!("/v1/register-entries/{entry}/registered-mail");
    said(town.ruud(), &path, mail).await;
    for desk in [town.els(), town.tom()] {
        let texts = desk.phone().texts().await;
        let copies = texts.iter().filter(|t| t.contains("brief van een maatregel is verstuurd"));
        assert_eq!(copies.count(), 1, "the desk gets its copy: {texts:?}");
    }
    let text = text_of(&document(&town, town.els(), &entry).await);
    for line in [
        "Zoë Ağaoğlu-d'Ær",
        "Parkweg 12",
        "7512 EX ENSCHEDE",
        "Enschede, 23 november 2026",
        "Contactverbod",
        "Wanneer: 23 november 2026.",
        "U riep: \"Ik weet je te vinden.\"",
        "U sloeg <twee> keer op de balie & schopte tegen de deur.",
        "Wij hebben dit op 23 november 2026 bij de politie gemeld.",
        "Schrijf naar Postbus 20.",
        "Alleen uw gemachtigde mag namens u contact met ons opnemen: mr. Ö. Jansen.",
        "De burgemeester,",
        "M. van Voorbeeld",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} is no line of\n{text}");
    }
    for words in [
        "van 23 november 2026 tot en met 23 mei 2027. Dat is 6 maanden.",
        "bellen met Els de Groot, telefoon +31633445566",
        "binnen 6 weken",
        "privacy@voorbeeld.example",
        "bellen wij de politie",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    assert!(!text.contains("{{") && !text.contains("Jan Bakker"), "{text}");
}

async fn months_later_it_is_still_what_was_sent(db: Db) {
    let mut town = Town::new(db).await;
    let (_, entry) = a_ban(&town).await;
    said(town.ruud(), &format!("/v1/register-entries/{entry}/letter"), json!({ "language": "en" }))
        .await;
    let mail = json!({ "trackingNumber": "3SRUGD0001", "sentOn": "2026-11-23" });
    let path = format!("/v1/register-entries/{entry}/registered-mail");
    said(town.els(), &path, mail).await;
    let before = document(&town, town.els(), &entry).await;
    town.organisation(|it| it.letterhead = None).await;
    town.everybody_is_cared_for().await;
    town.days_pass("2027-06-01T09:00:00Z").await;
    assert!(town.clock.now() > at("23:59"));
    assert_eq!(document(&town, town.els(), &entry).await, before);
    let ended = town.els().get(&format!("/v1/register-entries/{entry}")).await.ok().body;
    assert_eq!(ended["standing"], "lapsed");
}

on_both!(what_the_resident_reads, months_later_it_is_still_what_was_sent);
