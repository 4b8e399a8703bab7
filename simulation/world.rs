//! The world around the service: its time, its instances, and everything that happens to them.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use chrono::TimeDelta;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use rugdekking::{
    engine::CarrierAnswer,
    model::{
        clock::{Instant, testing::Seeded},
        ids::{MessageId, SharedRandomness},
        messages::Message,
        visits::audit::AuditReport,
    },
    store::{Db, Error, messages::claims::Claimed},
};
use uuid::Uuid;

use crate::{
    acts::Temper,
    asking::{Answer, Asked},
    checks::Seen,
    looking::{Everything, Glance},
    tasks::{Switch, Task},
    town::{Instance, Town},
    truth::Truth,
    weather::{Mood, Spell, Weather},
};

/// Why a seed failed: what must always hold did not.
pub type Fault = String;

/// What a seed had in it.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub visits: u64,
    pub alarms: u64,
    pub sends: u64,
    pub steps: u64,
    pub deaths: u64,
    /// Sums up everything that happened, in order: two runs of a seed are the same run.
    pub digest: u64,
}

/// Something that happens at its time.
#[derive(Clone, Debug)]
pub enum Event {
    Begins(Spell),
    Rises(usize),
    /// The database is there again.
    Returns,
    CarrierAnswers(u64, Answers),
    Arrives(Box<Message>),
    Asks(Box<Asked>),
    Plans(usize),
    /// A worker looks at a visit, and may do something of their own accord.
    Lives(Uuid),
    /// Somebody who took alarms looks whether one of them can be closed.
    Tidies(usize),
    Evening,
    Look,
}

/// What a carrier says when it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Taken,
    Temporary,
    Permanent,
    Unknown,
}

/// What a task is for.
#[derive(Clone, Debug)]
pub enum Kind {
    Decide,
    Claim,
    HandOver(MessageId),
    Record,
    Audit,
    Ask(Box<Asked>),
}

/// What came of a task.
pub enum Done {
    Decided(Result<usize, Error>),
    Claimed(Result<Vec<Claimed>, Error>),
    Said(Option<Box<CarrierAnswer>>),
    Recorded(Vec<CarrierAnswer>, Result<(), Error>),
    Audited(Result<AuditReport, Error>),
    Answered(Answer),
}

/// How an instance is doing.
#[derive(Debug)]
pub struct Health {
    pub up: bool,
    pub still_until: Instant,
    /// After a failure it leaves the store alone for a moment.
    pub rests: [Instant; 2],
    pub to_record: Vec<CarrierAnswer>,
    pub record_tries: u32,
}

/// The world.
pub struct World {
    pub rng: StdRng,
    /// The true time.
    pub now: Instant,
    /// By how much all clocks of the service are wrong.
    pub jump: TimeDelta,
    pub dusk: Instant,
    pub weather: Weather,
    pub town: Town,
    pub db: Db,
    pub switch: Arc<Switch>,
    pub instances: Vec<Instance>,
    pub health: Vec<Health>,
    pub no_database_until: Instant,
    pub moods: [(Mood, Instant); 2],
    /// Since when nothing is wrong with instances and database, and with carriers.
    pub engine_well: Instant,
    pub carriers_well: Instant,
    pub tasks: BTreeMap<u64, (Kind, Task<Done>)>,
    pub queue: BTreeMap<(Instant, u64), Event>,
    pub truth: Truth,
    pub seen: Seen,
    pub glance: Glance,
    pub everything: Everything,
    pub tempers: BTreeMap<Uuid, Temper>,
    pub count: u64,
    pub steps: u64,
    pub verbose: bool,
    hash: DefaultHasher,
}

/// When a day begins: nine in the morning, a Monday.
fn dawn() -> Instant {
    "2026-11-23T08:00:00Z".parse().unwrap_or_default()
}

