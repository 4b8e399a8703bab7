//! What holds for every answer: security headers, limits, problems; and health, figures, the pages.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
    routing::get,
};
use chrono::TimeDelta;
use rugdekking::{
    api::{docs::openapi, http as shell},
    model::{ids::TeamId, people::Role, privacy::secret::Secret},
    service::Settings,
    store::{
        Db, Error,
        jobs::{self, JobKind},
    },
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Answer, Asking, settings},
    on_both,
};

on_both!(
    readiness_tells_each_part,
    with_a_token_only_who_shows_it_sees_inside,
    a_step_that_is_late_is_not_ready,
    a_channel_without_a_working_carrier_is_not_ready,
    figures_are_counted,
    every_answer_is_secured,
    only_the_contract_is_for_every_site,
    a_refusal_is_a_problem,
    a_long_body_is_refused,
    the_demo_tells_its_own_time,
    the_demo_is_not_outside_the_demo,
    a_person_gets_the_page_and_a_program_does_not,
    the_reference_holds_every_operation
);

async fn get_it(ask: &Asking, path: &str) -> Answer {
    ask.send(None, Method::GET, path, &[], Value::Null).await
}

async fn text(ask: &Asking, path: &str) -> String {
    ask.ask(Request::get(path).body(Body::empty()).unwrap()).await.ok().text
}

async fn readiness_tells_each_part(db: Db) {
    let ask = Asking::whole(db.clone());
    let ready = get_it(&ask, "/health/ready").await.expect(200);
    assert_eq!(ready.body["database"]["status"], "ready");
    assert_eq!(ready.body["jobs"], json!({"status": "ready", "lagSeconds": 0.0, "setAside": 0}));
    assert_eq!(ready.body["carriers"]["channels"][1]["carriers"][0]["name"], "fake");
    db.close().await;
    let gone = get_it(&ask, "/health/ready").await.expect(503);
    assert_eq!(gone.body["database"]["status"], "failing");
    assert_eq!(gone.body["jobs"]["status"], "failing", "nobody knows");
    assert_eq!(gone.body["carriers"]["status"], "ready");
    assert_eq!(get_it(&ask, "/health/live").await.status, StatusCode::OK);
    let figures = text(&ask, "/metrics").await;
    assert!(figures.contains("\nrugdekking_database_up 0\n"), "{figures}");
}

async fn with_a_token_only_who_shows_it_sees_inside(db: Db) {
    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    let ask = Asking::whole_of(db, |app| app.metrics_token = Some(Secret::new(TOKEN)));
    let shows = async |path: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        ask.send(None, Method::GET, path, &[("authorization", bearer.as_str())], Value::Null).await
    };
    get_it(&ask, "/metrics").await.expect(404);
    shows("/metrics", "another").await.expect(404);
    shows("/metrics", TOKEN).await.expect(200);
    let plain = get_it(&ask, "/health/ready").await.expect(200).body;
    let rows = json!({ "status": "ready", "unreadable": {} });
    assert_eq!(plain, json!({ "rows": rows, "status": "ready" }));
    assert_eq!(shows("/health/ready", TOKEN).await.expect(200).body["jobs"]["status"], "ready");
}

async fn due(ask: &Asking, seconds_ago: i64) {
    let at = ask.app.now() - TimeDelta::seconds(seconds_ago);
    let subject = TeamId::new(&*ask.app.random, at).0;
    let work = ask.app.db.write(move |tx| {
        Box::pin(async move { jobs::set(tx, JobKind::Visit, subject, Some(at)).await })
    });
    work.await.unwrap();
}

async fn a_step_that_is_late_is_not_ready(db: Db) {
    let ask = Asking::whole(db);
    due(&ask, 60).await;
    let late = get_it(&ask, "/health/ready").await.expect(200);
    assert_eq!(late.body["jobs"]["lagSeconds"], 60.0);
    ask.clock.advance(TimeDelta::seconds(1));
    let too_late = get_it(&ask, "/health/ready").await.expect(503);
    assert_eq!(too_late.body["jobs"]["status"], "failing");
    assert_eq!(too_late.body["database"]["status"], "ready");
}

