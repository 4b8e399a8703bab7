//! Files that come in and go out over REST: tried first, all or nothing, and four eyes all the same.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt as _;
use rugdekking::{
    api::openapi,
    model::people::Role,
    store::{Db, Error, imports, teams},
};
use serde_json::{Value, json};

use crate::{
    contract::shapes::Shapes,
    support::{
        asking::{Asking, Somebody},
        on_both,
    },
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

async fn send(ask: &Asking, who: &Somebody, path: &str, file: impl Into<Body>) -> (u16, Value) {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", who.token))
        .header("content-type", "text/csv")
        .body(file.into());
    let response = ask.ask(request.unwrap()).await;
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn fetch(ask: &Asking, who: &Somebody) -> (u16, Vec<u8>) {
    let request = Request::get("/v1/register-export")
        .header("authorization", format!("Bearer {}", who.token))
        .body(Body::empty());
    let response = ask.ask(request.unwrap()).await;
    let status = response.status().as_u16();
    (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn entries(ask: &Asking, who: &Somebody, status: &str) -> Vec<Value> {
    let path = format!("/v1/register-entries?status={status}&limit=200");
    ask.get(who, &path).await.body["items"].as_array().unwrap().clone()
}

const FOR_REAL: &str = "/v1/register-imports?dryRun=false";

async fn a_file_is_tried_and_then_imported_and_then_approved_by_somebody_else(db: Db) {
    let shapes = Shapes::of(openapi::document());
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk, Role::Auditor]).await;
    let file = file(&["J. de Wit", "Zoë ’t Hart"]);
    let (status, tried) = send(&ask, &desk, "/v1/register-imports", file.clone()).await;
    shapes.fit("ImportReport", &tried);
    assert_eq!((status, &tried["rows"], &tried["good"]), (200, &json!(2), &json!(2)));
    assert!(entries(&ask, &desk, "proposed").await.is_empty(), "it was only tried");
    let (status, done) = send(&ask, &desk, FOR_REAL, file).await;
    shapes.fit("ImportReport", &done);
    assert_eq!((status, &done["imported"]), (201, &json!(2)), "{done}");
    assert_eq!(entries(&ask, &desk, "proposed").await.len(), 2);
    let sought = json!({"residents": [{"name": "J. de Wit", "address": {"houseNumber": "51A",
        "postcode": "7514 AD"}}]});
    let hits = ask.post(&desk, "/v1/register-checks", sought.clone()).await.body;
    assert_eq!(hits["hits"], json!([]), "not before somebody else agrees");

    let listed = ask.get(&other, "/v1/register-imports").await.body;
    shapes.fit("RegisterImportPage", &listed);
    assert_eq!(
        (&listed["items"][0]["waiting"], &listed["items"][0]["mayApprove"]),
        (&json!(2), &json!(true))
    );
    let path = format!("/v1/register-imports/{}/approval", done["id"].as_str().unwrap());
    let alone = ask.post(&desk, &path, json!({})).await;
    assert_eq!((alone.status, &alone.body["code"]), (StatusCode::FORBIDDEN, &json!("four-eyes")));
    let agreed = ask.post(&other, &path, json!({})).await;
    shapes.fit("RegisterImport", &agreed.body);
    assert_eq!((agreed.status, &agreed.body["waiting"]), (StatusCode::OK, &json!(0)));
    assert_eq!(agreed.body["mayApprove"], false);
    let hits = ask.post(&desk, "/v1/register-checks", sought).await.body;
    assert_eq!(hits["hits"].as_array().unwrap().len(), 1 + 1, "both live there");
    let log = ask.get(&other, "/v1/access-log").await.body;
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
    let (status, tried) = send(&ask, &desk, "/v1/register-imports?dryRun=true", file.clone()).await;
    shapes.fit("ImportReport", &tried);
    assert_eq!((status, &tried["good"], &tried["moreFaults"]), (200, &json!(1), &json!(0)));
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
    let (status, refused) = send(&ask, &desk, FOR_REAL, file).await;
    assert_eq!((status, &refused["code"]), (400, &json!("faulty-file")));
    assert_eq!(told(&refused["report"]), expected);
    assert!(entries(&ask, &desk, "proposed").await.is_empty());
    let (status, none) = send(&ask, &desk, FOR_REAL, "\n").await;
    assert_eq!((status, &none["report"]["faults"][0]["code"]), (400, &json!("missing-column")));
    let (status, odd) = send(&ask, &desk, "/v1/register-imports?dryRun=maybe", "x").await;
    assert_eq!((status, &odd["faults"][0]["field"]), (400, &json!("dryRun")));
}

async fn the_same_file_is_imported_once_unless_it_is_said_so(db: Db) {
    let ask = Asking::whole(db);
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let file = file(&["J. de Wit"]);
    assert_eq!(send(&ask, &desk, FOR_REAL, file.clone()).await.0, 201);
    let (status, again) = send(&ask, &desk, FOR_REAL, file.clone()).await;
    assert_eq!((status, &again["code"]), (409, &json!("imported-before")));
    let (_, tried) = send(&ask, &desk, "/v1/register-imports", file.clone()).await;
    assert_eq!(tried["importedBefore"], "2026-11-23T09:00:00Z");
    assert_eq!(entries(&ask, &desk, "proposed").await.len(), 1);
    let forced = format!("{FOR_REAL}&force=true");
    assert_eq!(send(&ask, &desk, &forced, file).await.0, 201);
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
        let got = send(&ask, &who, "/v1/register-imports", file(&["A. Bos"])).await.0;
        assert_eq!(got, register, "{role:?}");
        assert_eq!(ask.get(&who, "/v1/register-imports").await.status.as_u16(), list, "{role:?}");
        let got = send(&ask, &who, "/v1/people-imports", "naam;mail\nA;a@b.nl\n").await.0;
        assert_eq!(got, people, "{role:?}");
        assert_eq!(fetch(&ask, &who).await.0, export, "{role:?}");
        let nowhere = "/v1/register-imports/01890000-0000-7000-8000-000000000001/approval";
        let got = ask.post(&who, nowhere, json!({})).await.status.as_u16();
        assert_eq!(got, approve, "{role:?}");
    }
    let request = Request::post("/v1/register-imports").body(Body::from("x"));
    assert_eq!(ask.ask(request.unwrap()).await.status(), StatusCode::UNAUTHORIZED);
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
    let (status, done) = send(&ask, &admin, path, file.clone()).await;
    shapes.fit("ImportReport", &done);
    assert_eq!(
        (status, &done["imported"], &done["encoding"]),
        (201, &json!(2), &json!("windows-1252"))
    );
    let all = ask.get(&admin, "/v1/people").await.body;
    let zoe = all["items"].as_array().unwrap().iter().find(|p| p["name"] == "Zoë Bos").unwrap();
    assert_eq!(zoe["mobile"]["number"], "+31612345678");
    assert_eq!(zoe["mobile"]["verifiedAt"], Value::Null, "whoever holds the phone proves it");
    let work = ask
        .house
        .db
        .read::<_, Error, _>(move |tx| Box::pin(async move { teams::load(tx, team).await }));
    let team = work.await.unwrap().item;
    assert_eq!((team.members.len(), team.managers.len()), (1, 1));
    assert_eq!(json!(team.members[0]), zoe["id"]);
    let (status, again) = send(&ask, &admin, path, file).await;
    assert_eq!((status, &again["code"]), (400, &json!("faulty-file")));
    let codes = again["report"]["faults"].as_array().unwrap().iter().map(|f| &f["code"]);
    assert_eq!(codes.collect::<Vec<_>>(), ["exists", "exists"]);
    assert_eq!(ask.get(&admin, "/v1/people").await.body["items"].as_array().unwrap().len(), 3);
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
    let (status, out) = fetch(&ask, &desk).await;
    assert_eq!(status, 200);
    let text = String::from_utf8(out.clone()).unwrap();
    assert!(text.contains("\"'=J. \"\"Wit\"\"") && text.contains("\"'+31534818181\""), "{text}");
    let (status, done) = send(&ask, &desk, FOR_REAL, out.clone()).await;
    assert_eq!(status, 201, "{done}");
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
    let (status, refused) = send(&ask, &desk, "/v1/register-imports", long.clone()).await;
    assert_eq!((status, &refused["code"]), (413, &json!("too-large")));
    let chunks = futures::stream::iter(vec![Ok::<_, std::io::Error>(long)]);
    let (status, refused) =
        send(&ask, &desk, "/v1/register-imports", Body::from_stream(chunks)).await;
    assert_eq!((status, &refused["code"]), (413, &json!("too-large")));
    // More than any other body may be, and more faults than anybody would read.
    let many = format!("{HEADERS}{}", format!("{};\n", "x".repeat(200)).repeat(1500));
    let (status, tried) = send(&ask, &desk, "/v1/register-imports", many).await;
    assert_eq!((status, &tried["rows"], &tried["good"]), (200, &json!(1500), &json!(0)));
    assert_eq!(tried["faults"].as_array().unwrap().len(), 1000);
    assert!(tried["moreFaults"].as_u64() > Some(500));
}

async fn what_was_broken_off_is_given_up(db: Db) {
    let ask = Asking::whole(db.clone());
    let desk = ask.somebody("Desk", &[Role::AggressionDesk]).await;
    let other = ask.somebody("Other", &[Role::AggressionDesk]).await;
    let (_, done) = send(&ask, &desk, FOR_REAL, file(&["J. de Wit"])).await;
    // As a crash would leave it.
    let half = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            tx.query("update register_imports set state = 'loading'").execute().await
        })
    });
    half.await.unwrap();
    let path = format!("/v1/register-imports/{}/approval", done["id"].as_str().unwrap());
    assert_eq!(ask.post(&other, &path, json!({})).await.body["code"], "loading");
    let now = ask.house.now();
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
