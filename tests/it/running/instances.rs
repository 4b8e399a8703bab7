//! Several instances on one PostgreSQL share the work; SQLite belongs to one.

use std::{process::Stdio, sync::Arc, time::Duration};

use chrono::TimeDelta;
use rugdekking::{
    app::serve::{clock::SystemClock, instance::Instance},
    model::{
        clock::Clock as _,
        ids::{InstanceId, MessageId},
        messages::{Message, MessageState},
    },
    store::{
        Db, Error, instances,
        messages::{
            self,
            claims::{self, Claim, Claimed, Lane},
        },
    },
};
use tokio::{process::Command, sync::Notify, time::timeout};
use uuid::Uuid;

use crate::{
    messages::carrier_support::text,
    support::{
        db::{opened, with_postgres, with_sqlite},
        on_both,
        process::Demo,
        trial::{
            account::{Account, until},
            company::Company,
            ground::{Ground, spread},
            service::Service,
        },
    },
};

async fn share_a_load(url: String, how_many: usize) {
    const CHECK_INS: usize = 150;
    let company = Company::open().await;
    let ground = Ground::prepare(&url).await;
    let mut services = vec![];
    for _ in 0..how_many {
        services.push(Service::start(&url, &company).await);
    }
    let start = SystemClock.now() + TimeDelta::seconds(2);
    let asked = ground.visits(0, spread(CHECK_INS, start, TimeDelta::seconds(3)), 150).await;
    for (nth, one) in asked.iter().enumerate().filter(|(_, one)| one.answered) {
        let service = &services[nth % how_many];
        let asked_and_answered =
            async || company.has_texted(&one.number) && service.all_is_well(one.visit).await;
        assert!(until(Duration::from_secs(20), asked_and_answered).await);
    }
    let all_called = async || company.taken().len() >= 2 * CHECK_INS;
    // One that is answered within a second of its text may be spared its call.
    until(Duration::from_secs(5), all_called).await;
    let account = Account::of(&ground.db, &company, &asked).await;
    assert_eq!(account.confirmed, CHECK_INS - 1);
    assert_eq!(account.late.len(), CHECK_INS, "everybody was asked: {:?}", account.lost);
    assert!(account.doubled.is_empty(), "nobody was asked twice: {:?}", account.doubled);
    assert!(account.latest() < TimeDelta::seconds(15), "{}", account.latest());
    let mut busy = 0;
    for service in &services {
        busy += usize::from(service.figure("rugdekking_carrier_successes_total").await > 0.0);
    }
    assert!(busy > 1, "they share");
    let living = services[0].figure("rugdekking_instances").await;
    assert!((living - f64::from(u32::try_from(how_many).unwrap())).abs() < 0.1, "{living}");
    ground.db.close().await;
}

#[tokio::test]
async fn two_share_a_load() {
    with_postgres(async |url| share_a_load(url, 2).await).await;
}

#[tokio::test]
async fn three_share_a_load() {
    with_postgres(async |url| share_a_load(url, 3).await).await;
}

/// A message in the outbox, claimed by the first of two.
async fn claimed(db: &Db, one: InstanceId, other: InstanceId) -> Claimed {
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            instances::beat(tx, one).await?;
            instances::beat(tx, other).await?;
            messages::insert(tx, &text("x")).await?;
            claims::claim(tx, now, claim(one, 60), 10, Lane::Main).await
        })
    });
    work.await.unwrap().pop().expect("it is free")
}

fn claim(by: InstanceId, seconds: i64) -> Claim {
    Claim { by, until: text("x").created_at + TimeDelta::seconds(seconds) }
}

fn two() -> (InstanceId, InstanceId) {
    (InstanceId(Uuid::from_u128(1)), InstanceId(Uuid::from_u128(2)))
}

async fn who_is_dead_loses_what_it_had_and_its_refusal_no_longer_counts(db: Db) {
    let (one, other) = two();
    let mine = claimed(&db, one, other).await;
    let id = mine.message.id;
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let theirs = claims::claim(tx, now, claim(other, 61), 10, Lane::Main).await?;
            assert!(theirs.is_empty(), "it lives, and so keeps what it has");
            assert!(claims::stands(tx, id, mine.claim).await?);
            instances::leave(tx, one).await?;
            let theirs = claims::claim(tx, now, claim(other, 61), 10, Lane::Main).await?;
            assert_eq!(theirs.len(), 1, "it is dead, and so loses it before its lease is over");
            assert!(!claims::stands(tx, id, mine.claim).await?);
            let kept = claims::renew(tx, id, mine.claim, now, TimeDelta::seconds(60)).await?;
            assert_eq!(kept, None, "come to life again, it may not send it");
            assert!(claims::stands(tx, id, theirs[0].claim).await?);
            Ok(())
        })
    });
    work.await.unwrap();
}

async fn the_first_to_say_that_it_was_handed_over_keeps_its_say(db: Db) {
    let (one, other) = two();
    let mine = claimed(&db, one, other).await;
    let id = mine.message.id;
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            instances::leave(tx, one).await?;
            claims::claim(tx, now, claim(other, 61), 10, Lane::Main).await?;
            messages::handed_over(tx, id, "a", Some("theirs"), false, now).await?;
            messages::handed_over(tx, id, "a", Some("mine"), false, now).await?;
            let row: (String, i32) = tx
                .query("select provider_id, attempts from messages where id = $1")
                .bind(id.0)
                .one()
                .await?;
            assert_eq!(row, ("theirs".to_owned(), 1));
            Ok(())
        })
    });
    work.await.unwrap();
    assert_eq!(state(&db, id).await, MessageState::HandedOver);
}

