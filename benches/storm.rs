//! How fast everybody is asked when very many check-ins are due in the same second.
//!
//! `cargo bench --bench storm` makes 10,000 visits in a SQLite file and lets the real engine ask
//! them; `-- 1000` for fewer. With `STORM_DATABASE_URL` it uses that (empty) database instead.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{clock::DemoClock, dice::SystemDice},
    carrier::{Carrier, HandedOver, Refusal, router::Router},
    engine::Engine,
    model::{
        check_ins::CheckIn,
        clock::{Clock as _, Instant, SharedClock, minutes},
        ids::{Dice, InstanceId, MessageId, PersonId, TeamId, VisitId},
        language::Language,
        messages::{Channel, Message},
        people::{Named, Person, Role},
        teams::{Ladder, Team, WatchPolicy},
        testing::keyring,
        texts::Words,
        visits::{Kind, Plan, State, Visit},
        watch::{Effects, Scene, Watch},
    },
    store::{Db, Error, messages, people, teams, watches},
};
use tokio_util::sync::CancellationToken;

/// How long the carrier takes for each text.
const CARRIER: Duration = Duration::from_millis(20);
/// How long before the moment the engine starts, as one that runs all day would stand by.
const STAND_BY: TimeDelta = TimeDelta::seconds(2);
const GIVE_UP: Duration = Duration::from_secs(120);

fn main() -> Result<(), Error> {
    tracing_subscriber::fmt().with_env_filter("warn").with_writer(std::io::stderr).init();
    let visits = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(run(visits))
}

async fn run(visits: usize) -> Result<(), Error> {
    let dir = tempfile::tempdir().expect("a directory for the database");
    let file = format!("sqlite://{}", dir.path().join("storm.sqlite").display());
    let db = Db::open(&std::env::var("STORM_DATABASE_URL").unwrap_or(file), keyring()).await?;
    let clock = Arc::new(DemoClock::default());
    let due = clock.now() + TimeDelta::hours(1);
    fill(&db, due, visits).await?;
    clock.move_to(due - STAND_BY);
    let phones = Arc::new(Phones { clock: clock.clone(), heard: Mutex::default() });
    let stop = CancellationToken::new();
    let running = tokio::spawn(engine(&db, clock, &phones).run(stop.clone()));
    let _ = tokio::time::timeout(GIVE_UP, phones.all_heard(visits)).await;
    stop.cancel();
    running.await.expect("the engine stops");
    phones.report(due, visits);
    for count in db.read(|tx| Box::pin(messages::counts(tx))).await? {
        println!("written down: {} {} {}", count.n, count.channel, count.state);
    }
    db.close().await;
    Ok(())
}

fn engine(db: &Db, clock: SharedClock, phones: &Arc<Phones>) -> Engine {
    let by_text = (Channel::Text, vec![phones.clone() as Arc<dyn Carrier>]);
    Engine {
        instance: InstanceId(uuid::Uuid::from_u128(1)),
        db: db.clone(),
        clock,
        dice: Arc::new(SystemDice::default()),
        router: Arc::new(Router::new(vec![by_text])),
        words: words(),
        zone: Amsterdam,
        wake: Arc::default(),
    }
}

fn words() -> Words {
    let public_url = "https://rugdekking.example".into();
    Words { language: Language::Nl, zone: Amsterdam, public_url }
}

/// Visits under way, each with one check-in at that moment and a phone of its own.
async fn fill(db: &Db, due: Instant, visits: usize) -> Result<(), Error> {
    const BATCH: usize = 1000;
    let dice = Arc::new(SystemDice::default());
    let team = somebody_to_watch(db, &*dice, due).await?;
    for start in (0..visits).step_by(BATCH) {
        let (dice, team) = (dice.clone(), team.clone());
        let batch = start..visits.min(start + BATCH);
        db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let policy = WatchPolicy::default();
                let words = words();
                let now = due - minutes(1);
                let s = Scene { now, policy: &policy, dice: &*dice, words: &words, channels: &[] };
                for nth in batch {
                    let watch = Watch { visit: visit(nth, &team, due, &s), alarm: None };
                    watches::insert(tx, &watch, &Effects::default(), &s).await?;
                }
                Ok(())
            })
        })
        .await?;
    }
    Ok(())
}

