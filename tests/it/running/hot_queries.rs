//! No query that is asked again and again reads a whole table: what it costs must not grow with what
//! lies there. The plans are those that the databases themselves tell.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::http::Method;
use chrono::TimeDelta;
use rugdekking::store::{
    Db, Error,
    db::{
        Sql,
        failpoints::{Failpoint, Failpoints},
    },
    messages::calls,
};
use serde_json::json;

use crate::support::{
    db::{opened, with_sqlite},
    hooks, on_both,
    town::{Town, form::home_visit},
};

/// The tables that grow with every day, or with the organisation.
const LARGE: [&str; 20] = [
    "people",
    "teams",
    "memberships",
    "push_subscriptions",
    "visits",
    "messages",
    "jobs",
    "alarms",
    "timeline",
    "links",
    "sessions",
    "visit_numbers",
    "visit_colleagues",
    "register_entries",
    "register_keys",
    "access_log",
    "idempotency",
    "register_answers",
    "outgoing_events",
    "webhook_deliveries",
];

/// Those that hold few rows, all of which may be read: what waits to be sent, unless there is a storm;
/// who sits at the desk or administers; what an older program wrote a moment ago.
const LITTLE: [&str; 5] = [
    "messages_to_send",
    "people_at_desk",
    "people_administering",
    "people_not_filed",
    "teams_not_filed",
];

/// Hears every query.
#[derive(Debug, Default)]
struct Listener(Mutex<BTreeSet<(&'static str, &'static str)>>);

#[async_trait]
impl Failpoints for Listener {
    async fn pass(&self, _: Failpoint) -> Result<(), Error> {
        Ok(())
    }

    fn hear(&self, sql: Sql) {
        self.0.lock().unwrap().insert((sql.sqlite, sql.postgres));
    }
}

/// A day on which everything happens that happens again and again: somebody registers, is asked, and
/// answers; somebody else does not, and is escalated; a manager takes the alarm and closes it.
async fn a_day(db: Db) {
    let town = Town::new(db).await;
    hooks::run(&town.db, &["add", "zaken", "--url", "http://127.0.0.1:9/"]).await;
    let answered = town.jan().registers(&home_visit("12:00")).await;
    let silent = town.jan().registers(&home_visit("13:00")).await;
    town.until("12:31").await;
    let said = |visit: &str| format!("/v1/visits/{visit}/check-ins");
    let key = [("idempotency-key", "once")];
    town.jan().send(Method::POST, &said(&answered), &key, json!({})).await.ok();
    town.until("13:50").await;
    let alarm = town.ruud().sees_alarm(&silent).await["id"].as_str().unwrap().to_owned();
    for (what, body) in [
        ("acknowledgement", json!({})),
        ("closure", json!({ "outcome": "safe", "note": "It is well" })),
    ] {
        town.fatima()
            .send(Method::POST, &format!("/v1/alarms/{alarm}/{what}"), &[], body)
            .await
            .ok();
    }
    let (engine, now) = (town.engine.instance, town.app.now());
    let looked = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { calls::broken_off(tx, "sip", engine, now).await })
    });
    looked.await.unwrap();
    town.clock.advance(TimeDelta::hours(1));
    town.settles().await;
    hooks::tells(&town).await;
    town.engine.audit().await.unwrap();
}

#[derive(sqlx::FromRow)]
struct Plan {
    #[sqlx(rename = "detail")]
    step: String,
}

#[derive(sqlx::FromRow)]
struct Line {
    #[sqlx(rename = "QUERY PLAN")]
    step: String,
}

/// How SQLite would go about it.
async fn steps_on_sqlite(db: &Db, sql: &str) -> Vec<String> {
    let asked: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
    let plan = db.read::<_, Error, _>(move |tx| Box::pin(tx.query(asked).all::<Plan>()));
    plan.await.unwrap().into_iter().map(|row| row.step).collect()
}

/// How PostgreSQL would go about it if it had to use an index wherever it can.
async fn steps_on_postgres(db: &Db, sql: &str) -> Vec<String> {
    let values = (1..100).take_while(|n| sql.contains(&format!("${n}"))).count();
    let values = match values {
        0 => String::new(),
        n => format!("({})", vec!["null"; n].join(", ")),
    };
    let prepare: &'static str = Box::leak(format!("prepare hot as {sql}").into_boxed_str());
    let explain: &'static str = Box::leak(format!("explain execute hot{values}").into_boxed_str());
    let plan = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            tx.query("set local enable_seqscan = off").execute().await?;
            tx.query("set local plan_cache_mode = force_generic_plan").execute().await?;
            tx.query(prepare).execute().await?;
            let plan = tx.query(explain).all::<Line>().await?;
            tx.query("deallocate hot").execute().await?;
            Ok(plan)
        })
    });
    plan.await.unwrap().into_iter().map(|row| row.step).collect()
}