async fn what_the_dead_one_did_hand_over_is_not_said_again(db: Db) {
    let (one, other) = two();
    let mine = claimed(&db, one, other).await;
    let id = mine.message.id;
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            instances::leave(tx, one).await?;
            let theirs = claims::claim(tx, now, claim(other, 61), 10, Lane::Main).await?;
            messages::handed_over(tx, id, "a", Some("mine"), false, now).await?;
            assert!(!claims::stands(tx, id, theirs[0].claim).await?, "a refusal is not news");
            Ok(())
        })
    });
    work.await.unwrap();
    assert_eq!(state(&db, id).await, MessageState::HandedOver);
}

async fn who_was_away_itself_takes_nobody_for_dead(db: Db) {
    let (one, other) = two();
    claimed(&db, one, other).await;
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            // The database was away for both of them.
            instances::leave(tx, one).await?;
            instances::leave(tx, other).await?;
            instances::beat(tx, other).await?;
            let late = now + TimeDelta::seconds(90);
            let theirs = claims::claim(tx, late, claim(other, 150), 10, Lane::Main).await?;
            assert!(theirs.is_empty(), "the other may be writing down what it handed over");
            Ok(())
        })
    });
    work.await.unwrap();
}

/// The database is there again, and the sender looks before anybody could say that they live.
async fn who_does_not_know_yet_that_it_was_away_takes_nothing_from_anybody(db: Db) {
    let (one, other) = two();
    claimed(&db, one, other).await;
    let now = text("x").created_at;
    let work = db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            instances::leave(tx, one).await?;
            instances::leave(tx, other).await?;
            for late in [now, now + TimeDelta::seconds(90)] {
                for by in [one, other] {
                    let taken = claims::claim(tx, late, claim(by, 150), 10, Lane::Main).await?;
                    assert!(taken.is_empty(), "one may be writing down that it was handed over");
                }
            }
            let fresh = Message { id: MessageId(Uuid::from_u128(8)), ..text("y") };
            messages::insert(tx, &Message { key: "new".into(), ..fresh }).await?;
            let taken = claims::claim(tx, now, claim(other, 60), 10, Lane::Main).await?;
            assert_eq!(taken.len(), 1, "what nobody has in hand does not wait");
            Ok(())
        })
    });
    work.await.unwrap();
}

async fn state(db: &Db, id: MessageId) -> MessageState {
    let found = db.read(move |tx| Box::pin(async move { messages::load(tx, id).await }));
    found.await.unwrap().state
}

on_both!(
    who_is_dead_loses_what_it_had_and_its_refusal_no_longer_counts,
    the_first_to_say_that_it_was_handed_over_keeps_its_say,
    what_the_dead_one_did_hand_over_is_not_said_again,
    who_was_away_itself_takes_nobody_for_dead,
    who_does_not_know_yet_that_it_was_away_takes_nothing_from_anybody,
);

/// Rings at one, and says how long the other took to hear, ten times.
async fn ring(db: Db) {
    let instance = |n| Instance {
        id: InstanceId(Uuid::from_u128(n)),
        db: db.clone(),
        written: Arc::new(Notify::new()),
        wake: Arc::new(Notify::new()),
        clock: None,
    };
    let (one, other) = (instance(1), instance(2));
    let living = [one.clone().start().await.unwrap(), other.clone().start().await.unwrap()];
    timeout(Duration::from_secs(5), other.wake.notified()).await.expect("it listens");
    timeout(Duration::from_secs(5), one.wake.notified()).await.expect("it listens");
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        one.written.notify_one();
        timeout(Duration::from_millis(500), one.wake.notified()).await.expect("here, at once");
        timeout(Duration::from_millis(500), other.wake.notified()).await.expect("there as well");
        let again = timeout(Duration::from_millis(100), one.wake.notified()).await;
        assert!(again.is_err(), "nobody hears an echo");
    }
    for instance in living {
        instance.leave().await;
    }
}

#[tokio::test]
async fn what_is_written_at_one_wakes_the_other() {
    with_postgres(opened(ring)).await;
}

#[tokio::test]
async fn what_is_written_at_one_is_seen_at_the_other() {
    with_postgres(async |url| {
        let one = Demo::start(&url).await;
        let other = one.beside().await;
        let mut feed = other.listen("manager").await;
        let visit = one.register(3600).await;
        let mut heard = String::new();
        let told = timeout(Duration::from_secs(3), async {
            while !heard.contains(&visit) {
                heard.push_str(&String::from_utf8_lossy(&feed.chunk().await.unwrap().unwrap()));
            }
        });
        told.await.expect("a board at the other shows it within seconds");
        one.skip(3601).await;
        let ahead = one.now().await;
        let follows = async || ahead - other.now().await < TimeDelta::seconds(2);
        assert!(until(Duration::from_secs(3), follows).await, "their clocks go together");
    })
    .await;
}

#[tokio::test]
async fn a_sqlite_file_belongs_to_one() {
    with_sqlite(async |url| {
        let one = Demo::start(&url).await;
        let second = Command::new(env!("CARGO_BIN_EXE_rugdekking"))
            .arg("demo")
            .env("RUGDEKKING_ADDR", "127.0.0.1:0")
            .env("RUGDEKKING_DATABASE_URL", &url)
            .stdin(Stdio::null())
            .output();
        let second = timeout(Duration::from_secs(10), second).await.expect("it ends").unwrap();
        assert!(!second.status.success());
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(said.contains("another rugdekking watches with it"), "{said}");
        one.register(60).await; // The first goes on.
    })
    .await;
}
