//! The rights of a person in the register: an objection and a request are answered in time, a
//! contested measure says least, and all that is held is given in one file.

use axum::http::Method;
use rugdekking::{api::docs::openapi, store::Db};
use serde_json::{Value, json};

use crate::{
    support::{
        on_both,
        town::{Town, form::home_visit, person::Person},
    },
    surface::contract::shapes::Shapes,
};

async fn said(who: Person<'_>, path: &str, body: Value) -> Value {
    let answer = who.post(path, body).await.ok();
    answer.body
}

fn id_of(it: &Value) -> String {
    it["id"].as_str().unwrap_or_else(|| panic!("{it}")).to_owned()
}

/// J. de Wit, where Jan visits.
fn de_wit() -> Value {
    let address = home_visit("13:00").0["residents"][0]["address"].clone();
    json!({ "name": "J. de Wit", "address": address, "birthDate": null })
}

/// A measure against J. de Wit that Els proposed and Tom approved.
async fn listed(town: &Town) -> String {
    let entry = json!({ "name": "J. de Wit", "addresses": [de_wit()["address"]],
        "measure": "contact-ban", "from": "2026-11-23", "until": "2027-05-23",
        "reviewOn": "2027-05-23", "reason": "Schold Jan Bakker uit op 20 november.",
        "openChannel": "Een brief.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } });
    let id = id_of(&said(town.els(), "/v1/register-entries", entry).await);
    said(town.tom(), &format!("/v1/register-entries/{id}/approval"), json!({})).await;
    id
}

async fn asked(town: &Town, kind: &str) -> Value {
    let body = json!({ "kind": kind, "person": de_wit(), "receivedOn": "2026-11-23",
        "asked": "Wat weten jullie van mij?" });
    Shapes::of(openapi::document()).fit("PrivacyRequestInput", &body);
    said(town.els(), "/v1/privacy-requests", body).await
}

async fn on(town: &Town, request: &str, what: &str, body: Value) -> Value {
    let path = format!("/v1/privacy-requests/{request}/{what}");
    let answer = said(town.els(), &path, body).await;
    Shapes::of(openapi::document()).fit("PrivacyRequest", &answer);
    answer
}

async fn hits(town: &Town) -> Value {
    let residents = home_visit("13:00").0["residents"].clone();
    let found = said(town.jan(), "/v1/register-checks", json!({ "residents": residents })).await;
    Shapes::of(openapi::document()).fit("RegisterHits", &found);
    found["hits"].clone()
}

async fn told(who: Person<'_>, what: &str) -> usize {
    who.phone().texts().await.iter().filter(|t| t.contains(what)).count()
}

async fn an_objection_is_decided_in_time(db: Db) {
    let mut town = Town::new(db).await;
    let entry = listed(&town).await;
    let path = format!("/v1/register-entries/{entry}/objection");
    let open = said(town.els(), &path, json!({ "receivedOn": "2026-11-23" })).await;
    assert_eq!(open["dossier"]["objections"][0]["term"]["dueOn"], "2026-12-23");
    for (until, soon, overdue) in [
        ("2026-12-16T06:59:00Z", 0, 0),
        ("2026-12-16T07:00:00Z", 1, 0),
        ("2026-12-21T07:00:00Z", 2, 0),
        ("2026-12-24T06:59:00Z", 2, 0),
        ("2026-12-26T07:00:00Z", 2, 3),
    ] {
        town.days_pass(until).await;
        assert_eq!(told(town.tom(), "bezwaar moet binnenkort").await, soon, "{until}");
        assert_eq!(told(town.noor(), "bezwaar moet binnenkort").await, 0, "{until}");
        for who in [town.tom(), town.noor()] {
            assert_eq!(told(who, "voor een bezwaar is voorbij").await, overdue, "{until}");
        }
    }
    let late = json!({ "because": "Druk.", "toldOn": "2026-12-26" });
    let path = format!("/v1/register-entries/{entry}/objection-extension");
    town.els().post(&path, late).await.refused(409, "too-late");
}

async fn more_time_is_taken_once_and_told(db: Db) {
    let mut town = Town::new(db).await;
    let entry = listed(&town).await;
    let at = |what: &str| format!("/v1/register-entries/{entry}/{what}");
    let more = json!({ "because": "Er zijn veel stukken.", "toldOn": "2026-11-23" });
    town.els().post(&at("objection-extension"), more.clone()).await.refused(409, "objection");
    said(town.els(), &at("objection"), json!({ "receivedOn": "2026-11-23" })).await;
    let bare = town.els().post(&at("objection-extension"), json!({})).await.expect(400);
    assert_eq!(bare.body["faults"].as_array().unwrap().len(), 2);
    let longer = said(town.els(), &at("objection-extension"), more.clone()).await;
    Shapes::of(openapi::document()).fit("RegisterEntry", &longer);
    assert_eq!(longer["dossier"]["objections"][0]["term"]["dueOn"], "2027-02-23");
    town.els().post(&at("objection-extension"), more).await.refused(409, "extended");
    town.days_pass("2027-01-10T07:00:00Z").await;
    assert_eq!(told(town.els(), "bezwaar").await, 0);
    town.days_pass("2027-02-16T07:00:00Z").await;
    assert_eq!(told(town.els(), "bezwaar moet binnenkort").await, 1);
}

async fn a_request_is_answered_in_time(db: Db) {
    let mut town = Town::new(db).await;
    let request = id_of(&asked(&town, "rectification").await);
    for who in [town.jan(), town.ruud(), town.noor()] {
        let refused = who.get(&format!("/v1/privacy-requests/{request}")).await;
        assert_eq!(refused.status, 403, "{}", who.persona);
    }
    town.days_pass("2026-12-24T07:00:00Z").await;
    assert_eq!(told(town.els(), "privacyverzoek moet binnenkort").await, 2);
    for who in [town.els(), town.noor()] {
        assert_eq!(told(who, "voor een privacyverzoek is voorbij").await, 1, "{}", who.persona);
    }
    let seen = town.els().get(&format!("/v1/privacy-requests/{request}")).await.ok().body;
    assert_eq!((&seen["state"], &seen["overdue"]), (&json!("received"), &json!(true)));
    let no = json!({ "granted": false, "because": "Het klopt." });
    assert_eq!(on(&town, &request, "decision", no).await["state"], "refused");
    town.days_pass("2026-12-25T07:00:00Z").await;
    assert_eq!(told(town.els(), "is voorbij").await, 2, "the person was not told yet");
    on(&town, &request, "closure", json!({ "toldOn": "2026-12-25" })).await;
    town.days_pass("2027-01-10T07:00:00Z").await;
    assert_eq!(told(town.els(), "is voorbij").await, 2);
    let closed = town.els().get("/v1/privacy-requests?state=closed").await.ok().body;
    Shapes::of(openapi::document()).fit("PrivacyRequestPage", &closed);
    assert_eq!(closed["items"].as_array().unwrap().len(), 1);
    town.els().get("/v1/privacy-requests?state=lost").await.expect(400);
}

async fn a_contested_measure_says_least(db: Db) {
    let town = Town::new(db).await;
    let entry = listed(&town).await;
    assert_eq!(hits(&town).await[0]["measure"], "contact-ban");
    let request = id_of(&asked(&town, "restriction").await);
    let unknown = json!({ "granted": true, "because": "x", "entries": [request] });
    let path = format!("/v1/privacy-requests/{request}/decision");
    town.els().post(&path, unknown).await.expect(400);
    let yes = json!({ "granted": true, "because": "Het was misschien een ander.",
        "entries": [entry] });
    Shapes::of(openapi::document()).fit("RequestDecisionInput", &yes);
    let granted = on(&town, &request, "decision", yes).await;
    assert_eq!(granted["decision"]["shown"], "call-desk");
    let hit = hits(&town).await[0].clone();
    assert_eq!((&hit["measure"], &hit["until"]), (&Value::Null, &Value::Null));
    assert_eq!(hit["contact"]["phone"], "+31633445566", "there is something: call");
    let visit = town.jan().registers(&home_visit("13:00")).await;
    let seen = town.jan().sees(&visit).await;
    assert_eq!(seen["status"], "awaiting-approval", "it still counts as risky");
    assert_eq!(seen["registerHits"][0]["measure"], Value::Null);
    let kept = town.els().get(&format!("/v1/register-entries/{entry}")).await.ok().body;
    Shapes::of(openapi::document()).fit("RegisterEntry", &kept);
    let why = &kept["dossier"]["restriction"]["because"];
    assert_eq!(why, "Het was misschien een ander.");

    let end = json!({ "because": "Het was geen ander.", "toldOn": "2026-11-23" });
    on(&town, &request, "restriction-end", end.clone()).await;
    assert_eq!(hits(&town).await[0]["measure"], "contact-ban");
    let again = format!("/v1/privacy-requests/{request}/restriction-end");
    town.els().post(&again, end).await.refused(409, "no-restriction");
    let second = id_of(&asked(&town, "restriction").await);
    let hide = json!({ "granted": true, "because": "x", "entries": [entry], "shown": "nothing" });
    on(&town, &second, "decision", hide).await;
    assert_eq!(hits(&town).await, json!([]), "as whoever decided has it");
}

async fn what_is_removed_no_longer_counts(db: Db) {
    let town = Town::new(db).await;
    let entry = listed(&town).await;
    let request = id_of(&asked(&town, "removal").await);
    let yes = json!({ "granted": true, "because": "Het was een ander.", "entries": [entry] });
    on(&town, &request, "decision", yes).await;
    assert_eq!(hits(&town).await, json!([]));
    let gone = town.els().get(&format!("/v1/register-entries/{entry}")).await.ok().body;
    assert_eq!(gone["standing"], "withdrawn");
    assert_eq!(gone["withdrawnBecause"], "Het was een ander.");
}

/// J. de Wit swears at Jan on a visit; a letter goes out.
async fn a_history(town: &Town) -> (String, String, String) {
    let visit = town.jan().registers(&home_visit("12:30")).await;
    town.until("12:40").await;
    town.jan().did(&visit, "end", json!({})).await;
    let report = json!({ "visitId": visit, "said": "Riep dat Jan Bakker moest oprotten.",
        "injury": "Jan had een paniekaanval.", "behaviour": "D" });
    let incident = id_of(&said(town.jan(), "/v1/incidents", report).await);
    let step = |what: &str| format!("/v1/incidents/{incident}/{what}");
    said(town.ruud(), &step("assessment"), json!({})).await;
    let letter = json!({ "reason": "U dreigde.", "openChannel": "Een brief.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } });
    let decision = json!({ "reaction": "contact-ban", "letter": letter });
    let decided = said(town.ruud(), &step("decision"), decision).await;
    let entry = decided["decision"]["entryId"].as_str().unwrap().to_owned();
    let step = |what: &str| format!("/v1/register-entries/{entry}/{what}");
    said(town.els(), &step("approval"), json!({})).await;
    let mail = json!({ "trackingNumber": "3SRUGD0001", "sentOn": "2026-11-23" });
    said(town.ruud(), &step("registered-mail"), mail).await;
    (visit, incident, entry)
}

async fn all_that_is_held_is_given_in_one_file(db: Db) {
    let town = Town::new(db).await;
    let (visit, incident, entry) = a_history(&town).await;
    hits(&town).await;
    let request = id_of(&asked(&town, "access").await);
    let at = |what: &str| format!("/v1/privacy-requests/{request}/{what}");
    let found = town.els().get(&at("candidates")).await.ok().body;
    Shapes::of(openapi::document()).fit("PersonCandidates", &found);
    let records = found["records"].as_array().unwrap();
    let known = |kind: &str, id: &str| {
        records.iter().find(|r| r["kind"] == kind && r["id"] == id).unwrap()["sure"].clone()
    };
    for (kind, id) in
        [("entry", &entry), ("incident", &incident), ("visit", &visit), ("request", &request)]
    {
        assert_eq!(known(kind, id), true, "{kind}");
    }
    let confirmed: Vec<_> = [("entry", &entry), ("incident", &incident), ("visit", &visit)]
        .map(|(kind, id)| json!({ "kind": kind, "id": id }))
        .to_vec();
    let stranger = json!({ "records": [{ "kind": "visit", "id": request }] });
    assert_eq!(town.els().post(&at("export"), stranger).await.status, 400);
    assert_eq!(town.els().post(&at("export"), json!({})).await.status, 400);
    let input = json!({ "records": confirmed, "language": "nl" });
    Shapes::of(openapi::document()).fit("ExportInput", &input);
    assert_eq!(town.ruud().post(&at("export"), input.clone()).await.status, 403);
    let file = town.els().post(&at("export"), input).await.expect(200);
    for said in [
        "<title>Wat wij over u bewaren</title>",
        "<dd>contactverbod</dd>",
        "<dd>U dreigde.</dd>",
        "<dd>Riep dat [medewerker] moest oprotten.</dd>",
        "De burgemeester,\nM. van Voorbeeld",
        "3SRUGD0001",
        "controle voor een bezoek, een medewerker",
        "brief",
        "maatregelen 24 maanden na het einde",
        "@media print",
        "&quot;label&quot;",
    ] {
        assert!(file.text.contains(said), "{said} is not in\n{}", file.text);
    }
    for secret in ["Jan Bakker", "Ruud Smit", "paniekaanval", "Sanne", "<script", "Fatima"] {
        assert!(!file.text.contains(secret), "{secret} is in\n{}", file.text);
    }
    let log = town.noor().get("/v1/access-log").await.ok().body;
    Shapes::of(openapi::document()).fit("AccessLinePage", &log);
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().take(4).collect();
    assert_eq!(actions[0]["action"], "person-exported");
    assert_eq!(actions[0]["entryId"], entry.as_str());
    assert_eq!(actions[1]["details"]["request"], request.as_str());
    assert_eq!(actions[2]["action"], "person-sought");
    assert!(!log.to_string().contains("Wit"), "no names of residents");
}

async fn somebody_of_whom_nothing_is_held_may_ask_as_well(db: Db) {
    let town = Town::new(db).await;
    let body = json!({ "kind": "access", "person": { "name": "Q. Onbekend" },
        "receivedOn": "2026-11-20", "asked": "Weten jullie iets?" });
    let key = [("idempotency-key", "one")];
    let path = "/v1/privacy-requests";
    let first = town.els().send(Method::POST, path, &key, body.clone()).await.expect(201);
    let again = town.els().send(Method::POST, path, &key, body).await.expect(201);
    assert_eq!(first.body, again.body, "noted once");
    let request = id_of(&first.body);
    let found = town.els().get(&format!("{path}/{request}/candidates")).await.ok().body;
    assert_eq!(found["records"].as_array().unwrap().len(), 1, "the request itself: {found}");
    let none = json!({ "records": [] });
    let file = town.els().post(&format!("{path}/{request}/export"), none).await.ok();
    assert!(file.text.contains("Q. Onbekend") && !file.text.contains("Maatregel:"));
}

on_both!(
    an_objection_is_decided_in_time,
    more_time_is_taken_once_and_told,
    a_request_is_answered_in_time,
    a_contested_measure_says_least,
    what_is_removed_no_longer_counts,
    all_that_is_held_is_given_in_one_file,
    somebody_of_whom_nothing_is_held_may_ask_as_well,
);
