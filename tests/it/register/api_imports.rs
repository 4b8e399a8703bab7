//! Files that come in and go out over REST: tried first, all or nothing, and four eyes all the same.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use rugdekking::{
    api::docs::openapi,
    model::people::Role,
    store::{Db, Error, people::teams, register::imports},
};
use serde_json::{Value, json};

use crate::{
    support::{
        asking::{Answer, Asking, Somebody},
        on_both,
    },
    surface::contract::shapes::Shapes,
};

on_both!(
    a_file_is_tried_and_then_imported_and_then_approved_by_somebody_else,
    with_any_fault_nothing_is_imported,
    the_same_file_is_imported_once_unless_it_is_said_so,
    each_role_brings_in_its_own,
    people_come_in_with_their_teams,
    what_goes_out_comes_back_the_same,
    a_file_has_its_limits,
    what_was_broken_off_is_given_up
);

const HEADERS: &str = "naam;maatregel;vanaf;tot en met;herbeoordeling;reden;contactpersoon;telefoon;\
    straat;huisnummer;postcode;plaats\n";

fn row(name: &str, until: &str) -> String {
    format!(
        "{name};contactverbod;01-11-2026;{until};15-01-2027;\"Bedreigde, aan de balie.\";Els;\
         0534818181;Hengelosestraat;51A;7514 AD;Enschede\n"
    )
}

fn file(names: &[&str]) -> String {
    let rows = names.iter().map(|name| row(name, "01-02-2027"));
    format!("{HEADERS}{}", rows.collect::<String>())
}

async fn send(ask: &Asking, who: &Somebody, path: &str, file: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", who.token))
        .header("content-type", "text/csv")
        .body(file.into());
    ask.ask(request.unwrap()).await
}

async fn fetch(ask: &Asking, who: &Somebody) -> Answer {
    let request = Request::get("/v1/register-export")
        .header("authorization", format!("Bearer {}", who.token))
        .body(Body::empty());
    ask.ask(request.unwrap()).await
}

async fn entries(ask: &Asking, who: &Somebody, status: &str) -> Vec<Value> {
    let path = format!("/v1/register-entries?status={status}&limit=200");
    ask.get(who, &path).await.ok().body["items"].as_array().unwrap().clone()
}

const FOR_REAL: &str = "/v1/register-imports?dryRun=false";

async fn a_file_is_tried_and_then_imported_and_then_approved_by_somebody_else(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk, Role::Auditor]).await;
    let file = file(&["J. de Wit", "Zoë ’t Hart"]);
    let tried = send(&ask, &desk, "/v1/register-imports", file.clone()).await.expect(200).body;
    shapes.fit("ImportReport", &tried);
    assert_eq!((&tried["rows"], &tried["good"]), (&json!(2), &json!(2)));
    assert!(entries(&ask, &desk, "proposed").await.is_empty(), "it was only tried");
    let done = send(&ask, &desk, FOR_REAL, file).await.expect(201).body;
    shapes.fit("ImportReport", &done);
    assert_eq!(done["imported"], 2);
    assert_eq!(entries(&ask, &desk, "proposed").await.len(), 2);
    let sought = json!({"residents": [{"name": "J. de Wit", "address": {"houseNumber": "51A",
        "postcode": "7514 AD"}}]});
    let hits = ask.post(&desk, "/v1/register-checks", sought.clone()).await.ok().body;
    assert_eq!(hits["hits"], json!([]), "not before somebody else agrees");

    let listed = ask.get(&other, "/v1/register-imports").await.ok().body;
    shapes.fit("RegisterImportPage", &listed);
    assert_eq!(
        (&listed["items"][0]["waiting"], &listed["items"][0]["mayApprove"]),
        (&json!(2), &json!(true))
    );
    let path = format!("/v1/register-imports/{}/approval", done["id"].as_str().unwrap());
    ask.post(&desk, &path, json!({})).await.refused(403, "four-eyes");
    let agreed = ask.post(&other, &path, json!({})).await.expect(200);
    shapes.fit("RegisterImport", &agreed.body);
    assert_eq!(agreed.body["waiting"], 0);
    assert_eq!(agreed.body["mayApprove"], false);
    let hits = ask.post(&desk, "/v1/register-checks", sought).await.ok().body;
    assert_eq!(hits["hits"].as_array().unwrap().len(), 1 + 1, "both live there");
    let log = ask.get(&other, "/v1/access-log").await.ok().body;
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|l| &l["action"]).collect();
    assert_eq!(actions.iter().filter(|a| **a == "entry-approved").count(), 2, "{actions:?}");
    assert!(actions.contains(&&json!("register-imported")));
}