/// The large tables that a query reads as a whole; in the order of an index as well, unless anything
/// will do: nobody knows how far it goes until it finds what is asked for.
fn read_whole(sql: &str, steps: &[String]) -> Vec<&'static str> {
    let takes_the_first = sql.contains(" limit 1") && !sql.contains(" where ");
    let scanned = |step: &String| {
        let step = step.trim_start_matches([' ', '-', '>']);
        let rest = step.strip_prefix("SCAN ").or_else(|| step.strip_prefix("Seq Scan on "))?;
        let is_little = LITTLE.iter().any(|index| rest.ends_with(&format!(" USING INDEX {index}")));
        if is_little || takes_the_first && rest.contains(" USING ") {
            return None;
        }
        let table = rest.split_whitespace().next()?;
        LARGE.into_iter().find(|large| *large == table)
    };
    steps.iter().filter_map(scanned).collect()
}

async fn no_hot_query_reads_a_whole_table(db: Db) {
    let listener = Arc::new(Listener::default());
    a_day(db.clone().with_failpoints(listener.clone())).await;
    let heard = listener.0.lock().unwrap().clone();
    assert!(heard.len() > 50, "only {} queries were heard", heard.len());
    let mut whole = vec![];
    for (sqlite, postgres) in heard {
        if ["savepoint", "rollback", "release"].iter().any(|word| sqlite.starts_with(word)) {
            continue;
        }
        let steps = match db.is_sqlite() {
            true => steps_on_sqlite(&db, sqlite).await,
            false => steps_on_postgres(&db, postgres).await,
        };
        for table in read_whole(sqlite, &steps) {
            whole.push(format!("all of {table}: {sqlite}\n{steps:#?}"));
        }
        let sorts = |step: &String| step == "USE TEMP B-TREE FOR ORDER BY";
        if sqlite.contains(" limit ") && steps.iter().any(sorts) {
            whole.push(format!("sorted: {sqlite}\n{steps:#?}"));
        }
    }
    assert!(whole.is_empty(), "{}", whole.join("\n\n"));
}

on_both!(no_hot_query_reads_a_whole_table);

#[derive(sqlx::FromRow)]
struct Opcode {
    opcode: String,
    p2: i64,
}

/// What SQLite's own program for a statement opens to write in.
async fn written_on_sqlite(db: &Db, sql: &str) -> BTreeSet<String> {
    let asked: &'static str = Box::leak(format!("explain {sql}").into_boxed_str());
    let work = db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let steps = tx.query(asked).all::<Opcode>().await?;
            let at = "select name, rootpage from sqlite_schema where rootpage > 0";
            let roots: Vec<(String, i64)> = tx.query(at).all().await?;
            let opens =
                |root: i64| steps.iter().any(|step| step.opcode == "OpenWrite" && step.p2 == root);
            Ok(roots.into_iter().filter(|(_, root)| opens(*root)).map(|(name, _)| name).collect())
        })
    });
    work.await.unwrap()
}

/// Who answers changes no list that the visit is on, but that of what changed lately: the others
/// would be written as well, each at another place.
#[tokio::test]
async fn an_answer_files_a_visit_anew_only_as_changed() {
    let story = async |db: Db| {
        let listener = Arc::new(Listener::default());
        let town = Town::new(db.clone().with_failpoints(listener.clone())).await;
        let visit = town.jan().registers(&home_visit("12:00")).await;
        town.until("12:31").await;
        listener.0.lock().unwrap().clear();
        town.jan().did(&visit, "check-ins", json!({})).await;
        let heard = listener.0.lock().unwrap().clone();
        let saves: Vec<_> = heard
            .iter()
            .map(|(sqlite, _)| sqlite)
            .filter(|sql| sql.contains("update visits"))
            .collect();
        assert_eq!(saves.len(), 1, "{saves:?}");
        let written = written_on_sqlite(&db, saves[0]).await;
        assert_eq!(written, ["visits", "visits_by_change"].map(str::to_owned).into());
    };
    with_sqlite(opened(story)).await;
}
