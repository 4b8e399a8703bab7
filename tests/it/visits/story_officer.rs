//! Stories of the district officer: told the least that helps, and every disclosure is logged.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        KARIN, KARINS_MAIL, Town, at,
        form::{moment, risky_visit},
        phone::{link_in, open, press},
    },
};

/// Jan's risky visit of which Karin was told.
async fn told(town: &Town) -> String {
    let karin = json!({ "officerId": town.officer().await.id });
    town.jan().registers(&risky_visit("13:00").with("districtOfficer", karin)).await
}

async fn logged(town: &Town, action: &str) -> usize {
    let log = town.noor().get("/v1/access-log").await.expect(200);
    let lines = log.body["items"].as_array().unwrap();
    lines.iter().filter(|l| l["action"] == action).count()
}

async fn told_by_text_and_mail_with_the_least_that_helps(db: Db) {
    let town = Town::new(db).await;
    let visit = told(&town).await;
    let text = town.phone(KARIN).text().await;
    assert!(text.starts_with("De gemeente verwacht een lastig bezoek op 23-11-2026 om 13:00."));
    let mail = town.phone(KARINS_MAIL).text().await;
    assert!(mail.contains("De gemeente verwacht een lastig bezoek"), "{mail}");
    for words in [&text, &mail] {
        for too_much in ["de Wit", "Hengelosestraat", "traplift", "Jan"] {
            assert!(!words.contains(too_much), "{words}");
        }
    }
    let seen = town.jan().sees(&visit).await;
    assert_eq!(seen["missing"], json!(["manager-approval"]));
    assert_eq!(seen["districtOfficer"]["name"], "Karin Wolters");
    assert_eq!(logged(&town, "officer-informed").await, 1);
}

async fn the_manager_may_tell_as_well(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&risky_visit("13:00")).await;
    assert!(town.phone(KARIN).texts().await.is_empty());
    let karin = json!({ "officerId": town.officer().await.id });
    town.ruud().did(&visit, "officer-notice", karin).await;
    assert_eq!(town.phone(KARIN).texts().await.len(), 1);
    assert_eq!(logged(&town, "officer-informed").await, 1);
    let both = json!({ "officerId": town.officer().await.id, "notInformedBecause": "x" });
    for odd in [json!({}), both] {
        assert_eq!(town.ruud().says(&visit, "officer-notice", odd).await.status, 400);
    }
}

async fn the_page_shows_where_and_when_and_nothing_that_the_resident_did(db: Db) {
    let town = Town::new(db).await;
    told(&town).await;
    let page = town.phone(KARIN).opens_link().await.expect(200);
    for needed in ["13:00–13:45", "Hengelosestraat 51 A, 7514 AD Enschede", "tel:+31534818181"] {
        assert!(page.text.contains(needed), "{}", page.text);
    }
    for too_much in ["de Wit", "traplift", "Sanne", "contactverbod", "expects"] {
        assert!(!page.text.contains(too_much), "{}", page.text);
    }
    assert_eq!(logged(&town, "officer-read").await, 1);
}

async fn seen_is_a_button(db: Db) {
    let town = Town::new(db).await;
    let visit = told(&town).await;
    town.phone(KARIN).opens_link().await.ok();
    assert_eq!(town.jan().sees(&visit).await["districtOfficer"]["seenAt"], Value::Null);
    town.until("12:20").await;
    for _ in 0..2 {
        let page = town.phone(KARIN).presses_button(json!({})).await.ok();
        assert!(page.text.contains("Gezien om 12:20"), "{}", page.text);
    }
    assert_eq!(town.ruud().reads(&visit, "officer-saw").await, ["12:20"]);
}

async fn the_link_works_until_a_day_after_the_visit(db: Db) {
    let town = Town::new(db).await;
    told(&town).await;
    let link = link_in(&town.phone(KARIN).text().await).unwrap();
    town.clock.set(at("37:44"));
    assert_eq!(open(&town, &link).await.status, 200);
    town.clock.set(at("37:46"));
    assert_eq!(press(&town, &link, json!({})).await.status, 410);
    let gone = open(&town, &link).await.expect(410).text;
    assert!(gone.contains("Deze link werkt niet meer."), "{gone}");
    assert!(gone.contains("tel:+31534818181") && !gone.contains("Hengelosestraat"), "{gone}");
}