async fn with_any_fault_nothing_is_imported(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let good = row("J. de Wit", "01-02-2027");
    let file = format!("{HEADERS}{good}{}{}", row("", "01-02-2027"), row("Oud", "20-11-2026"));
    let tried =
        send(&ask, &desk, "/v1/register-imports?dryRun=true", file.clone()).await.expect(200).body;
    shapes.fit("ImportReport", &tried);
    assert_eq!((&tried["good"], &tried["moreFaults"]), (&json!(1), &json!(0)));
    let told = |report: &Value| {
        let faults = report["faults"].as_array().unwrap().iter();
        let one = |f: &Value| json!([f["line"], f["column"], f["code"]]);
        json!(faults.map(one).collect::<Vec<_>>())
    };
    let expected = json!([
        [3, "naam", "required"],
        [4, "tot en met", "ended"],
        [4, "herbeoordeling", "outside-term"]
    ]);
    assert_eq!(told(&tried), expected);
    let refused = send(&ask, &desk, FOR_REAL, file).await.refused(400, "faulty-file").body;
    assert_eq!(told(&refused["report"]), expected);
    assert!(entries(&ask, &desk, "proposed").await.is_empty());
    let none = send(&ask, &desk, FOR_REAL, "\n").await.expect(400).body;
    assert_eq!(none["report"]["faults"][0]["code"], "missing-column");
    let odd = send(&ask, &desk, "/v1/register-imports?dryRun=maybe", "x").await.expect(400).body;
    assert_eq!(odd["faults"][0]["field"], "dryRun");
}

async fn the_same_file_is_imported_once_unless_it_is_said_so(db: Db) {
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let file = file(&["J. de Wit"]);
    assert_eq!(send(&ask, &desk, FOR_REAL, file.clone()).await.status, 201);
    send(&ask, &desk, FOR_REAL, file.clone()).await.refused(409, "imported-before");
    let tried = send(&ask, &desk, "/v1/register-imports", file.clone()).await.ok().body;
    assert_eq!(tried["importedBefore"], "2026-11-23T09:00:00Z");
    assert_eq!(entries(&ask, &desk, "proposed").await.len(), 1);
    let forced = format!("{FOR_REAL}&force=true");
    assert_eq!(send(&ask, &desk, &forced, file).await.status, 201);
    assert_eq!(entries(&ask, &desk, "proposed").await.len(), 2);
}

async fn each_role_brings_in_its_own(db: Db) {
    let ask = Asking::whole(db);
    for (role, register, list, people, export, approve) in [
        (Role::AggressionDesk, 200, 200, 403, 200, 404),
        (Role::Administrator, 200, 200, 200, 403, 403),
        (Role::Manager, 403, 403, 403, 403, 403),
        (Role::Worker, 403, 403, 403, 403, 403),
        (Role::Auditor, 403, 403, 403, 403, 403),
    ] {
        let who = ask.somebody(&format!("{role:?}"), &[role]).await;
        let got = send(&ask, &who, "/v1/register-imports", file(&["A. Bos"])).await.status;
        assert_eq!(got, register, "{role:?}");
        assert_eq!(ask.get(&who, "/v1/register-imports").await.status, list, "{role:?}");
        let got = send(&ask, &who, "/v1/people-imports", "naam;mail\nA;a@b.nl\n").await.status;
        assert_eq!(got, people, "{role:?}");
        assert_eq!(fetch(&ask, &who).await.status, export, "{role:?}");
        let nowhere = "/v1/register-imports/01890000-0000-7000-8000-000000000001/approval";
        let got = ask.post(&who, nowhere, json!({})).await.status;
        assert_eq!(got, approve, "{role:?}");
    }
    let request = Request::post("/v1/register-imports").body(Body::from("x"));
    assert_eq!(ask.ask(request.unwrap()).await.status, StatusCode::UNAUTHORIZED);
}

