//! The ground of a trial: the demo municipality with visits that are asked soon, and a worker's key.

use std::{collections::BTreeSet, sync::Arc};

use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{
        demo::seed,
        serve::{clock::SystemClock, randomness::SystemDice},
    },
    model::{
        clock::{Clock as _, Instant, minutes, testing::keyring},
        ids::{SharedRandomness, VisitId},
        messages::{language::Language, texts::Words},
        people::{
            Named, Person,
            teams::{Team, WatchPolicy},
        },
        register::address::Address,
        visits::{
            Kind, Plan, Resident, State, Visit,
            check_ins::CheckIn,
            watch::{Effects, Scene, Watch},
        },
    },
    store::{
        Db, Error,
        people::{self, sessions, teams},
        visits::watches,
    },
};

use super::organisation::{Size, grow};

/// The worker's bearer token on the ground.
pub const WORKER: &str = "the-worker-of-a-trial";

/// Somebody who goes out, with a token of their own.
#[derive(Clone, Debug)]
pub struct Worker {
    pub token: String,
    pub person: Person,
    pub team: Team,
}

/// A visit with its one check-in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub visit: VisitId,
    /// Of who is on it.
    pub token: String,
    pub number: String,
    pub due: Instant,
    /// Whether somebody will say that all is well.
    pub answered: bool,
}

/// The ground.
#[derive(Clone, Debug)]
pub struct Ground {
    pub db: Db,
    /// Who go out, in turn.
    pub workers: Vec<Worker>,
    random: SharedRandomness,
}

impl Ground {
    /// Prepares an empty database: who is not heard of for a minute raises an alarm.
    pub async fn prepare(url: &str) -> Self {
        let db = Db::open(url, keyring()).await.expect("the database opens");
        let (now, random): (_, SharedRandomness) =
            (SystemClock.now(), Arc::new(SystemDice::default()));
        seed::seed(&db, random.clone(), now).await.expect("it is filled");
        let worker = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let worker =
                    people::by_email(tx, &rugdekking::service::people::personas::email("worker"))
                        .await?;
                let person = worker.expect("a worker").item;
                sessions::open(tx, WORKER, person.id, now, TimeDelta::hours(12)).await?;
                let mut teams = teams::all(tx).await?.into_iter();
                let team = teams.find(|team| team.item.members.contains(&person.id));
                let mut team = team.expect("a team");
                team.item.members.retain(|m| *m == person.id);
                team.item.policy.miss_minutes = 1;
                team.item.policy.second_call_minutes = 1;
                teams::save(tx, &team.item, team.version).await?;
                Ok(Worker { token: WORKER.into(), person, team: team.item })
            })
        });
        Self { workers: vec![worker.await.expect("a worker")], db, random }
    }

    /// Prepares an organisation of this size, of which so many go out, from teams all over it.
    pub async fn large(url: &str, size: Size, callers: usize) -> Self {
        let (ground, teams) = Self::grown(url, size).await;
        ground.called_by(teams, callers).await
    }

    /// The same, where all who go out are of the team that is in an organisation of any size.
    pub async fn around_one_team(url: &str, size: Size, callers: usize) -> Self {
        let (ground, _) = Self::grown(url, size).await;
        let own = ground.workers[0].team.clone();
        ground.called_by(vec![own], callers).await
    }

    async fn grown(url: &str, size: Size) -> (Self, Vec<Team>) {
        let ground = Self::prepare(url).await;
        let (now, random) = (SystemClock.now(), ground.random.clone());
        let policy = ground.workers[0].team.policy.clone();
        // Seven people in two teams are there already.
        let more = Size { people: size.people - 7, teams: size.teams - 2 };
        let mut teams = grow(&ground.db, &random, now, more, &policy).await;
        teams.push(ground.workers[0].team.clone());
        (ground, teams)
    }

    async fn called_by(self, teams: Vec<Team>, callers: usize) -> Self {
        let now = SystemClock.now();
        let workers = self.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut workers = vec![];
                for nth in 0..callers {
                    let team = teams[nth * teams.len() / callers].clone();
                    let person = people::load(tx, team.members[nth % team.members.len()]).await?;
                    let (token, person) = (format!("token-of-caller-{nth}"), person.item);
                    sessions::open(tx, &token, person.id, now, TimeDelta::hours(12)).await?;
                    workers.push(Worker { token, person, team });
                }
                Ok(workers)
            })
        });
        Self { workers: workers.await.expect("they have tokens"), ..self }
    }

    /// The numbers of those who are told first when one of the workers is not heard of.
    pub async fn managers(&self) -> BTreeSet<String> {
        let ids: BTreeSet<_> = self.workers.iter().map(|worker| worker.team.managers[0]).collect();
        let found = self.db.read::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let mut numbers = BTreeSet::new();
                for id in ids {
                    let person = people::load(tx, id).await?.item;
                    numbers.extend(person.verified_number().map(ToString::to_string));
                }
                Ok(numbers)
            })
        });
        found.await.expect("they have numbers")
    }

    /// Registers visits that are under way, each with one check-in and a phone of its own. The
    /// first is number `from`; every `silent`th will not be answered.
    pub async fn visits(&self, from: usize, due: Vec<Instant>, silent: usize) -> Vec<Asked> {
        let ground = self.clone();
        let made = self.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (policy, now) = (WatchPolicy::default(), SystemClock.now());
                let public_url = "https://rugdekking.example".into();
                let words = Words { language: Language::Nl, zone: Amsterdam, public_url };
                let random = &*ground.random;
                let s = Scene { now, policy: &policy, random, words: &words, channels: &[] };
                let (mut asked, mut watches) = (vec![], vec![]);
                for (nth, due) in due.into_iter().enumerate() {
                    let worker = &ground.workers[(from + nth) % ground.workers.len()];
                    let visit = visit(from + nth, worker, due, &s);
                    asked.push(Asked {
                        visit: visit.id,
                        token: worker.token.clone(),
                        number: visit.plan.mobile.to_string(),
                        due,
                        answered: !(from + nth).is_multiple_of(silent),
                    });
                    watches.push(Watch { visit, alarm: None });
                }
                let effects = Effects::default();
                let new = |watch| watches::New { watch, effects: &effects, scene: s };
                watches::insert_all(tx, &watches.iter().map(new).collect::<Vec<_>>(), now).await?;
                Ok(asked)
            })
        });
        made.await.expect("the visits are registered")
    }
}

