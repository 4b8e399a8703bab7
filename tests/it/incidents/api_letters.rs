//! Letters over REST: whole or refused, for those whom they concern, and kept as they were sent.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use rugdekking::{
    api::docs::openapi,
    model::{
        incidents::letters::{Letterhead, Templates},
        input::faults::Fault,
        people::Role,
    },
    service::Settings,
    store::{Db, Error, people::teams},
};
use serde_json::{Value, json};

use crate::{
    support::{
        asking::{Answer, Asking, Somebody, settings},
        office::{letterhead, organisation},
        on_both,
    },
    surface::contract::shapes::Shapes,
};

on_both!(
    a_letter_tells_all_that_it_lacks,
    the_letterhead_is_set_by_an_administrator,
    a_letter_is_for_those_whom_it_concerns,
    what_was_sent_never_changes,
    nothing_is_sent_that_is_not_whole,
    a_faulty_template_stands_in_the_way,
    the_police_are_named_once_they_were_told,
    every_look_at_a_letter_is_logged
);

struct Cast {
    ask: Asking,
    worker: Somebody,
    manager: Somebody,
    desk: Somebody,
    other: Somebody,
    admin: Somebody,
}

impl Cast {
    async fn new(db: Db, letterhead: Option<Letterhead>) -> Self {
        let ask = Asking::whole(db);
        let organisation = organisation(letterhead);
        let work = ask.app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { teams::save_organisation(tx, &organisation, 0).await })
        });
        work.await.unwrap();
        let worker = ask.somebody("Worker", &[Role::Worker]).await;
        let manager = ask.somebody("Manager", &[Role::Manager]).await;
        let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
        let other = ask.somebody("Other", &[Role::AggressionDesk]).await;
        let admin = ask.somebody("Admin", &[Role::Administrator, Role::Auditor]).await;
        ask.team("Zorg", &[&worker], &[&manager]).await;
        Self { ask, worker, manager, desk, other, admin }
    }

    /// An incident, and the entry that the manager decided on; nobody approved it yet.
    async fn decided(&self) -> (String, String) {
        let report = json!({"how": "phone", "happenedAt": "2026-11-22T23:30:00Z",
            "said": "I will get you.", "behaviour": "D", "persistent": false,
            "resident": {"name": "Zoë Çelik", "address": address(51)}});
        let made = self.ask.post(&self.worker, "/v1/incidents", report).await.expect(201);
        let incident = made.body["id"].as_str().unwrap().to_owned();
        let at = |what: &str| format!("/v1/incidents/{incident}/{what}");
        self.ask.post(&self.manager, &at("assessment"), json!({})).await.ok();
        let letter = json!({"reason": "Dreigde met <geweld> & meer.\nTwee keer.",
            "openChannel": "Een brief.", "contact": {"name": "Els", "phone": "+31534818181"}});
        let decision = json!({"reaction": "contact-ban", "letter": letter});
        let decided = self.ask.post(&self.manager, &at("decision"), decision).await.ok();
        let entry = decided.body["decision"]["entryId"].as_str();
        (incident.clone(), entry.unwrap_or_else(|| panic!("{}", decided.body)).to_owned())
    }

    async fn approved(&self) -> String {
        let (_, entry) = self.decided().await;
        let path = format!("/v1/register-entries/{entry}/approval");
        self.ask.post(&self.desk, &path, json!({})).await.expect(200);
        entry
    }

    async fn document(&self, ask: &Asking, who: &Somebody, entry: &str) -> Answer {
        let request = Request::get(format!("/v1/register-entries/{entry}/letter/document"))
            .header("authorization", format!("Bearer {}", who.token))
            .body(Body::empty());
        ask.ask(request.unwrap()).await
    }

    /// The document of whoever may have it.
    async fn downloaded(&self, ask: &Asking, who: &Somebody, entry: &str) -> Vec<u8> {
        let answer = self.document(ask, who, entry).await.expect(200);
        let named = format!("attachment; filename=\"{entry}.docx\"");
        assert_eq!(answer.headers["content-disposition"], named, "an id and nothing else");
        let kind = answer.headers["content-type"].to_str().unwrap();
        assert!(kind.ends_with("wordprocessingml.document"), "{kind}");
        answer.bytes
    }
}

fn address(number: u32) -> Value {
    json!({"street": "Hengelosestraat", "houseNumber": number, "houseLetter": null,
        "addition": null, "postcode": "7514 AD", "city": "Enschede"})
}

fn mail() -> Value {
    json!({"trackingNumber": "3SABC1", "sentOn": "2026-11-23"})
}

