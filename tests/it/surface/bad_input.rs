//! What made-up input found out about the API (`scripts/schemathesis`), each kept from coming back.

use rugdekking::{model::people::Role, store::Db};
use serde_json::{Value, json};

use crate::support::{
    answer::Content,
    asking::{Asking, Somebody},
    on_both,
    town::{Town, at, form::moment},
};

/// The code of the first fault, or of the problem.
fn why(answer: &Content) -> (u16, &str, &str) {
    let fault = &answer.body["faults"][0];
    let field = fault["field"].as_str().unwrap_or_default();
    (answer.status.as_u16(), field, fault["code"].as_str().unwrap_or_default())
}

async fn almighty(ask: &Asking) -> Somebody {
    use Role::{Administrator, AggressionDesk, Auditor, Manager, Worker};
    ask.somebody("Almighty", &[Worker, Manager, AggressionDesk, Administrator, Auditor]).await
}

async fn a_list_is_never_read_as_the_fields_of_an_object(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    for path in ["/v1/me/channel-tests", "/v1/incidents", "/v1/teams", "/v1/drills"] {
        for body in [json!(["text"]), json!("text"), json!(1)] {
            let answer = ask.post(&who, path, body).await.any();
            assert_eq!(why(&answer), (400, "body", "invalid"), "{path}: {}", answer.body);
        }
    }
}

async fn a_wrong_type_is_told_by_its_field_with_all_other_faults(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    let visit = json!({ "kind": "house-visit", "expectedMinutes": "45", "mobile": { "number": "06" },
        "colleagues": [5, { "name": "Sanne Vos", "mobile": "1" }], "colour": "secret" });
    let answer = ask.post(&who, "/v1/visits", visit).await.refused(400, "invalid-input");
    let faults = answer.body["faults"].as_array().unwrap().iter();
    let told: Vec<_> = faults
        .map(|f| format!("{}: {}", f["field"].as_str().unwrap(), f["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            "colleagues[0]: expected an object, got a number",
            "colour: is not known",
            "expectedMinutes: expected a whole number, got text",
            "mobile: expected text, got an object",
            "startsAt: is required",
            "kind: home-visit, field-inspection or office-meeting",
        ]
    );
}

async fn what_narrows_a_list_is_read_or_refused(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    for (path, field) in [
        ("/v1/drills?teamId=nonsense", "teamId"),
        ("/v1/incident-draft?visitId=", "visitId"),
        ("/v1/incident-draft?alarmId=x", "alarmId"),
        ("/v1/visits?limit=null", "limit"),
        ("/v1/visits?status=", "status"),
        ("/v1/alarms?state=", "state"),
        ("/v1/incidents?stage=", "stage"),
        ("/v1/privacy-requests?state=", "state"),
    ] {
        let answer = ask.get(&who, path).await.any();
        assert_eq!(why(&answer), (400, field, "invalid"), "{path}: {}", answer.body);
    }
}

async fn nothing_is_no_file(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    for path in ["/v1/register-imports", "/v1/people-imports?dryRun=false"] {
        ask.post(&who, path, Value::Null).await.refused(400, "empty-file");
    }
}

async fn a_version_is_never_a_long_row_of_noughts(db: Db) {
    let ask = Asking::whole(db);
    let who = almighty(&ask).await;
    let before = ask.get(&who, "/v1/policy").await.ok();
    assert_eq!(before.body["version"], 0);
    let changed = json!({ "reactionHours": 48 });
    ask.put(&who, "/v1/policy", &"0".repeat(101), changed.clone()).await.expect(412);
    ask.put(&who, "/v1/policy", "\"0\"", changed).await.expect(200);
}

async fn a_measure_keeps_its_addresses_when_none_are_said(db: Db) {
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let home = json!({ "street": "Hengelosestraat", "houseNumber": 51, "city": "Enschede" });
    let entry = json!({ "name": "J. de Wit", "addresses": [home], "measure": "contact-ban",
        "from": "2026-11-01", "until": "2027-02-01", "reviewOn": "2027-01-15",
        "reason": "Threatened an employee at the counter on 30 October 2026.",
        "contact": { "name": "Kennispunt Agressie", "phone": "0534818181" } });
    let made = ask.post(&desk, "/v1/register-entries", entry).await.ok();
    let path = format!("/v1/register-entries/{}", made.body["id"].as_str().unwrap());
    for said in [Value::Null, json!({}), json!({ "addresses": null })] {
        let refused = ask.post(&desk, &format!("{path}/move"), said).await.any();
        assert_eq!(why(&refused), (400, "addresses", "required"), "{}", refused.body);
    }
    let kept = ask.get(&desk, &path).await.ok().body["addresses"].clone();
    assert_eq!(kept[0]["street"], "Hengelosestraat");
}

async fn a_note_stays_when_nothing_is_said(db: Db) {
    let town = Town::new(db).await;
    let incident = json!({ "how": "office", "happenedAt": moment(at("11:50")), "behaviour": "D",
        "said": "Ik wacht je buiten op.", "resident": { "name": "P. Onbekend" } });
    assert_eq!(town.jan().post("/v1/incidents", incident).await.status, 201);
    let list = town.jan().get("/v1/aftercare").await.ok().body;
    let path = format!("/v1/aftercare/{}", list["items"][0]["id"].as_str().unwrap());
    let note = format!("{path}/note");
    town.jan().post(&note, json!({ "note": "I sleep badly." })).await.expect(200);
    for said in [json!({}), json!({ "note": null })] {
        assert_eq!(town.jan().post(&note, said).await.status, 400);
    }
    assert_eq!(town.jan().get(&path).await.ok().body["note"], "I sleep badly.");
    assert_eq!(town.jan().post(&note, json!({ "note": "" })).await.ok().body["note"], Value::Null);
}

on_both!(
    a_wrong_type_is_told_by_its_field_with_all_other_faults,
    a_list_is_never_read_as_the_fields_of_an_object,
    what_narrows_a_list_is_read_or_refused,
    nothing_is_no_file,
    a_version_is_never_a_long_row_of_noughts,
    a_measure_keeps_its_addresses_when_none_are_said,
    a_note_stays_when_nothing_is_said,
);