async fn somebody_to_watch(db: &Db, dice: &dyn Dice, now: Instant) -> Result<Team, Error> {
    let worker = Person {
        id: PersonId::new(dice, now),
        name: "Jan Bakker".into(),
        email: "jan.bakker@voorbeeld.example".into(),
        roles: vec![Role::Worker],
        mobile: None,
        language: Language::Nl,
        pins: None,
        active: true,
    };
    let team = Team {
        id: TeamId::new(dice, now),
        name: "Wmo".into(),
        members: vec![worker.id],
        managers: vec![],
        deputies: vec![],
        policy: WatchPolicy::default(),
        ladder: Ladder::default(),
    };
    let kept = team.clone();
    db.write::<_, Error, _>(move |tx| {
        Box::pin(async move {
            people::insert(tx, &worker).await?;
            teams::insert(tx, &kept).await
        })
    })
    .await?;
    Ok(team)
}

fn visit(nth: usize, team: &Team, due: Instant, s: &Scene<'_>) -> Visit {
    let plan = Plan {
        kind: Kind::HomeVisit,
        starts_at: s.now,
        expected_minutes: 45,
        mobile: format!("+316{:08}", 10_000_000 + nth).parse().expect("a number"),
        colleagues: vec![],
        residents: vec![],
        background: String::new(),
        expects_trouble: false,
        known_resident: false,
    };
    Visit {
        id: VisitId::new(s.dice, s.now),
        team: team.id,
        worker: Named { id: team.members[0], name: "Jan Bakker".into() },
        language: Language::Nl,
        has_pin: false,
        plan,
        expected_end_at: s.now + minutes(45),
        hits: vec![],
        approval: None,
        officer: None,
        check_ins: vec![CheckIn::plan(due, s.now, s.dice)],
        state: State::UnderWay { since: s.now },
        alarm: None,
    }
}

/// A carrier that takes its time, and remembers when it had each text.
#[derive(Debug)]
struct Phones {
    clock: SharedClock,
    heard: Mutex<BTreeMap<MessageId, Vec<(String, Instant)>>>,
}

#[async_trait]
impl Carrier for Phones {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn channels(&self) -> &'static [Channel] {
        &[Channel::Text]
    }

    async fn send(&self, message: &Message) -> Result<HandedOver, Refusal> {
        tokio::time::sleep(CARRIER).await;
        let mut heard = self.heard.lock().expect("nobody panicked");
        heard.entry(message.id).or_default().push((message.to.clone(), self.clock.now()));
        Ok(HandedOver { provider_id: Some(message.id.to_string()), delivered: true })
    }
}

impl Phones {
    async fn all_heard(&self, visits: usize) {
        while self.heard.lock().expect("nobody panicked").len() < visits {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn report(&self, due: Instant, visits: usize) {
        let heard = self.heard.lock().expect("nobody panicked");
        let sent: usize = heard.values().map(Vec::len).sum();
        let mut phones: Vec<_> = heard.values().map(|texts| &texts[0].0).collect();
        phones.sort_unstable();
        phones.dedup();
        let mut took: Vec<_> =
            heard.values().map(|texts| (texts[0].1 - due).num_milliseconds()).collect();
        took.sort_unstable();
        let (lost, doubled) = (visits - phones.len(), sent - phones.len());
        println!("{visits} check-ins due at once: {lost} not asked, {doubled} asked twice");
        if let (Some(first), Some(last)) = (took.first(), took.last()) {
            let at = |percent: usize| took[(took.len() - 1) * percent / 100];
            let (median, p99) = (at(50), at(99));
            println!(
                "handed over: first {first} ms, median {median} ms, p99 {p99} ms, last {last} ms"
            );
        }
    }
}