fn at(entry: &str, what: &str) -> String {
    format!("/v1/register-entries/{entry}/{what}")
}

async fn a_letter_tells_all_that_it_lacks(db: Db) {
    let cast = Cast::new(db, None).await;
    let shapes = Shapes::of(openapi::document());
    let bare = json!({"name": "J. de Wit", "measure": "warning-letter", "from": "2026-11-23",
        "until": "2027-05-23", "reviewOn": "2027-02-23", "reason": "Swore at an employee.",
        "contact": {"name": "Desk", "phone": "0534818181"}});
    let made = cast.ask.post(&cast.desk, "/v1/register-entries", bare).await.ok();
    let entry = made.body["id"].as_str().unwrap();
    let letter = cast.ask.get(&cast.desk, &at(entry, "letter")).await.ok();
    shapes.fit("Letter", &letter.body);
    let lacks = [
        "addresses",
        "behaviourDates",
        "letterhead.address",
        "letterhead.dataProtectionOfficer",
        "letterhead.place",
        "letterhead.remedy",
        "letterhead.signatory",
        "openChannel",
    ];
    assert_eq!(letter.faults(), lacks);
    assert_eq!((&letter.body["version"], &letter.body["sent"]), (&json!(0), &json!(false)));
    let refused = cast
        .ask
        .get(&cast.desk, &at(entry, "letter/document"))
        .await
        .refused(409, "letter-incomplete");
    assert_eq!(refused.faults(), lacks);
    let words = json!({"language": "en", "behaviourDates": ["2026-11-20"],
        "openChannel": "A letter.", "authorisedRepresentative": "Aunt", "consequences": "More."});
    shapes.fit("LetterWordsInput", &words);
    let composed = cast.ask.post(&cast.desk, &at(entry, "letter"), words).await.ok();
    shapes.fit("Letter", &composed.body);
    assert_eq!(composed.body["parts"]["behaviourDates"], "20 November 2026");
    assert_eq!(composed.body["parts"]["consequences"], "More.");
    assert!(!composed.faults().contains(&"openChannel"));
    let odd = json!({"language": "fr", "behaviourDates": ["soon"]});
    let odd = cast.ask.post(&cast.desk, &at(entry, "letter"), odd).await.expect(400);
    assert_eq!(odd.faults(), ["behaviourDates[0]", "language"]);
    let kept = cast.ask.get(&cast.desk, &at(entry, "letter")).await.ok().body;
    assert_eq!((&kept["language"], &kept["version"]), (&json!("en"), &json!(1)));
}