impl World {
    /// The world of a seed, at dawn, on an empty database.
    ///
    /// # Errors
    /// When the database cannot be filled.
    pub async fn new(seed: u64, verbose: bool, db: Db) -> Result<Self, Error> {
        let mut rng = StdRng::seed_from_u64(seed);
        let now = dawn();
        let weather = Weather::of(&mut rng, now);
        let random: SharedRandomness = Arc::new(Seeded::new(seed ^ 0x5eed));
        let town = Town::found(&db, &random, now, &mut rng).await?;
        let switch = Arc::new(Switch::default());
        let with_failpoints = db.clone().with_failpoints(switch.clone());
        let make = |_| Instance::new(&with_failpoints, &random, now, &switch);
        let instances = (0..weather.instances).map(make).collect();
        let health = (0..weather.instances).map(|_| Health::well(now)).collect();
        let mut world = Self {
            rng,
            now,
            jump: TimeDelta::zero(),
            dusk: now + crate::weather::DAY,
            weather,
            town,
            db,
            switch,
            instances,
            health,
            no_database_until: now,
            moods: [(Mood::Well, now); 2],
            engine_well: now,
            carriers_well: now,
            tasks: BTreeMap::new(),
            queue: BTreeMap::new(),
            truth: Truth::default(),
            seen: Seen::default(),
            glance: Glance { stale: true, ..Glance::default() },
            everything: Everything::default(),
            tempers: BTreeMap::new(),
            count: 0,
            steps: 0,
            verbose,
            hash: DefaultHasher::new(),
        };
        world.plan_the_day();
        Ok(world)
    }

    fn plan_the_day(&mut self) {
        for (at, spell) in self.weather.spells.clone() {
            self.at(at, Event::Begins(spell));
        }
        for nth in 0..self.weather.visits {
            let after = TimeDelta::seconds(self.rng.random_range(0..5400));
            self.at(self.now + after, Event::Plans(nth));
        }
        self.at(self.dusk, Event::Evening);
        let looks = (crate::weather::DAY + crate::weather::EVENING).num_minutes();
        for minutes in (7..=looks).step_by(7) {
            self.at(self.now + TimeDelta::minutes(minutes), Event::Look);
        }
    }

    /// Lives through the day and the evening after it.
    ///
    /// # Errors
    /// The first thing that must always hold and did not.
    pub async fn live(mut self) -> Result<Tally, Fault> {
        let ending = self.live_on().await;
        let tally = Tally {
            visits: self.truth.visits.len() as u64,
            alarms: self.seen.alarms() as u64,
            sends: self.truth.sends,
            steps: self.steps,
            deaths: self.truth.deaths.values().sum(),
            digest: self.hash.finish(),
        };
        // What is still under way ends before its database does.
        self.tasks.clear();
        ending.map(|()| tally)
    }

    async fn live_on(&mut self) -> Result<(), Fault> {
        loop {
            self.work().await?;
            let next_event = self.queue.first_key_value().map(|(key, _)| key.0);
            let next = [next_event, self.next_look()].into_iter().flatten().min();
            let Some(next) = next.filter(|_| next_event.is_some()) else { break };
            self.time_is(next.max(self.now));
            while let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= self.now) {
                let event = entry.remove();
                self.happens(event).await?;
            }
        }
        self.check_the_end().await
    }

    /// Something happens later.
    pub fn at(&mut self, when: Instant, event: Event) {
        self.count += 1;
        self.queue.insert((when, self.count), event);
    }

    /// Something happens so many seconds from now.
    pub fn after(&mut self, seconds: std::ops::Range<i64>, event: Event) {
        let millis = self.rng.random_range(seconds.start * 1000..seconds.end * 1000);
        self.at(self.now + TimeDelta::milliseconds(millis), event);
    }

    /// What the clocks of the service show, but for their differences.
    pub fn service(&self) -> Instant {
        self.now + self.jump
    }

    fn time_is(&mut self, at: Instant) {
        self.now = at;
        for (nth, instance) in self.instances.iter().enumerate() {
            let skew = TimeDelta::milliseconds(self.weather.skew[nth]);
            instance.clock.set(at + self.jump + skew);
        }
    }

    /// Sets the clocks again, after something happened to them.
    pub fn set_clocks(&mut self) {
        self.time_is(self.now);
    }

    /// Whether it is evening: then nothing goes wrong any more.
    pub fn is_evening(&self) -> bool {
        self.now >= self.dusk
    }

    /// Writes down what happens.
    pub fn note(&mut self, what: impl FnOnce() -> String) {
        if self.verbose {
            let line = format!("{} {}", self.now.format("%H:%M:%S%.3f"), what());
            println!("{line}");
        }
    }

    /// Adds to the digest of everything that happens.
    pub fn digest(&mut self, what: impl std::hash::Hash) {
        (self.now.timestamp_micros(), what).hash(&mut self.hash);
    }
}

impl Health {
    pub fn well(now: Instant) -> Self {
        Self { up: true, still_until: now, rests: [now; 2], to_record: vec![], record_tries: 0 }
    }
}