fn visit(nth: usize, worker: &Worker, due: Instant, s: &Scene<'_>) -> Visit {
    let address = Address {
        street: "Hengelosestraat".into(),
        house_number: u32::try_from(nth % 900 + 1).expect("not so high"),
        house_letter: None,
        addition: None,
        postcode: Some("7514 AD".into()),
        city: "Enschede".into(),
        bag_id: None,
        addressable_object_id: None,
        district_code: None,
        neighbourhood_code: None,
    };
    let plan = Plan {
        kind: Kind::HomeVisit,
        starts_at: s.now,
        expected_minutes: 600,
        mobile: format!("+316{:08}", 20_000_000 + nth).parse().expect("a number"),
        colleagues: vec![],
        residents: vec![Resident { name: "J. de Wit".into(), address }],
        background: String::new(),
        expects_trouble: false,
        known_resident: false,
    };
    Visit {
        id: VisitId::new(s.random, s.now),
        team: worker.team.id,
        worker: Named::from(&worker.person),
        language: Language::Nl,
        has_pin: false,
        pins_begin_apart: false,
        extensions: 0,
        number_test: rugdekking::model::visits::NumberTest::Own,
        number_asks: 0,
        plan,
        expected_end_at: s.now + minutes(600),
        hits: vec![],
        approval: None,
        officer: None,
        check_ins: vec![CheckIn::plan(due, s.now, s.random)],
        state: State::UnderWay { since: s.now },
        alarm: None,
    }
}

/// So many moments, evenly spread over a time from `start` on.
pub fn spread(count: usize, start: Instant, over: TimeDelta) -> Vec<Instant> {
    let step = over / i32::try_from(count.max(1)).expect("not so many");
    (0..count).map(|n| start + step * i32::try_from(n).expect("not so many")).collect()
}