async fn the_letterhead_is_set_by_an_administrator(db: Db) {
    let cast = Cast::new(db, None).await;
    let shapes = Shapes::of(openapi::document());
    let set = async |who: &Somebody, etag: &str, body: Value| {
        cast.ask.patch(who, "/v1/organisation", etag, body).await
    };
    let faulty =
        set(&cast.admin, "\"1\"", json!({"letterhead": {"place": "Enschede"}})).await.expect(400);
    assert_eq!(
        faulty.faults(),
        [
            "letterhead.address",
            "letterhead.dataProtectionOfficer",
            "letterhead.remedy.kind",
            "letterhead.remedy.weeks",
            "letterhead.remedy.where",
            "letterhead.signatory"
        ]
    );
    let good = json!({"letterhead": letterhead()});
    shapes.fit("OrganisationChange", &good);
    assert_eq!(set(&cast.desk, "\"1\"", good.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(set(&cast.admin, "\"7\"", good.clone()).await.status, 412);
    let saved = set(&cast.admin, "\"1\"", good).await.expect(200);
    shapes.fit("Organisation", &saved.body);
    assert_eq!(saved.body["letterhead"]["signatory"], "R. Bloemen");
    let mut whole = saved.body.clone();
    for field in ["letterhead", "version"] {
        whole.as_object_mut().unwrap().remove(field);
    }
    let after = cast.ask.put(&cast.admin, "/v1/organisation", "\"2\"", whole).await.ok();
    let stays = &after.body["letterhead"]["signatory"];
    assert_eq!(stays, "R. Bloemen", "replacing the rest leaves it alone: {:?}", after.body);
    let others = cast.ask.get(&cast.desk, "/v1/organisation").await.ok().body;
    assert_eq!(others["letterhead"], Value::Null);
}

async fn a_letter_is_for_those_whom_it_concerns(db: Db) {
    let cast = Cast::new(db, Some(letterhead())).await;
    let stranger = cast.ask.somebody("Stranger", &[Role::Manager]).await;
    let (_, entry) = cast.decided().await;
    let words = json!({"language": "nl"});
    for (who, seen) in [
        (&cast.desk, 200),
        (&cast.other, 200),
        (&cast.manager, 200),
        (&stranger, 404),
        (&cast.worker, 403),
        (&cast.admin, 403),
    ] {
        cast.ask.get(who, &at(&entry, "letter")).await.expect(seen);
        cast.ask.post(who, &at(&entry, "letter"), words.clone()).await.expect(seen);
        assert_eq!(cast.document(&cast.ask, who, &entry).await.status, seen);
        let sent = cast.ask.post(who, &at(&entry, "registered-mail"), mail()).await;
        // Nobody approved it yet.
        sent.expect(if seen == 200 { 409 } else { seen });
    }
    let other = cast.ask.post(
        &cast.desk,
        "/v1/register-entries",
        json!({"name": "J. de Wit",
        "measure": "warning-letter", "from": "2026-11-23", "until": "2027-05-23",
        "reviewOn": "2027-02-23", "reason": "Swore.",
        "contact": {"name": "Desk", "phone": "0534818181"}}),
    );
    let other = other.await.ok().body["id"].as_str().unwrap().to_owned();
    cast.ask.get(&cast.manager, &at(&other, "letter")).await.expect(404);
}

async fn what_was_sent_never_changes(db: Db) {
    let cast = Cast::new(db.clone(), Some(letterhead())).await;
    let entry = cast.approved().await;
    cast.ask.post(&cast.manager, &at(&entry, "registered-mail"), mail()).await.expect(200);
    let before = cast.ask.get(&cast.desk, &at(&entry, "letter")).await.ok().body;
    Shapes::of(openapi::document()).fit("Letter", &before);
    assert_eq!((&before["sent"], &before["sentOn"]), (&json!(true), &json!("2026-11-23")));
    let document = cast.downloaded(&cast.ask, &cast.desk, &entry).await;

    // The person moves, the mayor changes, the template breaks, and time passes.
    let there = json!({"addresses": [address(9)]});
    assert_eq!(cast.ask.post(&cast.desk, &at(&entry, "move"), there).await.status, 200);
    let mut head = letterhead();
    head.signatory = "Somebody Else".into();
    let body = json!({ "letterhead": head });
    assert_eq!(cast.ask.patch(&cast.admin, "/v1/organisation", "\"1\"", body).await.status, 200);
    let mut templates = Templates::default();
    let broken = vec![Fault::new("template", "unreadable", "is no document")];
    templates.add("contact-ban.nl.docx".into(), Err(broken));
    let later = Asking::whole_with(Settings { letters: Arc::new(templates), ..settings() }, db);
    later.clock.advance(chrono::TimeDelta::hours(3));
    let after = later.get(&cast.desk, &at(&entry, "letter")).await.ok().body;
    assert_eq!(after, before);
    assert_eq!(cast.downloaded(&later, &cast.desk, &entry).await, document);

    for (what, body, status, code) in [
        ("letter", json!({"language": "en"}), 409, "sent"),
        ("registered-mail", mail(), 409, "sent"),
        ("delivery", json!({}), 400, "invalid-input"),
    ] {
        later.post(&cast.desk, &at(&entry, what), body).await.refused(status, code);
    }
    let delivered = json!({"deliveredOn": "2026-11-23"});
    let delivered = later.post(&cast.desk, &at(&entry, "delivery"), delivered).await.ok();
    assert_eq!(delivered.body["dossier"]["mail"]["deliveredOn"], "2026-11-23");
    let seen = later.get(&cast.desk, &at(&entry, "letter")).await.ok().body;
    assert_eq!(seen["deliveredOn"], "2026-11-23");
}

async fn nothing_is_sent_that_is_not_whole(db: Db) {
    let cast = Cast::new(db, None).await;
    let entry = cast.approved().await;
    let early = json!({"deliveredOn": "2026-11-23"});
    cast.ask.post(&cast.desk, &at(&entry, "delivery"), early).await.refused(409, "not-sent");
    let refused = cast
        .ask
        .post(&cast.desk, &at(&entry, "registered-mail"), mail())
        .await
        .refused(409, "letter-incomplete");
    assert_eq!(refused.faults().len(), 5, "all of the letterhead: {:?}", refused.body);
    let kept = cast.ask.get(&cast.desk, &at(&entry, "letter")).await.ok().body;
    assert_eq!((&kept["sent"], &kept["sentOn"]), (&json!(false), &Value::Null));
    let body = json!({ "letterhead": letterhead() });
    cast.ask.patch(&cast.admin, "/v1/organisation", "\"1\"", body).await.ok();
    let ahead = json!({"date": "2026-11-24"});
    cast.ask.post(&cast.desk, &at(&entry, "letter"), ahead).await.ok();
    let refused =
        cast.ask.post(&cast.desk, &at(&entry, "registered-mail"), mail()).await.expect(409);
    assert_eq!(refused.faults(), ["date"]);
    cast.ask.post(&cast.desk, &at(&entry, "letter"), json!({})).await.ok();
    cast.ask.post(&cast.desk, &at(&entry, "registered-mail"), mail()).await.expect(200);
    for (who, told) in [(&cast.other, 1), (&cast.desk, 0), (&cast.manager, 0)] {
        let number = cast.ask.stored(who.id).await.mobile.unwrap().number;
        let texts = cast.ask.texts(number.as_str()).await;
        let copies: Vec<_> = texts.iter().filter(|t| t.contains("is verstuurd")).collect();
        assert_eq!(copies.len(), told, "{texts:?}");
        assert!(copies.iter().all(|t| !t.contains("elik")), "no names: {copies:?}");
    }
}

async fn a_faulty_template_stands_in_the_way(db: Db) {
    let mut templates = Templates::default();
    let fault = Fault::new("template", "missing-placeholder", "{{remedy}} is missing");
    templates.add("contact-ban.nl.docx".into(), Err(vec![fault]));
    let cast = Cast::new(db.clone(), Some(letterhead())).await;
    let entry = cast.approved().await;
    let ask = Asking::whole_with(Settings { letters: Arc::new(templates), ..settings() }, db);
    let letter = ask.get(&cast.desk, &at(&entry, "letter")).await.ok();
    assert_eq!(letter.faults(), ["template"]);
    assert_eq!(letter.body["paragraphs"], json!([]));
    let refused = ask
        .post(&cast.desk, &at(&entry, "registered-mail"), mail())
        .await
        .refused(409, "template-faulty");
    assert_eq!(refused.faults(), ["template"]);
    ask.post(&cast.desk, &at(&entry, "letter"), json!({"language": "en"})).await.ok();
    ask.post(&cast.desk, &at(&entry, "registered-mail"), mail()).await.expect(200);
}

async fn the_police_are_named_once_they_were_told(db: Db) {
    let cast = Cast::new(db, Some(letterhead())).await;
    let (incident, entry) = cast.decided().await;
    let police = async || {
        cast.ask.get(&cast.desk, &at(&entry, "letter")).await.ok().body["parts"]["policeReport"]
            .clone()
    };
    assert_eq!(police().await, Value::Null, "it has to be done, and was not yet");
    let done = json!({"state": "done", "on": "2026-11-23", "reference": "PL0500-1"});
    let path = format!("/v1/incidents/{incident}/police-report");
    assert_eq!(cast.ask.post(&cast.desk, &path, done).await.status, StatusCode::OK);
    assert_eq!(police().await, "Wij hebben dit op 23 november 2026 bij de politie gemeld.");
    let letter = cast.ask.get(&cast.desk, &at(&entry, "letter")).await.ok().body;
    let dates = &letter["parts"]["behaviourDates"];
    assert_eq!(dates, "23 november 2026", "half past midnight where the municipality is");
    assert!(!letter.to_string().contains("PL0500"), "the number is the police's own");
}

async fn every_look_at_a_letter_is_logged(db: Db) {
    let cast = Cast::new(db, Some(letterhead())).await;
    let (_, entry) = cast.decided().await;
    cast.ask.get(&cast.desk, &at(&entry, "letter")).await.ok();
    cast.ask.post(&cast.manager, &at(&entry, "letter"), json!({})).await.ok();
    cast.downloaded(&cast.ask, &cast.desk, &entry).await;
    let log = cast.ask.get(&cast.admin, "/v1/access-log").await.ok().body;
    Shapes::of(openapi::document()).fit("AccessLinePage", &log);
    let lines = log["items"].as_array().unwrap().iter().take(3);
    let seen: Vec<_> = lines
        .map(|l| {
            assert_eq!(l["entryId"], entry.as_str());
            (l["action"].as_str().unwrap(), l["by"]["name"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        seen,
        [("letter-taken", "Desk"), ("letter-composed", "Manager"), ("letter-read", "Desk")]
    );
    assert!(!log.to_string().contains("elik"), "no names of residents");
}
