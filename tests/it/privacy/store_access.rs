//! The access log is a chain: whatever is done to it behind our back is found.

use chrono::TimeDelta;
use rugdekking::{
    model::{
        clock::Instant,
        ids::{LineId, PersonId},
        privacy::{
            access::{Action, Look},
            chain::Broken,
        },
    },
    store::{
        Db, Error, Tx,
        privacy::access::{self, Whole},
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::support::db::on_both;

fn at(minute: i64) -> Instant {
    "2026-11-23T12:00:00Z".parse::<Instant>().unwrap() + TimeDelta::minutes(minute)
}

fn look(minute: i64) -> Look {
    Look {
        id: LineId(Uuid::from_u128(minute.unsigned_abs().into())),
        at: at(minute),
        person: Some(PersonId(Uuid::from_u128(7))),
        action: Action::RegisterChecked,
        visit: None,
        entry: None,
        details: json!({ "n": minute, "hits": [{ "grade": "same-house", "n": minute }] }),
    }
}

/// One line in each of these minutes.
async fn looks(db: &Db, minutes: impl IntoIterator<Item = i64>) {
    for minute in minutes {
        let work = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { access::log_look(tx, &look(minute)).await })
        });
        work.await.unwrap();
    }
}

async fn verify(db: &Db) -> Result<Whole, Broken> {
    db.read(|tx| Box::pin(access::verify(tx))).await.unwrap()
}

/// What is found after this was done behind our back; it is undone again.
async fn after(db: &Db, sql: &[&'static str]) -> Broken {
    let sql = sql.to_vec();
    let work = db.write::<(), Found, _>(move |tx| {
        Box::pin(async move {
            for one in sql {
                assert!(tx.query(one).execute().await? > 0, "{one}");
            }
            Err(Found::It(access::verify(tx).await?))
        })
    });
    match work.await.unwrap_err() {
        Found::It(found) => found.expect_err("the chain is broken"),
        Found::StartupError(why) => panic!("{why}"),
    }
}

#[derive(Debug)]
enum Found {
    It(Result<Whole, Broken>),
    StartupError(Error),
}

impl From<Error> for Found {
    fn from(why: Error) -> Self {
        Self::StartupError(why)
    }
}

async fn a_log_that_nobody_touched_is_whole(db: Db) {
    assert_eq!(verify(&db).await.unwrap().lines, 0);
    looks(&db, 1..=5).await;
    let whole = verify(&db).await.unwrap();
    assert_eq!((whole.lines, whole.ends.last.seq), (5, 5));
    let failed = db.write::<(), Error, _>(|tx| {
        Box::pin(async move {
            access::log_look(tx, &look(6)).await?;
            Err(Error::Stale)
        })
    });
    failed.await.unwrap_err();
    assert_eq!(verify(&db).await.unwrap(), whole, "what did not happen leaves no line");
}

async fn whatever_is_done_to_it_is_found(db: Db) {
    looks(&db, 1..=5).await;
    for (done, found) in [
        (vec!["update access_log set action = 'entry-read' where seq = 3"], Broken::Changed(3)),
        (vec!["update access_log set person_id = null where seq = 1"], Broken::Changed(1)),
        (vec!["update access_log set body = '{}' where seq = 4"], Broken::Changed(4)),
        (
            vec![
                "update access_log set body = (select body from access_log where seq = 1) \
                  where seq = 4",
            ],
            Broken::Changed(4),
        ),
        (vec!["update access_log set hash = 'x' where seq = 2"], Broken::Changed(2)),
        (vec!["delete from access_log where seq = 1"], Broken::Missing(1)),
        (vec!["delete from access_log where seq = 3"], Broken::Missing(3)),
        (vec!["delete from access_log where seq >= 5"], Broken::Missing(5)),
        (vec!["delete from access_log"], Broken::Missing(1)),
        (
            vec![
                "update access_log set seq = 9 where seq = 2",
                "update access_log set seq = 2 where seq = 3",
                "update access_log set seq = 3 where seq = 9",
            ],
            Broken::Changed(2),
        ),
        (vec!["update access_log set seq = null where seq = 5"], Broken::Missing(5)),
        (vec!["delete from access_chain"], Broken::Ends),
        (vec!["update access_chain set body = '\"v1.x.y\"'"], Broken::Ends),
    ] {
        assert_eq!(after(&db, &done).await, found, "{done:?}");
    }
    assert_eq!(verify(&db).await.unwrap().lines, 5, "all of it was undone");
}

async fn a_line_that_is_put_beside_it_is_found(db: Db) {
    looks(&db, 1..=3).await;
    let insert = "insert into access_log (id, at, action, body) \
                  select $1, at, action, body from access_log where seq = 1";
    let work = db.write::<(), Found, _>(move |tx: &mut Tx| {
        Box::pin(async move {
            tx.query(insert).bind(Uuid::from_u128(99)).execute().await?;
            Err(Found::It(access::verify(tx).await?))
        })
    });
    let Found::It(found) = work.await.unwrap_err() else { panic!() };
    assert_eq!(found, Err(Broken::Added(1)));
}

async fn its_oldest_lines_leave_and_it_stays_whole(db: Db) {
    looks(&db, 1..=5).await;
    let trim = async |minute: i64| {
        let work = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { access::trim_before(tx, at(minute)).await })
        });
        work.await.unwrap()
    };
    assert_eq!(trim(1).await, 0);
    assert_eq!(trim(3).await, 2);
    let whole = verify(&db).await.unwrap();
    assert_eq!((whole.lines, whole.ends.start.seq, whole.ends.last.seq), (3, 2, 5));
    assert_eq!(after(&db, &["delete from access_log where seq = 3"]).await, Broken::Missing(3));
    // A clock that was behind: what was written later stays, and so does what lies behind it.
    looks(&db, [2, 8]).await;
    assert_eq!(trim(6).await, 4);
    looks(&db, [9]).await;
    assert_eq!(verify(&db).await.unwrap().lines, 2);
    assert_eq!(trim(100).await, 2);
    looks(&db, [101]).await;
    let whole = verify(&db).await.unwrap();
    assert_eq!((whole.lines, whole.ends.last.seq), (1, 9));
}

async fn many_write_at_once(db: Db) {
    let writers = (0..8_i64).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move { looks(&db, (1..=10).map(|n| writer * 100 + n)).await })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(verify(&db).await.unwrap().lines, 80);
}

on_both!(
    a_log_that_nobody_touched_is_whole,
    whatever_is_done_to_it_is_found,
    a_line_that_is_put_beside_it_is_found,
    its_oldest_lines_leave_and_it_stays_whole,
    many_write_at_once,
);
