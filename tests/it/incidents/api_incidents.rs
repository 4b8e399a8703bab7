//! Incidents over REST: facts, not complaints; who may see and do what; and every look logged.

use axum::http::{Method, StatusCode};
use rugdekking::{
    api::docs::openapi,
    model::people::Role,
    store::{Db, Error, people::teams},
};
use serde_json::{Value, json};

use crate::{
    support::{
        asking::{Asking, Somebody},
        office::{letterhead, organisation},
        on_both,
    },
    surface::contract::shapes::Shapes,
};

on_both!(
    everything_has_the_declared_shape,
    facts_are_asked_for_and_complaints_are_refused,
    only_those_whom_it_concerns_see_it,
    who_was_there_does_not_decide,
    a_reporter_sees_what_became_of_it_and_no_more,
    the_manager_and_the_desk_are_told_at_once,
    earlier_measures_are_found_and_chosen,
    damage_and_police_are_affairs_of_their_own,
    every_look_at_an_incident_is_logged,
    a_municipality_counts_its_own_months
);

const NOBODY: &str = "01890000-0000-7000-8000-000000000001";

struct Cast {
    ask: Asking,
    worker: Somebody,
    mate: Somebody,
    manager: Somebody,
    desk: Somebody,
    other: Somebody,
    stranger: Somebody,
}

impl Cast {
    async fn new(db: Db) -> Self {
        let ask = Asking::whole(db);
        let organisation = organisation(Some(letterhead()));
        let work = ask.app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { teams::save_organisation(tx, &organisation, 0).await })
        });
        work.await.unwrap();
        let worker = ask.somebody("Worker", &[Role::Worker]).await;
        let mate = ask.somebody("Mate", &[Role::Worker]).await;
        let manager = ask.somebody("Manager", &[Role::Manager]).await;
        let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
        let other = ask.somebody("Other", &[Role::AggressionDesk]).await;
        let stranger = ask.somebody("Stranger", &[Role::Manager]).await;
        ask.team("Zorg", &[&worker, &mate], &[&manager]).await;
        ask.team("Toezicht", &[], &[&stranger]).await;
        Self { ask, worker, mate, manager, desk, other, stranger }
    }

    async fn reports(&self, change: &[(&str, Value)]) -> Value {
        let mut body = report();
        for (field, value) in change {
            body[*field] = value.clone();
        }
        let made = self.ask.post(&self.worker, "/v1/incidents", body).await.expect(201);
        made.body
    }

    async fn says(&self, who: &Somebody, it: &Value, what: &str, body: Value) -> Value {
        let path = format!("/v1/incidents/{}/{what}", it["id"].as_str().unwrap());
        let answer = self.ask.post(who, &path, body).await.expect(200);
        answer.body
    }

    async fn sees(&self, who: &Somebody, it: &Value) -> Value {
        let path = format!("/v1/incidents/{}", it["id"].as_str().unwrap());
        self.ask.get(who, &path).await.ok().body
    }

    /// An approved measure for J. de Wit, who lives at the Hengelosestraat.
    async fn listed(&self, measure: &str, from: &str) -> String {
        let entry = json!({"name": "J. de Wit", "addresses": [address()], "measure": measure,
            "from": from, "until": "2027-03-01", "reviewOn": "2027-02-01", "reason": "Before.",
            "contact": {"name": "Desk", "phone": "0534818181"}});
        let made = self.ask.post(&self.desk, "/v1/register-entries", entry).await.ok();
        let id = made.body["id"].as_str().unwrap().to_owned();
        let path = format!("/v1/register-entries/{id}/approval");
        assert_eq!(self.ask.post(&self.other, &path, json!({})).await.status, StatusCode::OK);
        id
    }
}

fn address() -> Value {
    json!({"street": "Hengelosestraat", "houseNumber": 51, "houseLetter": "A", "addition": null,
        "postcode": "7514 AD", "city": "Enschede"})
}

