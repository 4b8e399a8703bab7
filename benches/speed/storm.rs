//! Very many check-ins that are due in the same second, one text each; and what happens when nobody
//! answers any of them.
//!
//! The engine and its carrier run in a process of their own, the telephone company in this one.

use std::{collections::BTreeSet, process::Stdio, sync::Arc, time::Duration};

use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::serve::{clock::SystemClock, randomness::SystemDice},
    carrier::{
        Carrier,
        integrations::webhooks::{TRY_LIMIT, Webhooks},
        providers::twilio::{Twilio, TwilioConfig},
        router::Router,
        setup::Secret,
    },
    engine::Engine,
    model::{
        clock::{Clock as _, Instant, testing::keyring},
        ids::InstanceId,
        integrations::outgoing::Naming,
        messages::{Channel, language::Language, texts::Words},
    },
    store::Db,
};
use tokio::{
    process::{Child, Command},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{
    Organisation, Place, fill,
    trial::{
        company::{ACCOUNT, Company, TOKEN, Taken},
        ground::Ground,
    },
    usage::Usage,
};

const GIVE_UP: Duration = Duration::from_secs(120);

/// So many check-ins, and a carrier that needs so many milliseconds for each.
pub async fn storm(visits: usize, milliseconds: usize) {
    let workers = Organisation::chosen().workers;
    let mut scene = Scene::with(visits, workers, milliseconds).await;
    let used = scene.from(scene.due, async |company| company.count() >= visits).await;
    let asked = scene.company.texted().len();
    println!(
        "{visits} check-ins at once on {}, a carrier that needs {milliseconds} ms: handed over {}; \
         {} not asked, {} asked twice; {used}",
        scene.place.name,
        after(scene.due, &scene.company.taken()),
        visits - asked,
        scene.company.count() - asked,
    );
}

/// So many check-ins that nobody answers: a minute after they are due each opens an alarm, and one
/// manager is told of each.
pub async fn missed(visits: usize) {
    let mut scene = Scene::with(visits, 1, 0).await;
    let missed = scene.due + TimeDelta::minutes(1);
    let managers = scene.managers.clone();
    let told = async |company: &Company| company.taken_for(&managers).len() >= visits;
    let used = scene.from(missed, told).await;
    let told = scene.company.taken_for(&managers);
    let messages: BTreeSet<_> = told.iter().map(|one| &one.message).collect();
    println!(
        "{visits} check-ins missed at once on {}, one manager told of each: {}; {} not told, {} \
         told twice; {used}",
        scene.place.name,
        after(missed, &told),
        visits.saturating_sub(messages.len()),
        told.len() - messages.len(),
    );
}

/// Half of them, nearly all, and the last: how long after that moment.
fn after(moment: Instant, taken: &[Taken]) -> String {
    let mut took: Vec<_> = taken.iter().map(|one| (one.at - moment).num_milliseconds()).collect();
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len().max(1) - 1) * percent / 100).copied();
    let [half, most, last] = [50, 99, 100].map(|percent| at(percent).unwrap_or_default());
    format!("median {half} ms, p99 {most} ms, last {last} ms")
}

struct Scene {
    place: Place,
    company: Arc<Company>,
    due: Instant,
    /// The numbers of those who are told first.
    managers: BTreeSet<String>,
    engine: Child,
}

impl Scene {
    /// An engine that waits for so many check-ins of so many workers that are due in the same second.
    async fn with(visits: usize, workers: usize, milliseconds: usize) -> Self {
        let (place, company) = (Place::new(), Company::open().await);
        company.takes_its_time(Duration::from_millis(milliseconds as u64));
        // What no engine ever reads, such as the register, is left out.
        let ground = Ground::large(&place.url, Organisation::chosen().size, workers).await;
        let managers = ground.managers().await;
        // Long enough to write them all, on a slow machine.
        let due = SystemClock.now() + TimeDelta::milliseconds(8_000 + visits as i64);
        fill(&ground, visits, due).await;
        ground.db.close().await;
        let engine = Command::new(std::env::current_exe().unwrap())
            .args(["engine", &place.url, &company.url])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { place, company, due, managers, engine }
    }

    /// What the engine uses from that moment on until all is done, or there is no hope of it.
    async fn from(&mut self, moment: Instant, done: impl AsyncFn(&Company) -> bool) -> Usage {
        let wait = (moment - TimeDelta::seconds(1) - SystemClock.now()).to_std();
        sleep(wait.expect("they were written in time")).await;
        let id = self.engine.id().unwrap();
        let before = Usage::of(id);
        let begun = tokio::time::Instant::now();
        while !done(&self.company).await && begun.elapsed() < GIVE_UP {
            sleep(Duration::from_millis(5)).await;
        }
        let used = Usage::of(id) - before;
        self.engine.kill().await.unwrap();
        used
    }
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
        random: Arc::new(SystemDice::default()),
        router: Arc::new(Router::new(vec![by_text]).by(clock.clone())),
        hooks: Arc::new(Webhooks::new(naming, clock, TRY_LIMIT).unwrap()),
        words: Words { language: Language::Nl, zone: Amsterdam, public_url },
        zone: Amsterdam,
        wake: Arc::default(),
    };
    engine.run(CancellationToken::new()).await;
}
