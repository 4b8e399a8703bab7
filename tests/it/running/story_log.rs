//! The log of a story: each line is found by the ids of what it is about, and tells of nobody.

use std::{
    io,
    sync::{Arc, Mutex},
};

use axum::http::Method;
use rugdekking::{
    app::serve::logging,
    config::{Log, LogFormat},
    store::Db,
};
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;

use crate::support::{
    asking::Asking,
    on_both,
    town::{Town, form::home_visit},
};

/// What this thread logs from now on.
struct Written {
    bytes: Arc<Mutex<Vec<u8>>>,
    _listening: DefaultGuard,
}

struct Pen(Arc<Mutex<Vec<u8>>>);

impl io::Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn in_format(format: LogFormat) -> Self {
        let bytes = Arc::<Mutex<Vec<u8>>>::default();
        let pen = bytes.clone();
        let log = Log { format, filter: "info".into() };
        let subscriber = logging::subscriber(&log, move || Pen(pen.clone()), false);
        Self { bytes, _listening: tracing::subscriber::set_default(subscriber) }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }

    /// The lines that hold this id, each as what it says and the fields of its spans.
    fn about(&self, id: &str) -> Vec<(String, Value)> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(id));
        let read = |line| serde_json::from_str::<Value>(line).unwrap();
        lines.map(read).map(|line| (said(&line), line["span"].clone())).collect()
    }
}

fn said(line: &Value) -> String {
    line["fields"]["message"].as_str().unwrap().to_owned()
}

/// Whether some line says this within a span that has all of these.
fn is_told(lines: &[(String, Value)], words: &str, span: &Value) -> bool {
    let has = |found: &Value| span.as_object().unwrap().iter().all(|(key, v)| &found[key] == v);
    lines.iter().any(|(said, found)| said == words && has(found))
}

async fn one_id_finds_a_visit_from_its_registration_to_its_end(db: Db) {
    let log = Written::in_format(LogFormat::Json);
    let town = Town::new(db).await;
    let instance = town.engine.instance.to_string();
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    let alarm = town.ruud().sees_alarm(&visit).await["id"].as_str().unwrap().to_owned();
    town.fatima().phone().presses_button(json!({})).await.ok();
    town.jan().did(&visit, "check-ins", json!({})).await;

    let lines = log.about(&visit);
    let (by_route, by_engine) = (
        |route: &str| json!({ "name": "request", "method": "POST", "route": route, "visit": visit }),
        |name: &str| json!({ "name": name, "instance": instance, "visit": visit }),
    );
    for (words, span) in [
        ("request answered", by_route("/v1/visits")),
        ("request answered", by_route("/v1/visits/{id}/check-ins")),
        ("visit job done", by_engine("job")),
        ("alarm job done", by_engine("job")),
        ("message handed over to carrier", by_engine("message")),
    ] {
        assert!(is_told(&lines, words, &span), "{words} in {span} is not in\n{}", log.text());
    }
    let sent = lines.iter().filter(|(said, _)| said == "message handed over to carrier");
    let messages: Vec<_> = sent.map(|(_, span)| span["message"].as_str().unwrap()).collect();
    assert!(messages.len() > 4, "{messages:?}");
    assert!(messages.iter().all(|id| id.parse::<uuid::Uuid>().is_ok()), "{messages:?}");

    let lines = log.about(&alarm);
    let taken = json!({ "name": "request", "route": "/a/{secret}", "alarm": alarm });
    assert!(is_told(&lines, "request answered", &taken), "{}", log.text());
    assert!(is_told(&lines, "alarm job done", &json!({ "alarm": alarm, "visit": visit })));
}

async fn nobody_is_in_the_log(db: Db) {
    let log = Written::in_format(LogFormat::Text);
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    let link = town.fatima().phone().link().await;
    town.fatima().phone().presses_button(json!({})).await.ok();
    town.jan().did(&visit, "check-ins", json!({})).await;
    town.carrier.is_away();
    town.until("14:30").await;
    let told = log.text();
    assert!(told.contains(&visit) && told.contains("message handed over to carrier"), "{told}");
    let secret = link.rsplit('/').next().unwrap();
    for private in [
        "+316", "Jan", "Fatima", "Ruud", "Sanne", "Wit", "Hengelo", "7514 AD", "@", "traplift",
        secret,
    ] {
        assert!(!told.contains(private), "{private} is in\n{told}");
    }
}

async fn a_request_keeps_the_id_that_it_came_with(db: Db) {
    let log = Written::in_format(LogFormat::Text);
    let ask = Asking::whole(db);
    let id = "0b6a8b9e-2c2f-7c3d-9a4e-5f60718293a4";
    let header = async |given: &[(&str, &str)]| {
        let answer = ask.send(None, Method::POST, "/v1/visits", given, json!({})).await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(header(&[("x-request-id", id)]).await, id);
    let parent = "00-0b6a8b9e2c2f7c3d9a4e5f60718293a4-00f067aa0ba902b7-01";
    assert_eq!(header(&[("traceparent", parent)]).await, id);
    let (one, other) = (header(&[]).await, header(&[("x-request-id", "+31612345678")]).await);
    assert!(one != other && other.parse::<uuid::Uuid>().is_ok(), "{one} {other}");
    assert_eq!(log.text().lines().filter(|line| line.contains(id)).count(), 2, "{}", log.text());
}

on_both!(
    one_id_finds_a_visit_from_its_registration_to_its_end,
    nobody_is_in_the_log,
    a_request_keeps_the_id_that_it_came_with,
);
