//! An instance dies or stands still, the database goes away: what it had in hand is handed over.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use rugdekking::{app::serve::clock::SystemClock, model::clock::Clock as _};

use crate::support::{
    db::with_postgres,
    postgres::OwnServer,
    trial::{
        account::{Account, until},
        company::Company,
        ground::{Asked, Ground, spread},
        service::Service,
    },
};

/// What must be handed over within this time, whoever dies.
const MOST: TimeDelta = TimeDelta::seconds(15);

struct Scene {
    company: Arc<Company>,
    ground: Ground,
    one: Service,
    other: Service,
    asked: Vec<Asked>,
}

/// Two instances in the middle of asking many at once, at a company that takes its time.
async fn in_the_middle(url: &str, count: usize) -> Scene {
    let company = Company::open().await;
    company.takes_its_time(Duration::from_millis(1500));
    let ground = Ground::prepare(url).await;
    let one = Service::start(url, &company).await;
    let other = Service::start(url, &company).await;
    let start = SystemClock.now() + TimeDelta::seconds(2);
    let asked = ground.visits(0, spread(count, start, TimeDelta::seconds(2)), 1).await;
    let some = async || company.taken().len() > count / 2;
    assert!(until(Duration::from_secs(20), some).await);
    Scene { company, ground, one, other, asked }
}

impl Scene {
    async fn all_asked(&self, within: Duration) -> bool {
        let everybody: BTreeSet<_> = self.asked.iter().map(|a| a.number.clone()).collect();
        let done = async || {
            let texts = self.company.taken().into_iter().filter(|t| !t.is_call);
            everybody.is_subset(&texts.map(|t| t.to).collect())
        };
        until(within, done).await
    }

    /// Nobody has anything in hand any more.
    async fn settled(&self) {
        let still = async || {
            let taken = self.company.taken().len();
            tokio::time::sleep(Duration::from_secs(4)).await;
            taken == self.company.taken().len()
        };
        until(Duration::from_secs(40), still).await;
    }
}

/// One trial: the first instance is killed; everybody is asked within 15 seconds, and only what it
/// had in hand is said twice. Gives the seconds until the last of those was taken again.
async fn killed(url: &str) -> (f64, usize) {
    let mut scene = in_the_middle(url, 120).await;
    scene.one.kill().await;
    let at = SystemClock.now();
    scene.settled().await;
    let account = Account::of(&scene.ground.db, &scene.company, &scene.asked).await;
    assert_eq!(account.late.len(), scene.asked.len(), "everybody was asked");
    let mut last = TimeDelta::zero();
    for times in &account.doubled {
        let first = &times[0];
        assert_eq!((times.len(), &first.by), (2, &scene.one.url), "{times:?}");
        assert!(
            first.at <= at && at - first.at < TimeDelta::seconds(3),
            "it was in hand: {times:?}"
        );
        assert_eq!(times[1].by, scene.other.url);
        last = last.max(times[1].at - at);
    }
    assert!(account.latest() < MOST + TimeDelta::seconds(5), "{}", account.latest());
    assert!(last < MOST, "the last was taken over after {last}");
    scene.ground.db.close().await;
    (seconds(last), account.doubled.len())
}

fn seconds(time: TimeDelta) -> f64 {
    time.as_seconds_f64()
}

#[tokio::test]
async fn the_other_takes_over_from_one_that_is_killed() {
    with_postgres(async |url| {
        let (_, doubled) = killed(&url).await;
        assert!(doubled > 0, "it had something in hand");
    })
    .await;
}

/// `TRIALS=50 cargo test --test it -- --ignored --nocapture many_failovers`, or `scripts/failover`.
#[tokio::test]
#[ignore = "takes half a minute a trial"]
async fn many_failovers() {
    let trials = std::env::var("TRIALS").ok().and_then(|n| n.parse().ok()).unwrap_or(10);
    let mut took = vec![];
    for nth in 1..=trials {
        with_postgres(async |url| {
            let (last, doubled) = killed(&url).await;
            println!("{nth}: taken over within {last:.1} s, {doubled} in hand and said twice");
            took.push(last);
        })
        .await;
    }
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!("{trials} failovers: nothing lost; median {:.1} s, longest {:.1} s", at(50), at(100));
}

#[tokio::test]
async fn one_that_stood_still_sends_nothing_that_was_taken_over() {
    with_postgres(async |url| {
        let scene = in_the_middle(&url, 120).await;
        scene.one.signal("-STOP").await;
        let at = SystemClock.now();
        assert!(scene.all_asked(Duration::from_secs(15)).await);
        tokio::time::sleep(Duration::from_secs(12)).await;
        scene.one.signal("-CONT").await;
        scene.settled().await;
        let account = Account::of(&scene.ground.db, &scene.company, &scene.asked).await;
        for times in &account.doubled {
            assert_eq!((times.len(), &times[0].by), (2, &scene.one.url), "{times:?}");
            assert!(times[0].at - at < TimeDelta::milliseconds(200), "in its hands: {times:?}");
            assert_eq!(times[1].by, scene.other.url);
        }
        scene.ground.db.close().await;
    })
    .await;
}

/// The database crashes and is away for so many seconds; the company goes on.
async fn without_a_database(outage: u32) {
    let server = OwnServer::start(outage);
    let mut scene = in_the_middle(&server.url, 120).await;
    server.crash();
    let away = Duration::from_secs(u64::from(outage));
    tokio::time::sleep(away).await;
    scene.one.is_up().await;
    assert!(scene.all_asked(Duration::from_secs(30)).await, "everybody is asked after all");
    scene.settled().await;
    let account = Account::of(&scene.ground.db, &scene.company, &scene.asked).await;
    assert_eq!(account.late.len(), scene.asked.len());
    // Both were alive all the time, and wrote down what they had handed over.
    assert!(
        account.doubled.is_empty(),
        "{} said twice: {:?}",
        account.doubled.len(),
        account.doubled
    );
    let limit = TimeDelta::seconds(i64::from(outage) + 15);
    assert!(account.latest() < limit, "{}", account.latest());
    scene.one.kill().await;
    scene.other.kill().await;
    scene.ground.db.close().await;
}

#[tokio::test]
async fn a_crash_of_the_database_is_survived() {
    without_a_database(3).await;
}

#[tokio::test]
async fn a_minute_without_a_database_is_survived() {
    without_a_database(60).await;
}
