//! Stories of what comes after: an incident, its answer in time, and the measure to its end.

use chrono::TimeDelta;
use rugdekking::{
    model::clock::Clock as _,
    store::{
        Db, Error,
        jobs::{self, JobKind},
    },
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, at, form::home_visit, person::Person},
};

/// J. de Wit goes on swearing at Jan, on the visit that ended.
async fn incident_after(jan: Person<'_>, visit: &str, behaviour: &str) -> String {
    let body = json!({ "visitId": visit, "said": "Schold mij drie keer uit.",
        "behaviour": behaviour, "persistent": true });
    let answer = jan.post("/v1/incidents", body).await.expect(201);
    answer.body["id"].as_str().unwrap().to_owned()
}

async fn says(who: Person<'_>, id: &str, what: &str, body: Value) -> Value {
    let answer = who.post(&format!("/v1/incidents/{id}/{what}"), body).await.expect(200);
    answer.body
}

async fn sees(who: Person<'_>, id: &str) -> Value {
    let answer = who.get(&format!("/v1/incidents/{id}")).await.expect(200);
    answer.body
}

async fn on_measure(who: Person<'_>, entry: &str, what: &str, body: Value) -> Value {
    let answer = who.post(&format!("/v1/register-entries/{entry}/{what}"), body).await.expect(200);
    answer.body
}

async fn ended_visit(town: &Town, start: &str) -> String {
    let visit = town.jan().registers(&home_visit(start)).await;
    town.clock.set(at(start) + TimeDelta::minutes(10));
    town.settles().await;
    town.jan().did(&visit, "end", json!({})).await;
    visit
}

fn letter(day: &str) -> Value {
    json!({ "reason": format!("Schold op {day} een medewerker uit en ging door."),
        "openChannel": "Per brief, via de gemachtigde.",
        "contact": { "name": "Els de Groot", "phone": "+31633445566" } })
}

fn texts_with(texts: &[String], what: &str) -> usize {
    texts.iter().filter(|t| t.contains(what)).count()
}

async fn a_visit_tells_what_it_knows_already(db: Db) {
    let town = Town::new(db).await;
    let visit = ended_visit(&town, "12:30").await;
    let draft = town.jan().get(&format!("/v1/incident-draft?visitId={visit}")).await.ok().body;
    assert_eq!(draft["residents"][0]["name"], "J. de Wit");
    assert_eq!(draft["staff"][0]["name"], "Sanne Vos");
    let id = incident_after(town.jan(), &visit, "C").await;
    let seen = sees(town.jan(), &id).await;
    assert_eq!(seen["visitId"], visit.as_str());
    assert_eq!(seen["report"]["how"], "visit");
    assert_eq!(seen["report"]["resident"]["address"]["street"], "Hengelosestraat");
    assert_eq!(seen["report"]["staff"][0]["name"], "Sanne Vos");
    assert_eq!(town.sanne().get(&format!("/v1/incidents/{id}")).await.status, 404);
    let ahead = town.jan().registers(&home_visit("18:00")).await;
    town.jan().get(&format!("/v1/incident-draft?visitId={ahead}")).await.expect(409);
    town.noor().get(&format!("/v1/incident-draft?visitId={visit}")).await.expect(404);
}

async fn reminders_climb_until_somebody_decides(db: Db) {
    let town = Town::new(db).await;
    let visit = ended_visit(&town, "12:30").await;
    incident_after(town.jan(), &visit, "C").await;
    let told = async |who: Person<'_>, what: &str| texts_with(&who.phone().texts().await, what);
    for who in [town.ruud(), town.fatima(), town.els(), town.tom()] {
        assert_eq!(told(who, "meldt een voorval").await, 1, "{}", who.persona);
    }
    assert_eq!(told(town.jan(), "voorval").await, 0);
    town.until("24:39").await;
    assert_eq!(told(town.ruud(), "wacht op jouw besluit").await, 0);
    town.until("24:41").await;
    assert_eq!(told(town.ruud(), "wacht op jouw besluit").await, 1);
    assert_eq!(told(town.fatima(), "wacht op jouw besluit").await, 0, "first the manager");
    town.until("32:41").await;
    assert_eq!(told(town.ruud(), "wacht op jouw besluit").await, 2);
    town.until("36:39").await;
    assert_eq!(told(town.els(), "termijn is voorbij").await, 0);
    town.until("36:41").await;
    for who in [town.ruud(), town.fatima(), town.els(), town.tom()] {
        assert_eq!(told(who, "termijn is voorbij").await, 1, "{}", who.persona);
    }
    town.until("61:00").await;
    assert_eq!(told(town.els(), "termijn is voorbij").await, 2, "and again each day");
}