async fn after_the_visit_the_page_holds_no_address_any_more(db: Db) {
    let town = Town::new(db).await;
    let visit = told(&town).await;
    let page = town.phone(KARIN).opens_link().await.ok();
    assert!(page.text.contains("Vandaag, 13:00–13:45"), "{}", page.text);
    assert!(page.text.contains("2 medewerkers van de gemeente gaan op huisbezoek"));
    town.jan().did(&visit, "cancellation", json!({})).await;
    let page = town.phone(KARIN).opens_link().await.ok();
    assert!(page.text.contains("Het bezoek gaat niet door"), "{}", page.text);
    for gone in ["Hengelosestraat", "13:00", "<button"] {
        assert!(!page.text.contains(gone), "{}", page.text);
    }
}

async fn the_page_speaks_the_other_language_without_a_script(db: Db) {
    let town = Town::new(db).await;
    told(&town).await;
    let link = link_in(&town.phone(KARIN).text().await).unwrap();
    let dutch = open(&town, &link).await.ok().text;
    assert!(dutch.contains("lang=\"nl\"") && dutch.contains("href=\"?lang=en\""), "{dutch}");
    assert!(dutch.contains("noindex") && !dutch.contains("<script"));
    let english = format!("{link}?lang=en");
    let page = open(&town, &english).await.ok().text;
    assert!(page.contains("The municipality expects a difficult visit"), "{page}");
    assert!(page.contains("href=\"?lang=nl\""), "{page}");
    assert!(press(&town, &english, json!({})).await.ok().text.contains("Seen at"));
    assert!(open(&town, &format!("{link}?lang=xx")).await.ok().text.contains("Gezien om"));
}

async fn being_called_up_the_ladder_is_a_disclosure_too(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:40").await;
    assert_eq!(logged(&town, "officer-informed").await, 0);
    town.until("13:41").await;
    assert!(town.phone(KARIN).text().await.starts_with("De gemeente bereikt een medewerker"));
    assert_eq!(logged(&town, "officer-informed").await, 1);
    town.until("13:56").await;
    assert_eq!(logged(&town, "officer-informed").await, 1, "once for each alarm");
    let page = town.phone(KARIN).opens_link().await.ok();
    assert!(page.text.contains("Hengelosestraat 51 A"));
    assert!(page.text.contains("Er is alarm bij een bezoek"), "{}", page.text);
    assert!(!page.text.contains("<button"), "was not told beforehand: {}", page.text);
    assert!(town.ruud().reads(&visit, "climbed").await.contains(&"13:41".to_owned()));
}

async fn when_the_visit_moves_the_officer_hears_so(db: Db) {
    let town = Town::new(db).await;
    let visit = told(&town).await;
    town.until("12:05").await;
    let path = format!("/v1/visits/{visit}");
    let etag = town.jan().get(&path).await.ok().etag();
    let later = json!({ "startsAt": moment(at("37:00")) });
    town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], later).await.expect(200);
    town.settles().await;
    let text = town.phone(KARIN).text().await;
    assert!(text.contains("op 24-11-2026 om 13:00."), "{text}");
    assert_eq!(logged(&town, "officer-informed").await, 2);
    town.clock.set(at("61:44"));
    assert_eq!(open(&town, &link_in(&text).unwrap()).await.status, 200);
}

async fn nobody_is_told_the_same_twice(db: Db) {
    let town = Town::new(db).await;
    let visit = told(&town).await;
    let karin = json!({ "officerId": town.officer().await.id });
    let path = format!("/v1/visits/{visit}");
    town.ruud().did(&visit, "officer-notice", karin.clone()).await;
    let etag = town.jan().get(&path).await.ok().etag();
    let same = json!({ "districtOfficer": karin, "expectedMinutes": 50 });
    town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], same).await.expect(200);
    town.settles().await;
    assert_eq!(town.phone(KARIN).texts().await.len(), 1);
    assert_eq!(logged(&town, "officer-informed").await, 1);
    town.until("12:05").await;
    let etag = town.jan().get(&path).await.ok().etag();
    let later = json!({ "districtOfficer": karin, "startsAt": moment(at("14:00")) });
    town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], later).await.expect(200);
    town.settles().await;
    assert_eq!(town.phone(KARIN).texts().await.len(), 2, "one for a change");
    assert_eq!(logged(&town, "officer-informed").await, 2);
}

on_both!(
    nobody_is_told_the_same_twice,
    told_by_text_and_mail_with_the_least_that_helps,
    the_manager_may_tell_as_well,
    the_page_shows_where_and_when_and_nothing_that_the_resident_did,
    seen_is_a_button,
    the_link_works_until_a_day_after_the_visit,
    after_the_visit_the_page_holds_no_address_any_more,
    the_page_speaks_the_other_language_without_a_script,
    being_called_up_the_ladder_is_a_disclosure_too,
    when_the_visit_moves_the_officer_hears_so,
);
