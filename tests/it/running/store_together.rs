//! What is written together fares apart: whoever fails, panics or leaves takes nobody along.

use chrono::{TimeDelta, TimeZone as _, Utc};
use futures::{FutureExt as _, future::join_all};
use rugdekking::{
    model::{
        clock::Instant,
        ids::LineId,
        privacy::access::{Action, Look},
    },
    store::{
        Db, Error,
        jobs::{self, JobKind},
        privacy::access,
    },
};
use uuid::Uuid;

use crate::support::on_both;

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 25, 9, 0, 0).unwrap()
}

fn nth(n: u128) -> Uuid {
    Uuid::from_u128(n + 1)
}

/// How one of many ends.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Well,
    Fails,
    Panics,
}

/// Writes a job and notes a look, and then ends so.
async fn writes(db: &Db, n: u128, end: End) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            jobs::set(tx, JobKind::Visit, nth(n), Some(now())).await?;
            let look = Look {
                id: LineId(nth(n)),
                at: now(),
                person: None,
                action: Action::RegisterChecked,
                visit: None,
                entry: None,
                details: serde_json::json!({}),
            };
            access::log_look(tx, &look).await?;
            assert!(end != End::Panics, "as it was told to");
            if end == End::Fails { Err(Error::Stale) } else { Ok(()) }
        })
    })
    .await
}

async fn kept(db: &Db) -> Vec<u128> {
    let due = db.read(|tx| Box::pin(jobs::due(tx, now() + TimeDelta::hours(1), 1000))).await;
    let mut kept: Vec<u128> = due.unwrap().iter().map(|j| j.subject.as_u128() - 1).collect();
    kept.sort_unstable();
    kept
}

async fn looks(db: &Db) -> i64 {
    let whole = db.read(|tx| Box::pin(access::verify(tx))).await.unwrap();
    whole.expect("the chain is whole").lines
}

async fn who_fails_among_many_fails_alone(db: Db) {
    let before = looks(&db).await;
    let end = |n: u128| if n.is_multiple_of(3) { End::Fails } else { End::Well };
    let came = join_all((0..60).map(|n| writes(&db, n, end(n)))).await;
    for (n, came) in (0..).zip(came) {
        assert_eq!(came.is_ok(), end(n) == End::Well, "{n}");
    }
    let well: Vec<u128> = (0..60).filter(|n| end(*n) == End::Well).collect();
    assert_eq!(kept(&db).await, well);
    assert_eq!(looks(&db).await - before, 40, "what was looked at in vain is not noted");
}

async fn who_panics_among_many_is_told_and_the_others_go_on(db: Db) {
    let end = |n: u128| if n == 7 { End::Panics } else { End::Well };
    let write = |n| std::panic::AssertUnwindSafe(writes(&db, n, end(n))).catch_unwind();
    let came = join_all((0..20).map(write)).await;
    for (n, came) in (0..).zip(came) {
        assert_eq!(came.is_err(), n == 7, "{n}");
    }
    assert_eq!(kept(&db).await, (0..20).filter(|n| *n != 7).collect::<Vec<_>>());
    writes(&db, 30, End::Well).await.unwrap();
}

async fn who_leaves_before_its_turn_writes_nothing_or_all(db: Db) {
    let all = (0..40).map(|n| {
        let db = db.clone();
        tokio::spawn(async move { writes(&db, n, End::Well).await })
    });
    let all: Vec<_> = all.collect();
    for task in all.iter().step_by(2) {
        task.abort();
    }
    for (n, task) in (0..).zip(all) {
        let came = task.await;
        assert!(n % 2 == 0 || came.is_ok_and(|came| came.is_ok()), "{n}");
    }
    let kept = kept(&db).await;
    assert!((0..40).filter(|n| n % 2 == 1).all(|n| kept.contains(&n)));
    looks(&db).await;
}

on_both!(
    who_fails_among_many_fails_alone,
    who_panics_among_many_is_told_and_the_others_go_on,
    who_leaves_before_its_turn_writes_nothing_or_all,
);
