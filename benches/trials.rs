//! Kills the real program again and again in the middle of its work, and accounts for everybody.
//!
//! `cargo bench --bench trials -- kills 500` on a SQLite file, or on the empty PostgreSQL database
//! that `TRIAL_DATABASE_URL` names; `-- compare` for three trials that other tools were put to.
//! `scripts/kill-trials` does it all.

#![allow(clippy::unwrap_used, reason = "a trial may stop at what it did not expect")]

#[path = "../tests/it/support/trial/mod.rs"]
mod trial;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::TimeDelta;
use rugdekking::{
    app::serve::{clock::SystemClock, randomness::SystemDice},
    model::{clock::Clock as _, ids::fraction},
};
use tokio::time::sleep;
use trial::{
    account::Account,
    company::{Company, Mood},
    ground::{Asked, Ground, spread},
    service::Service,
};

/// How many check-ins come due around each kill.
const AROUND: usize = 20;
/// Of how many check-ins one is not answered, and so raises an alarm.
const SILENT: usize = 10;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let words: Vec<String> =
            std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
        match words.first().map(String::as_str) {
            Some("kills") => {
                let kills = words.get(1).and_then(|n| n.parse().ok()).unwrap_or(20);
                kill_again_and_again(kills).await;
            }
            Some("compare") => compare().await,
            _ => println!("say what: kills N, or compare"),
        }
    });
}

/// The database of a trial: as long as it is kept, it is there.
struct Place {
    url: String,
    name: &'static str,
    _dir: tempfile::TempDir,
}

fn place() -> Place {
    let dir = tempfile::tempdir().expect("a directory for the database");
    match std::env::var("TRIAL_DATABASE_URL") {
        Ok(url) => Place { url, name: "PostgreSQL", _dir: dir },
        Err(_) => {
            let url = format!("sqlite://{}", dir.path().join("trial.sqlite").display());
            Place { url, name: "SQLite", _dir: dir }
        }
    }
}

/// Those who are asked, shared with whoever answers for them.
type People = Arc<Mutex<Vec<Asked>>>;

fn everybody(people: &People) -> Vec<Asked> {
    people.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

async fn kill_again_and_again(kills: usize) {
    let place = place();
    let company = Company::open().await;
    let ground = Ground::prepare(&place.url).await;
    let mut service = Service::start(&place.url, &company).await;
    let people: People = Arc::default();
    let answering = tokio::spawn(answer(service.caller(), company.clone(), people.clone()));
    let random = SystemDice::default();
    for nth in 0..kills {
        let due = spread(
            AROUND,
            SystemClock.now() + TimeDelta::milliseconds(300),
            TimeDelta::milliseconds(1200),
        );
        let asked = ground.visits(nth * AROUND, due, SILENT).await;
        people.lock().unwrap_or_else(PoisonError::into_inner).extend(asked);
        sleep(Duration::from_millis(200).mul_f64(1.0 + 6.0 * fraction(&random))).await;
        service.kill().await;
        service.start_again();
        service.is_up().await;
        if (nth + 1) % 50 == 0 {
            println!("{} kills on {} so far", nth + 1, place.name);
        }
    }
    // Who is not heard of for a minute raises an alarm; then some seconds to say it.
    sleep(Duration::from_secs(90)).await;
    answering.abort();
    // What it says from now on would be missing from the account.
    service.kill().await;
    let account = Account::of(&ground.db, &company, &everybody(&people)).await;
    println!("{kills} kills on {}:", place.name);
    report(&account);
    println!(
        "  of those doubled, said again after it was written down: {}",
        account.said_again.len()
    );
    account.said_again.iter().take(5).for_each(|what| println!("    {what}"));
    ground.db.close().await;
}

/// Says for everybody who was asked that all is well, until it was heard.
async fn answer(service: trial::service::Caller, company: Arc<Company>, people: People) {
    let mut done = std::collections::BTreeSet::new();
    loop {
        let texted = company.texted();
        for one in everybody(&people) {
            if one.answered && !done.contains(&one.visit) && texted.contains(&one.number) {
                if !service.all_is_well(one.visit).await {
                    break; // It was killed; a moment later it is back.
                }
                done.insert(one.visit);
            }
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn report(account: &Account) {
    let at = |percent: usize| match account.late.len() {
        0 => 0,
        n => account.late[(n - 1) * percent / 100].num_milliseconds(),
    };
    println!(
        "  {} check-ins: {} confirmed, {} escalated, {} lost; {} messages doubled",
        account.check_ins,
        account.confirmed,
        account.escalated,
        account.lost.len(),
        account.doubled.len()
    );
    println!("  asked after: median {} ms, p99 {} ms, longest {} ms", at(50), at(99), at(100));
    account.lost.iter().take(10).for_each(|why| println!("  LOST {why}"));
}

/// What a thousand check-ins come to that are due in the same second.
async fn compare() {
    for trouble in ["killed while sending", "503 for 5 s", "taken, and then no answer for 5 s"] {
        let place = place();
        let company = Company::open().await;
        let ground = Ground::prepare(&place.url).await;
        let mut service = Service::start(&place.url, &company).await;
        let due = SystemClock.now() + TimeDelta::seconds(5);
        let asked = ground.visits(0, vec![due; 1000], usize::MAX).await;
        sleep((due - SystemClock.now()).to_std().unwrap_or_default()).await;
        match trouble {
            "killed while sending" => {
                while company.taken().len() < 300 {
                    sleep(Duration::from_millis(5)).await;
                }
                service.kill().await;
                service.start_again();
                service.is_up().await;
            }
            mood => {
                let is_503 = mood.starts_with("503");
                company.feels(if is_503 { Mood::Answers(503) } else { Mood::TakesAndHangs });
                sleep(Duration::from_secs(5)).await;
                company.feels(Mood::Well);
            }
        }
        sleep(Duration::from_secs(45)).await;
        let account = Account::of(&ground.db, &company, &asked).await;
        let (asked_in_time, doubled) = (account.late.len(), account.doubled.len());
        let longest = account.latest().num_milliseconds();
        println!(
            "1000 check-ins at once on {}, {trouble}: {} not asked, {doubled} messages of 2000 \
             doubled, the last asked after {longest} ms",
            place.name,
            1000 - asked_in_time
        );
        service.kill().await;
        ground.db.close().await;
    }
}
