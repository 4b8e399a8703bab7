//! Who may do what: every operation of the served document by every role, in their own team and in
//! another one. An operation without a rule fails.

mod cast;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use rugdekking::{api::docs::openapi, store::Db};
use serde_json::Value;

use crate::support::on_both;
use cast::{Cast, WHO};

on_both!(each_may_do_what_the_rules_say_and_nothing_else, who_is_not_signed_in_is_told_so);

/// One operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
}

/// What ends a thing, after everything else was done with it.
const LAST: [&str; 3] = ["closeAlarm", "cancelVisit", "endVisit"];

/// The operations, those that end a thing last.
fn operations() -> Vec<Operation> {
    let paths = openapi::document()["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().filter_map(move |(method, operation)| {
            let id = operation["operationId"].as_str()?.to_owned();
            let method = method.to_uppercase().parse().unwrap();
            Some(Operation { id, method, path: path.clone() })
        })
    });
    // A feed does not end; it has tests of its own.
    let mut all: Vec<_> = all.filter(|operation| operation.id != "listen").collect();
    all.sort_by_key(|operation| LAST.contains(&operation.id.as_str()));
    all
}

fn rules() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let lines = rules::RULES.lines().map(str::trim).filter(|line| !line.is_empty());
    let read = lines.map(|line| {
        let mut words = line.split_whitespace();
        (words.next().unwrap(), words.flat_map(people).collect())
    });
    read.collect()
}

fn people(word: &'static str) -> Vec<&'static str> {
    match word {
        "everybody" => WHO.to_vec(),
        "goes-out" => rules::GOES_OUT.to_vec(),
        one => vec![one],
    }
}

/// Among those who may, these rules refuse one who cannot prove it or had a hand in it before.
const OTHERWISE: [&str; 3] = ["pin-needed", "pin-wrong", "four-eyes"];

/// Refused is who is not told whether there is anything at all, or that one may not. What the state
/// of things refuses (`409`) is another matter.
fn refused(status: StatusCode, body: &Value) -> bool {
    let proof = OTHERWISE.iter().any(|code| body["code"] == *code);
    matches!(status, StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED)
        || status == StatusCode::FORBIDDEN && !proof
}

async fn each_may_do_what_the_rules_say_and_nothing_else(db: Db) {
    let cast = Cast::new(db).await;
    let rules = rules();
    let mut faults = vec![];
    let mut known = BTreeSet::new();
    for operation in operations() {
        let Some(may) = rules.get(operation.id.as_str()) else {
            faults.push(format!("{} has no rule", operation.id));
            continue;
        };
        known.insert(operation.id.clone());
        let mut order = WHO;
        // Who is refused changes nothing; so the refused go first.
        order.sort_by_key(|who| may.contains(who));
        let mut seen = BTreeSet::new();
        for who in order {
            let answer = cast
                .does(who, &operation.id, operation.method.clone(), &operation.path)
                .await
                .any();
            if !refused(answer.status, &answer.body) {
                seen.insert(who);
            }
        }
        if *may != seen {
            faults.push(format!("{}: {may:?} may, but {seen:?} could", operation.id));
        }
    }
    let idle: Vec<_> = rules.keys().filter(|id| !known.contains(**id)).collect();
    assert!(idle.is_empty(), "rules for what does not exist: {idle:?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

async fn who_is_not_signed_in_is_told_so(db: Db) {
    let cast = Cast::new(db).await;
    for operation in operations() {
        let answer = cast.anonymous(&operation.id, operation.method.clone(), &operation.path).await;
        let open = rules::OPEN.contains(&operation.id.as_str());
        assert_eq!(
            answer.status == StatusCode::UNAUTHORIZED,
            !open,
            "{}: {}",
            operation.id,
            answer.status
        );
    }
}