async fn a_channel_without_a_working_carrier_is_not_ready(db: Db) {
    let ask = Asking::whole(db);
    let fail = |times| ask.carriers.0.lock().unwrap()[0].failures_in_a_row = times;
    fail(2);
    assert_eq!(get_it(&ask, "/health/ready").await.status, StatusCode::OK);
    fail(3);
    let ill = get_it(&ask, "/health/ready").await.expect(503);
    assert_eq!(ill.body["carriers"]["channels"][0]["status"], "failing");
    assert_eq!(ill.body["carriers"]["channels"][1]["status"], "ready");
    let spare = { ask.carriers.0.lock().unwrap()[0] };
    let spare =
        rugdekking::model::messages::carrier_state::CarrierState { failures_in_a_row: 0, ..spare };
    ask.carriers.0.lock().unwrap().push(spare);
    assert_eq!(get_it(&ask, "/health/ready").await.status, StatusCode::OK, "a second one works");
    ask.carriers.0.lock().unwrap()[2].line_is_down = true;
    let lost = get_it(&ask, "/health/ready").await.expect(503);
    assert_eq!(lost.body["carriers"]["channels"][0]["carriers"][1]["lineIsDown"], true);
    ask.carriers.0.lock().unwrap().clear();
    let nobody = get_it(&ask, "/health/ready").await;
    assert_eq!(nobody.status, StatusCode::SERVICE_UNAVAILABLE, "what is promised has nobody");
}

async fn figures_are_counted(db: Db) {
    let ask = Asking::whole(db);
    due(&ask, 5).await;
    let due_job = ask
        .app
        .db
        .read({
            let now = ask.app.now();
            move |tx| Box::pin(async move { jobs::due(tx, now, 9).await })
        })
        .await
        .unwrap()[0];
    let again = ask.app.now();
    let aside = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { jobs::set_aside(tx, &due_job, again).await })
    });
    aside.await.unwrap();
    ask.carriers.0.lock().unwrap()[1].failures = 4;
    let page = text(&ask, "/metrics").await;
    for line in [
        "rugdekking_job_lag_seconds 5.0",
        "rugdekking_jobs_set_aside 1",
        "rugdekking_alarms_open 0",
        "rugdekking_database_up 1",
        "rugdekking_event_listeners 0",
        "rugdekking_carrier_successes_total{channel=\"text\",carrier=\"fake\"} 2",
        "rugdekking_carrier_failures_total{channel=\"call\",carrier=\"fake\"} 4",
        "rugdekking_carrier_working{channel=\"call\",carrier=\"fake\"} 1",
        &format!("rugdekking_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
    }
    get_it(&ask, "/health/ready").await.expect(503);
}

async fn every_answer_is_secured(db: Db) {
    let ask = Asking::whole(db);
    for path in ["/", "/docs", "/v1/me", "/v1/nothing", "/health/live", "/sign-in", "/link.css"] {
        let answer = get_it(&ask, path).await.any();
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert!(header("permissions-policy").starts_with("geolocation=(self)"), "{path}");
        assert!(header("strict-transport-security").starts_with("max-age="), "{path}");
        let api = path.starts_with("/v1/");
        assert_eq!(answer.headers.get("api-version").is_some(), api, "{path}");
        assert!(!api || header("cache-control") == "no-store", "{path}");
    }
    let plain = Settings { public_url: "http://127.0.0.1:8080".into(), ..settings() };
    let plain = Asking::whole_with(plain, ask.app.db.clone());
    let answer = get_it(&plain, "/").await.ok();
    assert!(!answer.headers.contains_key("strict-transport-security"), "not without TLS");
}

async fn only_the_contract_is_for_every_site(db: Db) {
    let ask = Asking::whole(db);
    let contract = get_it(&ask, "/v1/openapi.json").await.ok();
    assert_eq!(contract.headers["access-control-allow-origin"], "*");
    assert_eq!(contract.headers["api-version"], openapi::version());
    assert_eq!(contract.body, *openapi::document());
    for path in ["/v1/me", "/", "/docs", "/health/ready"] {
        let answer = get_it(&ask, path).await.any();
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{path}");
    }
}