async fn who_decides_in_time_is_not_reminded(db: Db) {
    let town = Town::new(db).await;
    let visit = ended_visit(&town, "12:30").await;
    let id = incident_after(town.jan(), &visit, "C").await;
    says(town.ruud(), &id, "assessment", json!({})).await;
    let note = "Bood excuses aan.";
    let called = json!({ "outcome": "calmed", "note": note });
    let after = says(town.ruud(), &id, "ombudsman-call", called).await;
    assert_eq!(after["assessment"]["advice"]["reaction"], "talk");
    says(town.ruud(), &id, "decision", json!({ "reaction": "talk" })).await;
    town.until("70:00").await;
    let texts = town.ruud().phone().texts().await;
    assert_eq!(texts_with(&texts, "wacht op jouw besluit"), 0, "{texts:?}");
    let jans = town.jan().phone().texts().await;
    assert_eq!(texts_with(&jans, "besloten over jouw melding"), 1, "{jans:?}");
}

async fn from_an_incident_to_a_ban_and_its_end(db: Db) {
    let mut town = Town::new(db).await;
    // An incident, its advice, a call by another employee, and a letter.
    let visit = ended_visit(&town, "12:30").await;
    let first = incident_after(town.jan(), &visit, "C").await;
    let advised = says(town.ruud(), &first, "assessment", json!({})).await;
    let advice = &advised["assessment"]["advice"];
    assert_eq!(advice["reaction"], "warning-letter");
    assert!(advice["first"].as_array().unwrap().contains(&json!("ombudsman-call")));
    let account = town.account("deputy").await.id;
    let call = json!({ "outcome": "persists", "note": "Hing op.", "calledBy": account });
    says(town.ruud(), &first, "ombudsman-call", call).await;
    let decision = json!({ "reaction": "warning-letter", "letter": letter("23 november") });
    let decided = says(town.ruud(), &first, "decision", decision).await;
    let warning = decided["decision"]["entryId"].as_str().unwrap().to_owned();

    // Nothing counts before other eyes; then it does at the next visit.
    let hits = async |town: &Town| {
        let resident = home_visit("13:00").0["residents"].clone();
        let found =
            town.jan().post("/v1/register-checks", json!({ "residents": resident })).await.ok();
        found.body["hits"].as_array().unwrap().clone()
    };
    assert!(hits(&town).await.is_empty());
    on_measure(town.els(), &warning, "approval", json!({})).await;
    let mail = json!({ "trackingNumber": "3SRUGD0001", "sentOn": "2026-11-23" });
    on_measure(town.els(), &warning, "registered-mail", mail).await;
    assert_eq!(hits(&town).await[0]["measure"], "warning-letter");
    let jan_sees = sees(town.jan(), &first).await;
    assert_eq!(jan_sees["decision"]["standing"], "in-force");
    assert_eq!(jan_sees["decision"]["sentOn"], "2026-11-23");

    // Two months later it happens again: a ban, for the warning is of less than six months ago.
    town.everybody_is_cared_for().await;
    town.days_pass("2027-01-20T09:00:00Z").await;
    let again = json!({ "how": "phone", "happenedAt": "2027-01-20T08:00:00Z",
        "said": "Schold mij weer uit.", "behaviour": "B", "persistent": true,
        "resident": { "name": "J. de Wit", "address": { "houseNumber": "51A",
            "postcode": "7514 AD" } } });
    let second = town.jan().post("/v1/incidents", again.clone()).await.ok().body["id"].clone();
    let second = second.as_str().unwrap().to_owned();
    let advised = says(town.ruud(), &second, "assessment", json!({})).await;
    let reason = &advised["assessment"]["advice"]["reasons"][0];
    assert_eq!(
        (&reason["rule"], &reason["earlier"][0]["on"]),
        (&json!("repeat-after-warning"), &json!("2026-11-23"))
    );
    let decision = json!({ "reaction": "contact-ban", "letter": letter("20 januari") });
    let decided = says(town.ruud(), &second, "decision", decision).await;
    let ban = decided["decision"]["entryId"].as_str().unwrap().to_owned();
    let agreed = on_measure(town.els(), &ban, "approval", json!({})).await;
    assert_eq!((&agreed["until"], &agreed["standing"]), (&json!("2027-07-20"), &json!("in-force")));

    // A call during the ban breaches it, and Jan reads what to do.
    let mut breach = again;
    breach["breach"] = json!(true);
    breach["persistent"] = json!(false);
    let third = town.jan().post("/v1/incidents", breach).await.ok().body;
    assert_eq!(third["instructions"][0], "Blokkeer het nummer of het account.");
    let third = third["id"].as_str().unwrap().to_owned();
    says(town.els(), &third, "assessment", json!({})).await;
    let kept = town.els().get(&format!("/v1/register-entries/{ban}")).await.ok().body;
    assert_eq!(kept["dossier"]["breaches"][0]["incident"], third.as_str());

    // An objection does not lift it; its last day does, at midnight.
    on_measure(town.els(), &ban, "objection", json!({ "receivedOn": "2027-01-20" })).await;
    let own = json!({ "upheld": false, "because": "Het staat vast." });
    let path = format!("/v1/register-entries/{ban}/objection-decision");
    assert_eq!(town.els().post(&path, own.clone()).await.status, 403, "she approved it");
    let decided = on_measure(town.tom(), &ban, "objection-decision", own).await;
    assert_eq!(decided["standing"], "in-force");
    says(town.els(), &third, "decision", json!({ "reaction": "none" })).await;
    for id in [&first, &second, &third] {
        says(town.ruud(), id, "closure", json!({ "note": "Afgehandeld." })).await;
    }
    town.everybody_is_cared_for().await;
    town.days_pass("2027-07-20T21:59:59Z").await;
    let last = town.els().get(&format!("/v1/register-entries/{ban}")).await.ok().body;
    assert_eq!(last["standing"], "in-force");
    let reviews = texts_with(&town.els().phone().texts().await, "herbeoordeling");
    assert!(reviews >= 1, "somebody was to look whether it was still needed");
    town.days_pass("2027-07-20T22:00:00Z").await;
    let over = town.els().get(&format!("/v1/register-entries/{ban}")).await.ok().body;
    assert_eq!((&over["standing"], &over["status"]), (&json!("lapsed"), &json!("ended")));
    assert!(hits(&town).await.is_empty());

    // Two years after it ended nothing is left of it.
    town.days_pass("2029-07-20T12:00:00Z").await;
    town.retention.tick().await.unwrap();
    let ban = format!("/v1/register-entries/{ban}");
    assert_eq!(town.els().get(&ban).await.status, 200, "kept through its last day");
    town.days_pass("2029-07-22T12:00:00Z").await;
    town.retention.tick().await.unwrap();
    assert_eq!(town.els().get(&ban).await.status, 404);
    for id in [first, second, third] {
        assert_eq!(town.ruud().get(&format!("/v1/incidents/{id}")).await.status, 404);
    }
}

async fn what_is_no_longer_kept_asks_for_nothing(db: Db) {
    let town = Town::new(db).await;
    let now = town.clock.now();
    let gone = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            for kind in [JobKind::Care, JobKind::Incident, JobKind::Measure] {
                jobs::set(tx, kind, uuid::Uuid::nil(), Some(now)).await?;
            }
            Ok(())
        })
    });
    gone.await.unwrap();
    town.settles().await;
    let left = town.db.read(|tx| Box::pin(jobs::next_due(tx))).await.unwrap();
    assert_eq!(left, None);
}

on_both!(
    what_is_no_longer_kept_asks_for_nothing,
    a_visit_tells_what_it_knows_already,
    reminders_climb_until_somebody_decides,
    who_decides_in_time_is_not_reminded,
    from_an_incident_to_a_ban_and_its_end,
);