fn report() -> Value {
    json!({"how": "phone", "happenedAt": "2026-11-23T08:30:00Z", "said": "Called me names.",
        "behaviour": "C", "persistent": true,
        "resident": {"name": "J. de Wit", "address": address()}})
}

fn letter() -> Value {
    json!({"reason": "Insulted an employee on 23 November 2026.",
        "contact": {"name": "Desk", "phone": "+31534818181"}, "openChannel": "A letter."})
}

async fn everything_has_the_declared_shape(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let cast = Cast::new(db).await;
    cast.listed("contact-ban", "2026-09-01").await;
    let input = [
        ("damage", json!("A window.")),
        ("breach", json!(true)),
        ("behaviour", json!("E")),
        ("emergency", json!({"steps": "Kept talking.", "called": "112"})),
        ("staff", json!([cast.mate.id])),
    ];
    let mut body = report();
    for (field, value) in input.clone() {
        body[field] = value;
    }
    shapes.fit("IncidentInput", &body);
    let made = cast.reports(&input).await;
    shapes.fit("Incident", &made);
    assert_eq!(made["needsEmergencyService"], true);
    assert_eq!(made["instructions"].as_array().unwrap().len(), 3);
    let assessed = cast.says(&cast.manager, &made, "assessment", json!({"behaviour": "D"})).await;
    shapes.fit("Incident", &assessed);
    assert_eq!(assessed["assessment"]["advice"]["first"][2], "breach-of-ban");
    let call = json!({"outcome": "persists", "note": "Shouted.", "calledBy": cast.desk.id});
    shapes.fit("OmbudsmanCallInput", &call);
    let called = cast.says(&cast.manager, &made, "ombudsman-call", call).await;
    shapes.fit("Incident", &called);
    let decision = json!({"reaction": "contact-ban", "letter": letter()});
    shapes.fit("DecisionInput", &decision);
    let decided = cast.says(&cast.manager, &made, "decision", decision).await;
    shapes.fit("Incident", &decided);
    let done = json!({"state": "done", "on": "2026-11-23", "reference": "PL0500-1"});
    shapes.fit("AffairInput", &done);
    shapes.fit("Incident", &cast.says(&cast.desk, &made, "police-report", done).await);
    let closed = cast.says(&cast.manager, &made, "closure", json!({"note": "All done."})).await;
    shapes.fit("Incident", &closed);
    for who in [&cast.worker, &cast.manager, &cast.desk] {
        shapes.fit("Incident", &cast.sees(who, &made).await);
        let list = cast.ask.get(who, "/v1/incidents?stage=closed").await.ok().body;
        shapes.fit("IncidentPage", &list);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
    measure(&cast, &shapes, decided["decision"]["entryId"].as_str().unwrap()).await;
}

async fn measure(cast: &Cast, shapes: &Shapes, entry: &str) {
    let desk = &cast.desk;
    let say = async |who: &Somebody, what: &str, body: Value| {
        let path = format!("/v1/register-entries/{entry}/{what}");
        let answer = cast.ask.post(who, &path, body).await.expect(200);
        shapes.fit("RegisterEntry", &answer.body);
        answer.body
    };
    say(desk, "approval", json!({})).await;
    let sent = json!({"trackingNumber": "3SABC1", "sentOn": "2026-11-23"});
    say(desk, "registered-mail", sent).await;
    let kept = json!({"reviewOn": "2027-04-01", "because": "Still needed."});
    say(desk, "review", kept).await;
    let mut there = address();
    there["houseNumber"] = json!(9);
    say(desk, "move", json!({"addresses": [there]})).await;
    let open = say(desk, "objection", json!({"receivedOn": "2026-11-23"})).await;
    assert_eq!(open["standing"], "under-objection");
    let right = json!({"upheld": true, "because": "It was somebody else."});
    let gone = say(&cast.other, "objection-decision", right).await;
    assert_eq!((&gone["standing"], &gone["status"]), (&json!("withdrawn"), &json!("withdrawn")));
}

async fn facts_are_asked_for_and_complaints_are_refused(db: Db) {
    let cast = Cast::new(db).await;
    let complaint = json!({"complaintOnly": true, "said": "Says that we are slow."});
    let answer = cast.ask.post(&cast.worker, "/v1/incidents", complaint).await.expect(400);
    assert_eq!(
        answer.faults(),
        ["behaviour", "complaintOnly", "happenedAt", "how", "resident.name"]
    );
    let why = answer.body["faults"].to_string();
    assert!(why.contains("never a ground"), "{why}");
    let mut bare = report();
    bare["said"] = json!("  ");
    assert_eq!(
        cast.ask.post(&cast.worker, "/v1/incidents", bare).await.expect(400).faults(),
        ["said"]
    );
    let mut child = report();
    child["resident"]["birthDate"] = json!("2012-01-01");
    let refused = cast.ask.post(&cast.worker, "/v1/incidents", child).await.expect(400);
    assert_eq!(refused.faults(), ["resident.birthDate"]);
    let mut odd = report();
    odd["teamId"] = json!(NOBODY);
    odd["staff"] = json!(["x", cast.mate.id, NOBODY]);
    let refused = cast.ask.post(&cast.worker, "/v1/incidents", odd).await.expect(400);
    assert_eq!(refused.faults(), ["staff[0]", "staff[2]", "teamId"]);
    assert_eq!(cast.ask.get(&cast.desk, "/v1/incidents").await.ok().body["items"], json!([]));
}

async fn only_those_whom_it_concerns_see_it(db: Db) {
    let cast = Cast::new(db).await;
    let made = cast.reports(&[]).await;
    let admin = cast.ask.somebody("Admin", &[Role::Administrator]).await;
    let auditor = cast.ask.somebody("Auditor", &[Role::Auditor]).await;
    let id = made["id"].as_str().unwrap();
    let path = |what: &str| format!("/v1/incidents/{id}{what}");
    let call = json!({"outcome": "calmed", "note": "x"});
    let steps = [
        ("/assessment", json!({})),
        ("/ombudsman-call", call),
        ("/decision", json!({"reaction": "none"})),
        ("/police-report", json!({"state": "open"})),
        ("/damage-claim", json!({"state": "open"})),
        ("/closure", json!({"note": "x"})),
    ];
    for (who, sees, other) in [
        (&cast.worker, 200, 403),
        (&cast.mate, 404, 404),
        (&cast.stranger, 404, 404),
        (&admin, 404, 404),
        (&auditor, 404, 404),
    ] {
        assert_eq!(cast.ask.get(who, &path("")).await.status, sees);
        let list = cast.ask.get(who, "/v1/incidents").await.ok();
        let seen = list.body["items"].as_array().unwrap().len();
        assert_eq!((list.status.as_u16(), seen), (200, usize::from(sees == 200)));
        for (what, body) in &steps {
            let answer = cast.ask.post(who, &path(what), body.clone()).await;
            assert_eq!(answer.status, other, "{what}");
        }
    }
    for who in [&cast.manager, &cast.desk, &cast.other] {
        assert_eq!(cast.ask.get(who, &path("")).await.status, 200);
        let list = cast.ask.get(who, "/v1/incidents").await.ok().body;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }
    for who in [&admin, &auditor] {
        assert_eq!(cast.ask.post(who, "/v1/incidents", report()).await.status, 403);
    }
    cast.ask.send(None, Method::GET, &path(""), &[], Value::Null).await.expect(401);
    cast.ask.get(&cast.desk, &format!("/v1/incidents/{NOBODY}")).await.expect(404);
}

async fn who_was_there_does_not_decide(db: Db) {
    let cast = Cast::new(db).await;
    let made = cast.reports(&[("staff", json!([cast.manager.id]))]).await;
    assert_eq!(cast.sees(&cast.manager, &made).await["mayAssess"], false);
    let path = format!("/v1/incidents/{}/assessment", made["id"].as_str().unwrap());
    cast.ask.post(&cast.manager, &path, json!({})).await.refused(403, "involved");
    let assessed = cast.says(&cast.desk, &made, "assessment", json!({})).await;
    assert_eq!(assessed["stage"], "assessed");
}

async fn a_reporter_sees_what_became_of_it_and_no_more(db: Db) {
    let cast = Cast::new(db).await;
    cast.listed("warning-letter", "2026-10-01").await;
    let made = cast.reports(&[]).await;
    assert_eq!((&made["candidates"], &made["assessment"]), (&Value::Null, &Value::Null));
    cast.says(&cast.manager, &made, "assessment", json!({})).await;
    let decision = json!({"reaction": "contact-ban", "letter": letter()});
    cast.says(&cast.manager, &made, "decision", decision).await;
    cast.says(&cast.manager, &made, "closure", json!({"note": "We sent a letter."})).await;
    let seen = cast.sees(&cast.worker, &made).await;
    assert_eq!(seen["decision"]["reaction"], "contact-ban");
    assert_eq!(seen["decision"]["standing"], "proposed");
    assert_eq!(seen["decision"]["entryId"], Value::Null);
    assert_eq!(seen["assessment"], Value::Null, "what the register holds is not told");
    assert_eq!(seen["closed"]["note"], "We sent a letter.");
}

async fn the_manager_and_the_desk_are_told_at_once(db: Db) {
    let cast = Cast::new(db).await;
    let made = cast.reports(&[]).await;
    for (who, told) in [
        (&cast.manager, 1),
        (&cast.desk, 1),
        (&cast.other, 1),
        (&cast.worker, 0),
        (&cast.mate, 0),
        (&cast.stranger, 0),
    ] {
        let number = cast.ask.stored(who.id).await.mobile.unwrap().number;
        let texts = cast.ask.texts(number.as_str()).await;
        assert_eq!(texts.len(), told, "{texts:?}");
        for text in texts {
            assert!(text.starts_with("Worker meldt een voorval."), "{text}");
            assert!(text.contains(made["id"].as_str().unwrap()), "{text}");
            assert!(!text.contains("Wit") && !text.contains("Hengelo"), "{text}");
        }
    }
}

async fn earlier_measures_are_found_and_chosen(db: Db) {
    let cast = Cast::new(db).await;
    let warning = cast.listed("warning-letter", "2026-10-01").await;
    let elsewhere = json!({"name": "J. de Wit"});
    let vague = cast.reports(&[("resident", elsewhere)]).await;
    let seen = cast.sees(&cast.manager, &vague).await;
    let candidate = json!([{"entryId": warning, "measure": "warning-letter", "from": "2026-10-01",
        "until": "2027-03-01", "sure": false}]);
    assert_eq!(seen["candidates"], candidate, "the same name, and nothing else");
    let advice = |seen: &Value| seen["assessment"]["advice"]["reaction"].clone();
    let alone = cast.says(&cast.manager, &vague, "assessment", json!({})).await;
    assert_eq!(advice(&alone), "warning-letter", "a name alone counts against nobody");
    let chosen = json!({"entries": [warning]});
    let sure = cast.says(&cast.manager, &vague, "assessment", chosen).await;
    assert_eq!(advice(&sure), "contact-ban");
    assert_eq!(sure["assessment"]["advice"]["reasons"][0]["earlier"][0]["on"], "2026-10-01");
    let same = cast.reports(&[]).await;
    let by_itself = cast.says(&cast.manager, &same, "assessment", json!({})).await;
    assert_eq!(advice(&by_itself), "contact-ban", "the same name in the same house");
    let path = format!("/v1/incidents/{}/assessment", same["id"].as_str().unwrap());
    let odd = cast.ask.post(&cast.manager, &path, json!({"entries": [NOBODY]})).await.expect(400);
    assert_eq!(odd.faults(), ["entries[0]"]);
}

async fn damage_and_police_are_affairs_of_their_own(db: Db) {
    let cast = Cast::new(db).await;
    let quiet = cast.reports(&[]).await;
    assert_eq!((&quiet["policeReport"], &quiet["damageClaim"]), (&Value::Null, &Value::Null));
    let grave = [("behaviour", json!("D")), ("damage", json!("A broken window."))];
    let made = cast.reports(&grave).await;
    assert_eq!(made["policeReport"]["state"], "open", "a threat is always reported");
    assert_eq!(made["damageClaim"]["state"], "open");
    let taken = cast.says(&cast.desk, &made, "police-report", json!({"state": "open"})).await;
    assert_eq!(taken["policeReport"]["who"]["name"], "Desk");
    let done = json!({"state": "done", "on": "2026-11-23", "reference": "PL0500-1"});
    cast.says(&cast.manager, &made, "police-report", done.clone()).await;
    let dropped = json!({"state": "dropped", "because": "The landlord pays."});
    cast.says(&cast.manager, &made, "damage-claim", dropped).await;
    let seen = cast.sees(&cast.worker, &made).await;
    assert_eq!(
        seen["policeReport"],
        json!({"state": "done", "who": {"id": cast.desk.id,
        "name": "Desk"}, "on": "2026-11-23", "reference": null, "because": null})
    );
    assert_eq!(seen["damageClaim"]["state"], "dropped");
    let path = format!("/v1/incidents/{}/police-report", made["id"].as_str().unwrap());
    assert_eq!(cast.ask.post(&cast.desk, &path, done).await.status, StatusCode::CONFLICT);
    let later = cast.says(&cast.manager, &quiet, "assessment", json!({"behaviour": "D"})).await;
    assert_eq!(later["policeReport"]["state"], "open", "found grave at a second look");
}

async fn every_look_at_an_incident_is_logged(db: Db) {
    let cast = Cast::new(db).await;
    let auditor = cast.ask.somebody("Auditor", &[Role::Auditor]).await;
    let made = cast.reports(&[]).await;
    cast.sees(&cast.desk, &made).await;
    cast.ask.get(&cast.manager, "/v1/incidents").await.ok();
    cast.says(&cast.manager, &made, "assessment", json!({})).await;
    let log = cast.ask.get(&auditor, "/v1/access-log").await.ok().body;
    Shapes::of(openapi::document()).fit("AccessLinePage", &log);
    let lines: Vec<_> = log["items"].as_array().unwrap().iter().collect();
    let seen: Vec<_> = lines
        .iter()
        .map(|l| (l["action"].as_str().unwrap(), l["by"]["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [
            ("incident-assessed", "Manager"),
            ("incidents-listed", "Manager"),
            ("incident-read", "Desk"),
            ("incident-reported", "Worker")
        ]
    );
    assert_eq!(lines[2]["details"]["incident"], made["id"]);
    assert!(!log.to_string().contains("Wit"), "no names of residents");
}

async fn a_municipality_counts_its_own_months(db: Db) {
    let cast = Cast::new(db).await;
    let admin = cast.ask.somebody("Admin", &[Role::Administrator]).await;
    cast.listed("warning-letter", "2026-10-01").await;
    let figures = json!({"warningTermMonths": 1, "reactionHours": 48});
    cast.ask.put(&admin, "/v1/policy", "\"0\"", figures).await.expect(200);
    let made = cast.reports(&[]).await;
    assert_eq!(made["dueAt"], "2026-11-25T09:00:00Z");
    let assessed = cast.says(&cast.manager, &made, "assessment", json!({})).await;
    assert_eq!(assessed["assessment"]["advice"]["reaction"], "warning-letter");
}