async fn a_refusal_is_a_problem(db: Db) {
    let ask = Asking::whole(db);
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let send = async |method, path| ask.send(Some(&worker), method, path, &[], Value::Null).await;
    let unknown = send(Method::GET, "/v1/nothing").await.refused(404, "no-such-address");
    let method = send(Method::DELETE, "/v1/me").await.refused(405, "no-such-method");
    let query = send(Method::GET, "/v1/visits?limit=0").await.refused(400, "invalid-input");
    for answer in [&unknown, &method, &query] {
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert!(method.headers["allow"].to_str().unwrap().contains("GET"));
    let routes = Router::new().route("/v1/broken", get(async || -> &str { panic!("on purpose") }));
    let broken = shell::around(routes, ask.app.clone());
    let request = Request::get("/v1/broken").body(Body::empty()).unwrap();
    let answer = tower::ServiceExt::oneshot(broken, request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["x-frame-options"], "DENY");
}

async fn a_long_body_is_refused(db: Db) {
    let ask = Asking::whole(db);
    let worker = ask.somebody("Worker", &[Role::Worker]).await;
    let long = json!({"background": "x".repeat(256 * 1024)});
    let refused = ask.post(&worker, "/v1/visits", long.clone()).await.expect(413);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    // Without a length in front, it is cut off while it comes in.
    let chunks = futures::stream::iter(vec![Ok::<_, std::io::Error>(long.to_string())]);
    let request = Request::post("/v1/visits")
        .header("authorization", format!("Bearer {}", worker.token))
        .body(Body::from_stream(chunks));
    let cut = ask.ask(request.unwrap()).await;
    assert_eq!(cut.status, StatusCode::PAYLOAD_TOO_LARGE);
    ask.post(&worker, "/v1/visits", json!({"background": "x"})).await.expect(400);
}

async fn the_demo_tells_its_own_time(db: Db) {
    let demo = Asking::whole_of(db.clone(), |app| app.is_demo = true);
    demo.clock.advance(TimeDelta::seconds(3661));
    let answer = get_it(&demo, "/health/live").await.ok();
    assert_eq!(answer.headers["date"], "Mon, 23 Nov 2026 10:01:01 GMT");
    let real = get_it(&Asking::whole(db), "/health/live").await.ok();
    assert!(!real.headers.contains_key("date"), "the server below sets it");
}

async fn the_demo_is_not_outside_the_demo(db: Db) {
    let real = Asking::whole(db.clone());
    let demo = Asking::whole_of(db, |app| app.is_demo = true);
    for path in ["/demo", "/sandbox/phones"] {
        let page = &[("accept", "text/html")];
        let answer = real.send(None, Method::GET, path, page, Value::Null).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(get_it(&demo, path).await.status, StatusCode::OK, "{path}");
    }
    let sign_in = json!({"persona": "worker"});
    real.send(None, Method::POST, "/demo/sign-in", &[], sign_in).await.expect(404);
}

async fn a_person_gets_the_page_and_a_program_does_not(db: Db) {
    let ask = Asking::whole(db);
    let page = &[("accept", "text/html,application/xhtml+xml")];
    let home = ask.send(None, Method::GET, "/", page, Value::Null).await.expect(200);
    assert!(home.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    ask.send(None, Method::GET, "/somewhere", page, Value::Null).await.expect(200);
    get_it(&ask, "/somewhere").await.expect(404);
    ask.send(None, Method::GET, "/../Cargo.toml", &[], Value::Null).await.expect(404);
    ask.send(None, Method::POST, "/somewhere", page, Value::Null).await.expect(404);
    // With a web build, the page has a tag by which it is not sent twice.
    if let Some(tag) = home.headers.get("etag") {
        let tag = tag.to_str().unwrap();
        ask.send(None, Method::GET, "/", &[("if-none-match", tag)], Value::Null).await.expect(304);
        assert_eq!(home.headers["cache-control"], "no-cache");
        let html = text(&ask, "/").await;
        let asset = html.split('"').find(|part| part.starts_with("/assets/")).unwrap();
        let asset = get_it(&ask, asset).await.ok();
        let kept = "public, max-age=31536000, immutable";
        assert_eq!(
            (asset.status, &asset.headers["cache-control"]),
            (StatusCode::OK, kept.parse().as_ref().unwrap())
        );
    } else {
        assert!(text(&ask, "/").await.contains("make web"), "it says what is missing");
    }
}

async fn the_reference_holds_every_operation(db: Db) {
    let ask = Asking::whole(db);
    let page = text(&ask, "/docs").await;
    let paths = openapi::document()["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let ids: Vec<_> = operations.filter_map(|o| o["operationId"].as_str()).collect();
    assert!(ids.len() > 40, "{}", ids.len());
    for id in ids {
        assert!(page.contains(&format!("<article id=\"{id}\">")), "{id} is not there");
    }
    for schema in openapi::document()["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<article id=\"schema-{schema}\">")), "{schema}");
    }
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link} leads nowhere");
    }
    assert!(!page.contains("<script") && !page.contains("style=\""), "the policy forbids these");
    assert_eq!(get_it(&ask, "/docs/style.css").await.ok().headers["content-type"], "text/css");
}