async fn people_come_in_with_their_teams(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let admin = ask.somebody("Admin", &[Role::Administrator]).await;
    let team = ask.team("Wmo en inkomen", &[], &[]).await;
    // As an older spreadsheet saves it, with commas.
    let file = b"Name,Mail,Mobile,Roles,Teams,Manages\n\
        Zo\xeb Bos,zoe@enschede.example,0612345678,worker,wmo en inkomen,\n\
        Ruud Smit,ruud@enschede.example,0611223344,manager,,Wmo en inkomen\n"
        .to_vec();
    let path = "/v1/people-imports?dryRun=false";
    let done = send(&ask, &admin, path, file.clone()).await.expect(201).body;
    shapes.fit("ImportReport", &done);
    assert_eq!((&done["imported"], &done["encoding"]), (&json!(2), &json!("windows-1252")));
    let all = ask.get(&admin, "/v1/people").await.ok().body;
    let zoe = all["items"].as_array().unwrap().iter().find(|p| p["name"] == "Zoë Bos").unwrap();
    assert_eq!(zoe["mobile"]["number"], "+31612345678");
    assert_eq!(zoe["mobile"]["verifiedAt"], Value::Null, "whoever holds the phone proves it");
    let work = ask
        .app
        .db
        .read::<_, Error, _>(move |tx| Box::pin(async move { teams::load(tx, team).await }));
    let team = work.await.unwrap().item;
    assert_eq!((team.members.len(), team.managers.len()), (1, 1));
    assert_eq!(json!(team.members[0]), zoe["id"]);
    let again = send(&ask, &admin, path, file).await.refused(400, "faulty-file").body;
    let codes = again["report"]["faults"].as_array().unwrap().iter().map(|f| &f["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["exists", "exists"]);
    assert_eq!(ask.get(&admin, "/v1/people").await.ok().body["items"].as_array().unwrap().len(), 3);
}

async fn what_goes_out_comes_back_the_same(db: Db) {
    let ask = Asking::whole(db.clone());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let odd = json!({"name": "=J. \"Wit\" ’t Hoen; é", "birthDate": "1980-02-29", "addresses": [
            {"street": "+Straat", "houseNumber": "51A", "postcode": "7514 AD", "city": "Enschede"},
            {"houseNumber": 3, "addition": "BIS", "street": "Kade", "city": "'s-Gravenhage"}],
        "measure": "warning-letter", "from": "2026-11-01", "until": "2027-02-01",
        "reviewOn": "2027-01-15", "reason": "-Riep:\n\"=kom maar\"\r\n@balie",
        "contact": {"name": "Els", "phone": "+31534818181"}, "openChannel": "Per brief."});
    assert_eq!(ask.post(&desk, "/v1/register-entries", odd).await.status, StatusCode::CREATED);
    let out = fetch(&ask, &desk).await.expect(200).bytes;
    let text = String::from_utf8(out.clone()).unwrap();
    assert!(text.contains("\"'=J. \"\"Wit\"\"") && text.contains("\"'+31534818181\""), "{text}");
    send(&ask, &desk, FOR_REAL, out).await.expect(201);
    let both = entries(&ask, &desk, "proposed").await;
    let facts = |entry: &Value| {
        let mut entry = entry.clone();
        for own in ["id", "version", "proposedAt", "dossier"] {
            entry.as_object_mut().unwrap().remove(own);
        }
        entry
    };
    assert_eq!(facts(&both[0]), facts(&both[1]));
    assert_eq!(both[0]["dossier"]["openChannel"], "Per brief.");
}

async fn a_file_has_its_limits(db: Db) {
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let long = vec![b'x'; 10 * 1024 * 1024 + 1];
    send(&ask, &desk, "/v1/register-imports", long.clone()).await.refused(413, "too-large");
    let chunks = futures::stream::iter(vec![Ok::<_, std::io::Error>(long)]);
    send(&ask, &desk, "/v1/register-imports", Body::from_stream(chunks))
        .await
        .refused(413, "too-large");
    // More than any other body may be, and more faults than anybody would read.
    let many = format!("{HEADERS}{}", format!("{};\n", "x".repeat(200)).repeat(1500));
    let tried = send(&ask, &desk, "/v1/register-imports", many).await.expect(200).body;
    assert_eq!((&tried["rows"], &tried["good"]), (&json!(1500), &json!(0)));
    assert_eq!(tried["faults"].as_array().unwrap().len(), 1000);
    assert!(tried["moreFaults"].as_u64() > Some(500));
}

async fn what_was_broken_off_is_given_up(db: Db) {
    let ask = Asking::whole(db.clone());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk]).await;
    let done = send(&ask, &desk, FOR_REAL, file(&["J. de Wit"])).await.ok().body;
    // As a crash would leave it.
    let half = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            tx.query("update register_imports set state = 'loading'").execute().await
        })
    });
    half.await.unwrap();
    let path = format!("/v1/register-imports/{}/approval", done["id"].as_str().unwrap());
    ask.post(&other, &path, json!({})).await.refused(409, "loading");
    let now = ask.app.now();
    let sweep = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            imports::give_up(tx, now).await?;
            Ok(imports::page(tx, None, 10).await?.len())
        })
    });
    assert_eq!(sweep.await.unwrap(), 1, "it may still be going on");
    let sweep = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            imports::give_up(tx, now + chrono::TimeDelta::seconds(1)).await?;
            Ok(imports::page(tx, None, 10).await?.len())
        })
    });
    assert_eq!(sweep.await.unwrap(), 0);
    assert!(entries(&ask, &desk, "proposed").await.is_empty());
}
