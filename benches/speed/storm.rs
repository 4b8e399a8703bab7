//! Very many check-ins that are due in the same second, one text each.
//!
//! The engine and its carrier run in a process of their own, the telephone company in this one.

use std::{process::Stdio, sync::Arc, time::Duration};

use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{clock::SystemClock, dice::SystemDice},
    carrier::{
        Carrier,
        router::Router,
        setup::Secret,
        twilio::{Twilio, TwilioConfig},
        webhooks::{TRY_LIMIT, Webhooks},
    },
    engine::Engine,
    model::{
        clock::Clock as _, ids::InstanceId, language::Language, messages::Channel,
        outgoing::Naming, testing::keyring, texts::Words,
    },
    store::Db,
};
use tokio::{process::Command, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Place, fill,
    trial::{
        company::{ACCOUNT, Company, TOKEN},
        ground::Ground,
    },
    usage::Usage,
};

const GIVE_UP: Duration = Duration::from_secs(120);

/// So many check-ins, and a carrier that needs so many milliseconds for each.
pub async fn storm(visits: usize, milliseconds: usize) {
    let (place, company) = (Place::new(), Company::open().await);
    company.takes_its_time(Duration::from_millis(milliseconds as u64));
    let ground = Ground::prepare(&place.url).await;
    // Long enough to write them all, on a slow machine.
    let due = SystemClock.now() + TimeDelta::milliseconds(8_000 + visits as i64);
    fill(&ground, visits, due).await;
    ground.db.close().await;
    let mut engine = Command::new(std::env::current_exe().unwrap())
        .args(["engine", &place.url, &company.url])
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let id = engine.id().unwrap();
    let wait = (due - TimeDelta::seconds(1) - SystemClock.now()).to_std();
    sleep(wait.expect("they were written in time")).await;
    let before = Usage::of(id);
    let begun = tokio::time::Instant::now();
    while company.count() < visits && begun.elapsed() < GIVE_UP {
        sleep(Duration::from_millis(5)).await;
    }
    let used = Usage::of(id) - before;
    engine.kill().await.unwrap();
    let mut took: Vec<_> =
        company.taken().iter().map(|t| (t.at - due).num_milliseconds()).collect();
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len().max(1) - 1) * percent / 100).copied();
    println!(
        "{visits} check-ins at once on {}, a carrier that needs {milliseconds} ms: handed over \
         median {} ms, p99 {} ms, last {} ms; {} not asked, {} asked twice; {used}",
        place.name,
        at(50).unwrap_or_default(),
        at(99).unwrap_or_default(),
        at(100).unwrap_or_default(),
        visits - company.texted().len(),
        took.len() - company.texted().len(),
    );
}

/// The engine, until it is killed.
pub async fn engine(database: &str, company: &str) {
    let config = TwilioConfig::new(ACCOUNT, Secret::new(TOKEN), "https://rugdekking.example");
    let carrier = Twilio::new(TwilioConfig {
        from_number: Some("+3197010200000".into()),
        base_url: company.into(),
        ..config
    });
    let by_text = (Channel::Text, vec![Arc::new(carrier.unwrap()) as Arc<dyn Carrier>]);
    let public_url = "https://rugdekking.example".into();
    let clock = Arc::new(SystemClock);
    let naming = Naming::of("https://rugdekking.example");
    let engine = Engine {
        instance: InstanceId(uuid::Uuid::from_u128(1)),
        db: Db::open(database, keyring()).await.unwrap(),
        clock: clock.clone(),
        dice: Arc::new(SystemDice::default()),
        router: Arc::new(Router::new(vec![by_text]).by(clock.clone())),
        hooks: Arc::new(Webhooks::new(naming, clock, TRY_LIMIT).unwrap()),
        words: Words { language: Language::Nl, zone: Amsterdam, public_url },
        zone: Amsterdam,
        wake: Arc::default(),
    };
    engine.run(CancellationToken::new()).await;
}
